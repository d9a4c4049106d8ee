/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explanation.h - writes the explanation of a decision: numbered lines for
 * people, or one JSON object.
 *
 * Call the functions in the order below; yett_explanation_end() reports if the
 * text did not fit into memory.
 */
#ifndef YETT_TOOLS_EXPLANATION_H
#define YETT_TOOLS_EXPLANATION_H

#include "base/buf.h"
#include "request/answer.h"
#include "tls/gate.h"
#include "tools/replay.h"

struct yett_explanation {
	enum yett_format format;
	enum yett_status status; /* the first failure */
	unsigned steps;
	struct yett_buf out;
};

/* What else is known of an allowed request. Lent texts. */
struct yett_explanation_forward {
	/* Of a body, in bytes; 0: none, or nobody wants to know, for no rule
	 * says so and the request is not of those that have one. */
	uint64_t body_limit;
	struct yett_slice
	    protocols;          /* a list; empty: the head's Upgrade ends */
	const char *no_upgrade; /* here, for this reason; NULL: none came */
	const char *login; /* of a connection: its scheme; NULL: it is none */
};

/* How a story ends. Lent texts. */
struct yett_explanation_answer {
	const struct yett_gate_refusal *alert; /* the handshake fails so */
	const struct yett_rule *upstream_of;   /* the upstream answers */
	bool has_identity; /* and is told of a verified certificate */
	const struct yett_answer *own; /* neither: the gateway answers */
	const struct yett_explanation_forward *forward; /* allowed; or NULL */
	bool close; /* and ends the connection */
};

/* One step; `place` may be NULL. `explanation` is all zero but for its format
 * before the first one. */
void yett_explanation_step(struct yett_explanation *explanation,
    const char *step, struct yett_slice text, const struct yett_place *place);

/* The last step: what the client gets. */
void yett_explanation_answer(struct yett_explanation *explanation,
    const struct yett_explanation_answer *answer);

/* What the answer would be on a connection that was never asked. */
void yett_explanation_never_asked(struct yett_explanation *explanation,
    const struct yett_decision *decision);

/* How a recorded decision compares with what it would be now, instead of an
 * answer, and end. Errors as below. */
YETT_MUST_USE
enum yett_status yett_explanation_replayed(struct yett_explanation *explanation,
    const struct yett_replayed *replayed);

/* Which facts and headers were looked at, and end.
 * YETT_E_NOMEM: `out` holds a part. */
YETT_MUST_USE
enum yett_status yett_explanation_end(struct yett_explanation *explanation,
    uint32_t read, const struct yett_header_reads *headers);

#endif
