/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - from a parsed head to a decision.
 *
 * The same for every codec: what HTTP/1 parses here, another version would
 * bring in its own way. Decides from the head alone, before any body is read.
 */
#ifndef YETT_REQUEST_REQUEST_H
#define YETT_REQUEST_REQUEST_H

#include "http/host.h"
#include "request/answer.h"
#include "request/context.h"
#include "tls/session.h"

/* A head that was understood: what it is about. Its slices point into the head
 * and the buffer of the path. */
struct yett_request_target {
	struct yett_uri uri;
	struct yett_host host;
	const struct yett_site *site; /* of the SNI; NULL: gone by a reload */
};

/*
 * Understand the head of a request on a connection with this SNI: its method,
 * the one normal path, which is written to `path`, the one host name.
 *
 * False: `refusal` is the answer, 400 or 405.
 */
YETT_MUST_USE
bool yett_request_read(const struct yett_generation *gen, struct yett_slice sni,
    const struct yett_head *head, struct yett_buf *path,
    struct yett_request_target *out, struct yett_refusal *refusal);

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

/* Decide it under `pinned`, and take that down if there is a record. The
 * decision's slices hold until the next decision of this worker. */
void yett_request_decide(struct yett_context *context,
    const struct yett_pinned_rollout *pinned,
    const struct yett_session *session, const struct yett_head *head,
    const struct yett_request_target *target,
    const struct yett_request_name *name, struct yett_decision *out);

#endif
