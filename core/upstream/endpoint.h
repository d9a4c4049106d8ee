/* SPDX-License-Identifier: Apache-2.0 */
/*
 * endpoint.h - one address of a target, and its health.
 *
 * Counted, and shared by all workers: Frozen except for its health and the
 * slots of its links. Logs when it goes down and when it is up again.
 */
#ifndef YETT_UPSTREAM_ENDPOINT_H
#define YETT_UPSTREAM_ENDPOINT_H

#include "upstream/health.h"
#include "upstream/slots.h"
#include "upstream/target.h"

struct yett_endpoint {
	atomic_uint refs;
	struct yett_target *target;  /* counted */
	struct yett_address address; /* none of an application */
	struct yett_health health;
	struct yett_slots slots; /* of its links, of all workers */
};

/* NULL: memory is out. Takes a reference to `target`. */
struct yett_endpoint *yett_endpoint_new(struct yett_target *target,
    const struct yett_address *address);

/* One more reference. Any thread. */
struct yett_endpoint *yett_endpoint_ref(struct yett_endpoint *endpoint);

/* Release and forget. NULL inside is fine. */
void yett_endpoint_unref(struct yett_endpoint **endpoint);

/*
 * A request failed there, as yett_health_fail() has it; `why` is for the log.
 */
void
yett_endpoint_fail(struct yett_endpoint *endpoint, enum yett_health_blow blow,
    bool is_trial, uint64_t now, uint32_t chance, const char *why);

/* A request was answered. */
void yett_endpoint_answer(struct yett_endpoint *endpoint);

#endif
