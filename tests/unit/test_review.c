/* SPDX-License-Identifier: Apache-2.0 */
/*
 * W201 against an exhaustive model: of random declared policies every path,
 * every handshake and every certificate is decided one by one by the functions
 * that decide. A rule that is late for every client must be told, and no other.
 * W202: a site that asks is told when somebody is asked who need not be.
 * W205: a rule is told never to match when no path of the model reaches it.
 * And W213: a function is told to make needs late when one of the things that
 * it may say does.
 */
#include "unit/random_policy.h"

#include "policy/decide.h"
#include "policy/review.h"
#include "policy/review_paths.h"

#define POLICIES 2000
#define RULES 7

/* Segments of rules; of paths there is one more, which no rule names. */
static const char *const names[] = { "a", "b" };
#define DEPTH 3

/* --- policies */

static const char *
random_pattern(struct yett_draft *draft, bool star)
{
	char text[32] = "/";
	unsigned count = below(DEPTH);
	struct yett_slice copy;

	for (unsigned i = 0; i < count; i++) {
		if (i > 0)
			strcat(text, "/");
		strcat(text,
		    star && below(2) == 0 ? "*" : names[below(COUNT(names))]);
	}
	if (star && strchr(text, '*') == NULL)
		strcpy(text, "/*");
	copy = yett_arena_copy(yett_draft_arena(draft), yett_slice_of(text));
	assert_non_null(copy.at);
	return copy.at;
}

static bool
is_repeated(const struct yett_site *site, const struct yett_rule *rule)
{
	for (uint32_t i = 0; i + 1 < site->rule_count; i++)
		if ((site->rule[i]->kind == YETT_RULE_EXACT) ==
			(rule->kind == YETT_RULE_EXACT) &&
		    yett_slice_eq(site->rule[i]->pattern, rule->pattern))
			return true;
	return false;
}

static struct yett_site *
small_site(struct yett_draft *draft)
{
	static const enum yett_handshake ways[] = { YETT_HANDSHAKE_AUTO,
		YETT_HANDSHAKE_NEVER, YETT_HANDSHAKE_NEVER,
		YETT_HANDSHAKE_ALWAYS };
	struct yett_site *site = site_new(draft, "shop.test",
	    (enum yett_need)below(2), trusts(draft, 1 + below(7)), 1);
	unsigned count = below(RULES + 1);
	bool strict;

	site->handshake = ways[below(COUNT(ways))];
	strict = site->handshake != YETT_HANDSHAKE_NEVER && below(4) == 0;
	if (strict)
		site->fallback.need = YETT_NEED_REQUIRE;
	for (unsigned i = 0; i < count; i++) {
		enum yett_rule_kind kind = (enum yett_rule_kind)below(3);
		struct yett_rule *rule = rule_new(draft, site, kind,
		    random_pattern(draft, kind == YETT_RULE_GLOB),
		    strict ? YETT_NEED_REQUIRE : (enum yett_need)below(3),
		    trusts(draft, 1 + below(7)));

		if (is_repeated(site, rule))
			site->rule_count--;
	}
	return site;
}

static struct yett_generation *
random_policy(struct yett_draft *draft)
{
	trust_add(draft, "staff");
	trust_add(draft, "partners");
	trust_add(draft, "guests");
	site_add(draft, small_site(draft));
	return freeze(draft);
}

/* --- the model: every client there is */

/* What happened to the clients of a rule; the site's own comes last. */
struct fate {
	unsigned requests, late;
	unsigned said_late; /* of those, by the request function */
	unsigned needed;    /* requests of clients that the need is for */
};

static enum yett_verification
verified_for(void *arg, const struct yett_trust *trust)
{
	unsigned good = *(unsigned *)arg;

	return (good >> trust->index & 1) != 0 ? YETT_VERIFIED
					       : YETT_VERIFY_UNTRUSTED;
}

/* One request of one client: `good` are the trusts its certificate verifies
 * for, with one more bit for whether there is one. */
