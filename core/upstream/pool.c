/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/pool.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "upstream/pool_state.h"

static void
on_watcher(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct yett_link *link = watcher->arg;

	link->events.on_ready(link->events.arg, readable, writable);
}

static void
on_deadline(struct yett_deadline *deadline)
{
	struct yett_link *link = deadline->arg;

	link->events.on_expiry(link->events.arg);
}

/* Nothing was asked: it is the end, or bytes that must not be taken for the
 * answer to the next request; or TLS talking to itself. */
static void
on_idle_ready(void *arg, bool readable, bool writable)
{
	struct yett_link *link = arg;

	(void)readable;
	(void)writable;
	if (!yett_link_is_quiet(link) || yett_link_wants_write(link))
		yett_pool_drop(&link);
}

static void
on_idle_expiry(void *arg)
{
	struct yett_link *link = arg;

	yett_pool_drop(&link);
}

enum yett_status
yett_pool_open(struct yett_pool **out, struct yett_loop *loop)
{
	struct yett_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return YETT_E_NOMEM;
	pool->loop = loop;
	pool->chance = (uint32_t)yett_clock_monotonic() ^
	    (uint32_t)(uintptr_t)pool;
	*out = pool;
	return YETT_OK;
}

static void
close_idle(struct yett_shelf *shelf)
{
	uint32_t left = shelf->idle_count;

	assert(left == shelf->link_count && shelf->users == 0);
	/* The shelf goes with its last link. */
	while (left-- > 0) {
		struct yett_link *link = YETT_LIST_ELEMENT(shelf->idle.next,
		    struct yett_link, node);

		yett_pool_drop(&link);
	}
}

void
yett_pool_close(struct yett_pool *pool)
{
	if (pool == NULL)
		return;
	for (uint32_t i = 0; i < pool->candidates_count; i++)
		yett_candidates_drop(pool, &pool->candidates[i]);
	free(pool->candidates);
	for (size_t i = 0; i < YETT_POOL_BUCKETS; i++)
		while (pool->bucket[i] != NULL)
			close_idle(pool->bucket[i]);
	yett_spare_bufs_clear(&pool->bufs);
	for (uint32_t i = 0; i < pool->spare_memory_count; i++)
		free(pool->spare_memory[i]);
	free(pool->field);
	yett_client_env_close(pool->clients);
	free(pool);
}

void
yett_pool_follow_limits(struct yett_pool *pool)
{
	for (size_t i = 0; i < YETT_POOL_BUCKETS; i++) {
		struct yett_shelf *shelf = pool->bucket[i], *next;

		for (; shelf != NULL; shelf = next) {
			next = shelf->next;
			if (yett_slots_are_limited(&shelf->endpoint->slots))
				yett_pool_offer_all(shelf);
		}
	}
}

uint32_t
yett_pool_idle(const struct yett_pool *pool)
{
	return (uint32_t)atomic_load_explicit(&pool->idle_count,
	    memory_order_relaxed);
}

uint32_t
yett_pool_links(const struct yett_pool *pool)
{
	return (uint32_t)atomic_load_explicit(&pool->link_count,
	    memory_order_relaxed);
}

uint64_t
yett_pool_logins(const struct yett_pool *pool)
{
	return atomic_load_explicit(&pool->login_count, memory_order_relaxed);
}

void
yett_pool_note_login(struct yett_link *link)
{
	if (!link->is_login)
		yett_pool_change(&link->pool->login_count, 1);
	link->is_login = true;
}

struct yett_loop *
yett_pool_loop(const struct yett_pool *pool)
{
	return pool->loop;
}

/* Is it one of those that the wish is about? */
static bool
is_wished(const struct yett_link *link, const struct yett_pool_wish *wish)
{
	bool is_app = wish->shelf->endpoint->target->kind == YETT_TARGET_APP;

	if (is_app && !yett_address_eq(&link->client, wish->client))
		return false;
	return !wish->is_once ||
	    link->idle_since != yett_loop_now(link->pool->loop);
}

struct yett_link *
yett_pool_take(const struct yett_pool_wish *wish)
{
	struct yett_shelf *shelf = wish->shelf;
	uint32_t most = wish->limits->connections;
	struct yett_list *node;

	if (most > 0)
		yett_pool_offer_all(shelf); /* which may close some */
	node = shelf->idle.prev;
	while (node != &shelf->idle) {
		struct yett_link *link = YETT_LIST_ELEMENT(node,
		    struct yett_link, node);

		node = node->prev;
		if (!is_wished(link, wish))
			continue;
		if (wish->is_once && !yett_link_is_alive(link)) {
			yett_pool_drop(&link);
			continue;
		}
		if (!yett_pool_take_back(link, most))
			continue;
		yett_pool_leave_shelf(link);
		yett_deadline_cancel(&link->deadline);
		link->limits = *wish->limits;
		link->events = wish->events;
		yett_pool_shed(shelf, most);
		return link;
	}
	return NULL;
}

static enum yett_status
open_socket(struct yett_link *link, const struct yett_pool_wish *wish,
    struct yett_fault *fault)
{
	const struct yett_endpoint *endpoint = wish->shelf->endpoint;
	const struct yett_app *app = endpoint->target->app;

