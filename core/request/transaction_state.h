/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction_state.h - what the parts of a transaction share:
 * transaction_log.c takes notes, transaction_answer.c answers and ends,
 * transaction_forward.c talks to the upstream, transaction.c is the whole. The
 * members are for these files only; a codec embeds the struct.
 */
#ifndef YETT_REQUEST_TRANSACTION_STATE_H
#define YETT_REQUEST_TRANSACTION_STATE_H

#include "request/context.h"
#include "request/downstream.h"
#include "request/pace.h"
#include "request/responder.h"
#include "rollout/access_log.h"
#include "upstream/exchange.h"

struct yett_transaction {
	struct yett_context *context;
	const struct yett_downstream *downstream;
	const struct yett_responder *responder;
	void *arg; /* of the responder */

	/* From here on of the request under way. */
	bool is_open; /* there is one */
	/* NULL in a tunnel, too: that may outlive many. */
	struct yett_pinned_rollout *pinned;
	struct yett_exchange *exchange; /* NULL: not forwarded */
	bool is_tunnel;                 /* the protocol was switched */
	bool keeps_trailers;            /* the client's may go on */
	bool takes_trailers;            /* the client can read the upstream's */
	bool body_done;                 /* the client's body has ended */
	bool expects;                   /* it begins after the upstream's 100 */
	bool outlives_end;              /* though the client sends no more */
	bool head_sent;     /* the final head went to the responder */
	bool response_done; /* of a tunnel: the upstream's half has ended */
	bool head_only;     /* HEAD */
	bool html;          /* errors as a page */
	struct yett_buf trailers;  /* lines behind the client's body */
	struct yett_buf protocols; /* that it may switch to, a list */
	uint64_t body_limit;       /* bytes; 0: none */
	struct yett_pace_terms terms;
	uint64_t began;            /* monotonic */
	char id[17];               /* of the decision */
	struct yett_access access; /* what is logged at the end */
	struct yett_buf note;      /* texts of `access` that would not live */
};

/* Whether a request is under way; if not, it was answered, aborted or
 * abandoned. */
static inline bool
yett_transaction_is_open(const struct yett_transaction *transaction)
{
	return transaction->is_open;
}

/* Whether it is with an upstream, or in a tunnel. */
static inline bool
yett_transaction_is_forwarded(const struct yett_transaction *transaction)
{
	return transaction->exchange != NULL;
}

/* Whether it goes on when its client ends its half of the connection. */
static inline bool
yett_transaction_outlives_end(const struct yett_transaction *transaction)
{
	return transaction->outlives_end;
}

#endif
