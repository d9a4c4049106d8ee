/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/credentials_review.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/plural.h"
#include "tls/ca_names.h"
#include "tls/credentials_choice.h"
#include "tls/token.h"

#define DAY_S (24 * 60 * 60)
#define SOON_S (30 * DAY_S)

/* Something that holds between two dates. */
struct term {
	struct yett_spot spot;
	const char *what; /* "the certificate of site" */
	struct yett_slice name;
	int64_t from, to;
};

/* "2026-12-24"; the date alone, in UTC. */
static const char *
write_day(char out[16], int64_t at)
{
	time_t when = (time_t)at;
	struct tm day;

	if (gmtime_r(&when, &day) == NULL ||
	    strftime(out, 16, "%Y-%m-%d", &day) == 0)
		strcpy(out, "?");
	return out;
}

/* "in 3 days", "in 5 hours". */
static const char *
write_rest(char out[32], int64_t rest)
{
	int64_t count = rest >= 2 * DAY_S ? rest / DAY_S : rest / 3600;

	snprintf(out, 32, "in %lld %s%s", (long long)count,
	    rest >= 2 * DAY_S ? "day" : "hour", yett_plural((uint64_t)count));
	return out;
}

static bool
is_soon(const struct term *term, int64_t now)
{
	int64_t rest = term->to - now;

	return rest < SOON_S && rest < (term->to - term->from) / 3;
}

static void
tell_invalid(const struct term *term, int64_t now,
    struct yett_findings *findings)
{
	bool early = now < term->from;
	struct yett_finding *finding;
	char day[16];

	finding = yett_finding_add(findings, YETT_SEVERITY_WARNING, "W210",
	    &term->spot, "%s \"%.*s\" %s %s", term->what, YETT_ARG(term->name),
	    early ? "is not valid before" : "expired on",
	    write_day(day, early ? term->from : term->to));
	yett_finding_help(findings, finding, "%s",
	    early ? "look at the clock of this machine"
		  : "renew it, then reload: the other side refuses it now");
}

static void
review_term(const struct term *term, int64_t now,
    struct yett_findings *findings)
{
	struct yett_finding *finding;
	char day[16], rest[32];

	if (now < term->from || now > term->to) {
		tell_invalid(term, now, findings);
		return;
	}
	if (!is_soon(term, now))
		return;
	finding = yett_finding_add(findings, YETT_SEVERITY_WARNING, "W209",
	    &term->spot, "%s \"%.*s\" expires on %s, %s", term->what,
	    YETT_ARG(term->name), write_day(day, term->to),
	    write_rest(rest, term->to - now));
	yett_finding_help(findings, finding,
	    "renew it, then reload: no connection is closed for that");
}

static void
review_list(const struct term *term, int64_t now,
    struct yett_findings *findings)
{
	struct yett_finding *finding;
	char day[16], rest[32];

	if (term->to + YETT_CRL_GRACE_S <= now) {
		finding = yett_finding_add(findings, YETT_SEVERITY_WARNING,
		    "W241", &term->spot, "%s \"%.*s\" is stale since %s",
		    term->what, YETT_ARG(term->name), write_day(day, term->to));
		yett_finding_help(findings, finding,
		    "fetch the new one and reload: whom its issuer vouches "
		    "for is refused until then");
		return;
	}
	if (!is_soon(term, now))
		return;
	finding = yett_finding_add(findings, YETT_SEVERITY_WARNING, "W211",
	    &term->spot, "%s \"%.*s\" must be followed by %s, %s", term->what,
	    YETT_ARG(term->name), write_day(day, term->to),
	    write_rest(rest, term->to > now ? term->to - now : 0));
	yett_finding_help(findings, finding,
	    "fetch the new one and reload: with a stale list everybody is "
	    "refused");
}

static void
tell_no_authority(const struct term *term, struct yett_findings *findings)
{
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_WARNING, "W222", &term->spot,
	    "%s \"%.*s\" is no authority: only this very certificate is "
	    "believed, and nothing that it signed",
	    term->what, YETT_ARG(term->name));

	yett_finding_help(findings, finding,
	    "name the certificate of the one who issued it");
}

static void
tell_no_list(const struct term *term, const char *twin,
    struct yett_findings *findings)
{
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_WARNING, "W223", &term->spot,
	    "%s \"%.*s\"%s%s%s has no list in crl: whatever it issued is "
	    "refused",
	    term->what, YETT_ARG(term->name), *twin != '\0' ? " (" : "", twin,
	    *twin != '\0' ? ")" : "");

	yett_finding_help(findings, finding,
	    "add its list, or remove the CA; without any crl none is asked "
	    "for");
}

void
yett_credentials_review_problems(const struct yett_trust_store *store,
    const struct yett_trust *trust, struct yett_findings *findings)
{
	struct yett_trust_problem problem;

	for (size_t i = 0; yett_trust_store_problem(store, i, &problem); i++) {
		const struct yett_spot spot = { .place = trust->place,
			.label = trust->label,
			.field = problem.is_crl ? "crl" : "ca",
			.element = problem.element };

		yett_finding_help(findings,
		    yett_finding_add(findings, YETT_SEVERITY_WARNING, "W241",
			&spot, "%s", problem.what),
		    problem.is_crl
			? "until it can be read everybody who shows a "
			  "certificate for this trust is refused"
			: "until it can be read whom it would vouch for is "
			  "refused; all else runs");
	}
}

