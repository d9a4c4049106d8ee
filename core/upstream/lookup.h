/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookup.h - resolves a name with a limit on the wait.
 *
 * The system's resolver may block for long and cannot be interrupted, so it
 * runs in a thread of its own, which is left behind when nobody waits any
 * more.
 */
#ifndef YETT_UPSTREAM_LOOKUP_H
#define YETT_UPSTREAM_LOOKUP_H

#include <stdatomic.h>

#include "io/address.h"

/* How a name is resolved. */
typedef __typeof__(yett_address_resolve) yett_resolve;

/* By whom names are resolved, and how long that is waited for; lent. */
struct yett_lookup_env {
	yett_resolve *resolve;
	const atomic_bool *abandoned; /* give up when set; may be NULL */
	uint64_t until;               /* monotonic; 0: as long as it takes */
};

/* The most addresses that are asked for. */
#define YETT_LOOKUP_MOST 8

/* What was found. */
struct yett_lookup {
	struct yett_address address[YETT_LOOKUP_MOST];
	size_t count;
};

/*
 * YETT_E_NOT_FOUND: it has no address, or none came in time
 * YETT_E_LIMIT:     it was abandoned
 */
YETT_MUST_USE
enum yett_status
yett_lookup(struct yett_lookup *out, const struct yett_lookup_env *env,
    struct yett_slice host, uint16_t port, struct yett_fault *fault);

#endif
