/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_play.h - a pool with three shelves, for the tests of the pool: over TCP
 * and to an application, where there is a stub of an origin, and to a unix
 * socket, where nobody is.
 */
#ifndef POOL_PLAY_H
#define POOL_PLAY_H

#include "unit/stub_origin.h"
#include "upstream/pool.h"

/* Of an origin that says nothing. */
extern const struct stub_reply pool_play_no_script[];

struct pool_play {
	struct yett_loop *loop;
	struct yett_pool *pool;
	struct stub_origin origin;
	struct yett_apps apps;
	struct yett_targets *targets;
	struct yett_link_limits limits;
	struct yett_shelf *tcp, *local, *app;
	struct yett_link_events events;
	uint32_t ready_count;
	char path[64];
};

/* Keep `idle` links for `idle_ms`; no limit. */
void
pool_play_begin(struct pool_play *fixture, uint32_t idle, uint32_t idle_ms);
void pool_play_end(struct pool_play *fixture);

/* Run the loop for so long. */
void pool_play_run(struct pool_play *fixture, uint64_t ms);

/* A new link that can carry bytes. */
struct yett_link *pool_play_connect(struct pool_play *fixture,
    struct yett_shelf *shelf, const struct yett_address *client);

/* An idle one, or NULL. */
struct yett_link *
pool_play_take(struct pool_play *fixture, struct yett_shelf *shelf);

#endif
