/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction.h - one request, whatever the wire: pinned to a generation,
 * decided, answered or forwarded, logged, ended.
 *
 * A codec makes a head of what came, begins a transaction with it, feeds it the
 * body and steps it; the transaction answers through the codec's responder
 * (responder.h). It knows no socket, no wire format, and not how many of its
 * kind share the connection. Its failure is its own: whether the connection
 * lives on is the codec's to know.
 *
 *   yett_transaction_begin(head)      answered at once, or under way
 *   while yett_transaction_wants_body(): _body() ... _body_end(), then _send()
 *   yett_transaction_step()           the response goes to the responder
 *
 * The functions of the middle are in transaction_forward.h. It has ended when
 * yett_transaction_is_open() says so, and may then begin another one.
 * Worker-owned.
 */
#ifndef YETT_REQUEST_TRANSACTION_H
#define YETT_REQUEST_TRANSACTION_H

#include "http/refusal.h"
#include "request/ending.h"
#include "request/pace.h"
#include "request/transaction_forward.h"

/* Nothing is under way. All pointers are lent for its life. */
void yett_transaction_init(struct yett_transaction *transaction,
    struct yett_context *context, const struct yett_downstream *downstream,
    const struct yett_responder *responder, void *arg);

/* When it came, and over which protocol. */
struct yett_transaction_start {
	uint64_t began;             /* monotonic; its first byte */
	struct yett_slice protocol; /* "HTTP/1.1"; static */
};

/* Decide the request with this head, which is lent for the call, and answer
 * or forward it. */
void yett_transaction_begin(struct yett_transaction *transaction,
    const struct yett_transaction_start *start, const struct yett_head *head);

/* Answer what is no request: there is no head to speak of. */
void yett_transaction_refuse(struct yett_transaction *transaction,
    const struct yett_transaction_start *start,
    const struct yett_refusal *refusal);

/* The same where a head began and did not arrive in time. */
void yett_transaction_refuse_late_head(struct yett_transaction *transaction,
    const struct yett_transaction_start *start);

/* --- time and the end ---------------------------------------------------- */

/* What has to come next for it to go on, as far as it knows: the client's body,
 * the upstream, either end of a tunnel. */
enum yett_wait
yett_transaction_waits_for(const struct yett_transaction *transaction);

/* What was waited for did not come in time: answer if that can still be, and
 * end. */
void yett_transaction_expire(struct yett_transaction *transaction,
    enum yett_wait waits);

/* No response can reach the client any more: log it as ended like this, unless
 * something else was said, and forget it. Fine when nothing is under way. */
void yett_transaction_abandon(struct yett_transaction *transaction,
    enum yett_ending ending);

#endif
