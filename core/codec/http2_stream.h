/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_stream.h - one stream of an HTTP/2 connection: its transaction, fed
 * and stepped; its windows; its deadline. For the http2 files.
 */
#ifndef YETT_CODEC_HTTP2_STREAM_H
#define YETT_CODEC_HTTP2_STREAM_H

#include "codec/http2_head.h"

/* A stream began; nghttp2 knows it as the stream's user data. NULL: memory is
 * out. */
struct yett_http2_stream *
yett_http2_stream_new(struct yett_http2 *http2, int32_t id);

/* The stream is closed, or its connection is. A transaction that is under way
 * ends because of `ending`. */
void yett_http2_stream_free(struct yett_http2_stream *stream,
    enum yett_ending ending);

/* Its request's field list is complete: decide, answer or forward. */
void yett_http2_stream_begin(struct yett_http2_stream *stream, bool is_end);

/* DATA came. */
void yett_http2_stream_data(struct yett_http2_stream *stream,
    struct yett_slice data);

/* Trailers came; they are in the fields that were read last. False: there are
 * too many, and the stream was reset. */
bool yett_http2_stream_trailers(struct yett_http2_stream *stream);

/* The client's half has ended. */
void yett_http2_stream_end(struct yett_http2_stream *stream);

/* Carry what there is in both directions, then wait for what is missing; true
 * when something moved. */
bool yett_http2_stream_step(struct yett_http2_stream *stream);

#endif
