/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/reason.h"

const char *
yett_reason_name(enum yett_reason reason)
{
	switch (reason) {
	case YETT_REASON_NONE: return "none";
	case YETT_REASON_LATE: return "late";
	case YETT_REASON_NOT_SENT: return "not_sent";
	case YETT_REASON_UNTRUSTED: return "untrusted";
	case YETT_REASON_EXPIRED: return "expired";
	case YETT_REASON_REVOKED: return "revoked";
	case YETT_REASON_IDENTITY: return "identity";
	case YETT_REASON_MISDIRECTED: return "misdirected";
	case YETT_REASON_POLICY_ERROR: return "policy_error";
	case YETT_REASON_DENIED: return "denied";
	case YETT_REASON_WRONG_PURPOSE: return "wrong_purpose";
	}
	return "policy_error";
}

const char *
yett_cause_name(enum yett_cause cause)
{
	switch (cause) {
	case YETT_CAUSE_NONE: return "";
	case YETT_CAUSE_POLICY: return "policy";
	case YETT_CAUSE_FUNCTION: return "function";
	case YETT_CAUSE_RELOADED: return "reloaded";
	case YETT_CAUSE_OTHER_TRUST: return "other_trust";
	case YETT_CAUSE_CRL_UNAVAILABLE: return "crl_unavailable";
	case YETT_CAUSE_NAME_CONSTRAINTS: return "name_constraints";
	case YETT_CAUSE_TOO_LARGE: return "too_large";
	case YETT_CAUSE_WEAK_ALGORITHM: return "weak_algorithm";
	case YETT_CAUSE_PATH_LENGTH: return "path_length";
	case YETT_CAUSE_TOO_DEEP: return "too_deep";
	case YETT_CAUSE_SPIFFE_DOMAIN: return "spiffe_domain";
	}
	return "";
}
