/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool_state.h - what a pool consists of. For pool.c, pool_shelf.c,
 * pool_slots.c and candidates.c only.
 */
#ifndef YETT_UPSTREAM_POOL_STATE_H
#define YETT_UPSTREAM_POOL_STATE_H

#include <stdatomic.h>

#include "upstream/link.h"
#include "upstream/shelf.h"
#include "upstream/spare_bufs.h"

#define YETT_POOL_BUCKETS 256

/* How many blocks of memory are kept for the next user. */
#define YETT_POOL_SPARES 16

struct yett_candidates;

struct yett_pool {
	struct yett_loop *loop;
	struct yett_client_env *clients; /* NULL until TLS is spoken */
	/* Written by the worker alone. */
	atomic_uint_fast32_t idle_count, link_count, login_count;
	struct yett_shelf *bucket[YETT_POOL_BUCKETS];
	struct yett_candidates *
	    *candidates; /* by upstream; NULL: not asked for yet */
	uint32_t candidates_count;
	uint32_t chance;
	struct yett_spare_bufs bufs;
	uint32_t spare_memory_count;
	void *spare_memory[YETT_POOL_SPARES];
	struct yett_field *field; /* of the head that is read */
	uint32_t field_count;
};

/* One writer: no locked instruction is needed. */
static inline void
yett_pool_change(atomic_uint_fast32_t *count, int by)
{
	atomic_store_explicit(count,
	    atomic_load_explicit(count, memory_order_relaxed) +
		(uint_fast32_t)by,
	    memory_order_relaxed);
}

/* --- shelves (pool_shelf.c) ----------------------------------------------- */

/* The shelf of `endpoint`, made if there is none; NULL: memory is out. */
struct yett_shelf *
yett_pool_shelf(struct yett_pool *pool, struct yett_endpoint *endpoint);

/* Forget the shelf, unless it has links or users. */
void yett_pool_drop_shelf(struct yett_pool *pool, struct yett_shelf *shelf);

/* An idle link is none any more. */
void yett_pool_leave_shelf(struct yett_link *link);

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
 * `most`; 0: as many as like. Some candidates list the shelf. */
void yett_pool_shed(struct yett_shelf *shelf, uint32_t most);

#endif
