/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/diff.h"

#include <stdio.h>
#include <stdlib.h>

#include "policy/path_walk.h"

#define SEEN 64 /* pairs of rules that are remembered */

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
same_texts(const struct yett_slice *a, uint32_t a_count,
    const struct yett_slice *b, uint32_t b_count)
{
	if (a_count != b_count)
		return false;
	for (uint32_t i = 0; i < a_count; i++)
		if (!yett_slice_eq(a[i], b[i]))
			return false;
	return true;
}

static bool
same_trust(const struct yett_trust *a, const struct yett_trust *b)
{
	return same_texts(a->ca, a->ca_count, b->ca, b->ca_count) &&
	    same_texts(a->crl, a->crl_count, b->crl, b->crl_count) &&
	    a->depth == b->depth && yett_slice_eq(a->spiffe, b->spiffe);
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

static bool
has_trust(const struct yett_generation *gen, const struct yett_trust_set *set,
    struct yett_slice name)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (yett_slice_eq(yett_generation_trust(gen, set->index[i])
				      ->name,
			name))
			return true;
	return false;
}

static bool
same_sets(const struct comparison *comparison, const struct yett_trust_set *old,
    const struct yett_trust_set *now)
{
	if (old->count != now->count)
		return false;
	for (uint32_t i = 0; i < old->count; i++)
		if (!has_trust(comparison->now, now,
			yett_generation_trust(comparison->old, old->index[i])
			    ->name))
			return false;
	return true;
}

/* --- identities */

static bool
same_identity(const struct yett_identity *a, const struct yett_identity *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++)
		if (!same_texts(a->list[kind].glob, a->list[kind].count,
			b->list[kind].glob, b->list[kind].count))
			return false;
	return true;
}

/* A certificate whose names come from globs. */
struct sample {
	struct yett_certificate leaf;
	struct yett_slice name[YETT_IDENTITY_KINDS];
	char text[YETT_IDENTITY_KINDS][512];
};

/* Glob number `number` of a list with its stars left out, which it matches;
 * absent when it is too long, or there is none. */
static struct yett_slice
name_of(const struct yett_identity *identity, int kind, uint32_t number,
    char text[512])
{
	uint32_t count = identity->list[kind].count;
	struct yett_slice glob;
	size_t len = 0;

	if (count == 0)
		return YETT_SLICE_NONE;
	glob = identity->list[kind].glob[number < count ? number : count - 1];
	for (size_t i = 0; i < glob.len && len < 511; i++)
		if (glob.at[i] != '*')
			text[len++] = glob.at[i];
	return (struct yett_slice){ text, len };
}

/* Sample `number` of an identity: one name of each kind. */
static void
make_sample(struct sample *sample, const struct yett_identity *identity,
    uint32_t number, struct yett_slice domain)
{
	struct yett_certificate *leaf = &sample->leaf;
	struct yett_slice *name = sample->name;

	*leaf = (struct yett_certificate){ 0 };
	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++)
		name[kind] = identity == NULL
		    ? YETT_SLICE_NONE
		    : name_of(identity, kind, number, sample->text[kind]);
	leaf->dns = &name[YETT_IDENTITY_DNS];
	leaf->dns_count = leaf->dns->at != NULL;
	leaf->email = &name[YETT_IDENTITY_EMAIL];
	leaf->email_count = leaf->email->at != NULL;
	leaf->subject = name[YETT_IDENTITY_SUBJECT];
	leaf->fingerprint = name[YETT_IDENTITY_FINGERPRINT];
	leaf->uri = name[YETT_IDENTITY_SPIFFE].at != NULL
	    ? &name[YETT_IDENTITY_SPIFFE]
	    : &name[YETT_IDENTITY_URI];
	leaf->uri_count = leaf->uri->at != NULL;
	if (leaf->uri_count > 0 || domain.at == NULL)
		return;
	/* Of the trust's domain, or it would not verify for it. */
	snprintf(sample->text[YETT_IDENTITY_URI], 512, "%s%.*s/",
	    yett_slice_starts_with(domain, YETT_LIT("spiffe://")) ? ""
								  : "spiffe://",
	    YETT_ARG(domain));
	name[YETT_IDENTITY_URI] = yett_slice_of(
	    sample->text[YETT_IDENTITY_URI]);
	leaf->uri_count = 1;
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

static void
decide(const struct yett_generation *gen, const struct comparison *comparison,
    struct yett_decision *out)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_hello hello = { .sni = comparison->site->name };
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
	};

	if (example->sent)
		request.peer = (struct yett_peer_facts){ example->leaf,
			verify_as_shown, example };
	yett_decide_request(gen, NULL, &request, NULL, out);
}

static void
write_outcome(char *out, size_t size, const struct yett_decision *decision)
{
	if (decision->verdict == YETT_VERDICT_ALLOW)
		snprintf(out, size, "served");
	else
		snprintf(out, size, "%u %s", (unsigned)decision->status,
		    yett_reason_name(decision->reason));
}

