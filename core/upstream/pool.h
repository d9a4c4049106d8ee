/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - one worker's links: the idle ones, by target, and their making.
 *
 * Owns idle links, spare buffers, and what TLS sessions are resumed with.
 * Targets are told apart by their key, so the pool outlives generations. An
 * idle link that becomes readable, by end of stream or by bytes nobody asked
 * for, is closed at once. Worker-owned.
 */
#ifndef YETT_UPSTREAM_POOL_H
#define YETT_UPSTREAM_POOL_H

#include "upstream/link.h"

struct yett_pool_limits {
	uint32_t idle_per_target; /* the longest idle goes first */
	uint32_t idle_ms;
};
#define YETT_POOL_LIMITS                                                       \
	((struct yett_pool_limits){ .idle_per_target = 64, .idle_ms = 60000 })

YETT_MUST_USE
enum yett_status yett_pool_open(struct yett_pool **out, struct yett_loop *loop,
    const struct yett_pool_limits *limits);

/* Closes all idle links; every exchange must have been closed before. */
void yett_pool_close(struct yett_pool *pool);

/* How many links are idle, and how many there are at all. Any thread. */
uint32_t yett_pool_idle(const struct yett_pool *pool);
uint32_t yett_pool_links(const struct yett_pool *pool);

/* --- for exchanges ------------------------------------------------------ */

/*
 * The link of `target` that became idle last, or NULL. `client` matters for
 * applications only, which are told it once per link. The caller owns the
 * link until yett_pool_give() or yett_pool_drop().
 */
struct yett_link *
yett_pool_take(struct yett_pool *pool, const struct yett_target *target,
    const struct yett_address *client, const struct yett_link_events *events);

/*
 * A new link, connecting to the target's address number `index` or ready.
 * YETT_E_SYSTEM, YETT_E_LIMIT: connecting failed at once.
 * YETT_E_TLS:                  there is no TLS session.
 */
YETT_MUST_USE
enum yett_status yett_pool_connect(struct yett_pool *pool,
    const struct yett_target *target, uint32_t index,
    const struct yett_address *client, const struct yett_link_events *events,
    struct yett_link **out, struct yett_fault *fault);

/* Keep a link whose exchange ended well; anything still in it closes it. */
void yett_pool_give(struct yett_link **link);

/* Close a link. NULL inside is fine. */
void yett_pool_drop(struct yett_link **link);

/* Whose turn it is among the `count` targets of upstream `index`. */
uint32_t yett_pool_turn(struct yett_pool *pool, uint32_t index, uint32_t count);

/*
 * Memory of `size` bytes, not zeroed, the same size on every call; NULL when
 * memory is out. Given back, a few are kept for the next to take.
 */
void *yett_pool_take_memory(struct yett_pool *pool, size_t size);
void yett_pool_give_memory(struct yett_pool *pool, void *memory);

/* A spare read buffer into the empty `buf`, if there is one; and back. */
void yett_pool_take_buf(struct yett_pool *pool, struct yett_buf *buf);
void yett_pool_give_buf(struct yett_pool *pool, struct yett_buf *buf);

struct yett_loop *yett_pool_loop(const struct yett_pool *pool);

#endif
