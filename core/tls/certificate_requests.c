/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/certificate_requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tls/ca_names.h"
#include "tls/server_key.h"

/* The CA names of one set of trusts. */
struct certificate_request {
	struct yett_trust_set trusts;
	gnutls_certificate_credentials_t credentials;
};

struct yett_certificate_requests {
	struct certificate_request *at; /* ascending; the first names none */
	size_t count;
	uint32_t trust_count;
	struct yett_arena arena; /* of the sets */
};

static int
by_trusts(const void *a, const void *b)
{
	const struct certificate_request *left = a, *right = b;

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
add_marked(struct yett_certificate_requests *requests, bool *member)
{
	uint32_t *index = yett_arena_alloc(&requests->arena,
	    requests->trust_count * sizeof(*index));
	uint32_t count = 0;

	if (index == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < requests->trust_count; i++)
		if (member[i])
			index[count++] = i;
	memset(member, 0, requests->trust_count * sizeof(*member));
	requests->at[requests->count++].trusts = (struct yett_trust_set){ index,
		count };
	return YETT_OK;
}

/* A set of several trusts; each alone is listed for itself. */
static enum yett_status
add_several(struct yett_certificate_requests *requests, bool *member,
    struct yett_trust_set set)
{
	if (set.count < 2)
		return YETT_OK;
	mark(member, set);
	return add_marked(requests, member);
}

/* None; each alone; what each site asks for; all that a site knows. */
static enum yett_status
list_sets(struct yett_certificate_requests *requests,
    const struct yett_generation *gen, bool *member)
{
	enum yett_status status = add_marked(requests, member);

	for (uint32_t i = 0; i < requests->trust_count; i++) {
		member[i] = true;
		if (status == YETT_OK)
			status = add_marked(requests, member);
	}
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		if (status == YETT_OK)
			status = add_several(requests, member,
			    site->ask.trusts);
		for (uint32_t k = 0; k < site->level_count && status == YETT_OK;
		     k++)
			status = add_several(requests, member,
			    site->level[k].ask.trusts);
		if (status == YETT_OK)
			status = add_several(requests, member, site->learned);
		mark(member, site->fallback.trusts);
		for (uint32_t k = 0; k < site->rule_count; k++)
			mark(member, site->rule[k]->trusts);
		if (status == YETT_OK)
			status = add_marked(requests, member);
	}
	return status;
}

static void
drop_repeated(struct yett_certificate_requests *requests)
{
	struct certificate_request *request = requests->at;
	size_t kept = 0;

	qsort(request, requests->count, sizeof(*request), by_trusts);
	for (size_t i = 0; i < requests->count; i++)
		if (kept == 0 ||
		    by_trusts(&request[kept - 1], &request[i]) != 0)
			request[kept++] = request[i];
	requests->count = kept;
}

static enum yett_status
open_one(struct certificate_request *request,
    struct yett_trust_store *const *trust)
{
	uint32_t count = request->trusts.count;
	const struct yett_trust_store **store;
	enum yett_status status;

	if (gnutls_certificate_allocate_credentials(&request->credentials) < 0)
		return YETT_E_NOMEM;
	yett_server_key_attach(request->credentials);
	store = calloc(count + 1, sizeof(*store));
	if (store == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		store[i] = trust[request->trusts.index[i]];
	status = yett_ca_names_set(store, count, request->credentials);
	free(store);
	return status;
}

/* List all sets once, without credentials. */
static enum yett_status
list_all(struct yett_certificate_requests *requests,
    const struct yett_generation *gen)
{
	size_t most = 1 + requests->trust_count +
	    3 * (size_t)yett_generation_site_count(gen);
	bool *member = calloc(requests->trust_count + 1, sizeof(*member));
	enum yett_status status = YETT_E_NOMEM;

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++)
		most += yett_generation_site_at(gen, i)->level_count;
	requests->at = calloc(most, sizeof(*requests->at));
	if (requests->at != NULL && member != NULL)
		status = list_sets(requests, gen, member);
	free(member);
	if (status == YETT_OK)
		drop_repeated(requests);
	return status;
}

enum yett_status
yett_certificate_requests_open(struct yett_certificate_requests **out,
    const struct yett_generation *gen, struct yett_trust_store *const *trust,
    struct yett_fault *fault)
{
	struct yett_certificate_requests *requests = calloc(1,
	    sizeof(*requests));
	enum yett_status status;

	if (requests == NULL)
		return YETT_E_NOMEM;
	requests->trust_count = yett_generation_trust_count(gen);
	status = list_all(requests, gen);
	for (size_t i = 0; i < requests->count && status == YETT_OK; i++) {
		status = open_one(&requests->at[i], trust);
		if (status != YETT_OK)
			yett_fail(fault, status,
			    "cannot prepare the names of CAs");
	}
	if (status != YETT_OK) {
		yett_certificate_requests_close(requests);
		return status;
	}
	*out = requests;
	return YETT_OK;
}

void
yett_certificate_requests_close(struct yett_certificate_requests *requests)
{
	if (requests == NULL)
		return;
	for (size_t i = 0; i < requests->count; i++)
		if (requests->at[i].credentials != NULL)
			gnutls_certificate_free_credentials(
			    requests->at[i].credentials);
	free(requests->at);
	yett_arena_clear(&requests->arena);
	free(requests);
}

gnutls_certificate_credentials_t
yett_certificate_requests_of(const struct yett_certificate_requests *requests,
    struct yett_trust_set trusts)
{
	struct certificate_request wanted = { .trusts = trusts };
	const struct certificate_request *found = bsearch(&wanted, requests->at,
	    requests->count, sizeof(wanted), by_trusts);

	return found != NULL ? found->credentials : requests->at[0].credentials;
}
