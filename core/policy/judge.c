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
		return YETT_VERIFY_SPIFFE_DOMAIN;
	return verification;
}

struct yett_judgement
yett_judge_peer(const struct yett_generation *gen,
    const struct yett_trust_set *trusts, const struct yett_peer_facts *peer)
{
	enum yett_verification best = YETT_VERIFY_UNTRUSTED;

	if (peer->leaf == NULL)
		return (
		    struct yett_judgement){ .reason = YETT_REASON_NOT_SENT };
	for (uint32_t i = 0; i < trusts->count; i++) {
		const struct yett_trust *trust = yett_generation_trust(gen,
		    trusts->index[i]);
		enum yett_verification one = verify(peer, trust);

		if (one == YETT_VERIFIED)
			return (struct yett_judgement){ .verified = trust };
		if (yett_verification_rank(one) > yett_verification_rank(best))
			best = one;
	}
	return (
	    struct yett_judgement){ .reason = yett_verification_reason(best),
		.cause = yett_verification_cause(best) };
}
