/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/review.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/plural.h"
#include "policy/matcher.h"
#include "policy/redirect_check.h"
#include "policy/review_functions.h"
#include "policy/review_paths.h"
#include "policy/review_preflights.h"
#include "policy/share.h"
#include "policy/trust_set.h"

/* One review; lives while yett_review() runs. */
struct review {
	const struct yett_generation *gen;
	struct yett_findings *findings;
	uint64_t now; /* seconds since 1970 */
};

/* What `late` does, in short. */
static const char *
write_late(char *out, size_t size, const struct yett_late *late)
{
	if (late->close == YETT_CLOSE_RESET)
		snprintf(out, size, "a connection that is cut");
	else if (late->redirect.at != NULL)
		snprintf(out, size, "a redirect to %.*s",
		    YETT_ARG(late->redirect));
	else if (late->learn > 0)
		snprintf(out, size,
		    "421, after which their next handshake is asked");
	else
		snprintf(out, size, "status %u", late->status);
	return out;
}

static void
tell_late(const struct review *review, const struct yett_site *site,
    const struct yett_rule *rule)
{
	enum yett_severity severity = rule->late != NULL
	    ? YETT_SEVERITY_NOTE
	    : YETT_SEVERITY_WARNING;
	struct yett_spot spot = yett_spot_of_rule(rule, "certificate");
	struct yett_spot never = yett_spot_of_rule(&site->fallback,
	    "handshake");
	char text[300];
	struct yett_finding *finding = yett_finding_add(review->findings,
	    severity, "W201", &spot,
	    "%.*s needs a certificate that %.*s never asks for",
	    YETT_ARG(rule->label), YETT_ARG(site->label));

	if (rule->late != NULL)
		yett_finding_help(review->findings, finding,
		    "everybody gets the answer of `late`, %s; use "
		    "handshake = \"auto\" to ask at the handshake instead",
		    write_late(text, sizeof(text), rule->late));
	else
		yett_finding_help(review->findings, finding,
		    "use handshake = \"auto\" to ask at the handshake, or add "
		    "late = { ... } to choose the refusal");
	yett_finding_note(review->findings, finding, &never,
	    "handshake = \"never\" is set here");
}

/* --- the price of asking ------------------------------------------------ */

/* What a site that asks shows to whom. */
struct price {
	const struct yett_rule
	    *request;           /* the first that needs a certificate */
	struct yett_slice open; /* the first pattern that does not */
	/* Paths: rules, and what no rule has, which is one more. */
	uint32_t needing, opened, all;
};

static struct price
price_of(const struct yett_site *site)
{
	struct price price = { .open = YETT_SLICE_NONE };

	for (uint32_t i = 0; i < site->rule_count; i++) {
		const struct yett_rule *rule = site->rule[i];
		bool needs = yett_share_need(rule) != YETT_NEED_NONE;

		if (needs && price.request == NULL)
			price.request = rule;
		if (!yett_review_matches(site, rule))
			continue;
		price.all++;
		price.needing += needs;
		if (needs)
			continue;
		price.opened++;
		if (price.open.at == NULL)
			price.open = rule->pattern;
	}
	if (yett_review_falls_back(site)) {
		price.opened++;
		price.all++;
		if (price.open.at == NULL)
			price.open = YETT_LIT("/");
	}
	return price;
}

static void
tell_price(const struct review *review, const struct yett_site *site)
{
	struct price price = price_of(site);
	struct yett_finding *finding;
	struct yett_spot spot;
	char more[40] = "";

	if (site->handshake != YETT_HANDSHAKE_AUTO ||
	    site->hello_function >= 0 ||
	    site->fallback.need != YETT_NEED_NONE || price.request == NULL ||
	    price.opened == 0)
		return;
	if (price.opened > 1)
		snprintf(more, sizeof(more), " and %u more public path%s",
		    price.opened - 1, yett_plural(price.opened - 1));
	spot = yett_spot_of_rule(price.request, "certificate");
	finding = yett_finding_add(review->findings, YETT_SEVERITY_WARNING,
	    "W202", &spot,
	    "asking at the handshake also shows the certificate picker on "
	    "\"%.*s\"%s (%u of %u path%s need%s it)",
	    YETT_ARG(price.open), more, price.needing, price.all,
	    yett_plural(price.all), yett_singular(price.needing));
	yett_finding_help(review->findings, finding,
	    "a name of its own for %.*s avoids that",
	    YETT_ARG(price.request->pattern));
	spot = yett_spot_of_rule(price.request, "shadow");
	if (price.request->shadow > review->now)
		yett_finding_note(review->findings, finding, &spot,
		    "a rule in shadow is asked for, too: only so it can tell "
		    "who would be refused");
}

