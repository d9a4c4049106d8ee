/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_response.h - how an HTTP/2 stream carries the response of its
 * transaction: HEADERS, DATA as the windows let, trailers, RST_STREAM. For the
 * http2 files.
 */
#ifndef YETT_CODEC_HTTP2_RESPONSE_H
#define YETT_CODEC_HTTP2_RESPONSE_H

#include "codec/http2_state.h"

/* Its argument is the stream. */
extern const struct yett_responder yett_http2_responder;

/* For nghttp2: a DATA frame of `len` bytes of the response is due behind its
 * head of nine bytes. */
int yett_http2_send_data(nghttp2_session *frames, nghttp2_frame *frame,
    const uint8_t *head, size_t len, nghttp2_data_source *source, void *arg);

#endif
