/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/pool.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BUCKETS 256

/* How many read buffers and blocks of memory are kept for the next user. */
#define SPARES 16

/* All links of one target. Lives as long as one of them does. */
struct yett_shelf {
	struct yett_shelf *next; /* in its bucket */
	uint64_t hash;
	struct yett_list idle; /* the longest idle first */
	uint32_t idle_count;
	uint32_t link_count; /* idle or not */
	size_t len;
	char key[]; /* the target's */
};

struct yett_pool {
	struct yett_loop *loop;
	struct yett_client_env *clients; /* NULL until TLS is spoken */
	struct yett_pool_limits limits;
	/* Written by the worker alone. */
	atomic_uint_fast32_t idle_count, link_count;
	struct yett_shelf *bucket[BUCKETS];
	uint32_t *turn; /* by upstream */
	uint32_t turn_count;
	uint32_t spare_buf_count, spare_memory_count;
	struct yett_buf spare_buf[SPARES];
	void *spare_memory[SPARES];
};

/* One writer: no locked instruction is needed. */
static void
change(atomic_uint_fast32_t *count, int by)
{
	atomic_store_explicit(count,
	    atomic_load_explicit(count, memory_order_relaxed) +
		(uint_fast32_t)by,
	    memory_order_relaxed);
}

/* The pointer to the target's shelf, or to where it would hang. */
static struct yett_shelf **
find_shelf(struct yett_pool *pool, const struct yett_target *target)
{
	struct yett_shelf **at = &pool->bucket[target->hash % BUCKETS];

	while (*at != NULL &&
	    ((*at)->hash != target->hash ||
		!yett_slice_eq(target->key,
		    (struct yett_slice){ (*at)->key, (*at)->len })))
		at = &(*at)->next;
	return at;
}

static struct yett_shelf *
get_shelf(struct yett_pool *pool, const struct yett_target *target)
{
	struct yett_shelf **at = find_shelf(pool, target);
	struct yett_shelf *shelf = *at;

	if (shelf != NULL)
		return shelf;
	shelf = malloc(sizeof(*shelf) + target->key.len);
	if (shelf == NULL)
		return NULL;
	*shelf = (struct yett_shelf){ .hash = target->hash,
		.len = target->key.len };
	yett_list_init(&shelf->idle);
	memcpy(shelf->key, target->key.at, target->key.len);
	*at = shelf;
	return shelf;
}

static void
drop_unused_shelf(struct yett_pool *pool, struct yett_shelf *shelf)
{
	struct yett_shelf **at = &pool->bucket[shelf->hash % BUCKETS];

	if (shelf->link_count > 0)
		return;
	while (*at != shelf)
		at = &(*at)->next;
	*at = shelf->next;
	free(shelf);
}

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

static void
leave_shelf(struct yett_link *link)
{
	yett_list_remove(&link->node);
	link->shelf->idle_count--;
	change(&link->pool->idle_count, -1);
}

/* May it carry a request to `target` for `client`? */
static bool
leads_to(const struct yett_link *link, const struct yett_target *target,
    const struct yett_address *client)
{
	if (target->kind == YETT_TARGET_APP)
		return yett_address_eq(&link->to, client);
	for (uint32_t i = 0; i < target->address_count; i++)
		if (yett_address_eq(&link->to, &target->address[i]))
			return true;
	return false;
}

enum yett_status
yett_pool_open(struct yett_pool **out, struct yett_loop *loop,
    const struct yett_pool_limits *limits)
{
	struct yett_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return YETT_E_NOMEM;
	pool->loop = loop;
	pool->limits = *limits;
	*out = pool;
	return YETT_OK;
}

