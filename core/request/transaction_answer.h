/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction_answer.h - the gateway's own answers, and the end of a
 * transaction. For the transaction's files only.
 */
#ifndef YETT_REQUEST_TRANSACTION_ANSWER_H
#define YETT_REQUEST_TRANSACTION_ANSWER_H

#include "request/answer.h"
#include "request/ending.h"
#include "request/transaction_state.h"

/* Log it, and forget it: its exchange, its generation, its notes. */
void yett_transaction_end(struct yett_transaction *transaction);

/* The exchange is over; what came of it is noted. */
void yett_transaction_close_exchange(struct yett_transaction *transaction);

/* End it, and let the client see that there is no response, or no more of
 * it. */
void yett_transaction_abort(struct yett_transaction *transaction,
    enum yett_abort how);

/* The same for want of memory, which is told in the log (memory-out). */
void yett_transaction_starve(struct yett_transaction *transaction);

/* Answer, and end. `is_last`: no further request shall come over the
 * connection. */
void yett_transaction_answer(struct yett_transaction *transaction,
    const struct yett_answer *answer, bool is_last);

/* Answer that the message itself is at fault, and end. */
void yett_transaction_answer_fault(struct yett_transaction *transaction,
    const struct yett_answer *answer);
void yett_transaction_answer_plain(struct yett_transaction *transaction,
    unsigned status, const char *why);

/* Let go of the rollout that the request is pinned to, if it is. */
void yett_transaction_unpin(struct yett_transaction *transaction);

#endif
