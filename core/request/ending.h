/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ending.h - how a request ended, when not with a whole answer in time: the
 * words of the access log, and the Windows codes of its W3C form.
 */
#ifndef YETT_REQUEST_ENDING_H
#define YETT_REQUEST_ENDING_H

#include <stdint.h>

#include "upstream/failure.h"

enum yett_ending {
	YETT_ENDING_CLIENT_LEFT,
	YETT_ENDING_HEAD_TIMEOUT,
	YETT_ENDING_BODY_TIMEOUT,
	YETT_ENDING_READER_TIMEOUT,
	YETT_ENDING_TUNNEL_TIMEOUT,
	YETT_ENDING_LOGIN_NEEDS_HTTP1,
	YETT_ENDING_STOPPED, /* the gateway, or a drain's time was over */
	YETT_ENDING_MEMORY_OUT,
};

/* "client_left" ...; static. */
const char *yett_ending_name(enum yett_ending ending);

/* The error of Windows that says the same: IIS logs it as sc-win32-status. */
uint32_t yett_ending_win32(enum yett_ending ending);

/* The same of what an upstream did, as WinHTTP tells IIS; 0: there is none. */
uint32_t yett_failure_win32(enum yett_exchange_failure failure);

#endif
