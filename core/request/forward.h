/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward.h - selects the fields of a head that are forwarded, and adds those
 * that the gateway sets.
 *
 * Both directions: hop-by-hop fields end here. Towards the upstream, every
 * field that could say who the client is or how it came is removed and set
 * anew from what the connection proved.
 */
#ifndef YETT_REQUEST_FORWARD_H
#define YETT_REQUEST_FORWARD_H

#include "request/context.h"
#include "request/downstream.h"
#include "request/plan.h"
#include "request/responder.h"
#include "upstream/exchange.h"

/*
 * Send the head of an allowed request to the upstream: the decided path, our
 * fields. Uses the worker's scratch.
 * YETT_E_NOMEM, YETT_E_ARGUMENT: nothing was queued.
 */
YETT_MUST_USE
enum yett_status yett_forward_request(struct yett_context *context,
    const struct yett_downstream *downstream, const struct yett_head *head,
    const struct yett_plan *plan, struct yett_exchange *exchange);

/* Make a response of the head of an upstream's answer, of an interim one, too.
 * `trailers`: some may come, and the client can read them. `out` points into
 * the head, itself and the worker's scratch. */
void yett_forward_response(struct yett_context *context,
    const struct yett_head *head, bool trailers, struct yett_response *out);

#endif
