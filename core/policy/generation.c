/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/generation.h"

#include <stdlib.h>

#include "http/uri.h"
#include "policy/compiled.h"
#include "policy/path_trie.h"

void
yett_generation_attach(struct yett_generation *gen, void *held,
    void (*release)(void *held))
{
	gen->held = held;
	gen->release = release;
}

void
yett_generation_set_trust_id(struct yett_generation *gen, uint32_t trust,
    uint64_t id)
{
	struct yett_trust *held = gen->trusts.at[trust];

	held->id = id;
}

void
yett_generation_destroy(struct yett_generation *gen)
{
	if (gen == NULL)
		return;
	if (gen->release != NULL)
		gen->release(gen->held);
	yett_site_table_clear(&gen->table);
	free(gen->listens.at);
	free(gen->trusts.at);
	free(gen->upstreams.at);
	free(gen->sites.at);
	yett_arena_clear(&gen->arena);
	free(gen);
}

struct yett_generation *
yett_generation_ref(struct yett_generation *gen)
{
	atomic_fetch_add_explicit(&gen->references, 1, memory_order_relaxed);
	return gen;
}

bool
yett_generation_is_alone(const struct yett_generation *gen)
{
	return atomic_load_explicit(&gen->references, memory_order_acquire) ==
	    1;
}

void
yett_generation_unref(struct yett_generation **gen)
{
	struct yett_generation *mine = *gen;

	*gen = NULL;
	/* What other threads read before their release is over when the last
	 * one frees. */
	if (mine != NULL &&
	    atomic_fetch_sub_explicit(&mine->references, 1,
		memory_order_acq_rel) == 1)
		yett_generation_destroy(mine);
}

uint64_t
yett_generation_id(const struct yett_generation *gen)
{
	return gen->id;
}

const uint8_t *
yett_generation_digest(const struct yett_generation *gen)
{
	return gen->digest;
}

const struct yett_settings *
yett_generation_settings(const struct yett_generation *gen)
{
	return &gen->settings;
}

uint32_t
yett_generation_listen_count(const struct yett_generation *gen)
{
	return gen->listens.count;
}

const struct yett_listen *
yett_generation_listen(const struct yett_generation *gen, uint32_t index)
{
	return gen->listens.at[index];
}

uint32_t
yett_generation_trust_count(const struct yett_generation *gen)
{
	return gen->trusts.count;
}

const struct yett_trust *
yett_generation_trust(const struct yett_generation *gen, uint32_t index)
{
	return gen->trusts.at[index];
}

uint32_t
yett_generation_upstream_count(const struct yett_generation *gen)
{
	return gen->upstreams.count;
}

const struct yett_upstream *
yett_generation_upstream(const struct yett_generation *gen, uint32_t index)
{
	return gen->upstreams.at[index];
}

uint32_t
yett_generation_site_count(const struct yett_generation *gen)
{
	return gen->sites.count;
}

const struct yett_site *
yett_generation_site_at(const struct yett_generation *gen, uint32_t index)
{
	return gen->sites.at[index];
}

const struct yett_site *
yett_generation_site(const struct yett_generation *gen, struct yett_slice name)
{
	return yett_site_table_find(&gen->table, name);
}

bool
yett_generation_declares(const struct yett_generation *gen,
    struct yett_slice name)
{
	const struct yett_site *site = yett_generation_site(gen, name);

	return site != NULL && site != gen->table.any;
}

const struct yett_rule *
yett_site_rule(const struct yett_site *site, struct yett_slice path)
{
	const struct yett_rule *rule = yett_path_trie_find(site->paths, path);

	return rule != NULL ? rule : &site->fallback;
}
