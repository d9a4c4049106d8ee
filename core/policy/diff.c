/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/diff.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/plural.h"
#include "policy/path_walk.h"
#include "policy/sample.h"
#include "policy/share.h"
#include "policy/site_path.h"
#include "policy/trust_set.h"

#define SEEN 64 /* pairs of rules that are remembered */

/* Addresses that are tried for one in certain shares of two sites. When both
 * shares are a hundredth, one in 10,000 is. */
#define CLIENTS_MOST 200000

#define NS_PER_S UINT64_C(1000000000)

/* One comparison under way. */
struct comparison {
	const struct yett_generation *old, *now;
	struct yett_diff_site *site;
	/* Pairs of rules that were found alike. */
	struct {
		const struct yett_rule *old, *now;
	} seen[SEEN];
	uint32_t seen_count;
};

static void
doubt(struct comparison *comparison, const char *why)
{
	if (comparison->site->answer != YETT_DIFF_EQUAL)
		return;
	comparison->site->answer = YETT_DIFF_UNKNOWN;
	comparison->site->why = why;
}

/* --- trusts */

static const struct yett_trust *
trust_named(const struct yett_generation *gen, struct yett_slice name)
{
	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		if (yett_slice_eq(yett_generation_trust(gen, i)->name, name))
			return yett_generation_trust(gen, i);
	return NULL;
}

static bool
same_trust(const struct yett_trust *a, const struct yett_trust *b)
{
	return yett_slices_eq(a->ca, a->ca_count, b->ca, b->ca_count) &&
	    yett_slices_eq(a->crl, a->crl_count, b->crl, b->crl_count) &&
	    a->depth == b->depth && a->rsa_bits == b->rsa_bits &&
	    a->is_nameless == b->is_nameless &&
	    yett_slice_eq(a->spiffe, b->spiffe);
}

/* Whether the trusts that a site believes mean the same in both policies. */
static bool
trusts_mean_the_same(const struct comparison *comparison,
    const struct yett_trust_set *set)
{
	for (uint32_t i = 0; i < set->count; i++) {
		const struct yett_trust *mine =
		    yett_generation_trust(comparison->now, set->index[i]);
		const struct yett_trust *theirs = trust_named(comparison->old,
		    mine->name);

		if (theirs != NULL && !same_trust(mine, theirs))
			return false;
	}
	return true;
}

/* --- identities */

static bool
same_identity(const struct yett_identity *a, const struct yett_identity *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++)
		if (!yett_slices_eq(a->list[kind].glob, a->list[kind].count,
			b->list[kind].glob, b->list[kind].count))
			return false;
	return true;
}

/* --- one request under both policies */

static enum yett_verification
verify_as_shown(void *arg, const struct yett_trust *trust)
{
	const struct yett_diff_example *example = arg;

	return example->verified.at != NULL
	    ? yett_slice_eq(example->verified, trust->name)
		? YETT_VERIFIED
		: YETT_VERIFY_UNTRUSTED
	    : example->failure;
}

/* What becomes of it. */
struct outcome {
	const char *refused; /* before any rule, for this; or NULL */
	unsigned status;     /* with it */
	struct yett_decision decision;
};

static void
decide(const struct yett_generation *gen, const struct yett_site *site,
    const struct comparison *comparison, struct outcome *out)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_hello hello = { .sni = comparison->site->name,
		.client_ip = example->client_ip };
	const struct yett_trust *asked = example->asked.at != NULL
	    ? trust_named(gen, example->asked)
	    : NULL;
	struct yett_request request = {
		.hello = &hello,
		.asked = {
			.need = example->asked.at != NULL ? YETT_NEED_REQUEST
							  : YETT_NEED_NONE,
			.trust_id = asked != NULL ? &asked->id : NULL,
			.trust_count = asked != NULL,
			.cause = YETT_CAUSE_POLICY,
			.generation = yett_generation_id(gen),
		},
		.host = hello.sni,
		.method = YETT_LIT("GET"),
		.path = yett_slice_of(example->path),
		.now = example->seconds * NS_PER_S,
		.preflight = example->preflight,
		.learned = example->learned,
	};
	char scratch[YETT_DIFF_PATH];
	struct yett_refusal refusal;

	*out = (struct outcome){ .refused = NULL };
	if (!yett_site_path(&request.path, site, request.path, scratch,
		&refusal)) {
		out->refused = refusal.why;
		out->status = refusal.status;
		return;
	}
	if (example->sent)
		request.peer = (struct yett_peer_facts){ example->leaf,
			verify_as_shown, example };
	yett_decide_request(gen, NULL, &request, NULL, &out->decision);
}

