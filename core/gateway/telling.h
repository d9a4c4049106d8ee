/* SPDX-License-Identifier: Apache-2.0 */
/*
 * telling.h - the story of a decision as it is written: numbered lines for
 * people, or one JSON object.
 *
 * Parts are told in the order of the functions below; text that does not fit
 * into memory is told by yett_telling_end().
 */
#ifndef YETT_GATEWAY_TELLING_H
#define YETT_GATEWAY_TELLING_H

#include "base/buf.h"
#include "gateway/onward.h"
#include "gateway/replay.h"
#include "tls/gate.h"

struct yett_telling {
	enum yett_format format;
	enum yett_status status; /* the first failure */
	unsigned steps;
	struct yett_buf out;
};

/* How a story ends. Lent texts. */
struct yett_telling_answer {
	const struct yett_gate_refusal *alert; /* the handshake fails so */
	const struct yett_rule *upstream_of;   /* the upstream answers */
	bool has_identity; /* and is told of a verified certificate */
	const struct yett_answer *own;    /* neither: the gateway answers */
	const struct yett_onward *onward; /* it was allowed; or NULL */
	bool close;                       /* and ends the connection */
};

/* One step; `place` may be NULL. `telling` is all zero but for its format
 * before the first one. */
void yett_telling_step(struct yett_telling *telling, const char *step,
    struct yett_slice text, const struct yett_place *place);

/* The last step: what the client gets. */
void yett_telling_answer(struct yett_telling *telling,
    const struct yett_telling_answer *answer);

/* What the answer would be on a connection that was never asked. */
void yett_telling_never_asked(struct yett_telling *telling,
    const struct yett_decision *decision);

/* How a recorded decision compares with what it would be now, instead of an
 * answer, and end. Errors as below. */
YETT_MUST_USE
enum yett_status yett_telling_replayed(struct yett_telling *telling,
    const struct yett_replayed *replayed);

/* Which facts and headers were looked at, and end.
 * YETT_E_NOMEM: `out` holds a part. */
YETT_MUST_USE
enum yett_status yett_telling_end(struct yett_telling *telling, uint32_t read,
    const struct yett_header_reads *headers);

#endif
