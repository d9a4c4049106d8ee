/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - limits the links to one address, over all workers.
 *
 * Each link has a slot. Idle links are offered: a request that finds no free
 * slot takes an offered one and connects at once, and the holder of an idle
 * link, whichever hears of it first, closes it. So a request is refused only
 * while all slots are in use, and never are more links in use than the limit,
 * also after a reload lowered it; while an idle link is being closed there is
 * one more of these.
 *
 * Several upstreams may have the address, each with its own limit or none. All
 * links count, whoever made them: an upstream with a limit begins a request
 * only while fewer are in use, and closes idle ones beyond it.
 */
#ifndef YETT_UPSTREAM_SLOTS_H
#define YETT_UPSTREAM_SLOTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "io/loop.h"

struct yett_slots {
	_Atomic uint64_t counts;  /* links, those offered, those claimed */
	atomic_bool is_limited;   /* somebody has a limit; stays */
	pthread_mutex_t lock;     /* of `holders` */
	struct yett_list holders; /* who may have idle links */
};

/* Somebody with idle links: told in his thread when one is claimed. */
struct yett_slot_holder {
	struct yett_list node; /* of slots->holders, under their lock */
	struct yett_wakeup wakeup;
	bool is_attached; /* its own thread's alone: asked without the lock */
};

enum yett_slot {
	YETT_SLOT_NONE,    /* `most` are in use */
	YETT_SLOT_FREE,    /* it was free */
	YETT_SLOT_CLAIMED, /* it is an idle link's, which is to be closed */
};

/* No links. Clear them once nobody is attached. */
void yett_slots_init(struct yett_slots *slots);
void yett_slots_clear(struct yett_slots *slots);

/* A slot for a new link of at most `most`; 0: any number. */
YETT_MUST_USE
enum yett_slot yett_slots_take(struct yett_slots *slots, uint32_t most);

/* A link that is not offered was closed. */
void yett_slots_give(struct yett_slots *slots);

/* A link is idle: others may claim its slot. A claim that is older may have
 * been told before: ask yett_slots_yield() then. */
void yett_slots_offer(struct yett_slots *slots);

/* May an offered link be used again, where `most` may be? FREE: yes. NONE: no,
 * it stays offered. CLAIMED: slots were claimed, and none is offered any more:
 * the link is to be closed, and its slot is gone. */
YETT_MUST_USE
enum yett_slot yett_slots_take_back(struct yett_slots *slots, uint32_t most);

/* An offered link is to be closed, if a slot was claimed: true. Its slot is
 * gone then. */
YETT_MUST_USE
bool yett_slots_yield(struct yett_slots *slots);

/* An offered link was closed for another reason. */
void yett_slots_withdraw(struct yett_slots *slots);

/* Claim offered links while there are more links than `most`; whether one was
 * claimed. */
YETT_MUST_USE
bool yett_slots_shed(struct yett_slots *slots, uint32_t most);

/* Whether claims are left that nobody has settled. */
bool yett_slots_are_claimed(const struct yett_slots *slots);

/* Somebody has a limit: links are offered from now on. */
void yett_slots_limit(struct yett_slots *slots);
bool yett_slots_are_limited(const struct yett_slots *slots);

/* How many links there are, but those that are to be closed. */
uint32_t yett_slots_links(const struct yett_slots *slots);

/* Hear, in the thread of `loop`, that a slot was claimed, from before the first
 * offer to after the last. `holder` was all zero once; harmless a second time.
 */
void yett_slots_attach(struct yett_slots *slots,
    struct yett_slot_holder *holder, struct yett_loop *loop,
    void (*on_claim)(struct yett_wakeup *wakeup), void *arg);

/* All zero is fine. */
void
yett_slots_detach(struct yett_slots *slots, struct yett_slot_holder *holder);

/* Tell all holders that a slot was claimed. Any thread. */
void yett_slots_tell(struct yett_slots *slots);

#endif
