/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/askings.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tls/ca_names.h"
#include "tls/server_key.h"

/* The CA names of one set of trusts. */
struct asking {
	struct yett_trust_set trusts;
	gnutls_certificate_credentials_t credentials;
};

struct yett_askings {
	struct asking *at; /* ascending; the first names none */
	size_t count;
	uint32_t trust_count;
	struct yett_arena arena; /* of the sets */
};

static int
by_trusts(const void *a, const void *b)
{
	const struct asking *left = a, *right = b;

	if (left->trusts.count != right->trusts.count)
		return left->trusts.count < right->trusts.count ? -1 : 1;
	for (uint32_t i = 0; i < left->trusts.count; i++)
		if (left->trusts.index[i] != right->trusts.index[i])
			return left->trusts.index[i] < right->trusts.index[i]
			    ? -1
			    : 1;
	return 0;
}

/* Mark the members of `set` in `member`, one flag for each trust. */
static void
mark(bool *member, struct yett_trust_set set)
{
	for (uint32_t i = 0; i < set.count; i++)
		member[set.index[i]] = true;
}

/* Add the set of the marked trusts, and unmark them. */
static enum yett_status
add_marked(struct yett_askings *askings, bool *member)
{
	uint32_t *index = yett_arena_alloc(&askings->arena,
	    askings->trust_count * sizeof(*index));
	uint32_t count = 0;

	if (index == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < askings->trust_count; i++)
		if (member[i])
			index[count++] = i;
	memset(member, 0, askings->trust_count * sizeof(*member));
	askings->at[askings->count++].trusts = (struct yett_trust_set){ index,
		count };
	return YETT_OK;
}

/* A set of several trusts; each alone is listed for itself. */
static enum yett_status
add_several(struct yett_askings *askings, bool *member,
    struct yett_trust_set set)
{
	if (set.count < 2)
		return YETT_OK;
	mark(member, set);
	return add_marked(askings, member);
}

/* None; each alone; what each site asks for; all that a site knows. */
static enum yett_status
list_sets(struct yett_askings *askings, const struct yett_generation *gen,
    bool *member)
{
	enum yett_status status = add_marked(askings, member);

	for (uint32_t i = 0; i < askings->trust_count; i++) {
		member[i] = true;
		if (status == YETT_OK)
			status = add_marked(askings, member);
	}
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		if (status == YETT_OK)
			status = add_several(askings, member, site->ask.trusts);
		for (uint32_t k = 0; k < site->level_count && status == YETT_OK;
		     k++)
			status = add_several(askings, member,
			    site->level[k].ask.trusts);
		if (status == YETT_OK)
			status = add_several(askings, member, site->learned);
		mark(member, site->fallback.trusts);
		for (uint32_t k = 0; k < site->rule_count; k++)
			mark(member, site->rule[k]->trusts);
		if (status == YETT_OK)
			status = add_marked(askings, member);
	}
	return status;
}

static void
drop_repeated(struct yett_askings *askings)
{
	struct asking *asking = askings->at;
	size_t kept = 0;

	qsort(asking, askings->count, sizeof(*asking), by_trusts);
	for (size_t i = 0; i < askings->count; i++)
		if (kept == 0 || by_trusts(&asking[kept - 1], &asking[i]) != 0)
			asking[kept++] = asking[i];
	askings->count = kept;
}

static enum yett_status
open_one(struct asking *asking, struct yett_trust_store *const *trust)
{
	uint32_t count = asking->trusts.count;
	const struct yett_trust_store **store;
	enum yett_status status;

	if (gnutls_certificate_allocate_credentials(&asking->credentials) < 0)
		return YETT_E_NOMEM;
	yett_server_key_attach(asking->credentials);
	store = calloc(count + 1, sizeof(*store));
	if (store == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		store[i] = trust[asking->trusts.index[i]];
	status = yett_ca_names_set(store, count, asking->credentials);
	free(store);
	return status;
}

/* List all sets once, without credentials. */
static enum yett_status
list_all(struct yett_askings *askings, const struct yett_generation *gen)
{
	size_t most = 1 + askings->trust_count +
	    3 * (size_t)yett_generation_site_count(gen);
	bool *member = calloc(askings->trust_count + 1, sizeof(*member));
	enum yett_status status = YETT_E_NOMEM;

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++)
		most += yett_generation_site_at(gen, i)->level_count;
	askings->at = calloc(most, sizeof(*askings->at));
	if (askings->at != NULL && member != NULL)
		status = list_sets(askings, gen, member);
	free(member);
	if (status == YETT_OK)
		drop_repeated(askings);
	return status;
}

enum yett_status
yett_askings_open(struct yett_askings **out, const struct yett_generation *gen,
    struct yett_trust_store *const *trust, struct yett_fault *fault)
{
	struct yett_askings *askings = calloc(1, sizeof(*askings));
	enum yett_status status;

	if (askings == NULL)
		return YETT_E_NOMEM;
	askings->trust_count = yett_generation_trust_count(gen);
	status = list_all(askings, gen);
	for (size_t i = 0; i < askings->count && status == YETT_OK; i++) {
		status = open_one(&askings->at[i], trust);
		if (status != YETT_OK)
			yett_fail(fault, status,
			    "cannot prepare the names of CAs");
	}
	if (status != YETT_OK) {
		yett_askings_close(askings);
		return status;
	}
	*out = askings;
	return YETT_OK;
}

void
yett_askings_close(struct yett_askings *askings)
{
	if (askings == NULL)
		return;
	for (size_t i = 0; i < askings->count; i++)
		if (askings->at[i].credentials != NULL)
			gnutls_certificate_free_credentials(
			    askings->at[i].credentials);
	free(askings->at);
	yett_arena_clear(&askings->arena);
	free(askings);
}

gnutls_certificate_credentials_t
yett_askings_of(const struct yett_askings *askings,
    struct yett_trust_set trusts)
{
	struct asking wanted = { .trusts = trusts };
	const struct asking *found = bsearch(&wanted, askings->at,
	    askings->count, sizeof(wanted), by_trusts);

	return found != NULL ? found->credentials : askings->at[0].credentials;
}
