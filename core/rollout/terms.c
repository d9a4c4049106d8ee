/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/terms.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tls/credentials_choice.h"

/* Lower the end, raise the beginning. */
static void
narrow(struct yett_term *term, int64_t from, int64_t to)
{
	if (from > term->from)
		term->from = from;
	if (to < term->to)
		term->to = to;
}

static struct yett_term
term_of(const char *kind, struct yett_slice name)
{
	return (struct yett_term){ kind, name, INT64_MIN, INT64_MAX, 0 };
}

static void
add_id(struct yett_term *term, const uint8_t *digest)
{
	uint64_t id;

	memcpy(&id, digest, sizeof(id));
	term->id ^= id;
}

/* What has no end is not told. */
static void
hand(const struct yett_term *term,
    void (*take)(void *arg, const struct yett_term *term), void *arg)
{
	if (term->to != INT64_MAX)
		take(arg, term);
}

static struct yett_term
site_term(const struct yett_credentials *credentials,
    const struct yett_site *site)
{
	struct yett_term term = term_of("site", site->name);
	const struct yett_server_key *key;

	for (uint32_t i = 0;
	     (key = yett_credentials_key_at(credentials, site, i)) != NULL;
	     i++) {
		uint8_t digest[YETT_SHA256_LEN];
		int64_t from, to;

		yett_server_key_dates(key, &from, &to);
		narrow(&term, from, to);
		if (yett_server_key_digest(key, digest) == YETT_OK)
			add_id(&term, digest);
	}
	return term;
}

static struct yett_term
trust_term(const struct yett_credentials *credentials,
    const struct yett_trust *trust)
{
	const struct yett_trust_store *store =
	    yett_credentials_trust(credentials, trust->index);
	struct yett_term term = term_of("trust", trust->name);
	struct yett_trust_dates dates;

	for (size_t i = 0; yett_trust_store_dates(store, i, &dates); i++)
		narrow(&term, dates.from, dates.to);
	add_id(&term, yett_trust_store_digest(store));
	return term;
}

void
yett_rollout_terms(const struct yett_rollout *rollout,
    void (*take)(void *arg, const struct yett_term *term), void *arg)
{
	const struct yett_generation *gen = rollout->gen;
	struct yett_term term;

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		term = site_term(rollout->credentials,
		    yett_generation_site_at(gen, i));
		hand(&term, take, arg);
	}
	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++) {
		term = trust_term(rollout->credentials,
		    yett_generation_trust(gen, i));
		hand(&term, take, arg);
	}
	for (uint32_t i = 0; i < yett_generation_upstream_count(gen); i++) {
		int64_t from, to;

		term = term_of("upstream",
		    yett_generation_upstream(gen, i)->target[0]);
		if (yett_targets_shown(rollout->targets, i, &from, &to))
			narrow(&term, from, to);
		hand(&term, take, arg);
	}
}

const char *
yett_term_date(int64_t at, char out[YETT_TERM_TEXT])
{
	time_t when = (time_t)at;
	struct tm tm;

	if (gmtime_r(&when, &tm) == NULL ||
	    strftime(out, YETT_TERM_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(out, YETT_TERM_TEXT, "?");
	return out;
}
