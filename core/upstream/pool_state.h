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
	atomic_uint_fast32_t idle_count, link_count, login_count;
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

/* Close it and forget it; its slot was given away before. */
void yett_pool_close_link(struct yett_link *link);

/* --- slots (pool_slots.c) ------------------------------------------------- */

/* A link became idle: let others have its slot, where a limit is. A claim that
 * was told while another link was there, which is in use by now, is for this
 * one: it may be closed. */
void yett_pool_offer(struct yett_link *link);

/* The same of all idle ones that were not offered yet. */
void yett_pool_offer_all(struct yett_shelf *shelf);

/* An idle link is to be used where `most` may be; false: they are, or its slot
 * was claimed, and it is closed. */
YETT_MUST_USE
bool yett_pool_take_back(struct yett_link *link, uint32_t most);

/* A slot for a new link there; false: as many as may be are in use. */
YETT_MUST_USE
bool yett_pool_take_slot(struct yett_shelf *shelf, uint32_t most);

/* Have idle links closed, of whatever pool, while there are more links than
 * `most`; 0: as many as like. A lineup has the shelf. */
void yett_pool_shed(struct yett_shelf *shelf, uint32_t most);

/* Forget the shelf, unless it has links or users. */
void yett_pool_drop_shelf(struct yett_pool *pool, struct yett_shelf *shelf);

#endif
