/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction_log.h - what is noted of a transaction on its way, for the access
 * log, the log and the counters. For the transaction's files only.
 */
#ifndef YETT_REQUEST_TRANSACTION_LOG_H
#define YETT_REQUEST_TRANSACTION_LOG_H

#include "http/host.h"
#include "request/ending.h"
#include "request/transaction_state.h"

/* Name the decision, and begin the entry with what is known of the
 * connection. */
void yett_transaction_log_begin(struct yett_transaction *transaction,
    struct yett_slice protocol);

/* Copy what the head tells, for it is gone at the end: the normal path, or the
 * raw one of a request that was not understood; never a query. Only when there
 * is an access log. */
void yett_transaction_log_request(struct yett_transaction *transaction,
    struct yett_slice method, struct yett_slice path, struct yett_slice host);

/* Which site and rule decided. */
void yett_transaction_log_decision(struct yett_transaction *transaction,
    const struct yett_decision *decision);

/* That it was refused, or would have been but for a rule in shadow. */
void yett_transaction_log_refusal(const struct yett_transaction *transaction,
    struct yett_slice host, struct yett_slice path,
    const struct yett_decision *decision);

/* How it ended, if nobody said so before. */
void yett_transaction_log_ending(struct yett_transaction *transaction,
    enum yett_ending ending);

/* Why the exchange failed. */
void yett_transaction_log_failure(struct yett_transaction *transaction);

/* Count it, and write the entry. */
void yett_transaction_log_end(struct yett_transaction *transaction);

/* Keep all that is noted so far without the rollout that the request is pinned
 * to; it is with an upstream. False: memory is out, and nothing changed. */
YETT_MUST_USE
bool yett_transaction_log_alone(struct yett_transaction *transaction);

#endif
