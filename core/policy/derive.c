/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/derive.h"

#include <stdlib.h>

#include "policy/place.h"

/* Trusts while they are collected: in any order, some more than once. */
struct collection {
	uint32_t *index;
	size_t count, cap;
	const uint32_t *last; /* the set added last: rules often share theirs */
};

static enum yett_status
collect(struct collection *into, const struct yett_trust_set *set)
{
	size_t need = into->count + set->count;

	if (set->count == 0 || set->index == into->last)
		return YETT_OK;
	if (need > into->cap) {
		size_t cap = need * 2;
		uint32_t *index = reallocarray(into->index, cap,
		    sizeof(*index));

		if (index == NULL)
			return YETT_E_NOMEM;
		into->index = index;
		into->cap = cap;
	}
	memcpy(into->index + into->count, set->index,
	    set->count * sizeof(*set->index));
	into->count = need;
	into->last = set->index;
	return YETT_OK;
}

static int
compare_index(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Let `set` be the equal one of `sets`, which gets it if it has none. */
static enum yett_status
share(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_trust_set *set)
{
	struct yett_slice bytes = { (const char *)set->index,
		set->count * sizeof(*set->index) };
	uint32_t *held;

	if (set->count == 0)
		return YETT_OK;
	held = yett_name_table_find(sets, bytes);
	if (held == NULL) {
		held = yett_arena_alloc(arena, bytes.len);
		if (held == NULL || yett_name_table_reserve(sets) != YETT_OK)
			return YETT_E_NOMEM;
		memcpy(held, bytes.at, bytes.len);
		bytes.at = (const char *)held;
		yett_name_table_add(sets, bytes, held);
	}
	set->index = held;
	return YETT_OK;
}

static enum yett_status
share_all(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site)
{
	enum yett_status status = share(arena, sets, &site->fallback.trusts);

	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++)
		status = share(arena, sets, &site->rule[i]->trusts);
	return status;
}

/* Make the collected set ascending, each trust once. It borrows from `from`. */
static struct yett_trust_set
settle(struct collection *from)
{
	uint32_t count = 0;

	if (from->count > 0)
		qsort(from->index, from->count, sizeof(*from->index),
		    compare_index);
	for (size_t i = 0; i < from->count; i++)
		if (i == 0 || from->index[i] != from->index[i - 1])
			from->index[count++] = from->index[i];
	return (struct yett_trust_set){ from->index, count };
}

/* Whether the site, apart from its rules, makes the handshake ask. */
static bool
site_asks(const struct yett_site *site)
{
	return site->handshake == YETT_HANDSHAKE_ALWAYS ||
	    site->fallback.need != YETT_NEED_NONE || site->function_needs;
}

/* For clients of the hundredth `hundredth`, so that rules which spare them do
 * not count. */
static enum yett_status
collect_site(struct collection *into, const struct yett_site *site,
    uint32_t hundredth, const struct yett_rule **because)
{
	enum yett_status status = YETT_OK;

	if (site_asks(site))
		status = collect(into, &site->fallback.trusts);
	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++) {
		const struct yett_rule *rule = site->rule[i];

		if (site->handshake != YETT_HANDSHAKE_ALWAYS &&
		    (rule->need == YETT_NEED_NONE ||
			hundredth >= 100 - rule->spared))
			continue;
		if (*because == NULL && !site_asks(site))
			*because = rule;
		status = collect(into, &rule->trusts);
	}
	return status;
}

static enum yett_status
fail_nothing_to_name(const struct yett_site *site, struct yett_fault *fault)
{
	if (site->handshake == YETT_HANDSHAKE_ALWAYS)
		return yett_fail_at(fault, &site->place,
		    "handshake = \"always\" in site \"%.*s\", but nothing says "
		    "which authorities to accept",
		    YETT_ARG(site->name));
	return yett_fail_at(fault, &site->place,
	    "the request function of site \"%.*s\" may need a certificate, "
	    "but nothing says which authorities to accept",
	    YETT_ARG(site->name));
}

