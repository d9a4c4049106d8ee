/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates.h - what one worker knows of one upstream: the endpoints to choose
 * from, with its links to each.
 *
 * Made by the pool, and made anew when names resolved to something else.
 * Counted by the exchanges that are choosing. Worker-owned.
 */
#ifndef YETT_UPSTREAM_CANDIDATES_H
#define YETT_UPSTREAM_CANDIDATES_H

#include "upstream/shelf.h"
#include "upstream/targets.h"

/* More addresses of one upstream are not tried. */
#define YETT_CANDIDATES_MOST 512

/* What a retry costs, and what each request pays in: a dying origin gets at
 * most a fifth more, once the reserve of ten is gone. */
#define YETT_RETRY_COST 1000
#define YETT_RETRY_INCOME 200
#define YETT_RETRY_MOST (10 * YETT_RETRY_COST)

struct yett_pool; /* opaque */

struct yett_candidates {
	uint64_t targets; /* their id */
	uint32_t version; /* the sum of the addresses' */
	uint32_t users;   /* the pool, and exchanges */
	uint32_t turn;    /* whose turn it is among equals */
	uint32_t resort;  /* and when everything is down */
	uint32_t budget;  /* for retries */
	struct yett_link_limits limits;
	uint32_t count; /* 0: no name of it was resolved yet */
	struct yett_shelf *shelf[];
};

/*
 * Those of upstream `index` as of now, lent until the next turn of the loop,
 * unless they are kept. NULL: memory is out.
 */
struct yett_candidates *yett_candidates_of(struct yett_pool *pool,
    const struct yett_targets *targets, uint32_t index);

/* Keep them until they are dropped. NULL inside is fine. */
void yett_candidates_keep(struct yett_candidates *candidates);
void yett_candidates_drop(struct yett_pool *pool,
    struct yett_candidates **candidates);

#endif
