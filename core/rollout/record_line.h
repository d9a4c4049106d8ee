/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_line.h - writes one decision as a line of JSON.
 *
 * What a replay needs, and no more: a header only if a function read it, never
 * Authorization, Cookie or the query, and of a certificate the result of
 * verification and the kinds of its names. A fact that the policy masks is
 * omitted. Pure: facts in, bytes out.
 */
#ifndef YETT_ROLLOUT_RECORD_LINE_H
#define YETT_ROLLOUT_RECORD_LINE_H

#include "base/buf.h"
#include "policy/decide.h"

/*
 * What "format" in a line says; a line without it is of format 1. The number
 * grows when a reader has to know: 2 tells the ids of the trusts, so that
 * other authorities behind one name are seen.
 */
#define YETT_RECORD_FORMAT 2

/* How a chain fared against the trusts that a decision looked at. */
#define YETT_RECORD_TRUSTS 16
struct yett_record_trusts {
	struct {
		const struct yett_trust *trust;
		enum yett_verification verification;
	} at[YETT_RECORD_TRUSTS];
	uint32_t count;
};

/* What is the same for each decision of a connection; lent. */
struct yett_record_source {
	const struct yett_generation *gen;
	uint64_t connection;
	bool resumed;
	const char *group, *signature; /* names of agreed.h; NULL: not yet */
};

/* Note how a chain fared; once per trust, and those that fit. */
void yett_record_trusts_add(struct yett_record_trusts *trusts,
    const struct yett_trust *trust, enum yett_verification verification);

/* Append the line of a handshake. YETT_E_NOMEM: `out` may have a part. */
YETT_MUST_USE
enum yett_status yett_record_write_hello(struct yett_buf *out,
    const struct yett_record_source *source, const struct yett_hello *hello,
    const struct yett_hello_decision *decision);

/* Append the line of a request; `id` is the decision's. */
YETT_MUST_USE
enum yett_status yett_record_write_request(struct yett_buf *out,
    const struct yett_record_source *source, struct yett_slice id,
    const struct yett_request *request, const struct yett_record_trusts *trusts,
    const struct yett_decision *decision);

/* Stands for the globs of an identity, in every process. */
uint64_t yett_record_identity(const struct yett_identity *identity);

#endif
