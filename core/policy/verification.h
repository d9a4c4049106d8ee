/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verification.h - how a certificate fares with a trust, and why.
 *
 * One table says what each outcome is called and which reason and cause a
 * refusal gets for it: answers, logs, metrics, the record and explain use it.
 */
#ifndef YETT_POLICY_VERIFICATION_H
#define YETT_POLICY_VERIFICATION_H

#include "policy/reason.h"

enum yett_verification {
	YETT_VERIFIED,
	YETT_VERIFY_UNTRUSTED, /* no CA of the trust is known to vouch for it */
	YETT_VERIFY_EXPIRED,
	YETT_VERIFY_REVOKED,
	YETT_VERIFY_CRL_UNAVAILABLE,
	YETT_VERIFY_NAME_CONSTRAINTS,
	YETT_VERIFY_TOO_LARGE,
	YETT_VERIFY_WRONG_PURPOSE,
	YETT_VERIFY_WEAK_ALGORITHM, /* of a signature, or a kind of key */
	YETT_VERIFY_PATH_LENGTH,    /* as an authority's certificate says */
	YETT_VERIFY_TOO_DEEP,       /* as the trust says */
	YETT_VERIFY_SPIFFE_DOMAIN,
};
#define YETT_VERIFICATIONS 12

/* "verified", "untrusted" ...: static, and API. */
const char *yett_verification_name(enum yett_verification verification);

/* Of several outcomes the one of the highest rank tells most. */
int yett_verification_rank(enum yett_verification verification);

/* Why a request is refused for it; an unknown value is untrusted. */
enum yett_reason yett_verification_reason(enum yett_verification verification);
enum yett_cause yett_verification_cause(enum yett_verification verification);

#endif
