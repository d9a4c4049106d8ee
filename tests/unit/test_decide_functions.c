/* SPDX-License-Identifier: Apache-2.0 */
/* Handshakes, and what functions of a policy say. */
#include "unit/decide_play.h"

static unsigned
bits_of(const struct yett_trust_set *set)
{
	unsigned bits = 0;

	for (uint32_t i = 0; i < set->count; i++)
		bits |= 1u << set->index[i];
	return bits;
}

/* --- the handshake */

static void
test_declared_handshakes(void **state)
{
	static const struct {
		enum yett_need site, rule;
		enum yett_handshake handshake;
		enum yett_need want;
		enum yett_cause cause;
	} cases[] = {
		{ YETT_NEED_NONE, YETT_NEED_NONE, YETT_HANDSHAKE_AUTO,
		    YETT_NEED_NONE, YETT_CAUSE_POLICY },
		{ YETT_NEED_NONE, YETT_NEED_REQUIRE, YETT_HANDSHAKE_AUTO,
		    YETT_NEED_REQUEST, YETT_CAUSE_NONE },
		{ YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, YETT_HANDSHAKE_AUTO,
		    YETT_NEED_REQUIRE, YETT_CAUSE_NONE },
		{ YETT_NEED_NONE, YETT_NEED_REQUIRE, YETT_HANDSHAKE_NEVER,
		    YETT_NEED_NONE, YETT_CAUSE_POLICY },
		{ YETT_NEED_NONE, YETT_NEED_NONE, YETT_HANDSHAKE_ALWAYS,
		    YETT_NEED_REQUEST, YETT_CAUSE_NONE },
	};
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_draft *draft = yett_draft_new();
		struct yett_hello_decision got;
		struct yett_generation *gen;
		struct yett_site *site;

		trust_add(draft, "staff");
		site = site_new(draft, "shop.test", cases[i].site,
		    trusts(draft, STAFF), 1);
		site->handshake = cases[i].handshake;
		rule_new(draft, site, YETT_RULE_PATH, "/a", cases[i].rule,
		    trusts(draft, STAFF));
		site_add(draft, site);
		gen = freeze(draft);
		yett_decide_hello(gen, NULL, &hello, NULL, &got);
		assert_int_equal(got.action, YETT_HANDSHAKE_GO);
		assert_ptr_equal(got.site, site);
		assert_int_equal(got.need, cases[i].want);
		assert_int_equal(got.cause, cases[i].cause);
		assert_int_equal(bits_of(&got.trusts),
		    cases[i].want == YETT_NEED_NONE ? 0 : STAFF);
		assert_ptr_equal(got.because, site->ask.because);
		assert_int_equal(got.read, YETT_FACT_SNI);
		yett_generation_unref(&gen);
	}
}

static void
test_an_unknown_name_has_no_site(void **state)
{
	struct world world = world_new(0);
	struct yett_hello hello = { .sni = YETT_LIT("other.test") };
	struct yett_hello_decision got;

	(void)state;
	yett_decide_hello(world.gen, NULL, &hello, NULL, &got);
	assert_int_equal(got.action, YETT_HANDSHAKE_NO_SITE);
	assert_null(got.site);
	hello.sni = YETT_LIT("");
	yett_decide_hello(world.gen, NULL, &hello, NULL, &got);
	assert_int_equal(got.action, YETT_HANDSHAKE_NO_SITE);
	yett_generation_unref(&world.gen);
}

