/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/failure.h"

const char *
yett_exchange_failure_name(enum yett_exchange_failure failure)
{
	switch (failure) {
	case YETT_FAILURE_NONE: break;
	case YETT_FAILURE_CONNECT_REFUSED: return "connect_refused";
	case YETT_FAILURE_CONNECT_TIMEOUT: return "connect_timeout";
	case YETT_FAILURE_TLS: return "tls_failed";
	case YETT_FAILURE_TLS_TIMEOUT: return "tls_timeout";
	case YETT_FAILURE_RESET: return "reset";
	case YETT_FAILURE_CLOSED_EARLY: return "closed_early";
	case YETT_FAILURE_BAD_RESPONSE: return "bad_response";
	case YETT_FAILURE_ANSWER_TIMEOUT: return "answer_timeout";
	case YETT_FAILURE_STALL_TIMEOUT: return "stall_timeout";
	case YETT_FAILURE_BODY_CUT: return "body_cut";
	case YETT_FAILURE_FULL: return "full";
	case YETT_FAILURE_EXHAUSTED: return "exhausted";
	case YETT_FAILURE_UNRESOLVED: return "unresolved";
	}
	return "none";
}
