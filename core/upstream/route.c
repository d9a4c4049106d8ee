/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/route.h"

/* An application has no address, but can be tried once. */
static uint32_t
attempts_of(const struct yett_target *target)
{
	return target->address_count > 0 ? target->address_count : 1;
}

void
yett_route_init(struct yett_route *route,
    const struct yett_upstream_targets *targets, uint32_t turn)
{
	*route = (struct yett_route){ .targets = targets, .turn = turn };
	for (uint32_t i = 0; i < targets->count; i++)
		route->left += attempts_of(&targets->target[i]);
}

const struct yett_target *
yett_route_target(const struct yett_route *route)
{
	return &route->targets->target[route->turn];
}

bool
yett_route_next(struct yett_route *route, uint32_t *address)
{
	if (route->left == 0)
		return false;
	if (route->address == attempts_of(yett_route_target(route))) {
		route->turn = (route->turn + 1) % route->targets->count;
		route->address = 0;
	}
	route->left--;
	*address = route->address++;
	return true;
}
