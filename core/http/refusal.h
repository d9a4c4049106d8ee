/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h - how reading bytes of HTTP ends, and why it was refused.
 *
 * Bytes of a peer are never an error of ours: they are read, wait for more, or
 * are refused with the status that answers them and a text for a person.
 */
#ifndef YETT_HTTP_REFUSAL_H
#define YETT_HTTP_REFUSAL_H

#include <stdbool.h>

#include "base/status.h"

enum yett_parse {
	YETT_PARSE_MORE, /* all is well so far; come again with more bytes */
	YETT_PARSE_DONE,
	YETT_PARSE_BAD, /* refused; see the refusal */
};

/* Why bytes were refused. Written only when they are. */
struct yett_refusal {
	unsigned status; /* 400 .. 505 for a client, 502 for an origin */
	const char *why; /* static; lower case, no full stop */
};

/* Fill `refusal` and return false, so that refusing reads as one line. */
static inline bool
yett_refuse(struct yett_refusal *refusal, unsigned status, const char *why)
{
	*refusal = (struct yett_refusal){ status, why };
	return false;
}

#endif
