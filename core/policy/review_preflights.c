/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/review_preflights.h"

#include <stdio.h>

#include "policy/share.h"

/* So many paths are named; the others are counted. */
#define NAMED_MOST 3

/* The paths of a site that refuse preflights without saying so. */
struct refusing {
	const struct yett_rule *first;
	char named[400]; /* `path "/a", path "/b"`, as many as there is room */
	uint32_t count, left_out;
};

/* A site that requires in its handshake refuses browsers' preflights there. */
static void
tell_in_vain(const struct yett_site *site, const struct yett_rule *rule,
    struct yett_findings *findings)
{
	struct yett_spot spot = yett_spot_of_rule(rule, "preflight");
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_WARNING, "W219", &spot,
	    "no preflight reaches %.*s: %.*s requires a certificate in the "
	    "handshake, and browsers show none for them",
	    YETT_ARG(rule->label), YETT_ARG(site->label));

	yett_finding_help(findings, finding,
	    "leave certificate = \"require\" off the site, and put it on the "
	    "paths");
}

static void
name_refusing(struct refusing *refusing, const struct yett_rule *rule)
{
	size_t len = strlen(refusing->named);

	if (refusing->count++ == 0)
		refusing->first = rule;
	if (refusing->count > NAMED_MOST || refusing->left_out > 0 ||
	    rule->label.len + 3 > sizeof(refusing->named) - len)
		refusing->left_out++;
	else
		snprintf(refusing->named + len, sizeof(refusing->named) - len,
		    "%s%.*s", len > 0 ? ", " : "", YETT_ARG(rule->label));
}

/* Where some paths of a site are for browsers of other origins, others may be,
 * too, whose preflights are refused. */
static void
tell_missing(const struct yett_rule *allows, const struct refusing *refusing,
    struct yett_findings *findings)
{
	struct yett_spot spot = yett_spot_of_rule(refusing->first,
	    "certificate");
	struct yett_finding *finding;
	char more[40] = "";

	if (refusing->left_out > 0)
		snprintf(more, sizeof(more), " and %u more",
		    refusing->left_out);
	if (refusing->count == 1)
		finding = yett_finding_add(findings, YETT_SEVERITY_WARNING,
		    "W218", &spot,
		    "%.*s refuses preflights, which never carry a certificate, "
		    "and %.*s lets them pass",
		    YETT_ARG(refusing->first->label), YETT_ARG(allows->label));
	else
		finding = yett_finding_add(findings, YETT_SEVERITY_WARNING,
		    "W218", &spot,
		    "%u paths refuse preflights, which never carry a "
		    "certificate, and %.*s lets them pass: %s%s",
		    refusing->count, YETT_ARG(allows->label), refusing->named,
		    more);
	yett_finding_help(findings, finding,
	    "write preflight = \"allow\" %s, too, or on the site; or "
	    "preflight = \"refuse\" to say that it is meant",
	    refusing->count > 1 ? "there" : "here");
	spot = yett_spot_of_rule(allows, "preflight");
	yett_finding_note(findings, finding, &spot, "it is set here");
}

/* The rule that lets preflights pass: the site's own, or the first. */
static const struct yett_rule *
find_allowing(const struct yett_site *site)
{
	if (site->fallback.preflight == YETT_PREFLIGHT_ALLOW)
		return &site->fallback;
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (site->rule[i]->preflight == YETT_PREFLIGHT_ALLOW)
			return site->rule[i];
	return NULL;
}

void
yett_review_preflights(const struct yett_site *site,
    struct yett_findings *findings)
{
	const struct yett_rule *allows = find_allowing(site);
	struct refusing refusing = { .first = NULL };

	if (allows == NULL)
		return;
	if (site->fallback.need == YETT_NEED_REQUIRE) {
		tell_in_vain(site, allows, findings);
		return;
	}
	for (uint32_t i = 0; i < site->rule_count; i++) {
		const struct yett_rule *rule = site->rule[i];

		if (yett_share_need(rule) == YETT_NEED_REQUIRE &&
		    rule->shadow == 0 &&
		    rule->preflight == YETT_PREFLIGHT_USUAL)
			name_refusing(&refusing, rule);
	}
	if (refusing.count > 0)
		tell_missing(allows, &refusing, findings);
}
