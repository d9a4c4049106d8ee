/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure.h - why an upstream sent no answer, or not all of one.
 */
#ifndef YETT_UPSTREAM_FAILURE_H
#define YETT_UPSTREAM_FAILURE_H

enum yett_exchange_failure {
	YETT_FAILURE_NONE,
	YETT_FAILURE_CONNECT_REFUSED, /* by all targets */
	YETT_FAILURE_CONNECT_TIMEOUT,
	YETT_FAILURE_TLS,          /* no session, or not with whom was meant */
	YETT_FAILURE_TLS_TIMEOUT,  /* the handshake took too long */
	YETT_FAILURE_RESET,        /* broken before the answer's head */
	YETT_FAILURE_CLOSED_EARLY, /* ended before the answer's head */
	YETT_FAILURE_BAD_RESPONSE, /* not the HTTP we speak */
	YETT_FAILURE_ANSWER_TIMEOUT, /* no head for answer_ms */
	YETT_FAILURE_STALL_TIMEOUT,  /* silent in the body for stall_ms */
	YETT_FAILURE_BODY_CUT,       /* broken or ended in the body */
	YETT_FAILURE_FULL,       /* as many connections as may be are in use */
	YETT_FAILURE_EXHAUSTED,  /* descriptors, ports or memory ran out */
	YETT_FAILURE_UNRESOLVED, /* no target has an address yet */
};
/* How many there are, none included. */
#define YETT_FAILURES (YETT_FAILURE_UNRESOLVED + 1)

/* "connect_refused" ...: static; "none" for none and unknown values. */
const char *yett_exchange_failure_name(enum yett_exchange_failure failure);

#endif
