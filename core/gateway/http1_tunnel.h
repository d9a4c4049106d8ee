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
#ifndef YETT_GATEWAY_HTTP1_TUNNEL_H
#define YETT_GATEWAY_HTTP1_TUNNEL_H

#include "gateway/http1.h"

/* The upstream answered 101 with `head`, as it was asked to. */
void
yett_http1_begin_tunnel(struct yett_http1 *http1, const struct yett_head *head);

/* One step in state TUNNEL; true when something moved. */
bool yett_http1_step_tunnel(struct yett_http1 *http1);

/* Nothing moved for too long: end both halves. */
void yett_http1_end_tunnel(struct yett_http1 *http1);

#endif
