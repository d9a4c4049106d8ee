/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/redirect_check.h"

#include "http/location.h"
#include "policy/place.h"
#include "policy/trust_set.h"

/* The authorities that a late need of `rule` is about. */
static const struct yett_trust_set *
trusts_of(const struct yett_site *site, const struct yett_rule *rule)
{
	return rule->trusts.count > 0 ? &rule->trusts : &site->fallback.trusts;
}

static enum yett_status
check_rule(const struct yett_site_table *table, const struct yett_site *site,
    const struct yett_rule *rule, struct yett_fault *fault)
{
	const struct yett_site *target;
	struct yett_location location;

	if (rule->late == NULL || rule->late->redirect.at == NULL ||
	    (rule->need != YETT_NEED_REQUIRE && site->request_function < 0) ||
	    !yett_location_parse(&location, rule->late->redirect))
		return YETT_OK;
	target = yett_site_table_find(table, location.host);
	if (target == NULL || yett_slice_eq(target->name, YETT_LIT("*")) ||
	    target->hello_function >= 0)
		return YETT_OK;
	if (target->ask.need != YETT_NEED_NONE &&
	    yett_trust_sets_meet(&target->ask.trusts, trusts_of(site, rule)))
		return YETT_OK;
	return yett_fail_at(fault, &rule->place,
	    "late of %.*s redirects to %.*s, which does not ask for the "
	    "certificate either: people would go round in a circle",
	    YETT_ARG(rule->label), YETT_ARG(target->label));
}

enum yett_status
yett_redirect_check(const struct yett_site_table *table,
    const struct yett_site *site, struct yett_fault *fault)
{
	enum yett_status status = check_rule(table, site, &site->fallback,
	    fault);

	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++)
		status = check_rule(table, site, site->rule[i], fault);
	return status;
}
