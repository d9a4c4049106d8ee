/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random policies against a second, slow reading of the rules: which rule a
 * path belongs to, what a handshake asks, and what becomes of a request.
 */
#include "unit/random_policy.h"

#include "policy/decide.h"
#include "policy/share.h"

#define POLICIES 400
#define REQUESTS 200
/* "e" for exact, else a letter per segment: 'l' before 's', and long is
 * good: the better of two matches has the greater text. */
static bool
rank(const struct yett_rule *rule, const char *path, bool fold, char *out)
{
	struct cut rules = cut_up(rule->pattern.at, fold);
	struct cut paths = cut_up(path, fold);

	if (rules.count > paths.count ||
	    (rule->kind == YETT_RULE_EXACT && rules.count != paths.count))
		return false;
	*out++ = rule->kind == YETT_RULE_EXACT ? 'e' : '-';
	*out++ = (char)('0' + rules.count);
	for (unsigned i = 0; i < rules.count; i++) {
		bool star = rule->kind == YETT_RULE_GLOB &&
		    strcmp(rules.at[i], "*") == 0;

		if (!star && strcmp(rules.at[i], paths.at[i]) != 0)
			return false;
		*out++ = star ? '0' : '1';
	}
	*out = '\0';
	return true;
}

static const struct yett_rule *
slow_rule(const struct yett_site *site, const char *path)
{
	const struct yett_rule *best = &site->fallback;
	char best_rank[16] = "", mine[16];

	for (uint32_t i = 0; i < site->rule_count; i++)
		if (rank(site->rule[i], path, site->ignore_case, mine) &&
		    strcmp(mine, best_rank) > 0) {
			best = site->rule[i];
			strcpy(best_rank, mine);
		}
	return best;
}

static unsigned
bits_of(const struct yett_trust_set *set)
{
	unsigned bits = 0;

	for (uint32_t i = 0; i < set->count; i++)
		bits |= 1u << set->index[i];
	return bits;
}

/* Whether a rule is for a client; any client with CLIENTS. */
static bool
is_for(const struct yett_site *site, const struct yett_rule *rule,
    unsigned client)
{
	struct yett_ip ip = client_number(client);

	return client == CLIENTS
	    ? rule->spared < 100
	    : yett_share_of(site, &ip) + rule->spared < 100;
}

static unsigned
slow_asked(const struct yett_site *site, unsigned client)
{
	unsigned bits = 0;

	if (site->handshake == YETT_HANDSHAKE_NEVER)
		return 0;
	if (site->handshake == YETT_HANDSHAKE_ALWAYS ||
	    site->fallback.need != YETT_NEED_NONE)
		bits |= bits_of(&site->fallback.trusts);
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (site->handshake == YETT_HANDSHAKE_ALWAYS ||
		    (site->rule[i]->need != YETT_NEED_NONE &&
			is_for(site, site->rule[i], client)))
			bits |= bits_of(&site->rule[i]->trusts);
	return bits;
}

/* --- requests */

struct facts {
	char path[60];
	bool asked, older, sent;
	unsigned asked_for;
	enum yett_verification verified[TRUSTS];
	unsigned client;
	uint64_t seconds;
	bool preflight, learned, hello_learned;
};

static enum yett_verification
verify_as_listed(void *arg, const struct yett_trust *trust)
{
	const enum yett_verification *listed = arg;

	return listed[trust->index];
}

static struct facts
random_facts(void)
{
	struct facts facts = { .asked = below(3) > 0,
		.older = below(2) == 0,
		.sent = below(2) == 0,
		.asked_for = below(8),
		.client = below(CLIENTS),
		.seconds = below(300),
		.preflight = below(4) == 0,
		.learned = below(2) == 0,
		.hello_learned = below(2) == 0 };

	random_path(facts.path, sizeof(facts.path), false);
	for (unsigned i = 0; i < TRUSTS; i++)
		facts.verified[i] = (enum yett_verification)below(5);
	return facts;
}

