/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_bytes.h - the bytes of an HTTP/2 connection: from the TLS session to
 * nghttp2 and back. For the http2 files.
 */
#ifndef YETT_CODEC_HTTP2_BYTES_H
#define YETT_CODEC_HTTP2_BYTES_H

#include "codec/http2_state.h"

/* Read what the client sent, at most one record; true when bytes came. */
bool yett_http2_read(struct yett_http2 *http2);

/* Write what can be written now; true when something was. */
bool yett_http2_write(struct yett_http2 *http2);

#endif
