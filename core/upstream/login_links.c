/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/login_links.h"

#include "upstream/pool.h"

void
yett_login_links_init(struct yett_login_links *links,
    void (*on_lost)(void *arg), void *arg)
{
	*links = (struct yett_login_links){ .on_lost = on_lost, .arg = arg };
	yett_list_init(&links->idle);
}

static struct yett_link *
first_of(const struct yett_login_links *links)
{
	return YETT_LIST_ELEMENT(links->idle.next, struct yett_link, node);
}

void
yett_login_links_clear(struct yett_login_links *links)
{
	if (links->idle.next == NULL)
		return;
	while (!yett_list_is_empty(&links->idle)) {
		struct yett_link *link = first_of(links);

		yett_list_remove(&link->node);
		yett_pool_drop(&link);
	}
}

/* As of any idle link: it is the end, or bytes that nobody asked for. */
static void
on_idle_ready(void *arg, bool readable, bool writable)
{
	struct yett_link *link = arg;
	struct yett_login_links *links = link->owner;

	(void)readable;
	(void)writable;
	if (yett_link_is_quiet(link) && !yett_link_wants_write(link))
		return;
	yett_list_remove(&link->node);
	yett_pool_drop(&link);
	links->is_lost = true;
	links->on_lost(links->arg);
}

/* None is set: it stays for as long as its client. */
static void
on_idle_expiry(void *arg)
{
	(void)arg;
}

static bool
leads_to(const struct yett_candidates *candidates, const struct yett_link *link)
{
	for (uint32_t i = 0; i < candidates->count; i++)
		if (candidates->shelf[i] == link->shelf)
			return true;
	return false;
}

struct yett_link *
yett_login_links_take(struct yett_login_links *links,
    const struct yett_candidates *candidates,
    const struct yett_link_events *events)
{
	for (struct yett_list *node = links->idle.next; node != &links->idle;
	     node = node->next) {
		struct yett_link *link = YETT_LIST_ELEMENT(node,
		    struct yett_link, node);

		if (!leads_to(candidates, link))
			continue;
		yett_list_remove(&link->node);
		link->limits = candidates->limits;
		link->events = *events;
		return link;
	}
	return NULL;
}

void
yett_login_links_give(struct yett_login_links *links, struct yett_link **link)
{
	struct yett_link *given = *link;

	if (!yett_link_is_reusable(given)) {
		links->is_lost = true;
		yett_pool_drop(link);
		return;
	}
	*link = NULL;
	yett_link_rest(given);
	given->is_reused = true;
	given->owner = links;
	given->events = (struct yett_link_events){ on_idle_ready,
		on_idle_expiry, given };
	yett_deadline_cancel(&given->deadline);
	yett_watcher_want(&given->watcher, true, false);
	yett_list_append(&links->idle, &given->node);
}