/* The table of decisions, read once more: "STATUS reason cause close". */
static void
slow_decision(const struct yett_site *site, const struct facts *facts,
    char *out)
{
	const struct yett_rule *rule = slow_rule(site, facts->path);
	unsigned set = bits_of(&rule->trusts), seen = 0;
	bool asks = (slow_asked(site, facts->client) & set) != 0;

	for (unsigned i = 0; i < TRUSTS && facts->sent; i++)
		if (set >> i & 1)
			seen |= 1u << facts->verified[i];
	if (rule->need != YETT_NEED_REQUIRE ||
	    !is_for(site, rule, facts->client) ||
	    (rule->preflight == YETT_PREFLIGHT_ALLOW && facts->preflight) ||
	    (seen >> YETT_VERIFIED & 1))
		strcpy(out, "0 none  0");
	else if (!facts->asked && !asks)
		strcpy(out, "500 late policy 0");
	else if (!facts->asked)
		strcpy(out,
		    facts->older ? "500 late reloaded 1" : "500 late policy 0");
	else if ((facts->asked_for & set) == 0)
		sprintf(out, "500 late other_trust %d", asks && facts->older);
	else if (!facts->sent)
		sprintf(out, "403 not_sent  %d", asks);
	else if (seen >> YETT_VERIFY_REVOKED & 1)
		sprintf(out, "403 revoked  %d", asks);
	else if (seen >> YETT_VERIFY_CRL_UNAVAILABLE & 1)
		sprintf(out, "403 revoked crl_unavailable %d", asks);
	else if (seen >> YETT_VERIFY_EXPIRED & 1)
		sprintf(out, "403 expired  %d", asks);
	else
		sprintf(out, "403 untrusted  %d", asks);
}

/* What `late` and `shadow` make of that: "STATUS reason cause close learn
 * shadow". */
static void
slow_outcome(const struct yett_site *site, const struct facts *facts, char *out)
{
	const struct yett_rule *rule = slow_rule(site, facts->path);
	const struct yett_late *late = rule->late;
	unsigned status, learn = 0;
	char text[60], word[20], *rest;

	slow_decision(site, facts, text);
	status = (unsigned)strtoul(text, &rest, 10);
	assert_int_equal(sscanf(rest, "%19s", word), 1);
	if (status != 0 && (facts->seconds < rule->shadow)) {
		sprintf(out, "0 none  0 0 %s", word);
		return;
	}
	if (status == 500 && late != NULL && late->learn > 0) {
		bool in_vain = facts->learned && facts->hello_learned &&
		    !facts->older;

		learn = in_vain ? 0 : late->learn;
		if (!in_vain)
			status = facts->learned ? 307 : 421;
		rest[strlen(rest) - 1] = in_vain ? '0' : '1';
	} else if (status == 500 && late != NULL &&
	    late->close == YETT_CLOSE_RESET) {
		status = 444;
		rest[strlen(rest) - 1] = '1';
	} else if (status == 500 && late != NULL && late->redirect.len > 0) {
		status = 307;
	}
	sprintf(out, "%u%s %u none", status, rest, learn);
}

static void
decide(const struct yett_generation *gen, struct facts *facts,
    struct yett_decision *got)
{
	static const struct yett_certificate leaf;
	struct yett_hello hello = { .sni = YETT_LIT("shop.test"),
		.client_ip = client_number(facts->client),
		.learned = facts->hello_learned };
	struct yett_request request = {
		.hello = &hello,
		.asked = { .need = facts->asked ? YETT_NEED_REQUEST
						: YETT_NEED_NONE,
		    .cause = YETT_CAUSE_POLICY,
		    .generation = yett_generation_id(gen) - facts->older },
		.peer = { facts->sent ? &leaf : NULL, verify_as_listed,
		    facts->verified },
		.host = hello.sni,
		.path = yett_slice_of(facts->path),
		.now = facts->seconds * 1000000000 + 999999999,
		.preflight = facts->preflight,
		.learned = facts->learned,
	};
	uint64_t ids[TRUSTS];

	for (uint32_t i = 0; i < TRUSTS; i++)
		if (facts->asked_for >> i & 1)
			ids[request.asked.trust_count++] =
			    yett_generation_trust(gen, i)->id;
	request.asked.trust_id = ids;
	yett_decide_request(gen, NULL, &request, NULL, got);
}

