/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1.h - the codec of HTTP/1.1 and 1.0: one request after the other.
 */
#ifndef YETT_CODEC_HTTP1_H
#define YETT_CODEC_HTTP1_H

#include "codec/codec.h"

extern const struct yett_codec_functions yett_http1;

#endif
