/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/slots.h"

/* The word: links below, then those offered, then those claimed, which are not
 * among the links any more. No process has descriptors for more. */
#define LINKS_BITS 22
#define OFFERED_BITS 21

#define LINK UINT64_C(1)
#define OFFERED (LINK << LINKS_BITS)
#define CLAIMED (OFFERED << OFFERED_BITS)

static uint64_t
links_of(uint64_t counts)
{
	return counts % OFFERED;
}

static uint64_t
offered_of(uint64_t counts)
{
	return counts / OFFERED % (CLAIMED / OFFERED);
}

/* Whether one more may be in use. */
static bool
may_use(uint64_t counts, uint32_t most)
{
	return most == 0 || links_of(counts) - offered_of(counts) < most;
}

static bool
has_claimed(uint64_t counts)
{
	return counts / CLAIMED > 0;
}

/* Whether the counts were still `*old`, and are `now`; if not, *old is what
 * they are. */
static bool
replace(struct yett_slots *slots, uint64_t *old, uint64_t now)
{
	return atomic_compare_exchange_weak_explicit(&slots->counts, old, now,
	    memory_order_relaxed, memory_order_relaxed);
}

static uint64_t
look(const struct yett_slots *slots)
{
	return atomic_load_explicit(&slots->counts, memory_order_relaxed);
}

void
yett_slots_init(struct yett_slots *slots)
{
	atomic_init(&slots->counts, 0);
	atomic_init(&slots->is_limited, false);
	pthread_mutex_init(&slots->lock, NULL);
	yett_list_init(&slots->holders);
}

void
yett_slots_clear(struct yett_slots *slots)
{
	pthread_mutex_destroy(&slots->lock);
}

enum yett_slot
yett_slots_take(struct yett_slots *slots, uint32_t most)
{
	uint64_t old = look(slots), now;
	enum yett_slot slot;

	do {
		if (most == 0 || links_of(old) < most) {
			slot = YETT_SLOT_FREE;
			now = old + LINK;
		} else if (offered_of(old) > 0 && may_use(old, most)) {
			slot = YETT_SLOT_CLAIMED;
			now = old - OFFERED + CLAIMED;
		} else {
			return YETT_SLOT_NONE;
		}
	} while (!replace(slots, &old, now));
	return slot;
}

void
yett_slots_give(struct yett_slots *slots)
{
	atomic_fetch_sub_explicit(&slots->counts, LINK, memory_order_relaxed);
}

void
yett_slots_offer(struct yett_slots *slots)
{
	atomic_fetch_add_explicit(&slots->counts, OFFERED,
	    memory_order_relaxed);
}

enum yett_slot
yett_slots_take_back(struct yett_slots *slots, uint32_t most)
{
	uint64_t old = look(slots), now;
	enum yett_slot slot;

	do {
		if (offered_of(old) == 0) {
			slot = YETT_SLOT_CLAIMED;
			now = old - CLAIMED;
		} else if (may_use(old, most)) {
			slot = YETT_SLOT_FREE;
			now = old - OFFERED;
		} else {
			return YETT_SLOT_NONE;
		}
	} while (!replace(slots, &old, now));
	return slot;
}

bool
yett_slots_yield(struct yett_slots *slots)
{
	uint64_t old = look(slots);

	do {
		if (!has_claimed(old))
			return false;
	} while (!replace(slots, &old, old - CLAIMED));
	return true;
}

void
yett_slots_withdraw(struct yett_slots *slots)
{
	uint64_t old = look(slots), now;

	do {
		now = old - (has_claimed(old) ? CLAIMED : OFFERED + LINK);
	} while (!replace(slots, &old, now));
}

bool
yett_slots_shed(struct yett_slots *slots, uint32_t most)
{
	uint64_t old = look(slots), count;

	do {
		count = links_of(old) > most ? links_of(old) - most : 0;
		if (count > offered_of(old))
			count = offered_of(old);
		if (count == 0)
			return false;
	} while (!replace(slots, &old,
	    old - count * (LINK + OFFERED) + count * CLAIMED));
	return true;
}

bool
yett_slots_are_claimed(const struct yett_slots *slots)
{
	return has_claimed(look(slots));
}

void
yett_slots_limit(struct yett_slots *slots)
{
	atomic_store_explicit(&slots->is_limited, true, memory_order_relaxed);
}

bool
yett_slots_are_limited(const struct yett_slots *slots)
{
	return atomic_load_explicit(&slots->is_limited, memory_order_relaxed);
}

uint32_t
yett_slots_links(const struct yett_slots *slots)
{
	return (uint32_t)links_of(look(slots));
}

void
yett_slots_attach(struct yett_slots *slots, struct yett_slot_holder *holder,
    struct yett_loop *loop, void (*on_claim)(struct yett_wakeup *wakeup),
    void *arg)
{
	if (holder->is_attached)
		return;
	holder->is_attached = true;
	yett_wakeup_init(&holder->wakeup, loop, on_claim, arg);
	pthread_mutex_lock(&slots->lock);
	yett_list_append(&slots->holders, &holder->node);
	pthread_mutex_unlock(&slots->lock);
}

void
yett_slots_detach(struct yett_slots *slots, struct yett_slot_holder *holder)
{
	if (!holder->is_attached)
		return;
	holder->is_attached = false;
	pthread_mutex_lock(&slots->lock);
	yett_list_remove(&holder->node);
	pthread_mutex_unlock(&slots->lock);
	yett_wakeup_clear(&holder->wakeup);
}

void
yett_slots_tell(struct yett_slots *slots)
{
	pthread_mutex_lock(&slots->lock);
	for (struct yett_list *node = slots->holders.next;
	     node != &slots->holders; node = node->next)
		yett_wakeup_send(
		    &YETT_LIST_ELEMENT(node, struct yett_slot_holder, node)
			 ->wakeup);
	pthread_mutex_unlock(&slots->lock);
}