static void
decide(const struct yett_generation *gen, const struct yett_hello *hello,
    const struct yett_functions *functions, const char *path, unsigned good,
    struct fate *fate)
{
	static const struct yett_certificate leaf;
	struct yett_hello_decision asked;
	struct yett_decision decision;
	struct yett_request request = { .hello = hello,
		.host = hello->sni,
		.path = yett_slice_of(path) };
	const struct yett_site *site;
	struct fate *of = &fate[RULES];
	uint64_t ids[TRUSTS];

	yett_decide_hello(gen, functions, hello, NULL, &asked);
	request.asked.need = asked.need;
	request.asked.cause = asked.cause;
	request.asked.generation = yett_generation_id(gen);
	for (uint32_t i = 0; i < asked.trusts.count; i++)
		ids[request.asked.trust_count++] =
		    yett_generation_trust(gen, asked.trusts.index[i])->id;
	request.asked.trust_id = ids;
	/* Who is not asked cannot send one. */
	if (asked.need != YETT_NEED_NONE && (good >> TRUSTS & 1) != 0)
		request.peer.leaf = &leaf;
	request.peer.verify = verified_for;
	request.peer.arg = &good;
	yett_decide_request(gen, functions, &request, NULL, &decision);
	site = yett_generation_site(gen, hello->sni);
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (decision.rule == site->rule[i])
			of = &fate[i];
	of->requests++;
	of->needed += decision.need == YETT_NEED_REQUIRE;
	of->late += decision.reason == YETT_REASON_LATE ||
	    decision.shadow == YETT_REASON_LATE;
	of->said_late += decision.reason == YETT_REASON_LATE &&
	    decision.by_function;
}

/* Every path of up to DEPTH segments, from the names of the rules and one that
 * no rule has. */
static void
each_path(const struct yett_generation *gen, const struct yett_hello *hello,
    const struct yett_functions *functions, char *path, unsigned depth,
    struct fate *fate)
{
	static const char *const all[] = { "a", "b", "other" };
	size_t len = strlen(path);

	for (unsigned good = 0; good < 1u << (TRUSTS + 1); good++)
		decide(gen, hello, functions, len == 0 ? "/" : path, good,
		    fate);
	for (size_t i = 0; i < COUNT(all) && depth < DEPTH; i++) {
		sprintf(path + len, "/%s", all[i]);
		each_path(gen, hello, functions, path, depth + 1, fate);
		path[len] = '\0';
	}
}

static bool
was_told(const struct yett_findings *findings, const char *code,
    const struct yett_rule *rule)
{
	for (uint32_t i = 0; i < findings->count; i++)
		if (strcmp(findings->at[i].code, code) == 0 &&
		    findings->at[i].spot.label.at == rule->label.at)
			return true;
	return false;
}

static bool
any_told(const struct yett_findings *findings, const char *code)
{
	for (uint32_t i = 0; i < findings->count; i++)
		if (strcmp(findings->at[i].code, code) == 0)
			return true;
	return false;
}

/* Whether a handshake asks for what a rule needs, and somebody on that
 * connection who needs none is asked, too. */
static bool
has_price(const struct yett_site *site, const struct fate *fate)
{
	bool asks = false, open = fate[RULES].requests > 0;

	for (uint32_t k = 0; k < site->rule_count; k++) {
		if (site->rule[k]->need != YETT_NEED_NONE)
			asks = true;
		else
			open |= fate[k].requests > 0;
	}
	return asks && open && site->handshake == YETT_HANDSHAKE_AUTO &&
	    site->fallback.need == YETT_NEED_NONE;
}

