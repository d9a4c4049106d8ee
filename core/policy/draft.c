/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/draft.h"

#include <stdlib.h>

#include "policy/compiled.h"
#include "policy/derive.h"
#include "policy/hash.h"
#include "policy/path_trie.h"
#include "policy/place.h"
#include "policy/site_check.h"

struct yett_draft *
yett_draft_new(void)
{
	struct yett_draft *draft = calloc(1, sizeof(*draft));

	if (draft == NULL)
		return NULL;
	draft->gen = calloc(1, sizeof(*draft->gen));
	if (draft->gen == NULL) {
		free(draft);
		return NULL;
	}
	yett_settings_init(&draft->gen->settings);
	return draft;
}

void
yett_draft_free(struct yett_draft *draft)
{
	if (draft == NULL)
		return;
	yett_name_table_clear(&draft->trust_names);
	yett_name_table_clear(&draft->trust_sets);
	yett_generation_destroy(draft->gen);
	free(draft);
}

struct yett_arena *
yett_draft_arena(struct yett_draft *draft)
{
	return &draft->gen->arena;
}

struct yett_settings *
yett_draft_settings(struct yett_draft *draft)
{
	return &draft->gen->settings;
}

void
yett_draft_set_digest(struct yett_draft *draft, const uint8_t digest[32])
{
	memcpy(draft->gen->digest, digest, sizeof(draft->gen->digest));
}

/* Make room for one more. YETT_E_NOMEM: nothing changed. */
static enum yett_status
reserve(struct yett_pointers *pointers)
{
	uint32_t cap = pointers->cap == 0 ? 8 : pointers->cap * 2;
	void **at;

	if (pointers->count < pointers->cap)
		return YETT_OK;
	if (cap > UINT32_MAX / 4)
		return YETT_E_NOMEM;
	at = reallocarray(pointers->at, cap, sizeof(*at));
	if (at == NULL)
		return YETT_E_NOMEM;
	pointers->at = at;
	pointers->cap = cap;
	return YETT_OK;
}

/* Into the room that reserve() made; returns the index. */
static uint32_t
append(struct yett_pointers *pointers, void *element)
{
	pointers->at[pointers->count] = element;
	return pointers->count++;
}

enum yett_status
yett_draft_add_listen(struct yett_draft *draft,
    const struct yett_listen *listen, struct yett_fault *fault)
{
	struct yett_pointers *listens = &draft->gen->listens;
	struct yett_listen *copy;
	char where[YETT_PLACE_TEXT];

	for (uint32_t i = 0; i < listens->count; i++) {
		const struct yett_listen *first = listens->at[i];

		/* Port 0 is another port each time; the loader tells of a name
		 * twice. */
		if (listen->fd.at != NULL || listen->port == 0 ||
		    first->port != listen->port ||
		    !yett_slice_eq(first->address, listen->address))
			continue;
		return yett_fail_at(fault, &listen->place,
		    "listen on port %u of \"%.*s\" is declared twice; first at "
		    "%s",
		    listen->port, YETT_ARG(listen->address),
		    yett_place_write(where, sizeof(where), &first->place));
	}
	copy = yett_arena_alloc(&draft->gen->arena, sizeof(*copy));
	if (copy == NULL || reserve(listens) != YETT_OK)
		return YETT_E_NOMEM;
	*copy = *listen;
	append(listens, copy);
	return YETT_OK;
}

enum yett_status
yett_draft_add_trust(struct yett_draft *draft, struct yett_trust *trust,
    struct yett_fault *fault)
{
	const struct yett_trust *first =
	    yett_name_table_find(&draft->trust_names, trust->name);
	char where[YETT_PLACE_TEXT];

	if (first != NULL)
		return yett_fail_at(fault, &trust->place,
		    "trust \"%.*s\" is declared twice; first at %s",
		    YETT_ARG(trust->name),
		    yett_place_write(where, sizeof(where), &first->place));
	if (yett_name_table_reserve(&draft->trust_names) != YETT_OK ||
	    reserve(&draft->gen->trusts) != YETT_OK)
		return YETT_E_NOMEM;
	trust->index = append(&draft->gen->trusts, trust);
	trust->id = yett_hash(YETT_HASH_START, trust->name, false);
	yett_name_table_add(&draft->trust_names, trust->name, trust);
	return YETT_OK;
}

enum yett_status
yett_draft_add_upstream(struct yett_draft *draft,
    struct yett_upstream *upstream, struct yett_fault *fault)
{
	(void)fault; /* no two upstreams contradict each other */
	if (reserve(&draft->gen->upstreams) != YETT_OK)
		return YETT_E_NOMEM;
	upstream->index = append(&draft->gen->upstreams, upstream);
	return YETT_OK;
}

enum yett_status
yett_draft_add_site(struct yett_draft *draft, struct yett_site *site,
    struct yett_fault *fault)
{
	struct yett_generation *gen = draft->gen;
	const struct yett_path_trie *paths;
	enum yett_status status;

	status = yett_path_trie_build(&gen->arena, site, &paths, fault);
	if (status != YETT_OK)
		return status;
	if (reserve(&gen->sites) != YETT_OK)
		return YETT_E_NOMEM;
	site->paths = paths; /* the table wants to know */
	status = yett_site_table_add(&gen->table, site, fault);
	if (status == YETT_OK)
		site->index = append(&gen->sites, site);
	return status;
}

/* The only number that generations share: unique, growing, from 1. */
static uint64_t
next_id(void)
{
	static atomic_uint_fast64_t last;

	return atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1;
}

enum yett_status
yett_draft_freeze(struct yett_draft **draft, struct yett_generation **out,
    struct yett_fault *fault)
{
	struct yett_draft *mine = *draft;
	struct yett_generation *gen = mine->gen;
	enum yett_status status = YETT_OK;

	*draft = NULL;
	for (uint32_t i = 0; i < gen->sites.count && status == YETT_OK; i++) {
		struct yett_site *site = gen->sites.at[i];

		status = yett_site_check(site, gen->trusts.count, fault);
		if (status == YETT_OK)
			status = yett_site_derive(&gen->arena,
			    &mine->trust_sets, site, fault);
	}
	if (status == YETT_OK) {
		gen->id = next_id();
		atomic_init(&gen->references, 1);
		mine->gen = NULL;
		*out = gen;
	}
	yett_draft_free(mine);
	return status;
}
