/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/review_paths.h"

#include <stdio.h>

#include "policy/generation.h"
#include "policy/path_segments.h"
#include "policy/trust_set.h"

/* A site with more globs is not looked at for what globs do to each other:
 * that takes the square of their number. */
#define GLOBS_MOST 100

#define PATH_MOST 8192

/* No pattern has a control character, so only a star matches this segment. */
#define NAMELESS "\1"

/* The rules of a site as they are looked at together. */
struct look {
	const struct yett_site *site;
	const struct yett_rule *glob[GLOBS_MOST];
	uint32_t glob_count;
	bool many_globs; /* more than fit */
	struct yett_findings *findings;
};

/* --- paths that nobody named -------------------------------------------- */

/* Write a path one segment below `above`; false: it does not fit. */
static bool
write_below(char *out, struct yett_slice above)
{
	bool slash = above.len > 0 && above.at[above.len - 1] == '/';
	int len = snprintf(out, PATH_MOST, "%.*s%s" NAMELESS, YETT_ARG(above),
	    slash ? "" : "/");

	return len > 0 && len < PATH_MOST;
}

/* The rule of a path below `above` that no rule names; NULL: too long. */
static const struct yett_rule *
rule_below(const struct yett_site *site, struct yett_slice above)
{
	char path[PATH_MOST];

	return write_below(path, above)
	    ? yett_site_rule(site, yett_slice_of(path))
	    : NULL;
}

/*
 * An exact rule beats all, and a glob has, at each star, names that no other
 * rule has at that place. So only a path can be covered: itself by an exact,
 * and all that is below it by a glob.
 */
bool
yett_review_matches(const struct yett_site *site, const struct yett_rule *rule)
{
	const struct yett_rule *below;

	if (rule->kind != YETT_RULE_PATH ||
	    yett_site_rule(site, rule->pattern) == rule)
		return true;
	below = rule_below(site, rule->pattern);
	return below == rule || below == NULL;
}

bool
yett_review_falls_back(const struct yett_site *site)
{
	return yett_site_rule(site, YETT_LIT("/")) == &site->fallback ||
	    rule_below(site, YETT_LIT("/")) == &site->fallback;
}

static void
tell_unmatched(const struct look *look, const struct yett_rule *rule)
{
	const struct yett_rule *by[] = {
		yett_site_rule(look->site, rule->pattern),
		rule_below(look->site, rule->pattern),
	};
	struct yett_findings *findings = look->findings;
	struct yett_spot spot = yett_spot_of_rule(rule, NULL);
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_WARNING, "W205", &spot,
	    "%.*s never matches: more specific rules take all of its paths",
	    YETT_ARG(rule->label));

	yett_finding_help(findings, finding, "remove it");
	for (size_t i = 0; i < 2; i++) {
		spot = yett_spot_of_rule(by[i], NULL);
		yett_finding_note(findings, finding, &spot, "%.*s takes %s",
		    YETT_ARG(by[i]->label),
		    i == 0 ? "the path itself" : "what is below");
	}
}

/* Of names without case some stand for two: no request gets as far as a rule
 * with them. */
static void
tell_unreachable(const struct look *look, const struct yett_rule *rule)
{
	struct yett_spot spot = yett_spot_of_rule(rule, NULL);
	struct yett_finding *finding = yett_finding_add(look->findings,
	    YETT_SEVERITY_WARNING, "W205", &spot,
	    "%.*s never matches: case = \"insensitive\" refuses its paths, "
	    "which "
	    "have a second name",
	    YETT_ARG(rule->label));

	yett_finding_help(look->findings, finding,
	    "remove it, or write the path without a dot or space at the end of "
	    "a segment, ::, ~ and a digit, and escapes that are not UTF-8");
}

/* --- stars --------------------------------------------------------------- */

static bool
is_star(const struct yett_slice *segment)
{
	return segment->len == 1 && segment->at[0] == '*';
}