static void
write_outcome(char *out, size_t size, const struct outcome *outcome)
{
	const struct yett_decision *decision = &outcome->decision;
	char learned[40] = "";

	if (outcome->refused != NULL) {
		snprintf(out, size, "%u %s", outcome->status, outcome->refused);
		return;
	}
	if (decision->learn > 0)
		snprintf(learned, sizeof(learned), ", learned for %u s",
		    (unsigned)decision->learn / 1000);
	if (decision->verdict == YETT_VERDICT_ALLOW)
		snprintf(out, size, "allowed");
	else
		snprintf(out, size, "%u %s%s%s%.*s", (unsigned)decision->status,
		    yett_reason_name(decision->reason), learned,
		    decision->location.len > 0 ? " to " : "",
		    YETT_ARG(decision->location));
}

static bool
same_outcome(const struct outcome *a, const struct outcome *b)
{
	if (a->refused != NULL || b->refused != NULL)
		return a->refused != NULL && b->refused != NULL;
	return a->decision.verdict == b->decision.verdict &&
	    a->decision.status == b->decision.status &&
	    a->decision.reason == b->decision.reason &&
	    a->decision.learn == b->decision.learn &&
	    yett_slice_eq(a->decision.location, b->decision.location);
}

/* Whether the example shows a difference, which is kept then. */
static bool
differs(struct comparison *comparison)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct outcome old, now;

	decide(comparison->old, comparison->site->old, comparison, &old);
	decide(comparison->now, comparison->site->now, comparison, &now);
	if (same_outcome(&old, &now))
		return false;
	write_outcome(example->before, sizeof(example->before), &old);
	write_outcome(example->after, sizeof(example->after), &now);
	comparison->site->answer = YETT_DIFF_DIFFERENT;
	comparison->site->why = "";
	return true;
}

/* --- all certificates for two rules */

/* Certificates that verify for the trust `name`: nameless ones, and those that
 * one of the rules means. */
static bool
differs_verified(struct comparison *comparison, const struct yett_trust *trust,
    const struct yett_rule *const rules[2])
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_sample sample;

	example->sent = true;
	example->verified = trust->name;
	example->leaf = &sample.leaf;
	yett_sample_make(&sample, NULL, 0, trust->spiffe);
	if (differs(comparison))
		return true;
	for (int i = 0; i < 2; i++) {
		const struct yett_identity *identity = rules[i]->identity;
		uint32_t most = 0;

		for (int kind = 0;
		     identity != NULL && kind < YETT_IDENTITY_KINDS; kind++)
			if (identity->list[kind].count > most)
				most = identity->list[kind].count;
		for (uint32_t number = 0; number < most; number++) {
			yett_sample_make(&sample, identity, number,
			    trust->spiffe);
			if (differs(comparison))
				return true;
		}
	}
	return false;
}

static bool
differs_failing(struct comparison *comparison)
{
	static const struct yett_certificate nameless;
	static const enum yett_verification failures[] = {
		YETT_VERIFY_UNTRUSTED, YETT_VERIFY_EXPIRED, YETT_VERIFY_REVOKED,
		YETT_VERIFY_CRL_UNAVAILABLE, YETT_VERIFY_NAME_CONSTRAINTS,
		YETT_VERIFY_TOO_LARGE, YETT_VERIFY_WRONG_PURPOSE
	};
	struct yett_diff_example *example = &comparison->site->example;

	example->sent = false;
	example->verified = YETT_SLICE_NONE;
	if (differs(comparison))
		return true;
	example->sent = true;
	example->leaf = &nameless;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		example->failure = failures[i];
		if (differs(comparison))
			return true;
	}
	return false;
}

/* Call for each trust that one of the rules believes. */
static bool
any_trust(struct comparison *comparison, const struct yett_rule *const rules[2],
    bool (*differs_for)(struct comparison *comparison,
	const struct yett_trust *trust, const struct yett_rule *const rules[2]))
{
	const struct yett_generation *gens[2] = { comparison->old,
		comparison->now };

	for (int i = 0; i < 2; i++)
		for (uint32_t j = 0; j < rules[i]->trusts.count; j++)
			if (differs_for(comparison,
				yett_generation_trust(gens[i],
				    rules[i]->trusts.index[j]),
				rules))
				return true;
	return false;
}

