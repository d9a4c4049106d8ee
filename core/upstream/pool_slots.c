/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/pool_state.h"

/* The longest idle link of `shelf` that others may claim, or NULL. */
static struct yett_link *
oldest_offered(const struct yett_shelf *shelf)
{
	for (struct yett_list *node = shelf->idle.next; node != &shelf->idle;
	     node = node->next) {
		struct yett_link *link = YETT_LIST_ELEMENT(node,
		    struct yett_link, node);

		if (link->is_offered)
			return link;
	}
	return NULL;
}

/* Close idle links whose slots were claimed. The shelf goes with its last
 * link, unless somebody uses it. */
static void
yield(struct yett_shelf *shelf)
{
	struct yett_link *link = oldest_offered(shelf);
	bool is_last = false;

	while (!is_last && link != NULL &&
	    yett_slots_yield(&shelf->endpoint->slots)) {
		is_last = shelf->link_count == 1;
		yett_pool_close_link(link);
		link = is_last ? NULL : oldest_offered(shelf);
	}
}

static void
on_claim(struct yett_wakeup *wakeup)
{
	yield(wakeup->arg); /* another holder may have been first */
}

/* Slots were claimed: ours, such as those of links of another client, can go at
 * once; of the rest the others are told. Some candidates list the shelf. */
static void
settle(struct yett_shelf *shelf)
{
	struct yett_slots *slots = &shelf->endpoint->slots;

	yield(shelf);
	if (yett_slots_are_claimed(slots))
		yett_slots_tell(slots);
}

static void
offer(struct yett_link *link)
{
	struct yett_shelf *shelf = link->shelf;
	struct yett_slots *slots = &shelf->endpoint->slots;

	link->is_offered = true;
	shelf->offered_count++;
	yett_slots_attach(slots, &shelf->holder, link->pool->loop, on_claim,
	    shelf);
	yett_slots_offer(slots);
}

void
yett_pool_offer(struct yett_link *link)
{
	if (link->limits.connections == 0 &&
	    !yett_slots_are_limited(&link->shelf->endpoint->slots))
		return;
	offer(link);
	yield(link->shelf);
}

void
yett_pool_offer_all(struct yett_shelf *shelf)
{
	if (shelf->offered_count == shelf->idle_count)
		return;
	for (struct yett_list *node = shelf->idle.next; node != &shelf->idle;
	     node = node->next) {
		struct yett_link *link = YETT_LIST_ELEMENT(node,
		    struct yett_link, node);

		if (!link->is_offered)
			offer(link);
	}
	yield(shelf);
}

bool
yett_pool_take_back(struct yett_link *link, uint32_t most)
{
	enum yett_slot slot = link->is_offered
	    ? yett_slots_take_back(&link->shelf->endpoint->slots, most)
	    : YETT_SLOT_FREE;

	if (slot == YETT_SLOT_NONE)
		return false;
	if (slot == YETT_SLOT_CLAIMED) {
		yett_pool_close_link(link);
		return false;
	}
	if (link->is_offered)
		link->shelf->offered_count--;
	link->is_offered = false;
	return true;
}

bool
yett_pool_take_slot(struct yett_shelf *shelf, uint32_t most)
{
	switch (yett_slots_take(&shelf->endpoint->slots, most)) {
	case YETT_SLOT_FREE: return true;
	case YETT_SLOT_CLAIMED: settle(shelf); break;
	case YETT_SLOT_NONE: return false;
	}
	yett_pool_shed(shelf, most);
	return true;
}

void
yett_pool_shed(struct yett_shelf *shelf, uint32_t most)
{
	if (most > 0 && yett_slots_shed(&shelf->endpoint->slots, most))
		settle(shelf);
}