static void
test_hello_functions(void **state)
{
	static const uint32_t partners[] = { 1 };
	static const struct {
		const char *name;
		unsigned site_trusts;
		struct yett_hello_said said;
		unsigned action;
		enum yett_need need;
		unsigned trusts;
		enum yett_cause cause;
	} cases[] = {
		{ "nothing", PARTNERS, { .verdict = YETT_HELLO_DECLARED },
		    YETT_HANDSHAKE_GO, YETT_NEED_REQUEST, STAFF, 0 },
		{ "none", PARTNERS, { YETT_HELLO_ASK, .need = YETT_NEED_NONE },
		    YETT_HANDSHAKE_GO, YETT_NEED_NONE, 0, YETT_CAUSE_FUNCTION },
		{ "a request means what the paths want", PARTNERS,
		    { YETT_HELLO_ASK, .need = YETT_NEED_REQUEST },
		    YETT_HANDSHAKE_GO, YETT_NEED_REQUEST, STAFF, 0 },
		{ "a require means the site's own", PARTNERS,
		    { YETT_HELLO_ASK, .need = YETT_NEED_REQUIRE },
		    YETT_HANDSHAKE_GO, YETT_NEED_REQUIRE, PARTNERS, 0 },
		{ "or the paths', if it has none", 0,
		    { YETT_HELLO_ASK, .need = YETT_NEED_REQUIRE },
		    YETT_HANDSHAKE_GO, YETT_NEED_REQUIRE, STAFF, 0 },
		{ "named trusts", 0,
		    { YETT_HELLO_ASK, YETT_NEED_REQUEST, { partners, 1 },
			{ NULL, 0 } },
		    YETT_HANDSHAKE_GO, YETT_NEED_REQUEST, PARTNERS, 0 },
		{ "refuse", 0, { .verdict = YETT_HELLO_REFUSE },
		    YETT_HANDSHAKE_REFUSE, YETT_NEED_NONE, 0, 0 },
		{ "error", 0, { .verdict = YETT_HELLO_ERROR },
		    YETT_HANDSHAKE_ERROR, YETT_NEED_NONE, 0, 0 },
		{ "an unknown verdict", 0,
		    { .verdict = (enum yett_hello_verdict)99 },
		    YETT_HANDSHAKE_ERROR, YETT_NEED_NONE, 0, 0 },
		{ "an unknown need", 0,
		    { YETT_HELLO_ASK, .need = (enum yett_need)99 },
		    YETT_HANDSHAKE_ERROR, YETT_NEED_NONE, 0, 0 },
	};
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct world world = world_new(cases[i].site_trusts);
		struct yett_hello_said said = cases[i].said;
		struct yett_functions functions = { say_hello, NULL, &said };
		struct yett_hello_decision got;

		yett_decide_hello(world.gen, &functions, &hello, NULL, &got);
		if ((unsigned)got.action != cases[i].action ||
		    got.need != cases[i].need || got.cause != cases[i].cause ||
		    bits_of(&got.trusts) != cases[i].trusts)
			fail_msg("%s: %u %s", cases[i].name,
			    (unsigned)got.action, yett_need_name(got.need));
		assert_int_equal(got.read, YETT_FACT_SNI | YETT_FACT_ALPN);
		yett_generation_unref(&world.gen);
	}
}

static void
test_a_hello_function_that_cannot_be_asked_is_an_error(void **state)
{
	static const struct yett_functions none,
	    silent = { say_hello, NULL, NULL };
	const struct yett_functions *const cases[] = { NULL, &none, &silent };
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct world world = world_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_hello_decision got;

		yett_decide_hello(world.gen, cases[i], &hello, NULL, &got);
		assert_int_equal(got.action, YETT_HANDSHAKE_ERROR);
	}
	yett_generation_unref(&world.gen);
}

static void
test_asking_without_any_trust_is_an_error(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site = site_new(draft, "shop.test", YETT_NEED_NONE,
	    trusts(draft, 0), 1);
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct yett_hello_said said = { YETT_HELLO_ASK,
		.need = YETT_NEED_REQUEST };
	struct yett_functions functions = { say_hello, NULL, &said };
	struct yett_hello_decision got;
	struct yett_generation *gen;

	(void)state;
	site->hello_function = 0;
	site_add(draft, site);
	gen = freeze(draft);
	yett_decide_hello(gen, &functions, &hello, NULL, &got);
	assert_int_equal(got.action, YETT_HANDSHAKE_ERROR);
	assert_int_equal(got.need, YETT_NEED_NONE);
	yett_generation_unref(&gen);
}

/* --- the request */

static const uint32_t partners[] = { 1 };

