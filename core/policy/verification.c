/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/verification.h"

static const struct row {
	const char *name;
	int rank;
	enum yett_reason reason;
	enum yett_cause cause;
} rows[YETT_VERIFICATIONS] = {
	[YETT_VERIFIED] = { "verified", 6, YETT_REASON_NONE, YETT_CAUSE_NONE },
	[YETT_VERIFY_UNTRUSTED] = { "untrusted", 0, YETT_REASON_UNTRUSTED,
	    YETT_CAUSE_NONE },
	[YETT_VERIFY_EXPIRED] = { "expired", 3, YETT_REASON_EXPIRED,
	    YETT_CAUSE_NONE },
	[YETT_VERIFY_REVOKED] = { "revoked", 5, YETT_REASON_REVOKED,
	    YETT_CAUSE_NONE },
	[YETT_VERIFY_CRL_UNAVAILABLE] = { "crl_unavailable", 4,
	    YETT_REASON_REVOKED, YETT_CAUSE_CRL_UNAVAILABLE },
	[YETT_VERIFY_NAME_CONSTRAINTS] = { "name_constraints", 1,
	    YETT_REASON_UNTRUSTED, YETT_CAUSE_NAME_CONSTRAINTS },
	[YETT_VERIFY_TOO_LARGE] = { "too_large", 1, YETT_REASON_UNTRUSTED,
	    YETT_CAUSE_TOO_LARGE },
	[YETT_VERIFY_WRONG_PURPOSE] = { "wrong_purpose", 2,
	    YETT_REASON_WRONG_PURPOSE, YETT_CAUSE_NONE },
	[YETT_VERIFY_WEAK_ALGORITHM] = { "weak_algorithm", 1,
	    YETT_REASON_UNTRUSTED, YETT_CAUSE_WEAK_ALGORITHM },
	[YETT_VERIFY_PATH_LENGTH] = { "path_length", 1, YETT_REASON_UNTRUSTED,
	    YETT_CAUSE_PATH_LENGTH },
	[YETT_VERIFY_TOO_DEEP] = { "too_deep", 1, YETT_REASON_UNTRUSTED,
	    YETT_CAUSE_TOO_DEEP },
	[YETT_VERIFY_SPIFFE_DOMAIN] = { "spiffe_domain", 1,
	    YETT_REASON_UNTRUSTED, YETT_CAUSE_SPIFFE_DOMAIN },
};

static const struct row *
row_of(enum yett_verification verification)
{
	return (unsigned)verification < YETT_VERIFICATIONS
	    ? &rows[verification]
	    : &rows[YETT_VERIFY_UNTRUSTED];
}

const char *
yett_verification_name(enum yett_verification verification)
{
	return row_of(verification)->name;
}

int
yett_verification_rank(enum yett_verification verification)
{
	return row_of(verification)->rank;
}

enum yett_reason
yett_verification_reason(enum yett_verification verification)
{
	return row_of(verification)->reason;
}

enum yett_cause
yett_verification_cause(enum yett_verification verification)
{
	return row_of(verification)->cause;
}
