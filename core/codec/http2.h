/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2.h - the codec of HTTP/2: many requests at once on one connection
 * (RFC 9113).
 *
 * Frames, HPACK, stream states and the scheduling of streams are nghttp2's.
 * Each stream is a transaction of its own; what it costs the gateway is bounded
 * here.
 */
#ifndef YETT_CODEC_HTTP2_H
#define YETT_CODEC_HTTP2_H

#include "codec/codec.h"

extern const struct yett_codec_functions yett_http2;

#endif
