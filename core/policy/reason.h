/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reason.h - why a request was refused, and why it was too late.
 *
 * One enum serves the answer, the log, the metric, the test language, explain
 * and the problem document. The names are API and never reworded.
 */
#ifndef YETT_POLICY_REASON_H
#define YETT_POLICY_REASON_H

#include "base/slice.h"

enum yett_reason {
	YETT_REASON_NONE,        /* allowed */
	YETT_REASON_LATE,        /* the handshake did not ask for it */
	YETT_REASON_NOT_SENT,    /* asked for, none came */
	YETT_REASON_UNTRUSTED,   /* reaches no accepted CA, or see the cause */
	YETT_REASON_EXPIRED,     /* outside its dates */
	YETT_REASON_REVOKED,     /* on a CRL, or its CRL cannot be had */
	YETT_REASON_IDENTITY,    /* good, but not one of those the rule names */
	YETT_REASON_MISDIRECTED, /* Host is of another site than the SNI */
	YETT_REASON_POLICY_ERROR,  /* a function failed, overspent, or nonsense
				    */
	YETT_REASON_DENIED,        /* deny {} */
	YETT_REASON_WRONG_PURPOSE, /* issued, but not for clients */
};
#define YETT_REASONS 11 /* how many there are */

/* What lies behind a reason, where one reason has several causes. */
enum yett_cause {
	YETT_CAUSE_NONE,
	YETT_CAUSE_POLICY,          /* late: the site never asks */
	YETT_CAUSE_FUNCTION,        /* late: a function chose not to ask, or
				       needs what the declared rules do not */
	YETT_CAUSE_RELOADED,        /* late: the rules changed since */
	YETT_CAUSE_OTHER_TRUST,     /* late: asked, but for other trusts */
	YETT_CAUSE_CRL_UNAVAILABLE, /* revoked: CRL missing or past its date */
	/* untrusted: an authority may not vouch for such a name */
	YETT_CAUSE_NAME_CONSTRAINTS,
	YETT_CAUSE_TOO_LARGE, /* untrusted: more than is looked at */
	/* untrusted, as verification.h tells */
	YETT_CAUSE_WEAK_ALGORITHM,
	YETT_CAUSE_PATH_LENGTH,
	YETT_CAUSE_TOO_DEEP,
	YETT_CAUSE_SPIFFE_DOMAIN,
};
#define YETT_CAUSES 12

/* "late", "not_sent" ...: static; "policy_error" for an unknown value. */
const char *yett_reason_name(enum yett_reason reason);

/* "policy", "other_trust" ...: static; "" for none and unknown values. */
const char *yett_cause_name(enum yett_cause cause);

#endif
