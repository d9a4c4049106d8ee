/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - whether the client's certificate satisfies a set of trusts, or why
 * not.
 */
#ifndef YETT_POLICY_JUDGE_H
#define YETT_POLICY_JUDGE_H

#include "policy/facts.h"
#include "policy/generation.h"

struct yett_judgement {
	/* The first member, by index, that verified; NULL: none did. */
	const struct yett_trust *verified;
	/* Then why not: NOT_SENT, or the most telling of REVOKED, EXPIRED,
	 * WRONG_PURPOSE, UNTRUSTED over all members; NONE when one verified.
	 */
	enum yett_reason reason;
	enum yett_cause cause; /* of REVOKED or UNTRUSTED, or NONE */
};

/*
 * Judge `peer`. Revoked goes before expired before untrusted, because it says
 * most about this certificate; a trust with a SPIFFE domain believes only
 * certificates of that domain. An unknown verification is untrusted.
 */
struct yett_judgement yett_judge_peer(const struct yett_generation *gen,
    const struct yett_trust_set *trusts, const struct yett_peer_facts *peer);

#endif