static void
test_late_needs(void **state)
{
	unsigned priced = 0;
	unsigned late = 0, dead = 0, rules = 0;

	(void)state;
	srand(20261124);
	for (int i = 0; i < POLICIES; i++) {
		struct yett_generation *gen = random_policy(yett_draft_new());
		const struct yett_site *site = yett_generation_site_at(gen, 0);
		struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
		struct yett_findings findings = { .count = 0 };
		struct fate fate[RULES + 1] = { { 0 } };
		char path[64] = "";

		each_path(gen, &hello, NULL, path, 0, fate);
		yett_review(gen, &findings);
		for (uint32_t k = 0; k < site->rule_count; k++) {
			bool all_late = fate[k].requests > 0 &&
			    fate[k].late == fate[k].requests;

			assert_int_equal(was_told(&findings, "W201",
					     site->rule[k]),
			    all_late);
			assert_int_equal(was_told(&findings, "W205",
					     site->rule[k]),
			    fate[k].requests == 0);
			late += all_late;
			dead += fate[k].requests == 0;
			rules++;
		}
		assert_int_equal(any_told(&findings, "W202"),
		    has_price(site, fate));
		assert_int_equal(yett_review_falls_back(site),
		    fate[RULES].requests > 0);
		priced += has_price(site, fate);
		yett_findings_clear(&findings);
		yett_generation_unref(&gen);
	}
	assert_true(priced > 100);
	assert_true(late > 500 && late < rules); /* else nothing was shown */
	assert_true(dead > 20);
}

/* With shadows, shares, preflights and all kinds of late answers a rule is late
 * for every client that it is for, now or once its shadow ends; or for none. */
static void
test_late_needs_of_rules_that_are_tried_out(void **state)
{
	unsigned late = 0, rules = 0;

	(void)state;
	srand(20261126);
	for (int i = 0; i < POLICIES / 8; i++) {
		struct yett_draft *draft = yett_draft_new();
		struct yett_site *site = small_site(draft);
		struct yett_findings findings = { .count = 0 };
		struct fate fate[RULES + 1] = { { 0 } };
		struct yett_generation *gen;

		for (int k = 0; k < TRUSTS; k++)
			trust_add(draft, trust_names[k]);
		random_extras(site);
		site_add(draft, site);
		gen = freeze(draft);
		for (unsigned k = 0; k < CLIENTS; k++) {
			struct yett_hello hello = { .sni = YETT_LIT(
							"shop.test"),
				.client_ip = client_number(k) };
			char path[64] = "";

			each_path(gen, &hello, NULL, path, 0, fate);
		}
		yett_review(gen, &findings);
		for (uint32_t k = 0; k < site->rule_count; k++) {
			bool all_late = fate[k].late > 0 &&
			    fate[k].late == fate[k].needed;

			assert_int_equal(was_told(&findings, "W201",
					     site->rule[k]),
			    all_late);
			assert_int_equal(was_told(&findings, "W205",
					     site->rule[k]),
			    fate[k].requests == 0);
			late += all_late;
			rules++;
		}
		yett_findings_clear(&findings);
		yett_generation_unref(&gen);
	}
	assert_true(late > 50 && late < rules);
}

/* --- functions ------------------------------------------------------------ */

#define SAYINGS 3

/* What the functions of the model say now: one of their sayings, or nothing
 * when there is no such. */
struct saying {
	uint32_t hello, request;
};

static void
say_hello(void *arg, const struct yett_site *site,
    const struct yett_hello *hello, struct yett_hello_said *said,
    uint32_t *read)
{
	const struct saying *saying = arg;

	(void)hello;
	(void)read;
	*said = (struct yett_hello_said){ .verdict = YETT_HELLO_DECLARED };
	if (saying->hello >= site->hello_says.count)
		return;
	said->verdict = YETT_HELLO_ASK;
	said->trusts = site->hello_says.set[saying->hello];
	said->need = said->trusts.count > 0 ? YETT_NEED_REQUEST
					    : YETT_NEED_NONE;
}

static void
say_request(void *arg, const struct yett_site *site,
    const struct yett_rule *rule, const struct yett_request *request,
    bool verified, struct yett_request_said *said, uint32_t *read)
{
	const struct saying *saying = arg;

	(void)rule;
	(void)request;
	(void)verified;
	(void)read;
	*said = (struct yett_request_said){ .verdict = YETT_REQUEST_DECLARED };
	if (saying->request >= site->request_says.count)
		return;
	said->verdict = YETT_REQUEST_NEED_CERTIFICATE;
	said->trusts = site->request_says.set[saying->request];
}

static struct yett_sayings
random_sayings(struct yett_draft *draft)
{
	struct yett_sayings says = { .count = below(SAYINGS) };

	says.set = make(draft, SAYINGS * sizeof(*says.set));
	for (uint32_t i = 0; i < says.count; i++)
		says.set[i] = trusts(draft, below(1u << TRUSTS));
	return says;
}