static bool
differs_asked(struct comparison *comparison, const struct yett_trust *asked,
    const struct yett_rule *const rules[2])
{
	comparison->site->example.asked = asked == NULL ? YETT_SLICE_NONE
							: asked->name;
	return differs_failing(comparison) ||
	    any_trust(comparison, rules, differs_verified);
}

/* Connections that were asked come first: they make the better example. */
static bool
differs_for_connection(struct comparison *comparison,
    const struct yett_rule *const rules[2])
{
	return any_trust(comparison, rules, differs_asked) ||
	    differs_asked(comparison, NULL, rules);
}

/* --- what else two rules may look at */

/* With and without preflight, with and without having learned, where one of
 * the rules cares. */
static bool
differs_by_flags(struct comparison *comparison,
    const struct yett_rule *const rules[2])
{
	struct yett_diff_example *example = &comparison->site->example;
	bool preflight = false, learns = false, differ = false;

	for (int i = 0; i < 2; i++) {
		preflight = preflight ||
		    rules[i]->preflight == YETT_PREFLIGHT_ALLOW;
		learns = learns ||
		    (rules[i]->late != NULL && rules[i]->late->learn > 0);
	}
	for (int i = 0; i < (preflight ? 2 : 1) && !differ; i++)
		for (int k = 0; k < (learns ? 2 : 1) && !differ; k++) {
			example->preflight = i == 1;
			example->learned = k == 1;
			differ = differs_for_connection(comparison, rules);
		}
	return differ;
}

/* Long ago, and when the shadow of either rule ends. */
static bool
differs_by_time(struct comparison *comparison,
    const struct yett_rule *const rules[2])
{
	struct yett_diff_example *example = &comparison->site->example;

	example->seconds = 0;
	if (differs_by_flags(comparison, rules))
		return true;
	for (int i = 0; i < 2; i++) {
		uint64_t until = rules[i]->shadow;

		if (until == 0 || until == YETT_SHADOW_ALWAYS ||
		    until > UINT64_MAX / NS_PER_S)
			continue;
		example->seconds = until;
		if (differs_by_flags(comparison, rules))
			return true;
	}
	return false;
}

/* Hundredths of a site's clients, up to but not including `to`. */
struct range {
	uint32_t from, to;
};

static bool
is_in(uint32_t hundredth, struct range range)
{
	return hundredth >= range.from && hundredth < range.to;
}

/*
 * Let the example's client be one that is in these hundredths of both sites.
 * False: there is none, or, which is a doubt, none was found.
 */
static bool
find_client(struct comparison *comparison, struct range old, struct range now)
{
	struct yett_diff_site *site = comparison->site;
	struct yett_ip *ip = &site->example.client_ip;
	bool same = yett_slice_eq(site->old->name, site->now->name);
	uint32_t from = old.from > now.from ? old.from : now.from;
	uint32_t to = old.to < now.to ? old.to : now.to;

	if (old.from >= old.to || now.from >= now.to || (same && from >= to))
		return false;
	*ip = (struct yett_ip){ { [10] = 0xff, [11] = 0xff, [12] = 10 } };
	for (uint32_t i = 0; i < CLIENTS_MOST; i++) {
		ip->byte[13] = (uint8_t)(i >> 16);
		ip->byte[14] = (uint8_t)(i >> 8);
		ip->byte[15] = (uint8_t)i;
		if (is_in(yett_share_of(site->old, ip), old) &&
		    is_in(yett_share_of(site->now, ip), now))
			return true;
	}
	doubt(comparison, "no client was found that is in shares of both");
	return false;
}

/* Clients that either rule is for, or is not for. */
static bool
differs_for_any_client(struct comparison *comparison,
    const struct yett_rule *const rules[2])
{
	struct yett_diff_example *example = &comparison->site->example;

	example->in_share = rules[0]->spared > 0 || rules[1]->spared > 0;
	if (!example->in_share)
		return differs_by_time(comparison, rules);
	for (int i = 0; i < 4; i++) {
		uint32_t edge[2] = { 100 - rules[0]->spared,
			100 - rules[1]->spared };
		struct range old = i & 1 ? (struct range){ edge[0], 100 }
					 : (struct range){ 0, edge[0] };
		struct range now = i & 2 ? (struct range){ edge[1], 100 }
					 : (struct range){ 0, edge[1] };

		if (find_client(comparison, old, now) &&
		    differs_by_time(comparison, rules))
			return true;
	}
	return false;
}

