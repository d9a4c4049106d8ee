/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the order in which the endpoints of an upstream are tried.
 *
 * First one that was down and is due for a trial; then, of those that are up,
 * the one with the fewest requests of this worker under way, equals in turn;
 * and when none of these is left, once, one of those that are down, in turn: a
 * request is never refused without an attempt, and the next few requests find
 * a recovered endpoint, however long its pause. Knows no socket and no clock.
 * Worker-owned.
 */
#ifndef YETT_UPSTREAM_ROUTE_H
#define YETT_UPSTREAM_ROUTE_H

#include "upstream/candidates.h"

struct yett_route {
	struct yett_candidates *candidates; /* lent */
	struct yett_shelf *shelf; /* being tried; NULL before the first */
	bool is_trial;            /* it is down, and claimed by us */
	bool is_last_resort;      /* one that is down was tried */
	uint32_t left;            /* others that are up and were not tried */
	uint64_t tried[YETT_CANDIDATES_MOST / 64]; /* a bit each */
};

/* `candidates` is lent as long as the route is used. */
void
yett_route_init(struct yett_route *route, struct yett_candidates *candidates);

/* The next attempt, of `shelf`, at `now`; false: there is none, and `shelf` is
 * still the one before. */
bool yett_route_next(struct yett_route *route, uint64_t now);

#endif