static const struct verdict verdicts[] = {
	{ "nothing", "/open", 0, 0, false, { .verdict = YETT_REQUEST_DECLARED },
	    YETT_VERDICT_ALLOW, 0, "none", "", false },
	{ "nothing keeps a refusal", "/staff", 0, YETT_NEED_REQUEST, false,
	    { .verdict = YETT_REQUEST_DECLARED }, YETT_VERDICT_REFUSE, 403,
	    "not_sent", "", false },
	{ "allow", "/open", 0, 0, false, { .verdict = YETT_REQUEST_ALLOW },
	    YETT_VERDICT_ALLOW, 0, "none", "", true },
	{ "allow what the rule refuses", "/staff", 0, 0, false,
	    { .verdict = YETT_REQUEST_ALLOW }, YETT_VERDICT_ALLOW, 0, "none",
	    "", true },
	{ "deny", "/open", 0, 0, false, { .verdict = YETT_REQUEST_DENY },
	    YETT_VERDICT_REFUSE, 403, "denied", "", true },
	{ "deny with a status", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_DENY, .status = 404 },
	    YETT_VERDICT_REFUSE, 404, "denied", "", true },
	{ "deny with a success", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_DENY, .status = 200 },
	    YETT_VERDICT_REFUSE, 500, "policy_error", "", true },
	{ "deny with 600", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_DENY, .status = 600 },
	    YETT_VERDICT_REFUSE, 500, "policy_error", "", true },
	{ "redirect", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_REDIRECT,
		.location = { "https://x/", 10 } },
	    YETT_VERDICT_REDIRECT, 307, "none", "", true },
	{ "redirect nowhere", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_REDIRECT }, YETT_VERDICT_REFUSE, 500,
	    "policy_error", "", true },
	{ "redirect with a line break", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_REDIRECT,
		.location = { "https://x\r\n", 11 } },
	    YETT_VERDICT_REFUSE, 500, "policy_error", "", true },
	{ "redirect with 200", "/open", 0, 0, false,
	    { .verdict = YETT_REQUEST_REDIRECT,
		.status = 200,
		.location = { "https://x/", 10 } },
	    YETT_VERDICT_REFUSE, 500, "policy_error", "", true },
	{ "need, never asked", "/open", PARTNERS, 0, false,
	    { .verdict = YETT_REQUEST_NEED_CERTIFICATE }, YETT_VERDICT_REFUSE,
	    500, "late", "function", true },
	{ "need, none sent", "/open", PARTNERS, YETT_NEED_REQUEST, false,
	    { .verdict = YETT_REQUEST_NEED_CERTIFICATE }, YETT_VERDICT_REFUSE,
	    403, "not_sent", "", true },
	{ "need, good", "/open", PARTNERS, YETT_NEED_REQUEST, true,
	    { .verdict = YETT_REQUEST_NEED_CERTIFICATE }, YETT_VERDICT_ALLOW, 0,
	    "none", "", true },
	{ "need of the rule's trust", "/staff", PARTNERS, YETT_NEED_REQUEST,
	    true, { .verdict = YETT_REQUEST_NEED_CERTIFICATE },
	    YETT_VERDICT_REFUSE, 403, "untrusted", "", true },
	{ "need of another trust", "/staff", 0, YETT_NEED_REQUEST, true,
	    { .verdict = YETT_REQUEST_NEED_CERTIFICATE,
		.trusts = { partners, 1 } },
	    YETT_VERDICT_ALLOW, 0, "none", "", true },
	{ "need of nobody", "/open", 0, YETT_NEED_REQUEST, true,
	    { .verdict = YETT_REQUEST_NEED_CERTIFICATE }, YETT_VERDICT_REFUSE,
	    500, "policy_error", "", true },
	{ "error", "/open", 0, 0, false, { .verdict = YETT_REQUEST_ERROR },
	    YETT_VERDICT_REFUSE, 500, "policy_error", "", true },
	{ "an unknown verdict", "/open", 0, 0, false,
	    { .verdict = (enum yett_request_verdict)99 }, YETT_VERDICT_REFUSE,
	    500, "policy_error", "", true },
};

static void
test_request_functions(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(verdicts); i++) {
		const struct verdict *want = &verdicts[i];
		struct world world = world_new(want->site_trusts);
		struct yett_request_said said = want->said;
		struct yett_functions functions = { NULL, say_request, &said };
		struct yett_decision got;

		decide(&world, want, &functions, NULL, &got);
		if (got.verdict != want->verdict ||
		    got.status != want->status ||
		    got.by_function != want->by_function ||
		    strcmp(yett_reason_name(got.reason), want->reason) != 0 ||
		    strcmp(yett_cause_name(got.cause), want->cause) != 0)
			fail_msg("%s: %u %s %s", want->name, got.status,
			    yett_reason_name(got.reason),
			    yett_cause_name(got.cause));
		assert_true(got.read & YETT_FACT_HEADER);
		yett_generation_unref(&world.gen);
	}
}

