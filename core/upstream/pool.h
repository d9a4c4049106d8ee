/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool.h - one worker's links: the idle ones, by endpoint, and their making.
 *
 * Owns idle links, spare buffers, what TLS sessions are resumed with, and the
 * candidates. Endpoints are shared by generations, so the pool outlives them.
 * An idle link that becomes readable, by end of stream or by bytes nobody asked
 * for, is closed at once. Worker-owned.
 */
#ifndef YETT_UPSTREAM_POOL_H
#define YETT_UPSTREAM_POOL_H

#include "http/field.h"
#include "upstream/candidates.h"
#include "upstream/link.h"

YETT_MUST_USE
enum yett_status yett_pool_open(struct yett_pool **out, struct yett_loop *loop);

/* Closes all idle links; every exchange must have been closed before. */
void yett_pool_close(struct yett_pool *pool);

/* Limits may be where there were none: offer idle links there to others. */
void yett_pool_follow_limits(struct yett_pool *pool);

/* How many links are idle, and how many there are at all. Any thread. */
uint32_t yett_pool_idle(const struct yett_pool *pool);
uint32_t yett_pool_links(const struct yett_pool *pool);

/* How many links a login belonged to, ever. Any thread. */
uint64_t yett_pool_logins(const struct yett_pool *pool);

/* --- for exchanges ------------------------------------------------------ */

/* What a link is to be; lent for the call, but for the events' arg. */
struct yett_pool_wish {
	struct yett_shelf *shelf;
	const struct yett_link_limits *limits;
	const struct yett_address *client;
	/* What is sent cannot be sent again: an idle link is looked at first,
	 * and one that was in use a moment ago, of whose end nothing can be
	 * known yet, is none. */
	bool is_once;
	struct yett_link_events events;
};

/*
 * The link of the shelf that became idle last, or NULL. `client` matters for
 * applications only, which are told it once per link. The caller owns the
 * link until yett_pool_give() or yett_pool_drop().
 */
struct yett_link *yett_pool_take(const struct yett_pool_wish *wish);

/*
 * A new link to the shelf's endpoint, connecting or ready. Where there are as
 * many as may be an idle one goes for it, of whatever pool.
 * YETT_E_NOT_FOUND:            as many as may be are in use.
 * YETT_E_SYSTEM, YETT_E_LIMIT: connecting failed at once.
 * YETT_E_TLS:                  there is no TLS session.
 */
YETT_MUST_USE
enum yett_status
yett_pool_connect(struct yett_pool *pool, const struct yett_pool_wish *wish,
    struct yett_link **out, struct yett_fault *fault);

/* A login belongs to this link: it is of one client's connection. */
void yett_pool_note_login(struct yett_link *link);

/* Keep a link whose exchange ended well; anything still in it, or a login,
 * closes it. */
void yett_pool_give(struct yett_link **link);

/* Close a link. NULL inside is fine. */
void yett_pool_drop(struct yett_link **link);

/* Any number: what many workers do at once shall not stay in step. */
uint32_t yett_pool_chance(struct yett_pool *pool);

/*
 * Memory of `size` bytes, not zeroed, the same size on every call; NULL when
 * memory is out. Given back, a few are kept for the next to take.
 */
void *yett_pool_take_memory(struct yett_pool *pool, size_t size);
void yett_pool_give_memory(struct yett_pool *pool, void *memory);

/* Room for so many fields of a head, until it is asked for again; NULL when
 * memory is out. */
struct yett_field *yett_pool_fields(struct yett_pool *pool, uint32_t count);

struct yett_loop *yett_pool_loop(const struct yett_pool *pool);

#endif
