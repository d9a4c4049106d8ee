/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/judge.h"

#include "policy/identity.h"

static enum yett_verification
verify(const struct yett_peer_facts *peer, const struct yett_trust *trust)
{
	enum yett_verification verification;

	if (peer->verify == NULL)
		return YETT_VERIFY_UNTRUSTED;
	verification = peer->verify(peer->arg, trust);
	if (verification == YETT_VERIFIED && trust->spiffe.at != NULL &&
	    !yett_certificate_is_of_domain(peer->leaf, trust->spiffe))
		return YETT_VERIFY_UNTRUSTED;
	return verification;
}

static struct yett_judgement
untrusted(enum yett_cause cause)
{
	return (struct yett_judgement){ .reason = YETT_REASON_UNTRUSTED,
		.cause = cause };
}

static struct yett_judgement
judge_one(enum yett_verification verification, const struct yett_trust *trust)
{
	switch (verification) {
	case YETT_VERIFIED: return (struct yett_judgement){ .verified = trust };
	case YETT_VERIFY_REVOKED:
		return (struct yett_judgement){ .reason = YETT_REASON_REVOKED };
	case YETT_VERIFY_CRL_UNAVAILABLE:
		return (struct yett_judgement){ .reason = YETT_REASON_REVOKED,
			.cause = YETT_CAUSE_CRL_UNAVAILABLE };
	case YETT_VERIFY_EXPIRED:
		return (struct yett_judgement){ .reason = YETT_REASON_EXPIRED };
	case YETT_VERIFY_NAME_CONSTRAINTS:
		return untrusted(YETT_CAUSE_NAME_CONSTRAINTS);
	case YETT_VERIFY_TOO_LARGE: return untrusted(YETT_CAUSE_TOO_LARGE);
	case YETT_VERIFY_UNTRUSTED: break;
	}
	return untrusted(YETT_CAUSE_NONE);
}

/* How much a failure says: more is better. */
static int
weight(const struct yett_judgement *judgement)
{
	if (judgement->reason == YETT_REASON_REVOKED)
		return judgement->cause == YETT_CAUSE_NONE ? 4 : 3;
	if (judgement->reason == YETT_REASON_EXPIRED)
		return 2;
	return judgement->cause == YETT_CAUSE_NONE ? 0 : 1;
}

struct yett_judgement
yett_judge_peer(const struct yett_generation *gen,
    const struct yett_trust_set *trusts, const struct yett_peer_facts *peer)
{
	struct yett_judgement best = { .reason = YETT_REASON_UNTRUSTED };

	if (peer->leaf == NULL)
		return (
		    struct yett_judgement){ .reason = YETT_REASON_NOT_SENT };
	for (uint32_t i = 0; i < trusts->count; i++) {
		const struct yett_trust *trust = yett_generation_trust(gen,
		    trusts->index[i]);
		struct yett_judgement one = judge_one(verify(peer, trust),
		    trust);

		if (one.verified != NULL)
			return one;
		if (weight(&one) > weight(&best))
			best = one;
	}
	return best;
}