static void
test_a_request_function_that_cannot_be_asked_is_an_error(void **state)
{
	static const struct yett_functions none,
	    silent = { NULL, say_request, NULL };
	const struct yett_functions *const cases[] = { NULL, &none, &silent };
	struct world world = world_new(0);
	struct verdict want = { .path = "/open" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_decision got;

		decide(&world, &want, cases[i], NULL, &got);
		assert_int_equal(got.verdict, YETT_VERDICT_REFUSE);
		assert_int_equal(got.reason, YETT_REASON_POLICY_ERROR);
	}
	yett_generation_unref(&world.gen);
}

static void
test_why_is_the_functions_or_the_rules(void **state)
{
	static const struct {
		enum yett_request_verdict verdict;
		const char *said, *want;
	} cases[] = {
		{ YETT_REQUEST_DECLARED, "ignored", "staff only" },
		{ YETT_REQUEST_DENY, "not today", "not today" },
		{ YETT_REQUEST_DENY, NULL, NULL },
		{ YETT_REQUEST_NEED_CERTIFICATE, "changes", "changes" },
		{ YETT_REQUEST_NEED_CERTIFICATE, NULL, "staff only" },
	};
	struct world world = world_new(0);
	struct verdict row = { .path = "/staff" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_request_said said = { .verdict = cases[i].verdict,
			.why = yett_slice_of(cases[i].said) };
		struct yett_functions functions = { NULL, say_request, &said };
		struct yett_decision got;

		decide(&world, &row, &functions, NULL, &got);
		assert_true(
		    yett_slice_eq(got.why, yett_slice_of(cases[i].want)));
	}
	yett_generation_unref(&world.gen);
}

/* A site that requires refuses in the handshake; who got past that is refused
 * by the rule, whatever the function would say. */
static void
test_a_site_that_requires_decides_before_its_function(void **state)
{
	static const struct verdict cases[] = {
		{ .path = "/", .asked = YETT_NEED_NONE, .reason = "late" },
		{ .path = "/",
		    .asked = YETT_NEED_REQUIRE,
		    .reason = "not_sent" },
		{ .path = "/",
		    .asked = YETT_NEED_REQUIRE,
		    .sent = true,
		    .reason = "none",
		    .by_function = true },
	};
	struct yett_request_said said = { .verdict = YETT_REQUEST_ALLOW };
	struct yett_functions functions = { NULL, say_request, &said };
	struct yett_draft *draft = yett_draft_new();
	struct world world;

	(void)state;
	trust_add(draft, "staff");
	trust_add(draft, "partners");
	world.shop = site_new(draft, "shop.test", YETT_NEED_REQUIRE,
	    trusts(draft, PARTNERS), 1);
	world.shop->request_function = 0;
	site_add(draft, world.shop);
	world.gen = freeze(draft);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_decision got;

		decide(&world, &cases[i], &functions, NULL, &got);
		assert_string_equal(yett_reason_name(got.reason),
		    cases[i].reason);
		assert_int_equal(got.by_function, cases[i].by_function);
	}
	yett_generation_unref(&world.gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declared_handshakes),
		cmocka_unit_test(test_an_unknown_name_has_no_site),
		cmocka_unit_test(test_hello_functions),
		cmocka_unit_test(
		    test_a_hello_function_that_cannot_be_asked_is_an_error),
		cmocka_unit_test(test_asking_without_any_trust_is_an_error),
		cmocka_unit_test(test_request_functions),
		cmocka_unit_test(
		    test_a_request_function_that_cannot_be_asked_is_an_error),
		cmocka_unit_test(
		    test_a_site_that_requires_decides_before_its_function),
		cmocka_unit_test(test_why_is_the_functions_or_the_rules),
	};

	return cmocka_run_group_tests_name("decide functions", tests, NULL,
	    NULL);
}