static bool
same_segment(const struct yett_site *site, struct yett_slice a,
    struct yett_slice b)
{
	return site->ignore_case ? yett_slice_eq_nocase(a, b)
				 : yett_slice_eq(a, b);
}

/* Whether `glob` matches `path`, or something above it. */
static bool
glob_reaches(const struct yett_site *site, const struct yett_rule *glob,
    struct yett_slice path)
{
	struct yett_path_segments stars, names;

	yett_path_segments_parse(glob->pattern, YETT_PATH_SEGMENTS_MOST,
	    &stars);
	yett_path_segments_parse(path, YETT_PATH_SEGMENTS_MOST, &names);
	if (stars.count > names.count)
		return false;
	for (uint32_t i = 0; i < stars.count; i++)
		if (!is_star(&stars.at[i]) &&
		    !same_segment(site, stars.at[i], names.at[i]))
			return false;
	return true;
}

/* --- rules that change nothing ------------------------------------------- */

static bool
same_trusts(struct yett_trust_set a, struct yett_trust_set b)
{
	return a.count == b.count &&
	    (a.count == 0 ||
		memcmp(a.index, b.index, a.count * sizeof(*a.index)) == 0);
}

/* Whether it makes no difference which of the two decides. */
static bool
same_effect(const struct yett_rule *rule, const struct yett_rule *other)
{
	return rule->need == other->need &&
	    (rule->need == YETT_NEED_NONE ||
		same_trusts(rule->trusts, other->trusts)) &&
	    rule->identity == other->identity && rule->late == other->late &&
	    rule->upstream == other->upstream &&
	    rule->forward.client_cert == other->forward.client_cert &&
	    rule->forward.chain == other->forward.chain &&
	    rule->forward.proxy == other->forward.proxy &&
	    rule->upgrade == other->upgrade &&
	    rule->client_close == other->client_close &&
	    rule->body_limit == other->body_limit &&
	    rule->rate == other->rate &&
	    rule->answer_timeout == other->answer_timeout &&
	    rule->stall_timeout == other->stall_timeout &&
	    rule->tunnel_timeout == other->tunnel_timeout &&
	    rule->keeps == other->keeps &&
	    rule->keep_field == other->keep_field &&
	    rule->shadow == other->shadow && rule->spared == other->spared &&
	    rule->preflight == other->preflight && rule->tell == other->tell &&
	    rule->why.at == NULL;
}

/*
 * The rule that would decide everywhere that `rule` does, were it not there;
 * NULL when that is no single one, or a glob has a say in it.
 */
static const struct yett_rule *
rule_without(const struct look *look, const struct yett_rule *rule)
{
	struct yett_slice above = rule->pattern;
	char below[PATH_MOST];

	if (rule->kind == YETT_RULE_GLOB || above.len <= 1 ||
	    look->many_globs || !write_below(below, rule->pattern))
		return NULL;
	for (uint32_t i = 0; i < look->glob_count; i++)
		if (glob_reaches(look->site, look->glob[i],
			yett_slice_of(below)))
			return NULL;
	if (rule->kind == YETT_RULE_PATH)
		while (above.len > 0 && above.at[above.len - 1] != '/')
			above.len--;
	return rule_below(look->site, above);
}

/* A repetition of what the site says is good style, so that one is not told. */
static void
review_repetition(const struct look *look, const struct yett_rule *rule)
{
	const struct yett_rule *without = rule_without(look, rule);
	struct yett_findings *findings = look->findings;
	struct yett_spot spot = yett_spot_of_rule(rule, NULL);
	struct yett_finding *finding;

	if (without == NULL || without == rule ||
	    without == &look->site->fallback || !same_effect(rule, without))
		return;
	finding = yett_finding_add(findings, YETT_SEVERITY_NOTE, "W206", &spot,
	    "%.*s changes nothing: %.*s says the same", YETT_ARG(rule->label),
	    YETT_ARG(without->label));
	yett_finding_help(findings, finding,
	    "remove it, or say with `why` what it is for");
	spot = yett_spot_of_rule(without, NULL);
	yett_finding_note(findings, finding, &spot, "it would match instead");
}

