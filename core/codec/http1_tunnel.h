/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_tunnel.h - after a protocol switch: bytes up and bytes down, each under
 * the other side's back-pressure, and each half with its own end. For the http1
 * files only.
 *
 * A tunnel belongs to the request that began it: it is decided once, counts as
 * one request and one connection, and lasts beyond a reload. A drain waits for
 * it as for any request, and cuts it at its end.
 */
#ifndef YETT_CODEC_HTTP1_TUNNEL_H
#define YETT_CODEC_HTTP1_TUNNEL_H

#include "codec/http1_state.h"

/* The upstream switched the protocol, as it was asked to. */
void yett_http1_begin_tunnel(struct yett_http1 *http1);

/* The upstream's half has ended. False: bytes before its end are not written
 * yet. */
bool yett_http1_end_down(struct yett_http1 *http1);

/* One step in phase TUNNEL; true when something moved. */
bool yett_http1_step_tunnel(struct yett_http1 *http1);

#endif
