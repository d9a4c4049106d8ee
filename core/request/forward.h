/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward.h - which fields of a head go on, and which are set by us.
 *
 * Both directions: hop-by-hop fields end here. Towards the upstream everything
 * that could tell who the client is or how it came is removed and set anew
 * from what the connection proved.
 */
#ifndef YETT_REQUEST_FORWARD_H
#define YETT_REQUEST_FORWARD_H

#include "request/request.h"

/*
 * Append the request as the upstream shall read it: the decided path, our
 * framing, our fields. `client` is the client's numeric address, `offer` the
 * protocols it may switch to. The result uses the worker's scratch.
 * YETT_E_NOMEM, YETT_E_ARGUMENT: `out` holds what it held.
 */
YETT_MUST_USE
enum yett_status yett_forward_request(struct yett_context *context,
    const struct yett_session *session, const struct yett_head *head,
    const struct yett_request_target *target,
    const struct yett_decision *decision, struct yett_slice client,
    struct yett_slice offer, struct yett_buf *out);

/* How the answer is framed towards the client. */
struct yett_forward_response {
	enum yett_framing framing;
	bool close; /* say Connection: close */
	bool keep;  /* say Connection: keep-alive, which HTTP/1.0 must hear */
	bool trailers; /* may follow: the client said that it reads them */
	bool upgrade;  /* the protocol is switched as the client asked */
};

/* Append the head of an upstream's answer, interim ones too. Errors as
 * above. */
YETT_MUST_USE
enum yett_status yett_forward_response(struct yett_context *context,
    const struct yett_head *head, const struct yett_forward_response *how,
    struct yett_buf *out);

#endif