static bool
was_seen(struct comparison *comparison, const struct yett_rule *const rules[2])
{
	for (uint32_t i = 0; i < comparison->seen_count && i < SEEN; i++)
		if (comparison->seen[i].old == rules[0] &&
		    comparison->seen[i].now == rules[1])
			return true;
	comparison->seen[comparison->seen_count % SEEN].old = rules[0];
	comparison->seen[comparison->seen_count++ % SEEN].now = rules[1];
	return false;
}

/* No client gets as far as the rules with it, before or after. */
static bool
reaches_no_rule(const struct comparison *comparison, struct yett_slice path)
{
	char scratch[YETT_DIFF_PATH];
	struct yett_refusal refusal;
	struct yett_slice taken;

	return !yett_site_path(&taken, comparison->site->old, path, scratch,
		   &refusal) &&
	    !yett_site_path(&taken, comparison->site->now, path, scratch,
		&refusal);
}

/* Runs of slashes alone are no matter: no rule sees whether they are kept. */
static bool
keep_alike(unsigned old, unsigned now)
{
	return old == now || ((old | now) & ~(unsigned)YETT_PATH_RUN) == 0;
}

/*
 * Paths that one site decides in several readings, and the other refuses before
 * any rule, because of what its rules keep. Rules that decide alike and keep
 * alike decide equal sets of readings alike.
 */
static bool
differs_by_form(struct comparison *comparison, struct yett_slice path,
    const struct yett_rule *const rules[2])
{
	static const struct {
		const char *before, *after;
	} forms[] = { { "", "/x%2Fy" }, { "", "/x%5Cy" }, { "", "%2Fx" },
		{ "", "%5Cx" }, { "/x/..%2F", "" }, { "/x/..%5C", "" } };
	const struct yett_site *old = comparison->site->old;
	const struct yett_site *now = comparison->site->now;
	struct yett_diff_example *example = &comparison->site->example;

	if (keep_alike(old->keeps, now->keeps) &&
	    keep_alike(rules[0]->keeps, rules[1]->keeps))
		return false;
	while (path.len > 0 && path.at[path.len - 1] == '/')
		path.len--;
	*example = (struct yett_diff_example){ .is_handshake = false };
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		snprintf(example->path, sizeof(example->path), "%s%.*s%s",
		    forms[i].before, YETT_ARG(path), forms[i].after);
		if (differs(comparison))
			return true;
	}
	if (!keep_alike(rules[0]->keeps, rules[1]->keeps))
		doubt(comparison, "what their paths keep differs");
	return false;
}

static bool
visit(void *arg, struct yett_slice path)
{
	struct comparison *comparison = arg;
	struct yett_diff_example *example = &comparison->site->example;
	const struct yett_rule *rules[2] = {
		yett_site_rule(comparison->site->old, path),
		yett_site_rule(comparison->site->now, path),
	};

	if (reaches_no_rule(comparison, path) || was_seen(comparison, rules))
		return true;
	snprintf(example->path, sizeof(example->path), "%.*s", YETT_ARG(path));
	if (differs_for_any_client(comparison, rules) ||
	    differs_by_form(comparison, path, rules))
		return false;
	if (rules[0]->need == YETT_NEED_REQUIRE &&
	    rules[1]->need == YETT_NEED_REQUIRE &&
	    !same_identity(rules[0]->identity, rules[1]->identity))
		doubt(comparison, "their identities are written differently");
	return true;
}

/* Where only one of the sites ignores case, it refuses what has a second name
 * then, whatever its rules are. */
static void
compare_names(struct comparison *comparison)
{
	struct yett_diff_site *site = comparison->site;

	if (site->answer == YETT_DIFF_DIFFERENT ||
	    site->old->ignore_case == site->now->ignore_case)
		return;
	comparison->seen_count = 0;
	site->why = "";
	(void)visit(comparison, YETT_LIT("/file.")); /* it is in the answer */
}

/* --- one name */

static void
write_asked(char *out, size_t size, const struct yett_generation *gen,
    const struct yett_hello_decision *decision)
{
	if (decision->action == YETT_HANDSHAKE_NO_SITE)
		snprintf(out, size, "no site");
	else if (decision->need == YETT_NEED_NONE)
		snprintf(out, size, "not asked");
	else
		snprintf(out, size, "%s, %u trust%s, first \"%.*s\"",
		    yett_need_name(decision->need), decision->trusts.count,
		    yett_plural(decision->trusts.count),
		    YETT_ARG(
			yett_generation_trust(gen, decision->trusts.index[0])
			    ->name));
}

