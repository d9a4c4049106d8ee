/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/redirect_check.h"

#include "http/location.h"
#include "policy/trust_set.h"

/* The authorities that a late need of `rule` is about. */
static const struct yett_trust_set *
trusts_of(const struct yett_site *site, const struct yett_rule *rule)
{
	return rule->trusts.count > 0 ? &rule->trusts : &site->fallback.trusts;
}

static void
tell_circle(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_site *target, struct yett_findings *findings)
{
	struct yett_spot spot = { .place = rule->place,
		.label = rule->label,
		.field = "late",
		.member = "redirect" };
	struct yett_spot there = { .place = target->place,
		.label = target->label };
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_ERROR, "E121", &spot,
	    "late of %.*s redirects to %.*s, which does not ask for the "
	    "certificate either: people would go round in a circle",
	    YETT_ARG(rule->label), YETT_ARG(target->label));

	if (target == site)
		yett_finding_help(findings, finding,
		    "redirect to a site of its own, which has certificate = "
		    "\"request\" and the same trust");
	else
		yett_finding_help(findings, finding,
		    "let %.*s ask: give it certificate = \"request\" and the "
		    "trust of %.*s",
		    YETT_ARG(target->label), YETT_ARG(rule->label));
	yett_finding_note(findings, finding, &there, "this site %s",
	    target->ask.need == YETT_NEED_NONE ? "asks nobody"
					       : "asks for other authorities");
}

static void
check_rule(const struct yett_generation *gen, const struct yett_site *site,
    const struct yett_rule *rule, struct yett_findings *findings)
{
	const struct yett_site *target;
	struct yett_location location;

	if (rule->late == NULL || rule->late->redirect.at == NULL ||
	    (rule->need != YETT_NEED_REQUIRE && site->request_function < 0) ||
	    !yett_location_parse(&location, rule->late->redirect))
		return;
	target = yett_generation_site(gen, location.host);
	if (target == NULL || yett_slice_eq(target->name, YETT_LIT("*")) ||
	    target->hello_function >= 0)
		return;
	if (target->ask.need == YETT_NEED_NONE ||
	    !yett_trust_sets_meet(&target->ask.trusts, trusts_of(site, rule)))
		tell_circle(site, rule, target, findings);
}

void
yett_redirect_check(const struct yett_generation *gen,
    const struct yett_site *site, struct yett_findings *findings)
{
	check_rule(gen, site, &site->fallback, findings);
	for (uint32_t i = 0; i < site->rule_count; i++)
		check_rule(gen, site, site->rule[i], findings);
}
