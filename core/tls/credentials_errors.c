/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/credentials_errors.h"

#include <ctype.h>

#include "tls/credentials_review.h"
#include "tls/priority.h"
#include "tls/server_key.h"

/* One look at all files; lives while yett_credentials_errors_add() runs. */
struct errors {
	int64_t now;
	struct yett_findings *findings;
	uint32_t count;
};

static void
tell(struct errors *errors, const struct yett_spot *spot,
    enum yett_status status, const struct yett_fault *fault)
{
	struct yett_finding *finding = yett_finding_add(errors->findings,
	    YETT_SEVERITY_ERROR, "E501", spot, "%s",
	    fault->what[0] != '\0' ? fault->what : yett_status_text(status));

	yett_finding_help(errors->findings, finding,
	    "`yett explain E501` tells what is looked at");
	errors->count++;
}

/* --- keys --------------------------------------------------------------- */

/* Whether the message names the file `path`, and not a longer name. */
static bool
names(const struct yett_fault *fault, struct yett_slice path)
{
	const char *at = strstr(fault->what, path.at);

	return at != NULL && !isalnum((unsigned char)at[path.len]) &&
	    (at[path.len] != '.' || !isalnum((unsigned char)at[path.len + 1]));
}

static void
check_key(struct errors *errors, const struct yett_site *site, uint32_t index)
{
	const struct yett_key *declared = &site->key[index];
	struct yett_spot spot = { .place = site->place,
		.label = site->label,
		.field = "key",
		.element = index + 1 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_server_key *key = NULL;
	enum yett_status status = yett_server_key_open(&key, declared,
	    errors->now, &fault);

	yett_server_key_close(key);
	if (status == YETT_OK)
		return;
	if (names(&fault, declared->key))
		spot.member = "key";
	else if (names(&fault, declared->cert))
		spot.member = "cert";
	tell(errors, &spot, status, &fault);
}

static bool
same_files(const struct yett_key *a, const struct yett_key *b)
{
	return yett_slice_eq(a->cert, b->cert) && yett_slice_eq(a->key, b->key);
}

/* Sites often share a key; of those in a row the first is told. */
static void
check_site(struct errors *errors, const struct yett_site *site,
    const struct yett_key **last)
{
	for (uint32_t i = 0; i < site->key_count; i++) {
		if (*last == NULL || !same_files(*last, &site->key[i]))
			check_key(errors, site, i);
		*last = &site->key[i];
	}
}

static void
check_priority(struct errors *errors, const struct yett_site *site)
{
	const struct yett_spot spot = { .place = site->place,
		.label = site->label,
		.field = "tls_priority" };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_priority *priority = NULL;
	enum yett_status status = YETT_OK;

	if (site->priority.at != NULL)
		status = yett_priority_open(&priority, site->priority, &fault);
	yett_priority_close(priority);
	if (status != YETT_OK)
		tell(errors, &spot, status, &fault);
}

static void
check_trust(const struct yett_trust *trust, struct yett_crl_store *lists,
    struct yett_findings *findings)
{
	struct yett_trust_store *store;

	if (yett_trust_store_open(&store, trust, lists, NULL) != YETT_OK)
		return;
	yett_credentials_review_problems(store, trust, findings);
	yett_trust_store_close(store);
}

uint32_t
yett_credentials_errors_add(const struct yett_generation *gen,
    struct yett_crl_store *lists, int64_t now, struct yett_findings *findings)
{
	struct errors errors = { now, findings, 0 };
	const struct yett_key *last = NULL;

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		check_trust(yett_generation_trust(gen, i), lists, findings);
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		check_site(&errors, site, &last);
		check_priority(&errors, site);
	}
	return errors.count;
}
