/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/route.h"

void
yett_route_init(struct yett_route *route, struct yett_candidates *candidates)
{
	*route = (struct yett_route){ .candidates = candidates };
}

static bool
was_tried(const struct yett_route *route, uint32_t index)
{
	return (route->tried[index / 64] >> (index % 64) & 1) != 0;
}

static bool
take(struct yett_route *route, uint32_t index)
{
	route->tried[index / 64] |= UINT64_C(1) << (index % 64);
	route->shelf = route->candidates->shelf[index];
	return true;
}

/* The best of what was seen so far. */
struct choice {
	uint32_t up, down; /* index; count: none */
	uint32_t busy;     /* of `up` */
	uint32_t wait;     /* how many turns before that of `down` */
	uint32_t up_count;
};

static void
consider(struct choice *choice, const struct yett_candidates *candidates,
    uint32_t index, enum yett_health_state state)
{
	const struct yett_shelf *shelf = candidates->shelf[index];
	uint32_t wait;

	if (state == YETT_HEALTH_UP) {
		choice->up_count++;
		if (choice->up == candidates->count ||
		    yett_shelf_busy(shelf) < choice->busy) {
			choice->up = index;
			choice->busy = yett_shelf_busy(shelf);
		}
		return;
	}
	wait = (index + candidates->count - candidates->resort) %
	    candidates->count;
	if (choice->down == candidates->count || wait < choice->wait) {
		choice->down = index;
		choice->wait = wait;
	}
}

static bool
take_best(struct yett_route *route, const struct choice *choice)
{
	uint32_t none = route->candidates->count;

	route->left = choice->up_count;
	if (choice->up != none) {
		route->left--;
		return take(route, choice->up);
	}
	if (choice->down == none || route->is_last_resort)
		return false;
	route->is_last_resort = true;
	route->candidates->resort = (choice->down + 1) % none;
	return take(route, choice->down);
}

bool
yett_route_next(struct yett_route *route, uint64_t now)
{
	struct yett_candidates *candidates = route->candidates;
	struct choice choice = { .up = candidates->count,
		.down = candidates->count };
	uint32_t first;

	route->is_trial = false;
	if (candidates->count == 0)
		return false;
	first = candidates->turn++ % candidates->count;
	for (uint32_t i = 0; i < candidates->count; i++) {
		uint32_t index = first + i < candidates->count
		    ? first + i
		    : first + i - candidates->count;
		struct yett_health *health =
		    &candidates->shelf[index]->endpoint->health;
		enum yett_health_state state;

		if (was_tried(route, index))
			continue;
		state = yett_health_state(health, now);
		if (state == YETT_HEALTH_DUE &&
		    yett_health_claim(health, now)) {
			route->is_trial = true;
			route->left = candidates->count - 1;
			return take(route, index);
		}
		consider(&choice, candidates, index, state);
	}
	return take_best(route, &choice);
}
