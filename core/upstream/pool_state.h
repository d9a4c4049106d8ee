/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_state.h - what a pool consists of. For the pool files only.
 */
#ifndef YETT_UPSTREAM_POOL_STATE_H
#define YETT_UPSTREAM_POOL_STATE_H

#include <stdatomic.h>

#include "upstream/pool.h"

#define YETT_POOL_BUCKETS 256

/* How many read buffers and blocks of memory are kept for the next user. */
#define YETT_POOL_SPARES 16

struct yett_pool {
	struct yett_loop *loop;
	struct yett_client_env *clients; /* NULL until TLS is spoken */
	/* Written by the worker alone. */
	atomic_uint_fast32_t idle_count, link_count;
	struct yett_shelf *bucket[YETT_POOL_BUCKETS];
	struct yett_lineup **lineup; /* by upstream; NULL: not asked for yet */
	uint32_t lineup_count;
	uint32_t chance;
	uint32_t spare_buf_count, spare_memory_count;
	struct yett_buf spare_buf[YETT_POOL_SPARES];
	void *spare_memory[YETT_POOL_SPARES];
};

/* The shelf of `endpoint`, made if there is none; NULL: memory is out. */
struct yett_shelf *
yett_pool_shelf(struct yett_pool *pool, struct yett_endpoint *endpoint);

/* Forget the shelf, unless it has links or users. */
void yett_pool_drop_shelf(struct yett_pool *pool, struct yett_shelf *shelf);

#endif
