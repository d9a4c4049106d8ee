/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "upstream/pool_state.h"

void
yett_pool_keep_lineup(struct yett_lineup *lineup)
{
	lineup->users++;
}

void
yett_pool_drop_lineup(struct yett_pool *pool, struct yett_lineup **lineup)
{
	struct yett_lineup *dropped = *lineup;

	*lineup = NULL;
	if (dropped == NULL || --dropped->users > 0)
		return;
	for (uint32_t i = 0; i < dropped->count; i++) {
		dropped->shelf[i]->users--;
		yett_pool_drop_shelf(pool, dropped->shelf[i]);
	}
	free(dropped);
}

/* Add the endpoints of `roster`; false: memory is out. */
static bool
add_endpoints(struct yett_pool *pool, struct yett_lineup *lineup,
    struct yett_roster *roster)
{
	struct yett_endpoint *list[YETT_ROSTER_MOST];
	uint32_t version, count = yett_roster_take(roster, list, &version);
	bool fine = true;

	lineup->version += version;
	for (uint32_t i = 0; i < count; i++) {
		struct yett_shelf *shelf = lineup->count < YETT_LINEUP_MOST
		    ? yett_pool_shelf(pool, list[i])
		    : NULL;

		if (shelf != NULL) {
			shelf->users++;
			lineup->shelf[lineup->count++] = shelf;
		} else if (lineup->count < YETT_LINEUP_MOST) {
			fine = false;
		}
		yett_endpoint_unref(&list[i]);
	}
	return fine;
}

static struct yett_lineup *
make_lineup(struct yett_pool *pool, const struct yett_targets *targets,
    const struct yett_upstream_targets *upstream)
{
	size_t most = (size_t)upstream->count * YETT_ROSTER_MOST;
	struct yett_lineup *lineup = malloc(
	    sizeof(*lineup) + most * sizeof(lineup->shelf[0]));

	if (lineup == NULL)
		return NULL;
	*lineup = (struct yett_lineup){ .targets = yett_targets_id(targets),
		.users = 1,
		.budget = YETT_RETRY_MOST,
		.limits = upstream->limits };
	for (uint32_t i = 0; i < upstream->count; i++)
		if (!add_endpoints(pool, lineup, upstream->roster[i])) {
			yett_pool_drop_lineup(pool, &lineup);
			return NULL;
		}
	return lineup;
}

/* Room for upstream `index`; false when memory is out. */
static bool
grow_lineups(struct yett_pool *pool, uint32_t index)
{
	uint32_t count = pool->lineup_count < 16 ? 16 : pool->lineup_count;
	struct yett_lineup **lineup;

	while (count <= index)
		count *= 2;
	lineup = realloc(pool->lineup, count * sizeof(struct yett_lineup *));
	if (lineup == NULL)
		return false;
	memset(lineup + pool->lineup_count, 0,
	    (count - pool->lineup_count) * sizeof(struct yett_lineup *));
	pool->lineup = lineup;
	pool->lineup_count = count;
	return true;
}

/* Versions only grow, so their sum is the same only if each is. */
static bool
is_current(const struct yett_lineup *lineup, const struct yett_targets *targets,
    const struct yett_upstream_targets *upstream)
{
	uint32_t version = 0;

	if (lineup == NULL || lineup->targets != yett_targets_id(targets))
		return false;
	for (uint32_t i = 0; i < upstream->count; i++)
		version += yett_roster_version(upstream->roster[i]);
	return version == lineup->version;
}

struct yett_lineup *
yett_pool_lineup(struct yett_pool *pool, const struct yett_targets *targets,
    uint32_t index)
{
	const struct yett_upstream_targets *upstream = yett_targets_of(targets,
	    index);
	struct yett_lineup *made;

	if (index >= pool->lineup_count && !grow_lineups(pool, index))
		return NULL;
	if (is_current(pool->lineup[index], targets, upstream))
		return pool->lineup[index];
	made = make_lineup(pool, targets, upstream);
	if (made == NULL)
		return NULL;
	if (pool->lineup[index] != NULL) {
		made->turn = pool->lineup[index]->turn;
		made->budget = pool->lineup[index]->budget;
	}
	yett_pool_drop_lineup(pool, &pool->lineup[index]);
	pool->lineup[index] = made;
	return made;
}