static struct yett_generation *
random_functions(struct yett_draft *draft)
{
	struct yett_site *site = small_site(draft);

	trust_add(draft, "staff");
	trust_add(draft, "partners");
	trust_add(draft, "guests");
	if (site->handshake != YETT_HANDSHAKE_NEVER && below(3) > 0) {
		site->hello_function = 0;
		site->hello_says = random_sayings(draft);
	}
	if (below(3) > 0) {
		site->request_function = 1;
		site->request_says = random_sayings(draft);
		site->function_needs = site->request_says.count > 0;
	}
	site_add(draft, site);
	return freeze(draft);
}

/* Whether some client is late when the functions say this; if the request
 * function says something, because of that. */
static bool
makes_late(const struct yett_generation *gen, struct saying saying)
{
	const struct yett_functions functions = { .arg = &saying,
		.hello = say_hello,
		.request = say_request };
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct fate fate[RULES + 1] = { { 0 } };
	char path[64] = "";
	unsigned late = 0;

	each_path(gen, &hello, &functions, path, 0, fate);
	for (size_t i = 0; i <= RULES; i++)
		late += saying.request < SAYINGS ? fate[i].said_late
						 : fate[i].late;
	return late > 0;
}

static bool
is_doubted(const struct yett_findings *findings, const char *function)
{
	for (uint32_t i = 0; i < findings->count; i++)
		if (strcmp(findings->at[i].code, "W213") == 0 &&
		    strcmp(findings->at[i].spot.field, function) == 0)
			return true;
	return false;
}

static void
test_doubts(void **state)
{
	unsigned hellos = 0, requests = 0;

	(void)state;
	srand(20261125);
	for (int i = 0; i < POLICIES; i++) {
		struct yett_generation *gen = random_functions(
		    yett_draft_new());
		const struct yett_site *site = yett_generation_site_at(gen, 0);
		struct yett_findings findings = { .count = 0 };
		bool by_hello = false, by_request = false;

		for (uint32_t k = 0; k <= site->hello_says.count; k++) {
			by_hello |= site->hello_function >= 0 &&
			    makes_late(gen, (struct saying){ k, SAYINGS });
			for (uint32_t j = 0; j < site->request_says.count; j++)
				by_request |= makes_late(gen,
				    (struct saying){ k, j });
		}
		yett_review(gen, &findings);
		assert_int_equal(is_doubted(&findings, "client_hello"),
		    by_hello);
		assert_int_equal(is_doubted(&findings, "request"), by_request);
		hellos += by_hello;
		requests += by_request;
		yett_findings_clear(&findings);
		yett_generation_unref(&gen);
	}
	assert_true(hellos > 100 && requests > 100);
}

/* What is worse is kept, however much else came first. */
static void
test_worst_are_kept(void **state)
{
	struct yett_findings findings = { .count = 0 };
	const struct yett_spot spot = { .length = 1 };

	(void)state;
	for (int i = 0; i < 1500; i++)
		yett_finding_add(&findings, YETT_SEVERITY_NOTE, "W212", &spot,
		    "a note");
	assert_non_null(yett_finding_add(&findings, YETT_SEVERITY_WARNING,
	    "W201", &spot, "a warning"));
	for (int i = 0; i < 1500; i++)
		yett_finding_add(&findings, YETT_SEVERITY_WARNING, "W202",
		    &spot, "a warning");
	assert_non_null(yett_finding_add(&findings, YETT_SEVERITY_ERROR, "E401",
	    &spot, "an error"));
	assert_null(yett_finding_add(&findings, YETT_SEVERITY_NOTE, "W212",
	    &spot, "a note"));
	assert_int_equal(findings.count, 1000);
	assert_int_equal(findings.total, 3003);
	assert_true(any_told(&findings, "E401"));
	assert_false(any_told(&findings, "W212"));
	yett_findings_clear(&findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_needs),
		cmocka_unit_test(test_late_needs_of_rules_that_are_tried_out),
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_worst_are_kept),
	};

	return cmocka_run_group_tests_name("review", tests, NULL, NULL);
}