static void
compare_requests(const struct yett_generation *gen,
    const struct yett_site *site)
{
	for (int i = 0; i < REQUESTS; i++) {
		struct facts facts = random_facts();
		struct yett_decision decision;
		char want[100], got[100];

		assert_ptr_equal(yett_site_rule(site,
				     yett_slice_of(facts.path)),
		    slow_rule(site, facts.path));
		decide(gen, &facts, &decision);
		snprintf(got, sizeof(got), "%u %s %s %d %u %s", decision.status,
		    yett_reason_name(decision.reason),
		    yett_cause_name(decision.cause), decision.close,
		    decision.learn, yett_reason_name(decision.shadow));
		slow_outcome(site, &facts, want);
		assert_string_equal(got, want);
		assert_int_equal(decision.verdict == YETT_VERDICT_ALLOW,
		    strncmp(want, "0 ", 2) == 0);
	}
}

/* What each client's handshake asks, also when it learned. */
static void
compare_hellos(const struct yett_generation *gen, const struct yett_site *site)
{
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct yett_hello hello = { .sni = YETT_LIT("shop.test"),
			.client_ip = client_number(i) };
		struct yett_hello_decision decision;
		unsigned want = slow_asked(site, i), learned = 0;

		yett_decide_hello(gen, NULL, &hello, NULL, &decision);
		assert_int_equal(bits_of(&decision.trusts), want);
		for (uint32_t k = 0; k < site->rule_count; k++)
			if (site->rule[k]->late != NULL &&
			    site->rule[k]->late->learn > 0 &&
			    site->rule[k]->need == YETT_NEED_REQUIRE)
				learned |= bits_of(&site->rule[k]->trusts);
		if (learned != 0 && site->fallback.need != YETT_NEED_REQUIRE)
			want = bits_of(&site->ask.trusts) | learned;
		hello.learned = true;
		yett_decide_hello(gen, NULL, &hello, NULL, &decision);
		assert_int_equal(bits_of(&decision.trusts), want);
	}
}

static void
test_random_policies(void **state)
{
	(void)state;
	srand(20261123);
	for (int i = 0; i < POLICIES; i++) {
		struct yett_draft *draft = yett_draft_new();
		struct yett_generation *gen;
		struct yett_site *site;

		for (int j = 0; j < TRUSTS; j++)
			trust_add(draft, trust_names[j]);
		site = random_site(draft);
		if (i % 2 == 1)
			random_extras(site);
		site_add(draft, site);
		gen = freeze(draft);
		assert_int_equal(bits_of(&site->ask.trusts),
		    slow_asked(site, CLIENTS));
		compare_hellos(gen, site);
		compare_requests(gen, site);
		yett_generation_unref(&gen);
	}
}

static void
test_random_ties(void **state)
{
	unsigned ties = 0;

	(void)state;
	srand(42);
	for (int i = 0; i < 5000; i++) {
		struct yett_draft *draft = yett_draft_new();
		struct yett_site *site = site_new(draft, "shop.test",
		    YETT_NEED_NONE, trusts(draft, 0), 1);
		char pattern[2][40];
		bool tie;

		site->ignore_case = below(2) == 0;
		for (int j = 0; j < 2; j++) {
			random_path(pattern[j], sizeof(pattern[j]), true);
			rule_new(draft, site, (enum yett_rule_kind)below(3),
			    pattern[j], YETT_NEED_NONE, trusts(draft, 0));
		}
		tie = slow_tie(site->rule[0], site->rule[1], site->ignore_case);
		ties += tie;
		assert_int_equal(yett_draft_add_site(draft, site, NULL),
		    tie ? YETT_E_POLICY : YETT_OK);
		yett_draft_free(draft);
	}
	assert_true(ties > 50); /* else nothing was tested */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_policies),
		cmocka_unit_test(test_random_ties),
	};

	return cmocka_run_group_tests_name("decide model", tests, NULL, NULL);
}
