/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strict_origin.h - reads requests as a server would that takes nothing but
 * what a gateway may write, and sees in a name what the most careless one sees.
 *
 * Shares no code with the parsers of the gateway. Dirt ends the program.
 */
#ifndef FUZZ_STRICT_ORIGIN_H
#define FUZZ_STRICT_ORIGIN_H

#include "fuzz/fuzz.h"

/* A head as the origin reads it. */
struct arrival {
	size_t len; /* bytes */
	uint64_t length;
	bool chunked;
};

/* Read the head at the start of `bytes`, whose first line must be `want`.
 * False: it is not whole. */
bool
strict_head(struct yett_slice bytes, const char *want, struct arrival *arrival);

/* Take its body off the start of `rest`; false: it is not whole. */
bool strict_body(const struct arrival *arrival, struct yett_slice *rest);

#endif
