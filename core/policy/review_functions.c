/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/review_functions.h"

#include "policy/review_paths.h"
#include "policy/share.h"
#include "policy/trust_set.h"

/* Whether `handshake` can be what a client of the site was asked, and none of
 * the trusts in `needed` was among it. */
static bool
lacks(const struct yett_trust_set *handshake,
    const struct yett_trust_set *needed)
{
	return needed->count > 0 && !yett_trust_sets_meet(handshake, needed);
}

/* Whether some client of the site may not have been asked for any of `needed`;
 * without a client_hello function that is certain, or never. */
static bool
may_lack(const struct yett_site *site, const struct yett_trust_set *needed)
{
	const struct yett_sayings *says = &site->hello_says;

	if (lacks(&site->ask.trusts, needed))
		return true;
	for (uint32_t i = 0; i < says->count; i++)
		if (lacks(&says->set[i], needed))
			return true;
	return false;
}

/* What functions of a site may make late. */
struct doubt {
	const struct yett_rule *first;
	uint32_t count, chosen; /* rules, and those of them with `late` */
};

static void
doubt_rule(struct doubt *doubt, const struct yett_rule *rule)
{
	/* One of those that nobody has thought about, if there is one. */
	if (doubt->count == doubt->chosen &&
	    (doubt->count == 0 || rule->late == NULL))
		doubt->first = rule;
	doubt->count++;
	doubt->chosen += rule->late != NULL;
}

static struct yett_finding *
add_doubt(struct yett_findings *findings, const struct yett_site *site,
    const struct doubt *doubt, const char *function, const char *what)
{
	struct yett_spot spot = yett_spot_of_rule(&site->fallback, function);
	struct yett_spot rule = yett_spot_of_rule(doubt->first, NULL);
	struct yett_finding *finding = yett_finding_add(findings,
	    doubt->chosen == doubt->count ? YETT_SEVERITY_NOTE
					  : YETT_SEVERITY_WARNING,
	    "W213", &spot, "%s", what);

	yett_finding_note(findings, finding, &rule, "%.*s may be late then%s",
	    YETT_ARG(doubt->first->label),
	    doubt->count > 1 ? ", and others" : "");
	return finding;
}

/* A client_hello function that does not ask for what a path requires. */
static void
review_hello_function(const struct yett_site *site,
    struct yett_findings *findings)
{
	struct doubt doubt = { NULL, 0, 0 };
	struct yett_finding *finding;

	if (site->hello_function < 0)
		return;
	if (site->fallback.need == YETT_NEED_REQUIRE &&
	    yett_review_falls_back(site) &&
	    may_lack(site, &site->fallback.trusts))
		doubt_rule(&doubt, &site->fallback);
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (yett_share_need(site->rule[i]) == YETT_NEED_REQUIRE &&
		    may_lack(site, &site->rule[i]->trusts) &&
		    yett_review_matches(site, site->rule[i]))
			doubt_rule(&doubt, site->rule[i]);
	if (doubt.count == 0)
		return;
	finding = add_doubt(findings, site, &doubt, "client_hello",
	    "this function may leave a client unasked for a certificate that "
	    "a path requires");
	yett_finding_help(findings, finding,
	    "ask for it, or add late = { ... } there to choose the refusal");
}

static bool
has_trust(const struct yett_trust_set *set, uint32_t trust)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->index[i] == trust)
			return true;
	return false;
}

/*
 * Whether the request function may run at `rule` for a client that was asked
 * `handshake`, and whose certificate none of `needed` verifies. Where the site
 * requires, that is a client whose certificate something else verifies.
 */
static bool
may_run(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_trust_set *handshake, const struct yett_trust_set *needed)
{
	if (site->fallback.need != YETT_NEED_REQUIRE)
		return true;
	for (uint32_t i = 0; i < rule->trusts.count; i++)
		if (!has_trust(needed, rule->trusts.index[i]))
			return handshake->count > 0;
	return false;
}

/* Whether some client of the site runs the request function at `rule` that was
 * not asked for any of `needed`. */
static bool
may_run_late(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_trust_set *needed)
{
	const struct yett_sayings *says = &site->hello_says;

	if (lacks(&site->ask.trusts, needed) &&
	    may_run(site, rule, &site->ask.trusts, needed))
		return true;
	for (uint32_t i = 0; i < says->count; i++)
		if (lacks(&says->set[i], needed) &&
		    may_run(site, rule, &says->set[i], needed))
			return true;
	return false;
}

/* Whether what the function says it needs at `rule` may not have been asked. */
static bool
may_need_late(const struct yett_site *site, const struct yett_rule *rule)
{
	const struct yett_sayings *says = &site->request_says;
	const struct yett_trust_set *own = rule->trusts.count > 0
	    ? &rule->trusts
	    : &site->fallback.trusts;

	for (uint32_t i = 0; i < says->count; i++)
		if (may_run_late(site, rule,
			says->set[i].count > 0 ? &says->set[i] : own))
			return true;
	return false;
}

/* A request function that needs what the handshake does not ask for. */
static void
review_request_function(const struct yett_site *site,
    struct yett_findings *findings)
{
	struct doubt doubt = { NULL, 0, 0 };
	struct yett_finding *finding;

	if (site->request_function < 0 || site->request_says.count == 0)
		return;
	if (yett_review_falls_back(site) &&
	    may_need_late(site, &site->fallback))
		doubt_rule(&doubt, &site->fallback);
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (may_need_late(site, site->rule[i]) &&
		    yett_review_matches(site, site->rule[i]))
			doubt_rule(&doubt, site->rule[i]);
	if (doubt.count == 0)
		return;
	finding = add_doubt(findings, site, &doubt, "request",
	    site->handshake == YETT_HANDSHAKE_NEVER
		? "this function may need a certificate that the site never "
		  "asks for"
		: "this function may need a certificate that the handshake "
		  "did not ask for");
	yett_finding_help(findings, finding,
	    site->handshake == YETT_HANDSHAKE_NEVER
		? "use handshake = \"auto\" to ask at the handshake, or add "
		  "late = { ... } to choose the refusal"
		: site->hello_function >= 0
		? "let client_hello ask whenever that may be needed, or add "
		  "late = { ... } to choose the refusal"
		: "let the site accept that trust, or add late = { ... } to "
		  "choose the refusal");
}

void
yett_review_functions(const struct yett_site *site,
    struct yett_findings *findings)
{
	review_hello_function(site, findings);
	review_request_function(site, findings);
}
