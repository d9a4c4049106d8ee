/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_session.h - the nghttp2 session of a connection, and what it tells of
 * the frames it reads and writes. For the http2 files.
 */
#ifndef YETT_CODEC_HTTP2_SESSION_H
#define YETT_CODEC_HTTP2_SESSION_H

#include "codec/http2_state.h"

/* Make http2->frames, with our SETTINGS and an ORIGIN frame to be sent first.
 * YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_http2_session_open(struct yett_http2 *http2);

#endif
