/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shelf.h - the links of one worker to one endpoint. Its pool owns it, and
 * moves them. Worker-owned.
 */
#ifndef YETT_UPSTREAM_SHELF_H
#define YETT_UPSTREAM_SHELF_H

#include "base/list.h"
#include "upstream/endpoint.h"

struct yett_shelf {
	struct yett_shelf *next;        /* in its bucket of the pool */
	struct yett_endpoint *endpoint; /* counted */
	struct yett_list idle;          /* the longest idle first */
	uint32_t idle_count;
	uint32_t offered_count;         /* of the idle ones */
	uint32_t link_count;            /* idle or not */
	uint32_t users;                 /* candidates that list it */
	struct yett_slot_holder holder; /* attached with the first offer */
};

/* How many requests of this worker are under way there. */
static inline uint32_t
yett_shelf_busy(const struct yett_shelf *shelf)
{
	return shelf->link_count - shelf->idle_count;
}

#endif