/* A date that has come: what was tried out is in force. */
static void
review_shadow(const struct review *review, const struct yett_rule *rule)
{
	struct yett_spot spot = yett_spot_of_rule(rule, "shadow");
	struct yett_finding *finding;

	if (rule->shadow == 0 || rule->shadow > review->now)
		return;
	finding = yett_finding_add(review->findings, YETT_SEVERITY_NOTE, "W225",
	    &spot,
	    "the date has come: %.*s is enforced, and shadow says nothing",
	    YETT_ARG(rule->label));
	yett_finding_help(review->findings, finding,
	    "leave shadow out, or give it a later date");
}

/* --- identities --------------------------------------------------------- */

/* Whether some text that starts with `start` may match `glob`: they agree as
 * far as the glob is literal. */
static bool
may_start_with(struct yett_slice glob, struct yett_slice start)
{
	const char *star = memchr(glob.at, '*', glob.len);
	size_t len = star == NULL ? glob.len : (size_t)(star - glob.at);

	if (star == NULL && len <= start.len)
		return false;
	if (len > start.len)
		len = start.len;
	return memcmp(glob.at, start.at, len) == 0;
}

/* Whether a certificate of `trust`, whose only URI is then a SPIFFE ID of its
 * domain, can have a URI that one of the globs means. */
static bool
may_have_uri(const struct yett_trust *trust,
    const struct yett_identity *identity, enum yett_identity_kind kind)
{
	char start[300];
	int len = snprintf(start, sizeof(start), "spiffe://%.*s/",
	    YETT_ARG(trust->spiffe));

	if (trust->spiffe.at == NULL || identity->list[kind].count == 0 ||
	    len < 0 || (size_t)len >= sizeof(start))
		return true;
	for (uint32_t i = 0; i < identity->list[kind].count; i++)
		if (may_start_with(identity->list[kind].glob[i],
			(struct yett_slice){ start, (size_t)len }))
			return true;
	return false;
}

static void
review_identity(const struct review *review, const struct yett_rule *rule)
{
	const struct yett_trust *trust = NULL;
	struct yett_spot spot = yett_spot_of_rule(rule, "identity"),
			 domain = { 0 };
	struct yett_finding *finding;

	if (rule->identity == NULL)
		return;
	for (uint32_t i = 0; i < rule->trusts.count; i++) {
		trust = yett_generation_trust(review->gen,
		    rule->trusts.index[i]);
		if (may_have_uri(trust, rule->identity, YETT_IDENTITY_SPIFFE) &&
		    may_have_uri(trust, rule->identity, YETT_IDENTITY_URI))
			return;
	}
	if (trust == NULL)
		return;
	finding = yett_finding_add(review->findings, YETT_SEVERITY_WARNING,
	    "W208", &spot,
	    "no certificate can have the identity that %.*s wants: "
	    "trust \"%.*s\" believes SPIFFE IDs of \"%.*s\" only",
	    YETT_ARG(rule->label), YETT_ARG(trust->name),
	    YETT_ARG(trust->spiffe));
	yett_finding_help(review->findings, finding,
	    "write spiffe = \"spiffe://%.*s/...\", or name another trust",
	    YETT_ARG(trust->spiffe));
	domain.place = trust->place;
	domain.label = trust->label;
	domain.field = "spiffe";
	yett_finding_note(review->findings, finding, &domain,
	    "its domain is set here");
}

