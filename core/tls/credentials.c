/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/credentials.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "policy/place.h"
#include "tls/certificate_requests.h"
#include "tls/credentials_choice.h"
#include "tls/priorities.h"

/* Files that are looked at in one second. */
#define TENDED_AT_ONCE 256

/* A key pair that one or more sites declare. */
struct declared_key {
	const struct yett_key *key;
	const struct yett_site *site; /* the first to declare it */
	uint32_t position;            /* in site_key */
};

/* What was logged of a trust. */
struct load_output {
	bool problems;
	enum yett_crl_state state;
};

struct yett_credentials {
	struct yett_generation *gen; /* lends us its life */
	struct yett_trust_store **trust;
	struct load_output *told; /* of each trust; the tender's */
	uint32_t trust_count;
	struct yett_server_key **key; /* each once */
	size_t key_count;
	size_t tended; /* the next of `key`; the tender's */
	const struct yett_server_key **site_key; /* all sites', in a row */
	uint32_t *first_key; /* of each site, in site_key; one more at the end
			      */
	struct yett_certificate_requests *requests;
	struct yett_priorities *priorities;
};

void
yett_credentials_close(struct yett_credentials *credentials)
{
	if (credentials == NULL)
		return;
	yett_certificate_requests_close(credentials->requests);
	for (size_t i = 0; i < credentials->key_count; i++)
		yett_server_key_close(credentials->key[i]);
	for (uint32_t i = 0; i < credentials->trust_count; i++)
		yett_trust_store_close(credentials->trust[i]);
	yett_priorities_close(credentials->priorities);
	free(credentials->key);
	free(credentials->site_key);
	free(credentials->first_key);
	free(credentials->trust);
	free(credentials->told);
	free(credentials);
}

/* One is not here since the load: say so once, and which. */
static void
tell_away(const struct yett_trust_store *store, const char *name)
{
	struct yett_trust_problem problem;
	char quoted[600];

	for (size_t i = 0; yett_trust_store_problem(store, i, &problem); i++)
		yett_log(YETT_LOG_ERROR, "trust-short", "trust=%s error=%s",
		    name,
		    yett_log_quote(quoted, sizeof(quoted),
			yett_slice_of(problem.what)));
}

static void
tell_lists(const char *name, enum yett_crl_state state,
    const struct yett_trust_dates *dates, int64_t now)
{
	char issuer[600];

	(void)yett_log_quote(issuer, sizeof(issuer),
	    yett_slice_of(dates->name));
	if (state == YETT_CRL_DUE)
		yett_log(YETT_LOG_WARN, "crl-due",
		    "trust=%s issuer=%s left=%llds error=\"fetch its "
		    "successor and reload\"",
		    name, issuer, (long long)(dates->to - now));
	else if (state == YETT_CRL_STALE)
		yett_log(YETT_LOG_ERROR, "crl-stale",
		    "trust=%s issuer=%s error=\"whom it vouches for is refused "
		    "until a newer list is loaded\"",
		    name, issuer);
}

/* Once what is missing, once when a list of the trust is due, and once when it
 * is over. */
static void
tend_trust(struct yett_credentials *credentials, uint32_t index, int64_t now)
{
	const struct yett_trust *trust = yett_generation_trust(credentials->gen,
	    index);
	const struct yett_trust_store *store = credentials->trust[index];
	struct yett_trust_dates dates;
	enum yett_crl_state state = yett_trust_store_crls(store, now, &dates);
	struct load_output *told = &credentials->told[index];
	char name[100];

	(void)yett_log_quote(name, sizeof(name), trust->name);
	if (!told->problems)
		tell_away(store, name);
	told->problems = true;
	if (state <= told->state)
		return;
	told->state = state;
	tell_lists(name, state, &dates, now);
}

void
yett_credentials_crls(const struct yett_credentials *credentials, int64_t now,
    uint32_t count[YETT_CRL_STATES])
{
	struct yett_trust_dates dates;

	memset(count, 0, YETT_CRL_STATES * sizeof(*count));
	for (uint32_t i = 0; i < credentials->trust_count; i++)
		count[yett_trust_store_crls(credentials->trust[i], now,
		    &dates)]++;
}

void
yett_credentials_tend(struct yett_credentials *credentials, int64_t now)
{
	int looks = 0;

	for (uint32_t i = 0; i < credentials->trust_count; i++)
		tend_trust(credentials, i, now);

	for (size_t i = 0; i < credentials->key_count && looks < TENDED_AT_ONCE;
	     i++) {
		if (credentials->tended >= credentials->key_count)
			credentials->tended = 0;
		looks += yett_server_key_tend(credentials
						  ->key[credentials->tended++],
		    now);
	}
}

void
yett_credentials_release(void *credentials)
{
	yett_credentials_close(credentials);
}

/* --- trusts ------------------------------------------------------------- */