/* What the handshake asks of clients of one hundredth. */
static enum yett_status
derive_ask(struct yett_arena *arena, struct yett_name_table *sets,
    const struct yett_site *site, uint32_t hundredth, struct yett_ask *out)
{
	struct collection collection = { 0 };
	enum yett_status status;

	*out = (struct yett_ask){ .need = YETT_NEED_NONE };
	if (site->handshake == YETT_HANDSHAKE_NEVER)
		return YETT_OK;
	status = collect_site(&collection, site, hundredth, &out->because);
	out->trusts = settle(&collection);
	if (status == YETT_OK)
		status = share(arena, sets, &out->trusts);
	free(collection.index);
	if (site_asks(site) || out->because != NULL)
		out->need = YETT_NEED_REQUEST;
	if (site->fallback.need == YETT_NEED_REQUIRE)
		out->need = YETT_NEED_REQUIRE;
	return status;
}

/* The first hundredth above `hundredth` that some rule does not count any more
 * for; 100: none. */
static uint32_t
next_edge(const struct yett_site *site, uint32_t hundredth)
{
	uint32_t edge = 100;

	for (uint32_t i = 0; i < site->rule_count; i++) {
		uint32_t end = 100 - site->rule[i]->spared;

		if (end > hundredth && end < edge)
			edge = end;
	}
	return edge;
}

static bool
has_shares(const struct yett_site *site)
{
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (site->rule[i]->spared > 0)
			return true;
	return false;
}

/* What is asked of whom, where rules are for a share of the clients. */
static enum yett_status
derive_levels(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site)
{
	struct yett_ask_level *level;
	enum yett_status status = YETT_OK;
	uint32_t count = 0;

	if (!has_shares(site))
		return YETT_OK;
	/* Each rule ends one level at most. */
	level = yett_arena_alloc(arena,
	    (site->rule_count + 1) * sizeof(*level));
	if (level == NULL)
		return YETT_E_NOMEM;
	for (uint32_t from = 0; from < 100 && status == YETT_OK;
	     from = level[count++].below) {
		level[count].below = next_edge(site, from);
		status = derive_ask(arena, sets, site, from, &level[count].ask);
	}
	site->level = level;
	site->level_count = count;
	return status;
}

/* What is asked of clients whose need was too late: all that is asked of any,
 * and what was late. */
static enum yett_status
derive_learned(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site)
{
	struct collection collection = { 0 };
	const struct yett_rule *fallback = &site->fallback;
	enum yett_status status = collect(&collection, &site->ask.trusts);

	for (uint32_t i = 0; i <= site->rule_count && status == YETT_OK; i++) {
		const struct yett_rule *rule = i < site->rule_count
		    ? site->rule[i]
		    : fallback;

		if (rule->late == NULL || rule->late->learn == 0 ||
		    (rule->need != YETT_NEED_REQUIRE && !site->function_needs))
			continue;
		site->learns = true;
		status = collect(&collection, &rule->trusts);
		if (status == YETT_OK && site->function_needs)
			status = collect(&collection, &fallback->trusts);
	}
	for (uint32_t i = 0;
	     i < site->request_says.count && site->learns && status == YETT_OK;
	     i++)
		status = collect(&collection, &site->request_says.set[i]);
	site->learned = settle(&collection);
	if (status == YETT_OK)
		status = share(arena, sets, &site->learned);
	free(collection.index);
	site->learns = site->learns && site->learned.count > 0;
	return status;
}

static void
derive_keeps(struct yett_site *site)
{
	site->keeps = site->fallback.keeps;
	for (uint32_t i = 0; i < site->rule_count; i++)
		site->keeps |= site->rule[i]->keeps;
}

enum yett_status
yett_site_derive(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site, struct yett_fault *fault)
{
	enum yett_status status = share_all(arena, sets, site);

	derive_keeps(site);
	if (status == YETT_OK)
		status = derive_ask(arena, sets, site, 0, &site->ask);
	if (status != YETT_OK)
		return status;
	if (site->ask.need != YETT_NEED_NONE && site->ask.trusts.count == 0)
		return fail_nothing_to_name(site, fault);
	status = derive_levels(arena, sets, site);
	return status == YETT_OK ? derive_learned(arena, sets, site) : status;
}
