/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lineup.h - what one worker knows of one upstream: the endpoints to choose
 * from, with its links to each.
 *
 * Made by the pool, and made anew when names resolved to something else.
 * Counted by the exchanges that are choosing. Worker-owned.
 */
#ifndef YETT_UPSTREAM_LINEUP_H
#define YETT_UPSTREAM_LINEUP_H

#include "base/list.h"
#include "upstream/endpoint.h"
#include "upstream/targets.h"

/* All links of one worker to one endpoint. */
struct yett_shelf {
	struct yett_shelf *next;        /* in its bucket of the pool */
	struct yett_endpoint *endpoint; /* counted */
	struct yett_list idle;          /* the longest idle first */
	uint32_t idle_count;
	uint32_t offered_count;         /* of the idle ones */
	uint32_t link_count;            /* idle or not */
	uint32_t users;                 /* lineups that have it */
	struct yett_slot_holder holder; /* attached with the first offer */
};

/* How many requests of this worker are under way there. */
static inline uint32_t
yett_shelf_busy(const struct yett_shelf *shelf)
{
	return shelf->link_count - shelf->idle_count;
}

/* More addresses of one upstream are not tried. */
#define YETT_LINEUP_MOST 512

/* What a retry costs, and what each request pays in: a dying origin gets at
 * most a fifth more, once the reserve of ten is gone. */
#define YETT_RETRY_COST 1000
#define YETT_RETRY_INCOME 200
#define YETT_RETRY_MOST (10 * YETT_RETRY_COST)

struct yett_lineup {
	uint64_t targets; /* their id */
	uint32_t version; /* the sum of the rosters' */
	uint32_t users;   /* the pool, and exchanges */
	uint32_t turn;    /* whose turn it is among equals */
	uint32_t resort;  /* and when everything is down */
	uint32_t budget;  /* for retries */
	struct yett_link_limits limits;
	uint32_t count; /* 0: no name of it was resolved yet */
	struct yett_shelf *shelf[];
};

#endif