/* --- globs that cross ---------------------------------------------------- */

/*
 * Whether there are paths that both globs match with equally many segments
 * while neither is the special case of the other. `*first` tells whether `a`
 * then decides: a literal comes before a star. In `path` such a path.
 */
static bool
globs_cross(const struct yett_site *site, const struct yett_rule *a,
    const struct yett_rule *b, bool *first, char *path)
{
	struct yett_path_segments left, right;
	bool literal[2] = { false, false };
	size_t len = 0;

	yett_path_segments_parse(a->pattern, YETT_PATH_SEGMENTS_MOST, &left);
	yett_path_segments_parse(b->pattern, YETT_PATH_SEGMENTS_MOST, &right);
	if (left.count != right.count || a->pattern.len > PATH_MOST / 2 ||
	    b->pattern.len > PATH_MOST / 2)
		return false;
	for (uint32_t i = 0; i < left.count; i++) {
		bool star[2] = { is_star(&left.at[i]), is_star(&right.at[i]) };
		struct yett_slice name = star[0] ? right.at[i] : left.at[i];

		if (!star[0] && !star[1] &&
		    !same_segment(site, left.at[i], right.at[i]))
			return false;
		if (star[0] != star[1]) {
			if (!literal[0] && !literal[1])
				*first = star[1];
			literal[star[0]] = true;
		}
		len += (size_t)snprintf(path + len, PATH_MOST - len, "/%.*s",
		    YETT_ARG(name));
	}
	return literal[0] && literal[1];
}

static void
review_pair(const struct look *look, const struct yett_rule *a,
    const struct yett_rule *b)
{
	struct yett_findings *findings = look->findings;
	char path[PATH_MOST];
	bool first = true;
	struct yett_finding *finding;
	struct yett_spot spot;
	const struct yett_rule *winner, *other;

	if (!globs_cross(look->site, a, b, &first, path) ||
	    (same_effect(a, b) && same_effect(b, a)))
		return;
	winner = first ? a : b;
	other = first ? b : a;
	spot = yett_spot_of_rule(other, NULL);
	finding = yett_finding_add(findings, YETT_SEVERITY_NOTE, "W207", &spot,
	    "%.*s also matches \"%s\", which %.*s decides",
	    YETT_ARG(other->label), path, YETT_ARG(winner->label));
	yett_finding_help(findings, finding,
	    "the first literal segment wins; add %s \"%s\" to say it yourself",
	    strchr(path, '*') != NULL ? "glob" : "path", path);
	spot = yett_spot_of_rule(winner, NULL);
	yett_finding_note(findings, finding, &spot, "this one decides");
}

static void
list_globs(struct look *look)
{
	for (uint32_t i = 0; i < look->site->rule_count; i++) {
		if (look->site->rule[i]->kind != YETT_RULE_GLOB)
			continue;
		if (look->glob_count == GLOBS_MOST)
			look->many_globs = true;
		else
			look->glob[look->glob_count++] = look->site->rule[i];
	}
}

void
yett_review_paths(const struct yett_site *site, struct yett_findings *findings)
{
	struct look look = { .site = site, .findings = findings };

	list_globs(&look);
	for (uint32_t i = 0; i < site->rule_count; i++) {
		if (site->ignore_case &&
		    !yett_path_has_one_name(site->rule[i]->pattern))
			tell_unreachable(&look, site->rule[i]);
		else if (yett_review_matches(site, site->rule[i]))
			review_repetition(&look, site->rule[i]);
		else
			tell_unmatched(&look, site->rule[i]);
	}
	if (look.many_globs)
		return;
	for (uint32_t i = 0; i < look.glob_count; i++)
		for (uint32_t k = i + 1; k < look.glob_count; k++)
			review_pair(&look, look.glob[i], look.glob[k]);
}
