/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - from a parsed head to a plan, which is recorded and counted.
 *
 * The same for every codec: what HTTP/1 parses here, another version would
 * bring in its own way. Decides from the head alone, before any body is read.
 */
#ifndef YETT_REQUEST_REQUEST_H
#define YETT_REQUEST_REQUEST_H

#include "request/context.h"
#include "request/plan.h"
#include "tls/session.h"

/*
 * The answer to a request in clear text: where its site is in https, at `port`
 * (0: nothing is said of it); 301 to GET and HEAD, 308 to what must keep its
 * method (RFC 9110, section 15.4.9). `out` points into `url`, whose bytes are
 * replaced.
 *
 * False: `refusal` is the answer, 421 for a host that no site of a name is of.
 */
YETT_MUST_USE
bool yett_request_redirect(const struct yett_generation *gen,
    const struct yett_head *head, const struct yett_request_target *target,
    uint16_t port, struct yett_buf *url, struct yett_answer *out,
    struct yett_refusal *refusal);

/* What a request is known by in the record. */
struct yett_request_name {
	uint64_t connection;
	struct yett_slice id; /* of the decision */
};

/* Plan it under `pinned`, take the decision down if there is a record, count
 * it. `protocols` as in the facts of a plan. What the plan points to holds
 * until the next plan of this worker. */
void yett_request_plan(struct yett_context *context,
    const struct yett_pinned_rollout *pinned,
    const struct yett_session *session, const struct yett_head *head,
    const struct yett_request_name *name, struct yett_buf *protocols,
    struct yett_plan *out);

#endif