	if (endpoint->target->kind == YETT_TARGET_APP) {
		link->client = *wish->client;
		return app->door.open(app->door.arg, &link->fd, &link->client,
		    fault);
	}
	link->is_connecting = endpoint->target->kind == YETT_TARGET_TCP;
	return yett_socket_connect(&link->fd, &endpoint->address, fault);
}

/* A session for the link, if its target speaks TLS. */
static enum yett_status
open_tls(struct yett_pool *pool, struct yett_link *link,
    const struct yett_target *target, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;
	const struct yett_client_order order = {
		.terms = target->terms,
		.name = target->server_name,
		.scope = target->scope,
		.fd = link->fd,
	};

	if (target->terms == NULL)
		return YETT_OK;
	if (pool->clients == NULL)
		status = yett_client_env_open(&pool->clients, fault);
	return status != YETT_OK
	    ? status
	    : yett_client_new(&link->tls, pool->clients, &order, fault);
}

static void
enter_shelf(struct yett_pool *pool, struct yett_link *link,
    const struct yett_pool_wish *wish)
{
	link->pool = pool;
	link->spares = &pool->bufs;
	link->shelf = wish->shelf;
	link->limits = *wish->limits;
	link->events = wish->events;
	yett_list_init(&link->node);
	yett_deadline_init(&link->deadline, pool->loop, on_deadline, link);
	yett_watcher_init(&link->watcher, pool->loop, link->fd, on_watcher,
	    link);
	yett_watcher_want(&link->watcher, !link->is_connecting,
	    link->is_connecting);
	wish->shelf->link_count++;
	yett_pool_change(&pool->link_count, 1);
}

enum yett_status
yett_pool_connect(struct yett_pool *pool, const struct yett_pool_wish *wish,
    struct yett_link **out, struct yett_fault *fault)
{
	struct yett_endpoint *endpoint = wish->shelf->endpoint;
	struct yett_link *link;
	enum yett_status status;

	if (!yett_pool_take_slot(wish->shelf, wish->limits->connections))
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "all %" PRIu32 " connections are in use",
		    wish->limits->connections);
	link = calloc(1, sizeof(*link));
	if (link == NULL) {
		status = YETT_E_NOMEM;
		goto fail;
	}
	link->fd = -1;
	status = open_socket(link, wish, fault);
	if (status == YETT_OK)
		status = open_tls(pool, link, endpoint->target, fault);
	if (status != YETT_OK)
		goto fail;
	enter_shelf(pool, link, wish);
	*out = link;
	return YETT_OK;
fail:
	yett_slots_give(&endpoint->slots);
	if (link != NULL)
		yett_socket_close(&link->fd);
	free(link);
	return status;
}

void
yett_pool_give(struct yett_link **link)
{
	struct yett_link *given = *link;
	struct yett_pool *pool = given->pool;
	struct yett_shelf *shelf = given->shelf;

	if (given->is_login || given->limits.idle == 0 ||
	    !yett_link_is_reusable(given)) {
		yett_pool_drop(link);
		return;
	}
	*link = NULL;
	if (shelf->idle_count >= given->limits.idle) {
		struct yett_link *oldest = YETT_LIST_ELEMENT(shelf->idle.next,
		    struct yett_link, node);

		yett_pool_drop(&oldest);
	}
	yett_link_rest(given);
	given->is_reused = true;
	given->events = (struct yett_link_events){ on_idle_ready,
		on_idle_expiry, given };
	yett_watcher_want(&given->watcher, true, false);
	yett_deadline_set(&given->deadline,
	    yett_loop_now(pool->loop) + given->limits.idle_ms * YETT_NS_PER_MS);
	given->idle_since = yett_loop_now(pool->loop);
	yett_list_append(&shelf->idle, &given->node);
	shelf->idle_count++;
	yett_pool_change(&pool->idle_count, 1);
	yett_pool_offer(given);
}

void
yett_pool_drop(struct yett_link **link)
{
	struct yett_link *dropped = *link;

	*link = NULL;
	if (dropped == NULL)
		return;
	if (dropped->is_offered)
		yett_slots_withdraw(&dropped->shelf->endpoint->slots);
	else
		yett_slots_give(&dropped->shelf->endpoint->slots);
	yett_pool_close_link(dropped);
}

/* Marsaglia's xorshift. */
uint32_t
yett_pool_chance(struct yett_pool *pool)
{
	pool->chance = pool->chance == 0 ? 1 : pool->chance;
	pool->chance ^= pool->chance << 13;
	pool->chance ^= pool->chance >> 17;
	pool->chance ^= pool->chance << 5;
	return pool->chance;
}

void *
yett_pool_take_memory(struct yett_pool *pool, size_t size)
{
	if (pool->spare_memory_count > 0)
		return pool->spare_memory[--pool->spare_memory_count];
	return malloc(size);
}

void
yett_pool_give_memory(struct yett_pool *pool, void *memory)
{
	if (pool->spare_memory_count < YETT_POOL_SPARES)
		pool->spare_memory[pool->spare_memory_count++] = memory;
	else
		free(memory);
}

struct yett_field *
yett_pool_fields(struct yett_pool *pool, uint32_t count)
{
	struct yett_field *more;

	if (count <= pool->field_count)
		return pool->field;
	more = reallocarray(pool->field, count, sizeof(*more));
	if (more == NULL)
		return NULL;
	pool->field = more;
	pool->field_count = count;
	return more;
}
