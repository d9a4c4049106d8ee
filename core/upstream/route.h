/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route.h - the order in which targets and their addresses are tried.
 *
 * Every address of the first target, then of the next one, once around. Plain
 * values; knows no socket and no clock.
 */
#ifndef YETT_UPSTREAM_ROUTE_H
#define YETT_UPSTREAM_ROUTE_H

#include "upstream/target.h"

/* Worker-owned. */
struct yett_route {
	const struct yett_upstream_targets *targets;
	uint32_t turn;    /* index of the target being tried */
	uint32_t address; /* of it, the next to try */
	uint32_t left;    /* attempts, over all targets */
};

/* Begin with target `turn`; `targets` is lent as long as the route is used. */
void yett_route_init(struct yett_route *route,
    const struct yett_upstream_targets *targets, uint32_t turn);

/* The target whose turn it is. Never NULL. */
const struct yett_target *yett_route_target(const struct yett_route *route);

/*
 * The next attempt: yett_route_target() at `address`. False: all were made.
 */
bool yett_route_next(struct yett_route *route, uint32_t *address);

#endif
