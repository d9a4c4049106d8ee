/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_response.h - writes responses as HTTP/1.1: the responder of its
 * transactions. For the http1 files only.
 */
#ifndef YETT_CODEC_HTTP1_RESPONSE_H
#define YETT_CODEC_HTTP1_RESPONSE_H

#include "codec/http1_state.h"

/* Its argument is a struct yett_http1. */
extern const struct yett_responder yett_http1_responder;

#endif