static void
tell_long_names(const struct yett_spot *spot, struct yett_slice name,
    size_t size, struct yett_findings *findings)
{
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_WARNING, "W242", spot,
	    "the names of the authorities that \"%.*s\" asks for take %zu "
	    "KiB: clients are sent none",
	    YETT_ARG(name), size / 1024);

	yett_finding_help(findings, finding,
	    "write names = false in the trust if that is meant; browsers then "
	    "offer every certificate they have");
}

/* The names of a trust, and those that a site asks for together. */
static void
review_names(const struct yett_credentials *credentials,
    struct yett_trust_set trusts, const struct yett_spot *spot,
    struct yett_slice name, struct yett_findings *findings)
{
	const struct yett_trust_store **store = calloc(trusts.count + 1,
	    sizeof(*store));
	size_t size;

	if (store == NULL)
		return;
	for (uint32_t i = 0; i < trusts.count; i++)
		store[i] = yett_credentials_trust(credentials, trusts.index[i]);
	size = yett_ca_names_size(store, trusts.count);
	free(store);
	if (size > YETT_CA_NAMES_BYTES)
		tell_long_names(spot, name, size, findings);
}

static void
review_trust(const struct yett_trust_store *store,
    const struct yett_trust *trust, int64_t now, struct yett_findings *findings)
{
	struct yett_trust_dates dates;

	yett_credentials_review_problems(store, trust, findings);
	for (size_t i = 0; yett_trust_store_dates(store, i, &dates); i++) {
		struct term term = {
			.spot = { .place = trust->place,
			    .label = trust->label,
			    .field = dates.is_crl ? "crl" : "ca" },
			.what = dates.is_crl ? "the revocation list of"
					     : "the CA",
			.name = yett_slice_of(dates.name),
			.from = dates.from,
			.to = dates.to,
		};

		if (dates.is_crl)
			review_list(&term, now, findings);
		else
			review_term(&term, now, findings);
		if (dates.no_authority)
			tell_no_authority(&term, findings);
		else if (dates.no_list)
			tell_no_list(&term, dates.twin, findings);
	}
}

static void
review_response(const struct term *term, const struct yett_server_key *key,
    struct yett_findings *findings)
{
	static const char *const cures[] = {
		[YETT_RESPONSE_NOT_NAMED] =
		    "write key = { cert = ..., key = ..., ocsp = \"FILE\" }, "
		    "and fetch the response with `openssl ocsp`",
		[YETT_RESPONSE_WITHOUT_ISSUER] =
		    "put the issuer's certificate behind the site's own, as in "
		    "`cat site.pem issuer.pem >chain.pem`, and name that file "
		    "as cert",
		[YETT_RESPONSE_NOT_GOOD] =
		    "fetch one, as in `openssl ocsp -issuer issuer.pem -cert "
		    "site.pem -url URL -respout FILE`: it is taken up without "
		    "a reload",
	};
	struct yett_spot spot = term->spot;
	struct yett_finding *finding;
	const char *why;
	enum yett_response_lack lack = yett_server_key_lacks_response(key,
	    &why);

	if (lack == YETT_RESPONSE_NOT_LACKING)
		return;
	if (lack == YETT_RESPONSE_NOT_GOOD)
		spot.member = "ocsp";
	finding = yett_finding_add(findings, YETT_SEVERITY_WARNING, "W220",
	    &spot, "no OCSP response goes with %s \"%.*s\": %s", term->what,
	    YETT_ARG(term->name), why);
	yett_finding_help(findings, finding, "%s", cures[lack]);
}

/* Sites often share a key; of those in a row the first is told. */
static void
review_site(const struct yett_credentials *credentials,
    const struct yett_site *site, const struct yett_server_key **last,
    int64_t now, struct yett_findings *findings)
{
	const struct yett_server_key *key;

	for (uint32_t i = 0;
	     (key = yett_credentials_key_at(credentials, site, i)) != NULL;
	     i++) {
		struct term term = {
			.spot = { .place = site->place,
			    .label = site->label,
			    .field = "key",
			    .element = i + 1,
			    .member = "cert" },
			.what = "the certificate of site",
			.name = site->name,
		};

		if (key == *last)
			continue;
		*last = key;
		yett_server_key_dates(key, &term.from, &term.to);
		review_term(&term, now, findings);
		review_response(&term, key, findings);
	}
}

void
yett_credentials_review_shown(const struct yett_spot *spot,
    struct yett_slice cert, int64_t from, int64_t to, int64_t now,
    struct yett_findings *findings)
{
	struct term term = {
		.spot = *spot,
		.what = "the certificate shown to the upstream,",
		.name = yett_token_shown(cert),
		.from = from,
		.to = to,
	};

	review_term(&term, now, findings);
}

void
yett_credentials_review(const struct yett_credentials *credentials, int64_t now,
    struct yett_findings *findings)
{
	const struct yett_generation *gen = yett_credentials_generation(
	    credentials);
	const struct yett_server_key *last = NULL;

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++) {
		const struct yett_trust *trust = yett_generation_trust(gen, i);
		const struct yett_spot spot = { .place = trust->place,
			.label = trust->label,
			.field = "ca" };

		review_trust(yett_credentials_trust(credentials, i), trust, now,
		    findings);
		review_names(credentials, (struct yett_trust_set){ &i, 1 },
		    &spot, trust->name, findings);
	}
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);
		const struct yett_spot spot = { .place = site->place,
			.label = site->label,
			.field = "trust" };

		review_site(credentials, site, &last, now, findings);
		if (site->ask.trusts.count > 1)
			review_names(credentials, site->ask.trusts, &spot,
			    site->name, findings);
	}
}
