/* SPDX-License-Identifier: Apache-2.0 */
#include "request/ending.h"

/* Errors of Windows, by the names that they have there. */
enum {
	ERROR_NOT_ENOUGH_MEMORY = 8,
	ERROR_NETNAME_DELETED = 64,
	ERROR_SEM_TIMEOUT = 121,
	ERROR_CONNECTION_ABORTED = 1236,
	ERROR_WINHTTP_TIMEOUT = 12002,
	ERROR_WINHTTP_NAME_NOT_RESOLVED = 12007,
	ERROR_WINHTTP_CANNOT_CONNECT = 12029,
	ERROR_WINHTTP_CONNECTION_ERROR = 12030,
	ERROR_WINHTTP_INVALID_SERVER_RESPONSE = 12152,
	ERROR_WINHTTP_SECURE_FAILURE = 12175,
};

static const struct {
	const char *name;
	uint32_t win32;
} endings[] = {
	[YETT_ENDING_CLIENT_LEFT] = { "client_left", ERROR_NETNAME_DELETED },
	[YETT_ENDING_HEAD_TIMEOUT] = { "head_timeout", ERROR_SEM_TIMEOUT },
	[YETT_ENDING_BODY_TIMEOUT] = { "body_timeout", ERROR_SEM_TIMEOUT },
	[YETT_ENDING_READER_TIMEOUT] = { "reader_timeout", ERROR_SEM_TIMEOUT },
	[YETT_ENDING_TUNNEL_TIMEOUT] = { "tunnel_timeout", ERROR_SEM_TIMEOUT },
	[YETT_ENDING_LOGIN_NEEDS_HTTP1] = { "login_needs_http1",
	    ERROR_CONNECTION_ABORTED },
	[YETT_ENDING_STOPPED] = { "stopped", ERROR_CONNECTION_ABORTED },
	[YETT_ENDING_MEMORY_OUT] = { "memory_out", ERROR_NOT_ENOUGH_MEMORY },
};

const char *
yett_ending_name(enum yett_ending ending)
{
	return endings[ending].name;
}

uint32_t
yett_ending_win32(enum yett_ending ending)
{
	return endings[ending].win32;
}

uint32_t
yett_failure_win32(enum yett_exchange_failure failure)
{
	switch (failure) {
	case YETT_FAILURE_CONNECT_REFUSED: return ERROR_WINHTTP_CANNOT_CONNECT;
	case YETT_FAILURE_UNRESOLVED: return ERROR_WINHTTP_NAME_NOT_RESOLVED;
	case YETT_FAILURE_CONNECT_TIMEOUT:
	case YETT_FAILURE_TLS_TIMEOUT:
	case YETT_FAILURE_ANSWER_TIMEOUT:
	case YETT_FAILURE_STALL_TIMEOUT: return ERROR_WINHTTP_TIMEOUT;
	case YETT_FAILURE_TLS: return ERROR_WINHTTP_SECURE_FAILURE;
	case YETT_FAILURE_RESET:
	case YETT_FAILURE_CLOSED_EARLY:
	case YETT_FAILURE_BODY_CUT: return ERROR_WINHTTP_CONNECTION_ERROR;
	case YETT_FAILURE_BAD_RESPONSE:
		return ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
	case YETT_FAILURE_NONE:
	case YETT_FAILURE_FULL:
	case YETT_FAILURE_EXHAUSTED: break;
	}
	return 0;
}
