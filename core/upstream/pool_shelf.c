/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "upstream/pool_state.h"

static struct yett_shelf **
bucket_of(struct yett_pool *pool, const struct yett_endpoint *endpoint)
{
	/* The low bits of addresses of a size are all alike. */
	return &pool->bucket[(uintptr_t)endpoint / 64 % YETT_POOL_BUCKETS];
}

struct yett_shelf *
yett_pool_shelf(struct yett_pool *pool, struct yett_endpoint *endpoint)
{
	struct yett_shelf **bucket = bucket_of(pool, endpoint);
	struct yett_shelf *shelf = *bucket;

	while (shelf != NULL && shelf->endpoint != endpoint)
		shelf = shelf->next;
	if (shelf != NULL)
		return shelf;
	shelf = malloc(sizeof(*shelf));
	if (shelf == NULL)
		return NULL;
	*shelf = (struct yett_shelf){ .next = *bucket,
		.endpoint = yett_endpoint_ref(endpoint) };
	yett_list_init(&shelf->idle);
	*bucket = shelf;
	return shelf;
}

void
yett_pool_drop_shelf(struct yett_pool *pool, struct yett_shelf *shelf)
{
	struct yett_shelf **at = bucket_of(pool, shelf->endpoint);

	if (shelf->link_count > 0 || shelf->users > 0)
		return;
	while (*at != shelf)
		at = &(*at)->next;
	*at = shelf->next;
	yett_slots_detach(&shelf->endpoint->slots, &shelf->holder);
	yett_endpoint_unref(&shelf->endpoint);
	free(shelf);
}

void
yett_pool_leave_shelf(struct yett_link *link)
{
	yett_list_remove(&link->node);
	link->shelf->idle_count--;
	link->shelf->offered_count -= link->is_offered;
	yett_pool_change(&link->pool->idle_count, -1);
}

void
yett_pool_close_link(struct yett_link *link)
{
	struct yett_pool *pool = link->pool;
	struct yett_shelf *shelf = link->shelf;

	if (!yett_list_is_empty(&link->node))
		yett_pool_leave_shelf(link);
	yett_watcher_clear(&link->watcher);
	yett_deadline_clear(&link->deadline);
	if (link->tls != NULL)
		yett_client_close_notify(link->tls);
	yett_client_free(link->tls);
	yett_socket_close(&link->fd);
	yett_buf_clear(&link->in);
	yett_pool_change(&pool->link_count, -1);
	shelf->link_count--;
	yett_pool_drop_shelf(pool, shelf);
	free(link);
}