/* --- all ---------------------------------------------------------------- */

/*
 * Whether `rule` of `site` is late for every client: it matches some path and
 * requires a certificate, and no handshake of the site asks for one that it
 * accepts. False where a client_hello function decides.
 */
static bool
is_late(const struct yett_site *site, const struct yett_rule *rule)
{
	return yett_share_need(rule) == YETT_NEED_REQUIRE &&
	    site->hello_function < 0 &&
	    (site->ask.need == YETT_NEED_NONE ||
		!yett_trust_sets_meet(&site->ask.trusts, &rule->trusts)) &&
	    yett_review_matches(site, rule);
}

static void
review_trust(const struct review *review, const struct yett_trust *trust)
{
	struct yett_spot spot = { .place = trust->place,
		.label = trust->label };
	struct yett_finding *finding;

	if (trust->crl_count > 0)
		return;
	finding = yett_finding_add(review->findings, YETT_SEVERITY_NOTE, "W212",
	    &spot,
	    "trust \"%.*s\" has no revocation list: a stolen certificate is "
	    "good until it expires",
	    YETT_ARG(trust->name));
	yett_finding_help(review->findings, finding, "add crl = \"%.*s.crl\"",
	    YETT_ARG(trust->name));
}

/* --- listeners ---------------------------------------------------------- */

/* Which addresses may all forward: all of IPv4, all global ones of IPv6 (RFC
 * 4291, section 2.4, as far as they are assigned: 2000::/3), or both; NULL:
 * only some. */
static const char *
everybody(const struct yett_cidr_set *proxies)
{
	static const struct yett_ip v4_first = {
		.byte = { [10] = 0xff, [11] = 0xff }
	};
	static const struct yett_ip v6_first = { .byte = { 0x20 } };
	struct yett_ip v4_last = v4_first, v6_last;
	bool v4, v6;

	memset(v4_last.byte + 12, 0xff, 4);
	memset(v6_last.byte, 0xff, sizeof(v6_last.byte));
	v6_last.byte[0] = 0x3f;
	v4 = yett_cidr_set_covers(proxies, &v4_first, &v4_last);
	v6 = yett_cidr_set_covers(proxies, &v6_first, &v6_last);
	if (v4 && v6)
		return "every address";
	if (v4)
		return "every address of IPv4";
	return v6 ? "every address of IPv6" : NULL;
}

static void
review_listen(const struct review *review, const struct yett_listen *listen)
{
	const struct yett_spot spot = {
		.place = listen->place,
		.label = YETT_LIT("listen"),
		.field = "proxy_protocol",
		.member = "from",
	};
	const char *who = listen->proxies != NULL ? everybody(listen->proxies)
						  : NULL;
	struct yett_finding *finding;

	if (who == NULL)
		return;
	finding = yett_finding_add(review->findings, YETT_SEVERITY_WARNING,
	    "W229", &spot,
	    "from has %s: whoever connects may claim any "
	    "address as the client's",
	    who);
	yett_finding_help(review->findings, finding,
	    "name the load balancers alone, as in from = \"10.1.2.0/28\"");
}

void
yett_review(const struct yett_generation *gen, struct yett_findings *findings)
{
	struct review review = { .gen = gen,
		.findings = findings,
		.now = yett_clock_wall() / YETT_NS_PER_S };

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		review_trust(&review, yett_generation_trust(gen, i));
	for (uint32_t i = 0; i < yett_generation_listen_count(gen); i++)
		review_listen(&review, yett_generation_listen(gen, i));
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		for (uint32_t k = 0; k < site->rule_count; k++) {
			if (is_late(site, site->rule[k]))
				tell_late(&review, site, site->rule[k]);
			review_identity(&review, site->rule[k]);
			review_shadow(&review, site->rule[k]);
		}
		yett_review_functions(site, findings);
		tell_price(&review, site);
		yett_review_preflights(site, findings);
		yett_redirect_check(gen, site, findings);
		yett_review_paths(site, findings);
	}
}
