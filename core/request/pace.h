/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace.h - whether a client moves fast enough: what a connection waits for, how
 * long, and what counts as progress. Plain values; knows no clock.
 */
#ifndef YETT_REQUEST_PACE_H
#define YETT_REQUEST_PACE_H

#include <stdbool.h>

#include "policy/rules.h"

/* What a step waits for. */
enum yett_wait {
	YETT_WAIT_IDLE,     /* for the first byte of a request */
	YETT_WAIT_HEAD,     /* for the rest of a head; from its first byte */
	YETT_WAIT_BODY,     /* for more of a body, at a rate */
	YETT_WAIT_READER,   /* for the client to read, at a rate */
	YETT_WAIT_UPSTREAM, /* the exchange has its own deadlines */
	YETT_WAIT_TUNNEL,   /* for a byte from either side */
};

/* How far a connection has come; each number only grows. */
struct yett_progress {
	uint64_t got;      /* bytes of the client's */
	uint64_t sent;     /* bytes that its socket took */
	uint64_t answered; /* requests */
};

/* Worker-owned. Zero-initialised but for `waits`, which is then UPSTREAM. */
struct yett_pace {
	enum yett_wait waits; /* that the deadline was set for */
	uint64_t mark;        /* where its progress was at that time */
};

/* What the rule of the request under way says, or the gateway. All zero: the
 * gateway does. */
struct yett_pace_terms {
	bool is_set;
	uint32_t tunnel; /* milliseconds */
	uint32_t rate;   /* bytes a second; 0: any */
};

/*
 * Is a new deadline due, because something else is waited for or because
 * enough has moved since the last one? Remembers it if so.
 */
bool yett_pace_renews(struct yett_pace *pace,
    const struct yett_settings *settings, const struct yett_pace_terms *terms,
    enum yett_wait waits, const struct yett_progress *progress);

/* How long that is waited for, in milliseconds; 0: no deadline. */
uint32_t yett_pace_timeout(const struct yett_settings *settings,
    const struct yett_pace_terms *terms, enum yett_wait waits);

#endif