static void
close_idle(struct yett_shelf *shelf)
{
	uint32_t left = shelf->idle_count;

	assert(left == shelf->link_count);
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
	for (size_t i = 0; i < BUCKETS; i++)
		while (pool->bucket[i] != NULL)
			close_idle(pool->bucket[i]);
	for (uint32_t i = 0; i < pool->spare_buf_count; i++)
		yett_buf_clear(&pool->spare_buf[i]);
	for (uint32_t i = 0; i < pool->spare_memory_count; i++)
		free(pool->spare_memory[i]);
	free(pool->turn);
	yett_client_env_close(pool->clients);
	free(pool);
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

struct yett_loop *
yett_pool_loop(const struct yett_pool *pool)
{
	return pool->loop;
}

struct yett_link *
yett_pool_take(struct yett_pool *pool, const struct yett_target *target,
    const struct yett_address *client, const struct yett_link_events *events)
{
	struct yett_shelf *shelf = *find_shelf(pool, target);
	struct yett_list *node = shelf == NULL ? NULL : shelf->idle.prev;

	while (node != NULL && node != &shelf->idle) {
		struct yett_link *link = YETT_LIST_ELEMENT(node,
		    struct yett_link, node);

		node = node->prev;
		if (!leads_to(link, target, client))
			continue;
		leave_shelf(link);
		yett_deadline_cancel(&link->deadline);
		link->events = *events;
		return link;
	}
	return NULL;
}

static enum yett_status
open_socket(struct yett_link *link, const struct yett_target *target,
    const struct yett_address *to, struct yett_fault *fault)
{
	link->to = *to;
	if (target->kind == YETT_TARGET_APP)
		return target->app->door.open(target->app->door.arg, &link->fd,
		    to, fault);
	link->is_connecting = target->kind == YETT_TARGET_TCP;
	return yett_socket_connect(&link->fd, to, fault);
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

enum yett_status
yett_pool_connect(struct yett_pool *pool, const struct yett_target *target,
    uint32_t index, const struct yett_address *client,
    const struct yett_link_events *events, struct yett_link **out,
    struct yett_fault *fault)
{
	struct yett_link *link = calloc(1, sizeof(*link));
	struct yett_shelf *shelf = get_shelf(pool, target);
	enum yett_status status = YETT_E_NOMEM;

	if (link != NULL)
		link->fd = -1;
	if (link == NULL || shelf == NULL)
		goto fail;
	status = open_socket(link, target,
	    target->kind == YETT_TARGET_APP ? client : &target->address[index],
	    fault);
	if (status == YETT_OK)
		status = open_tls(pool, link, target, fault);
	if (status != YETT_OK)
		goto fail;
	link->pool = pool;
	link->shelf = shelf;
	link->events = *events;
	yett_list_init(&link->node);
	yett_deadline_init(&link->deadline, pool->loop, on_deadline, link);
	yett_watcher_init(&link->watcher, pool->loop, link->fd, on_watcher,
	    link);
	yett_watcher_want(&link->watcher, !link->is_connecting,
	    link->is_connecting);
	shelf->link_count++;
	change(&pool->link_count, 1);
	*out = link;
	return YETT_OK;
fail:
	if (shelf != NULL)
		drop_unused_shelf(pool, shelf);
	if (link != NULL)
		yett_socket_close(&link->fd);
	free(link);
	return status;
}

/* Nothing unread or unsent, and the server would still be believed. */
static bool
is_good_tls(const struct yett_link *link)
{
	return link->tls == NULL ||
	    (!yett_client_pending(link->tls) &&
		!yett_client_wants_write(link->tls) &&
		(int64_t)(yett_clock_wall() / YETT_NS_PER_S) <
		    yett_client_valid_until(link->tls));
}

void
yett_pool_give(struct yett_link **link)
{
	struct yett_link *given = *link;
	struct yett_pool *pool = given->pool;
	struct yett_shelf *shelf = given->shelf;

	if (yett_buf_len(&given->in) > 0 || pool->limits.idle_per_target == 0 ||
	    !is_good_tls(given)) {
		yett_pool_drop(link);
		return;
	}
	*link = NULL;
	if (shelf->idle_count == pool->limits.idle_per_target) {
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
	    yett_loop_now(pool->loop) + pool->limits.idle_ms * YETT_NS_PER_MS);
	yett_list_append(&shelf->idle, &given->node);
	shelf->idle_count++;
	change(&pool->idle_count, 1);
}

void
yett_pool_drop(struct yett_link **link)
{
	struct yett_link *dropped = *link;

	*link = NULL;
	if (dropped == NULL)
		return;
	if (!yett_list_is_empty(&dropped->node))
		leave_shelf(dropped);
	yett_watcher_clear(&dropped->watcher);
	yett_deadline_clear(&dropped->deadline);
	if (dropped->tls != NULL)
		yett_client_close_notify(dropped->tls);
	yett_client_free(dropped->tls);
	yett_socket_close(&dropped->fd);
	yett_buf_clear(&dropped->in);
	change(&dropped->pool->link_count, -1);
	dropped->shelf->link_count--;
	drop_unused_shelf(dropped->pool, dropped->shelf);
	free(dropped);
}

/* Room for upstream `index`; false when memory is out. */
static bool
grow_turns(struct yett_pool *pool, uint32_t index)
{
	uint32_t count = pool->turn_count < 16 ? 16 : pool->turn_count;
	uint32_t *turn;

	while (count <= index)
		count *= 2;
	turn = realloc(pool->turn, count * sizeof(*turn));
	if (turn == NULL)
		return false;
	memset(turn + pool->turn_count, 0,
	    (count - pool->turn_count) * sizeof(*turn));
	pool->turn = turn;
	pool->turn_count = count;
	return true;
}

uint32_t
yett_pool_turn(struct yett_pool *pool, uint32_t index, uint32_t count)
{
	if (count <= 1 ||
	    (index >= pool->turn_count && !grow_turns(pool, index)))
		return 0;
	return pool->turn[index]++ % count;
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
	if (pool->spare_memory_count < SPARES)
		pool->spare_memory[pool->spare_memory_count++] = memory;
	else
		free(memory);
}

void
yett_pool_take_buf(struct yett_pool *pool, struct yett_buf *buf)
{
	if (pool->spare_buf_count > 0)
		*buf = pool->spare_buf[--pool->spare_buf_count];
}

void
yett_pool_give_buf(struct yett_pool *pool, struct yett_buf *buf)
{
	if (buf->cap != YETT_LINK_READ || pool->spare_buf_count == SPARES) {
		yett_buf_clear(buf);
		return;
	}
	pool->spare_buf[pool->spare_buf_count++] = *buf;
	*buf = (struct yett_buf){ 0 };
}