/* Whether both ask the example's client differently. */
static bool
asks_client_differently(struct comparison *comparison)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_hello hello = { .sni = comparison->site->name,
		.client_ip = example->client_ip,
		.learned = example->learned };
	struct yett_hello_decision old, now;

	yett_decide_hello(comparison->old, NULL, &hello, NULL, &old);
	yett_decide_hello(comparison->now, NULL, &hello, NULL, &now);
	if (old.action == now.action && old.need == now.need &&
	    yett_trust_sets_eq(comparison->old, &old.trusts, comparison->now,
		&now.trusts))
		return false;
	example->is_handshake = true;
	write_asked(example->before, sizeof(example->before), comparison->old,
	    &old);
	write_asked(example->after, sizeof(example->after), comparison->now,
	    &now);
	comparison->site->answer = YETT_DIFF_DIFFERENT;
	return true;
}

static bool
asks_differ_learned(struct comparison *comparison)
{
	struct yett_diff_site *site = comparison->site;
	bool learns = (site->old != NULL && site->old->learns) ||
	    (site->now != NULL && site->now->learns);

	site->example.learned = false;
	if (asks_client_differently(comparison))
		return true;
	site->example.learned = learns;
	return learns && asks_client_differently(comparison);
}

/* The hundredths that level `i` of a site is for; all when it has none. */
static struct range
level_range(const struct yett_site *site, uint32_t i)
{
	if (site->level_count == 0)
		return (struct range){ 0, 100 };
	return (struct range){ i == 0 ? 0 : site->level[i - 1].below,
		site->level[i].below };
}

static bool
asks_differ(struct comparison *comparison)
{
	const struct yett_site *old = comparison->site->old;
	const struct yett_site *now = comparison->site->now;
	struct yett_diff_example *example = &comparison->site->example;

	if (old == NULL || now == NULL ||
	    old->level_count + now->level_count == 0)
		return asks_differ_learned(comparison);
	example->in_share = true;
	for (uint32_t i = 0; i == 0 || i < old->level_count; i++)
		for (uint32_t k = 0; k == 0 || k < now->level_count; k++)
			if (find_client(comparison, level_range(old, i),
				level_range(now, k)) &&
			    asks_differ_learned(comparison))
				return true;
	example->in_share = false;
	example->client_ip = (struct yett_ip){ 0 };
	return false;
}

static bool
has_functions(const struct yett_site *site)
{
	return site != NULL &&
	    (site->hello_function >= 0 || site->request_function >= 0);
}

static enum yett_status
compare(struct comparison *comparison)
{
	struct yett_diff_site *site = comparison->site;
	enum yett_status status;

	if (has_functions(site->old) || has_functions(site->now)) {
		doubt(comparison, "it has functions: replay a record");
		return YETT_OK;
	}
	if (asks_differ(comparison) || site->old == NULL || site->now == NULL)
		return YETT_OK;
	site->example.learned = false;
	status = yett_path_walk(site->old, site->now, visit, comparison);
	if (status == YETT_E_LIMIT) {
		doubt(comparison, "its patterns can be met in too many ways");
		status = YETT_OK;
	}
	compare_names(comparison);
	for (uint32_t i = 0; i <= site->now->rule_count; i++)
		if (!trusts_mean_the_same(comparison,
			i == site->now->rule_count
			    ? &site->now->fallback.trusts
			    : &site->now->rule[i]->trusts))
			doubt(comparison,
			    "a trust of the same name was declared "
			    "differently");
	return status;
}

enum yett_status
yett_diff_name(const struct yett_generation *old,
    const struct yett_generation *now, struct yett_slice name,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg)
{
	struct yett_diff_site *site = calloc(1, sizeof(*site));
	struct comparison comparison = { .old = old, .now = now, .site = site };
	enum yett_status status;

	if (site == NULL)
		return YETT_E_NOMEM;
	site->name = name;
	site->old = yett_generation_site(old, name);
	site->now = yett_generation_site(now, name);
	site->why = "";
	status = compare(&comparison);
	site->example.leaf = NULL; /* it was a local of the search */
	if (status == YETT_OK)
		tell(arg, site);
	free(site);
	return status;
}