static enum yett_status
open_trusts(struct yett_credentials *credentials, struct yett_crl_store *lists,
    struct yett_fault *fault)
{
	struct yett_generation *gen = credentials->gen;
	uint32_t count = yett_generation_trust_count(gen);

	credentials->trust = calloc(count + 1, sizeof(*credentials->trust));
	credentials->told = calloc(count + 1, sizeof(*credentials->told));
	if (credentials->trust == NULL || credentials->told == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		enum yett_status status =
		    yett_trust_store_open(&credentials->trust[i],
			yett_generation_trust(gen, i), lists, fault);

		if (status != YETT_OK)
			return status;
		credentials->trust_count++;
		yett_generation_set_trust_id(gen, i,
		    yett_trust_store_id(credentials->trust[i]));
	}
	return YETT_OK;
}

/* --- keys --------------------------------------------------------------- */

static int
compare(struct yett_slice a, struct yett_slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.at, b.at, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
by_files(const void *a, const void *b)
{
	const struct declared_key *left = a, *right = b;
	int order = compare(left->key->cert, right->key->cert);

	if (order == 0)
		order = compare(left->key->key, right->key->key);
	return order != 0 ? order : compare(left->key->ocsp, right->key->ocsp);
}

/* Lay out first_key, and list what is declared. */
static enum yett_status
list_keys(struct yett_credentials *credentials, struct declared_key **out,
    size_t *count, struct yett_fault *fault)
{
	const struct yett_generation *gen = credentials->gen;
	uint32_t sites = yett_generation_site_count(gen);
	struct declared_key *list;
	uint32_t total = 0;

	credentials->first_key = calloc(sites + 1, sizeof(uint32_t));
	if (credentials->first_key == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < sites; i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		if (site->key_count == 0)
			return yett_fail_at(fault, &site->place,
			    "site \"%.*s\" has no key", YETT_ARG(site->label));
		total += site->key_count;
		credentials->first_key[i + 1] = total;
	}
	list = calloc(total + 1, sizeof(*list));
	if (list == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0, at = 0; i < sites; i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		for (uint32_t k = 0; k < site->key_count; k++, at++)
			list[at] = (struct declared_key){ &site->key[k], site,
				at };
	}
	*out = list;
	*count = total;
	return YETT_OK;
}

/* Sites often share a key: read the files of each once. */
static enum yett_status
read_keys(struct yett_credentials *credentials, struct declared_key *list,
    size_t count, struct yett_fault *fault)
{
	int64_t now = (int64_t)(yett_clock_wall() / YETT_NS_PER_S);

	qsort(list, count, sizeof(*list), by_files);
	for (size_t i = 0; i < count; i++) {
		struct yett_server_key **key =
		    &credentials->key[credentials->key_count];

		if (i == 0 || by_files(&list[i - 1], &list[i]) != 0) {
			enum yett_status status = yett_server_key_open(key,
			    list[i].key, now, fault);

			if (status != YETT_OK) {
				char where[YETT_PLACE_TEXT];

				yett_fault_where(fault, "%s",
				    yett_place_write(where, sizeof(where),
					&list[i].site->place));
				return status;
			}
			credentials->key_count++;
		}
		credentials->site_key[list[i].position] =
		    credentials->key[credentials->key_count - 1];
	}
	return YETT_OK;
}

static enum yett_status
open_keys(struct yett_credentials *credentials, struct yett_fault *fault)
{
	struct declared_key *list = NULL;
	size_t count = 0;
	enum yett_status status = list_keys(credentials, &list, &count, fault);

	if (status != YETT_OK)
		return status;
	credentials->key = calloc(count + 1, sizeof(*credentials->key));
	credentials->site_key = calloc(count + 1,
	    sizeof(*credentials->site_key));
	if (credentials->key == NULL || credentials->site_key == NULL)
		status = YETT_E_NOMEM;
	else
		status = read_keys(credentials, list, count, fault);
	free(list);
	return status;
}

/* --- priorities --------------------------------------------------------- */

/* A site none of whose keys may sign would refuse everybody. */
static enum yett_status
check_kinds(const struct yett_credentials *credentials,
    const struct yett_site *site, struct yett_fault *fault)
{
	unsigned kinds = yett_priority_kinds(
	    yett_priorities_of(credentials->priorities, site));
	char where[YETT_PLACE_TEXT];

	for (uint32_t i = credentials->first_key[site->index];
	     i < credentials->first_key[site->index + 1]; i++)
		if ((yett_server_key_kind(credentials->site_key[i]) & kinds) !=
		    0)
			return YETT_OK;
	yett_fault_where(fault, "%s",
	    yett_place_write(where, sizeof(where), &site->place));
	return yett_fail(fault, YETT_E_POLICY,
	    "tls_priority = \"%s\" lets no key of site \"%.*s\" sign; "
	    "add signatures (+SIGN-...) and key exchanges for its keys",
	    site->priority.at, YETT_ARG(site->name));
}

static enum yett_status
open_priorities(struct yett_credentials *credentials, struct yett_fault *fault)
{
	const struct yett_generation *gen = credentials->gen;
	enum yett_status status = yett_priorities_open(&credentials->priorities,
	    gen, fault);

	for (uint32_t i = 0;
	     status == YETT_OK && i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		if (site->priority.at != NULL)
			status = check_kinds(credentials, site, fault);
	}
	return status;
}

/* --- all ---------------------------------------------------------------- */

static enum yett_status
open_some(struct yett_credentials **out, struct yett_generation *gen,
    struct yett_crl_store *lists, bool keys, struct yett_fault *fault)
{
	struct yett_credentials *credentials = calloc(1, sizeof(*credentials));
	enum yett_status status;

	if (credentials == NULL)
		return YETT_E_NOMEM;
	credentials->gen = gen;
	status = open_trusts(credentials, lists, fault);
	if (status == YETT_OK && keys)
		status = open_keys(credentials, fault);
	if (status == YETT_OK && keys)
		status = yett_certificate_requests_open(&credentials->requests,
		    gen, credentials->trust, fault);
	if (status == YETT_OK && keys)
		status = open_priorities(credentials, fault);
	if (status != YETT_OK) {
		yett_credentials_close(credentials);
		return status;
	}
	*out = credentials;
	return YETT_OK;
}

enum yett_status
yett_credentials_open(struct yett_credentials **out,
    struct yett_generation *gen, struct yett_crl_store *lists,
    struct yett_fault *fault)
{
	return open_some(out, gen, lists, true, fault);
}

/* A gateway refuses the clients of a trust whose file it cannot use. Elsewhere
 * that says only that the file is not here. */
static enum yett_status
check_trusts(const struct yett_credentials *credentials,
    struct yett_fault *fault)
{
	for (uint32_t i = 0; i < credentials->trust_count; i++) {
		struct yett_trust_problem problem;
		char where[YETT_PLACE_TEXT];

		if (!yett_trust_store_problem(credentials->trust[i], 0,
			&problem))
			continue;
		yett_fault_where(fault, "%s",
		    yett_place_write(where, sizeof(where),
			&yett_generation_trust(credentials->gen, i)->place));
		return yett_fail(fault, YETT_E_NOT_FOUND, "%s", problem.what);
	}
	return YETT_OK;
}

enum yett_status
yett_credentials_open_trusts(struct yett_credentials **out,
    struct yett_generation *gen, struct yett_fault *fault)
{
	struct yett_credentials *credentials;
	enum yett_status status = open_some(&credentials, gen, NULL, false,
	    fault);

	if (status != YETT_OK)
		return status;
	status = check_trusts(credentials, fault);
	if (status == YETT_OK)
		*out = credentials;
	else
		yett_credentials_close(credentials);
	return status;
}

struct yett_generation *
yett_credentials_generation(const struct yett_credentials *credentials)
{
	return credentials->gen;
}

const struct yett_trust_store *
yett_credentials_trust(const struct yett_credentials *credentials,
    uint32_t trust)
{
	return trust < credentials->trust_count ? credentials->trust[trust]
						: NULL;
}

gnutls_certificate_credentials_t
yett_credentials_asking(const struct yett_credentials *credentials,
    struct yett_trust_set trusts)
{
	return yett_certificate_requests_of(credentials->requests, trusts);
}

const struct yett_server_key *
yett_credentials_key(const struct yett_credentials *credentials,
    const struct yett_site *site, unsigned kinds, uint32_t chain_schemes)
{
	const struct yett_server_key *best = NULL;
	int best_rank = -1;

	for (uint32_t i = credentials->first_key[site->index];
	     i < credentials->first_key[site->index + 1]; i++) {
		const struct yett_server_key *key = credentials->site_key[i];
		enum yett_key_kind kind = yett_server_key_kind(key);
		int rank = 2 * yett_server_key_chain_suits(key, chain_schemes) +
		    ((kind & YETT_KEYS_CURVE) != 0);

		if ((kind & kinds) != 0 && rank > best_rank) {
			best = key;
			best_rank = rank;
		}
	}
	return best;
}

const struct yett_priority *
yett_credentials_priority(const struct yett_credentials *credentials,
    const struct yett_site *site)
{
	return yett_priorities_of(credentials->priorities, site);
}

const struct yett_server_key *
yett_credentials_key_at(const struct yett_credentials *credentials,
    const struct yett_site *site, uint32_t index)
{
	return index < site->key_count
	    ? credentials->site_key[credentials->first_key[site->index] + index]
	    : NULL;
}

uint32_t
yett_credentials_problems(const struct yett_credentials *credentials,
    const char **why)
{
	struct yett_trust_problem problem;
	uint32_t count = 0;

	for (uint32_t i = 0; i < credentials->trust_count; i++)
		for (size_t k = 0;
		     yett_trust_store_problem(credentials->trust[i], k,
			 &problem);
		     k++)
			if (count++ == 0)
				*why = problem.what;
	return count;
}
