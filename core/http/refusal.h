/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h - the result of parsing bytes of HTTP, and why they were refused.
 *
 * Bytes of a peer never cause an error of ours: they are parsed, need more
 * bytes, or are refused with a status for the answer and a text for a person.
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