/* Whether the example shows a difference, which is kept then. */
static bool
differs(struct comparison *comparison)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_decision old, now;

	decide(comparison->old, comparison, &old);
	decide(comparison->now, comparison, &now);
	if (old.verdict == now.verdict && old.status == now.status &&
	    old.reason == now.reason &&
	    yett_slice_eq(old.location, now.location))
		return false;
	example->old_rule = old.rule;
	example->new_rule = now.rule;
	write_outcome(example->before, sizeof(example->before), &old);
	write_outcome(example->after, sizeof(example->after), &now);
	comparison->site->answer = YETT_DIFF_DIFFERENT;
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
	struct sample sample;

	example->sent = true;
	example->verified = trust->name;
	example->leaf = &sample.leaf;
	make_sample(&sample, NULL, 0, trust->spiffe);
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
			make_sample(&sample, identity, number, trust->spiffe);
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
		YETT_VERIFY_CRL_UNAVAILABLE
	};
	struct yett_diff_example *example = &comparison->site->example;

	example->sent = true;
	example->verified = YETT_SLICE_NONE;
	example->leaf = &nameless;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		example->failure = failures[i];
		if (differs(comparison))
			return true;
	}
	example->sent = false;
	return differs(comparison);
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

static bool
visit(void *arg, struct yett_slice path)
{
	struct comparison *comparison = arg;
	struct yett_diff_example *example = &comparison->site->example;
	const struct yett_rule *rules[2] = {
		yett_site_rule(comparison->site->old, path),
		yett_site_rule(comparison->site->now, path),
	};

	if (was_seen(comparison, rules))
		return true;
	snprintf(example->path, sizeof(example->path), "%.*s", YETT_ARG(path));
	if (differs_asked(comparison, NULL, rules) ||
	    any_trust(comparison, rules, differs_asked))
		return false;
	if (rules[0]->need == YETT_NEED_REQUIRE &&
	    rules[1]->need == YETT_NEED_REQUIRE &&
	    !same_identity(rules[0]->identity, rules[1]->identity))
		doubt(comparison, "their identities are written differently");
	return true;
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
		    decision->trusts.count == 1 ? "" : "s",
		    YETT_ARG(
			yett_generation_trust(gen, decision->trusts.index[0])
			    ->name));
}

static bool
asks_differ(struct comparison *comparison)
{
	struct yett_diff_example *example = &comparison->site->example;
	struct yett_hello hello = { .sni = comparison->site->name };
	struct yett_hello_decision old, now;

	yett_decide_hello(comparison->old, NULL, &hello, NULL, &old);
	yett_decide_hello(comparison->now, NULL, &hello, NULL, &now);
	if (old.action == now.action && old.need == now.need &&
	    same_sets(comparison, &old.trusts, &now.trusts))
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
	if (asks_differ(comparison) || site->old == NULL)
		return YETT_OK;
	status = yett_path_walk(site->old, site->now, visit, comparison);
	if (status == YETT_E_LIMIT) {
		doubt(comparison, "its patterns can be met in too many ways");
		status = YETT_OK;
	}
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

/* --- all names */

/* A name that `pattern` covers and, of both policies, no nearer site. */
static struct yett_slice
stand_in(const struct yett_generation *old, const struct yett_generation *now,
    struct yett_slice pattern, char *out, size_t size)
{
	for (unsigned i = 0; i < 1000; i++) {
		const struct yett_site *a, *b;
		struct yett_slice name;

		if (pattern.len == 1)
			snprintf(out, size, "any%u.name%u.invalid", i, i);
		else
			snprintf(out, size, "any%u%.*s", i,
			    (int)pattern.len - 1, pattern.at + 1);
		name = yett_slice_of(out);
		a = yett_generation_site(old, name);
		b = yett_generation_site(now, name);
		if ((a == NULL || !yett_slice_eq(a->name, name)) &&
		    (b == NULL || !yett_slice_eq(b->name, name)))
			return name;
	}
	return pattern;
}

/* Whether `gen` declares a site of this very name. */
static bool
declares(const struct yett_generation *gen, struct yett_slice name)
{
	const struct yett_site *site = yett_generation_site(gen, name);

	if (name.at[0] != '*')
		return site != NULL && yett_slice_eq(site->name, name);
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++)
		if (yett_slice_eq(yett_generation_site_at(gen, i)->name, name))
			return true;
	return false;
}

/* Tell the sites of `from`, but those that `but` declares too. */
static enum yett_status
diff_sites(const struct yett_generation *from,
    const struct yett_generation *but, const struct yett_generation *old,
    const struct yett_generation *now,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg)
{
	enum yett_status status = YETT_OK;
	char any[300];

	for (uint32_t i = 0;
	     status == YETT_OK && i < yett_generation_site_count(from); i++) {
		struct yett_slice name = yett_generation_site_at(from, i)->name;

		if (but != NULL && declares(but, name))
			continue;
		if (name.at[0] == '*')
			name = stand_in(old, now, name, any, sizeof(any));
		status = yett_diff_name(old, now, name, tell, arg);
	}
	return status;
}

enum yett_status
yett_diff(const struct yett_generation *old, const struct yett_generation *now,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg)
{
	enum yett_status status = diff_sites(old, NULL, old, now, tell, arg);

	return status == YETT_OK ? diff_sites(now, old, old, now, tell, arg)
				 : status;
}
