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

static enum yett_status
collect_site(struct collection *into, const struct yett_site *site,
    const struct yett_rule **because)
{
	enum yett_status status = YETT_OK;

	if (site_asks(site))
		status = collect(into, &site->fallback.trusts);
	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++) {
		const struct yett_rule *rule = site->rule[i];

		if (rule->need == YETT_NEED_NONE &&
		    site->handshake != YETT_HANDSHAKE_ALWAYS)
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

enum yett_status
yett_site_derive(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site, struct yett_fault *fault)
{
	struct collection collection = { 0 };
	const struct yett_rule *because = NULL;
	struct yett_trust_set trusts = { 0 };
	enum yett_status status = share_all(arena, sets, site);
	enum yett_need asked = YETT_NEED_NONE;

	if (status == YETT_OK && site->handshake != YETT_HANDSHAKE_NEVER) {
		status = collect_site(&collection, site, &because);
		trusts = settle(&collection);
		if (status == YETT_OK)
			status = share(arena, sets, &trusts);
		if (site_asks(site) || because != NULL)
			asked = YETT_NEED_REQUEST;
	}
	free(collection.index);
	if (status != YETT_OK)
		return status;
	if (asked != YETT_NEED_NONE && trusts.count == 0)
		return fail_nothing_to_name(site, fault);
	if (site->fallback.need == YETT_NEED_REQUIRE)
		asked = YETT_NEED_REQUIRE;
	site->asked = asked;
	site->asked_trusts = trusts;
	site->asked_because = because;
	return YETT_OK;
}
