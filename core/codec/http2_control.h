/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_control.h - how streams and connections of HTTP/2 end, and which
 * streams have news. For the http2 files.
 */
#ifndef YETT_CODEC_HTTP2_CONTROL_H
#define YETT_CODEC_HTTP2_CONTROL_H

#include "codec/http2_state.h"

/* The connection is at fault: tell the client with GOAWAY, count and log it,
 * and end. Only the first one counts. */
void yett_http2_fail(struct yett_http2 *http2, enum yett_http2_fault fault);

/* Memory is out: cut the connection. */
void yett_http2_starve(struct yett_http2 *http2);

/* No new streams from now on; those under way end. */
void yett_http2_leave(struct yett_http2 *http2);

/* End the stream with RST_STREAM, once. */
void yett_http2_reset(struct yett_http2_stream *stream, uint32_t error);

/* Step it with the next step of its connection. */
void yett_http2_stream_ready(struct yett_http2_stream *stream);

#endif
