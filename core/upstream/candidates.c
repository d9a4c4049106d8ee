/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "upstream/pool_state.h"

void
yett_candidates_keep(struct yett_candidates *candidates)
{
	candidates->users++;
}

void
yett_candidates_drop(struct yett_pool *pool,
    struct yett_candidates **candidates)
{
	struct yett_candidates *dropped = *candidates;

	*candidates = NULL;
	if (dropped == NULL || --dropped->users > 0)
		return;
	for (uint32_t i = 0; i < dropped->count; i++) {
		dropped->shelf[i]->users--;
		yett_pool_drop_shelf(pool, dropped->shelf[i]);
	}
	free(dropped);
}

/* Add the endpoints of `addresses`; false: memory is out. */
static bool
add_endpoints(struct yett_pool *pool, struct yett_candidates *candidates,
    struct yett_addresses *addresses)
{
	struct yett_endpoint *list[YETT_ADDRESSES_MOST];
	uint32_t version,
	    count = yett_addresses_take(addresses, list, &version);
	bool fine = true;

	candidates->version += version;
	for (uint32_t i = 0; i < count; i++) {
		struct yett_shelf *shelf = candidates->count <
			YETT_CANDIDATES_MOST
		    ? yett_pool_shelf(pool, list[i])
		    : NULL;

		if (shelf != NULL) {
			shelf->users++;
			candidates->shelf[candidates->count++] = shelf;
		} else if (candidates->count < YETT_CANDIDATES_MOST) {
			fine = false;
		}
		yett_endpoint_unref(&list[i]);
	}
	return fine;
}

static struct yett_candidates *
make(struct yett_pool *pool, const struct yett_targets *targets,
    const struct yett_upstream_targets *upstream)
{
	size_t most = (size_t)upstream->count * YETT_ADDRESSES_MOST;
	struct yett_candidates *candidates = malloc(
	    sizeof(*candidates) + most * sizeof(candidates->shelf[0]));

	if (candidates == NULL)
		return NULL;
	*candidates = (struct yett_candidates){ .targets = yett_targets_id(
						    targets),
		.users = 1,
		.budget = YETT_RETRY_MOST,
		.limits = upstream->limits };
	for (uint32_t i = 0; i < upstream->count; i++)
		if (!add_endpoints(pool, candidates, upstream->addresses[i])) {
			yett_candidates_drop(pool, &candidates);
			return NULL;
		}
	return candidates;
}

/* Room for upstream `index`; false when memory is out. */
static bool
grow(struct yett_pool *pool, uint32_t index)
{
	uint32_t count = pool->candidates_count < 16 ? 16
						     : pool->candidates_count;
	struct yett_candidates **candidates;

	while (count <= index)
		count *= 2;
	candidates = realloc(pool->candidates,
	    count * sizeof(struct yett_candidates *));
	if (candidates == NULL)
		return false;
	memset(candidates + pool->candidates_count, 0,
	    (count - pool->candidates_count) *
		sizeof(struct yett_candidates *));
	pool->candidates = candidates;
	pool->candidates_count = count;
	return true;
}

/* Versions only grow, so their sum is the same only if each is. */
static bool
is_current(const struct yett_candidates *candidates,
    const struct yett_targets *targets,
    const struct yett_upstream_targets *upstream)
{
	uint32_t version = 0;

	if (candidates == NULL ||
	    candidates->targets != yett_targets_id(targets))
		return false;
	for (uint32_t i = 0; i < upstream->count; i++)
		version += yett_addresses_version(upstream->addresses[i]);
	return version == candidates->version;
}

struct yett_candidates *
yett_candidates_of(struct yett_pool *pool, const struct yett_targets *targets,
    uint32_t index)
{
	const struct yett_upstream_targets *upstream = yett_targets_of(targets,
	    index);
	struct yett_candidates *made;

	if (index >= pool->candidates_count && !grow(pool, index))
		return NULL;
	if (is_current(pool->candidates[index], targets, upstream))
		return pool->candidates[index];
	made = make(pool, targets, upstream);
	if (made == NULL)
		return NULL;
	if (pool->candidates[index] != NULL) {
		made->turn = pool->candidates[index]->turn;
		made->budget = pool->candidates[index]->budget;
	}
	yett_candidates_drop(pool, &pool->candidates[index]);
	pool->candidates[index] = made;
	return made;
}
