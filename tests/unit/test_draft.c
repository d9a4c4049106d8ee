/* SPDX-License-Identifier: Apache-2.0 */
/* What may be declared, and the words that refuse what may not. */
#include "unit/policy_builder.h"

static void
expect_fault(enum yett_status status, const struct yett_fault *fault,
    const char *where, const char *what)
{
	assert_int_equal(status, YETT_E_POLICY);
	assert_string_equal(fault->what, what);
	assert_string_equal(fault->where, where);
}

static void
test_defaults(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	const struct yett_settings *settings = yett_draft_settings(draft);

	(void)state;
	assert_int_equal(settings->timeouts.handshake, 5000);
	assert_int_equal(settings->timeouts.head, 10000);
	assert_int_equal(settings->timeouts.idle, 75000);
	assert_int_equal(settings->timeouts.connect, 5000);
	assert_int_equal(settings->timeouts.answer, 60000);
	assert_int_equal(settings->limits.head, 32768);
	assert_int_equal(settings->limits.fields, 100);
	assert_int_equal(settings->limits.uri, 8192);
	assert_int_equal(settings->limits.body, 0);
	assert_int_equal(settings->limits.memory, 8 << 20);
	assert_int_equal(settings->limits.instructions, 100000);
	assert_int_equal(yett_late_default()->status, 500);
	assert_int_equal(yett_late_default()->hresult, 0x80070032);
	yett_draft_free(draft);
	yett_draft_free(NULL);
}

static void
test_a_listener_twice_is_refused(void **state)
{
	static const struct {
		const char *address;
		uint16_t port;
		bool twice;
	} cases[] = {
		{ "127.0.0.1", 8444, false },
		{ "::1", 8443, false },
		{ "127.0.0.1", 8443, true },
	};
	struct yett_listen listen = { .address = YETT_LIT("127.0.0.1"),
		.port = 8443,
		.place = place_at(1) };
	struct yett_draft *draft = yett_draft_new();

	(void)state;
	assert_int_equal(yett_draft_add_listen(draft, &listen, NULL), YETT_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		enum yett_status status;

		listen.address = yett_slice_of(cases[i].address);
		listen.port = cases[i].port;
		listen.place = place_at(2);
		status = yett_draft_add_listen(draft, &listen, &fault);
		if (cases[i].twice)
			expect_fault(status, &fault, "p.lua:2:3",
			    "listen on port 8443 of \"127.0.0.1\" is declared "
			    "twice; first at p.lua:1:3");
		else
			assert_int_equal(status, YETT_OK);
	}
	listen.port = 0;
	assert_int_equal(yett_draft_add_listen(draft, &listen, NULL), YETT_OK);
	assert_int_equal(yett_draft_add_listen(draft, &listen, NULL), YETT_OK);
	yett_draft_free(draft);
}

static void
test_a_trust_twice_is_refused(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_draft *draft = yett_draft_new();

	(void)state;
	trust_add(draft, "staff");
	trust_add(draft, "partners");
	expect_fault(yett_draft_add_trust(draft, trust_new(draft, "staff", 7),
			 &fault),
	    &fault, "p.lua:7:3",
	    "trust \"staff\" is declared twice; first at p.lua:1:3");
	yett_draft_free(draft);
}

static void
test_a_refused_site_is_not_there(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_site *site = site_new(draft, "shop.test", YETT_NEED_NONE,
	    trusts(draft, 0), 2);
	struct yett_generation *gen;

	(void)state;
	rule_new(draft, site, YETT_RULE_PATH, "nowhere", YETT_NEED_NONE,
	    trusts(draft, 0));
	assert_int_equal(yett_draft_add_site(draft, site, &fault),
	    YETT_E_POLICY);
	gen = freeze(draft);
	assert_int_equal(yett_generation_site_count(gen), 0);
	assert_null(yett_generation_site(gen, YETT_LIT("shop.test")));
	yett_generation_unref(&gen);
}

/* One site with one rule; what freezing says about it. */
struct contradiction {
	enum yett_handshake handshake;
	enum yett_need site_need;
	unsigned site_trusts;
	bool hello_function, function_needs, site_identity;
	enum yett_need rule_need;
	unsigned rule_trusts;
	bool rule_identity;
	const char *where, *what;
};

static enum yett_status
freeze_one(const struct contradiction *one, struct yett_generation **out,
    struct yett_fault *fault)
{
	static const struct yett_identity anyone;
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site;
	struct yett_rule *rule;
	enum yett_status status;

	trust_add(draft, "staff");
	trust_add(draft, "partners");
	site = site_new(draft, "shop.test", one->site_need,
	    trusts(draft, one->site_trusts), 10);
	site->handshake = one->handshake;
	site->fallback.label = YETT_LIT("site \"shop.test\"");
	site->hello_function = one->hello_function ? 0 : -1;
	site->request_function = one->function_needs ? 0 : -1;
	site->function_needs = one->function_needs;
	site->fallback.identity = one->site_identity ? &anyone : NULL;
	rule = rule_new(draft, site, YETT_RULE_PATH, "/a", one->rule_need,
	    trusts(draft, one->rule_trusts));
	rule->identity = one->rule_identity ? &anyone : NULL;
	site_add(draft, site);
	status = yett_draft_freeze(&draft, out, fault);
	assert_null(draft);
	return status;
}

static void
test_contradictions_do_not_load(void **state)
{
	static const struct contradiction cases[] = {
		{ .site_need = YETT_NEED_REQUIRE,
		    .site_trusts = 1,
		    .rule_need = YETT_NEED_NONE,
		    .where = "p.lua:11:3",
		    .what = "certificate = \"none\" in path \"/a\" is weaker "
			    "than certificate = \"require\" on site "
			    "\"shop.test\", which the handshake enforces" },
		{ .site_need = YETT_NEED_REQUIRE,
		    .site_trusts = 1,
		    .rule_need = YETT_NEED_REQUEST,
		    .rule_trusts = 1,
		    .where = "p.lua:11:3",
		    .what =
			"certificate = \"request\" in path \"/a\" is weaker "
			"than certificate = \"require\" on site "
			"\"shop.test\", which the handshake enforces" },
		{ .handshake = YETT_HANDSHAKE_NEVER,
		    .site_need = YETT_NEED_REQUIRE,
		    .site_trusts = 1,
		    .rule_need = YETT_NEED_REQUIRE,
		    .rule_trusts = 1,
		    .where = "p.lua:10:3",
		    .what =
			"handshake = \"never\" in site \"shop.test\", which "
			"has certificate = \"require\": a site requires in "
			"the handshake" },
		{ .handshake = YETT_HANDSHAKE_NEVER,
		    .hello_function = true,
		    .where = "p.lua:10:3",
		    .what =
			"handshake = \"never\" in site \"shop.test\", which "
			"has a client_hello function: it would never be "
			"asked" },
		{ .rule_need = YETT_NEED_REQUEST,
		    .rule_trusts = 1,
		    .rule_identity = true,
		    .where = "p.lua:11:3",
		    .what = "identity in path \"/a\" needs certificate = "
			    "\"require\"" },
		{ .site_identity = true,
		    .where = "p.lua:10:3",
		    .what = "identity in site \"shop.test\" needs certificate "
			    "= \"require\"" },
		{ .rule_need = YETT_NEED_REQUIRE,
		    .where = "p.lua:11:3",
		    .what = "certificate = \"require\" in path \"/a\", but "
			    "nothing says which authorities to accept" },
		{ .rule_need = YETT_NEED_REQUEST,
		    .where = "p.lua:11:3",
		    .what = "certificate = \"request\" in path \"/a\", but "
			    "nothing says which authorities to accept" },
		{ .site_need = YETT_NEED_REQUEST,
		    .where = "p.lua:10:3",
		    .what = "certificate = \"request\" in site \"shop.test\", "
			    "but nothing says which authorities to accept" },
		{ .handshake = YETT_HANDSHAKE_ALWAYS,
		    .where = "p.lua:10:3",
		    .what = "handshake = \"always\" in site \"shop.test\", but "
			    "nothing says which authorities to accept" },
		{ .function_needs = true,
		    .where = "p.lua:10:3",
		    .what = "the request function of site \"shop.test\" may "
			    "need a certificate, but nothing says which "
			    "authorities to accept" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_generation *gen = NULL;

		expect_fault(freeze_one(&cases[i], &gen, &fault), &fault,
		    cases[i].where, cases[i].what);
		assert_null(gen);
	}
}

/* A second Content-Length would let a client see two answers in one. */
static void
test_headers_of_late_are_not_the_gateways_own(void **state)
{
	static const struct {
		const char *name, *value, *what;
	} cases[] = {
		{ "Content-Length", "500",
		    "late in path \"/a\" has the header Content-Length, which "
		    "is the gateway's own" },
		{ "transfer_encoding", "chunked",
		    "late in path \"/a\" has the header transfer_encoding, "
		    "which is the gateway's own" },
		{ "CONNECTION", "close",
		    "late in path \"/a\" has the header CONNECTION, which is "
		    "the gateway's own" },
		{ "content-type", "text/html",
		    "late in path \"/a\" has the header content-type, which is "
		    "the gateway's own" },
		{ "Date", "today",
		    "late in path \"/a\" has the header Date, which is the "
		    "gateway's own" },
		{ "Host", "shop.test",
		    "late in path \"/a\" has the header Host, which is the "
		    "gateway's own" },
		{ "YETT-Error", "none",
		    "late in path \"/a\" has the header YETT-Error, which is "
		    "the gateway's own" },
		{ "Retry After", "1",
		    "late in path \"/a\" has a header that is malformed" },
		{ "", "1",
		    "late in path \"/a\" has a header that is malformed" },
		{ "Retry-After", "1\r\nX: y",
		    "late in path \"/a\" has a header that is malformed" },
		{ "Retry-After", "1", NULL },
		{ "Yett", "1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_draft *draft = yett_draft_new();
		struct yett_generation *gen = NULL;
		struct yett_site *site = site_new(draft, "shop.test",
		    YETT_NEED_NONE, trusts(draft, 0), 10);
		struct yett_header header = { yett_slice_of(cases[i].name),
			yett_slice_of(cases[i].value) };
		struct yett_late late = { .status = 500,
			.header = &header,
			.header_count = 1 };
		enum yett_status status;

		rule_new(draft, site, YETT_RULE_PATH, "/a", YETT_NEED_NONE,
		    trusts(draft, 0))
		    ->late = &late;
		site_add(draft, site);
		status = yett_draft_freeze(&draft, &gen, &fault);
		if (cases[i].what != NULL)
			expect_fault(status, &fault, "p.lua:11:3",
			    cases[i].what);
		else
			assert_int_equal(status, YETT_OK);
		yett_generation_unref(&gen);
	}
}

static void
test_headers_of_late_are_bounded(void **state)
{
	static struct yett_header header[YETT_LATE_HEADERS_MOST + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(header); i++)
		header[i] = (struct yett_header){ YETT_LIT("X-Many"),
			YETT_LIT("1") };
	for (uint32_t more = 0; more < 2; more++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_draft *draft = yett_draft_new();
		struct yett_generation *gen = NULL;
		struct yett_site *site = site_new(draft, "shop.test",
		    YETT_NEED_NONE, trusts(draft, 0), 10);
		struct yett_late late = { .status = 500,
			.header = header,
			.header_count = YETT_LATE_HEADERS_MOST + more };
		enum yett_status status;

		rule_new(draft, site, YETT_RULE_PATH, "/a", YETT_NEED_NONE,
		    trusts(draft, 0))
		    ->late = &late;
		site_add(draft, site);
		status = yett_draft_freeze(&draft, &gen, &fault);
		if (more > 0)
			expect_fault(status, &fault, "p.lua:11:3",
			    "late in path \"/a\" has 101 headers, and may "
			    "have 100");
		else
			assert_int_equal(status, YETT_OK);
		yett_generation_unref(&gen);
	}
}

static void
test_trust_sets_are_looked_at(void **state)
{
	static const uint32_t wrong[][2] = { { 1, 0 }, { 1, 1 }, { 0, 2 } };

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_draft *draft = yett_draft_new();
		struct yett_generation *gen = NULL;

		trust_add(draft, "staff");
		trust_add(draft, "partners");
		site_add(draft,
		    site_new(draft, "shop.test", YETT_NEED_REQUEST,
			(struct yett_trust_set){ wrong[i], 2 }, 1));
		assert_int_equal(yett_draft_freeze(&draft, &gen, &fault),
		    YETT_E_ARGUMENT);
		assert_string_equal(fault.what,
		    "the trusts of shop.test are not an ascending set");
		assert_null(gen);
	}
}

static void
test_long_places_keep_their_numbers(void **state)
{
	char file[400], want[257];
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_draft *draft = yett_draft_new();
	struct yett_trust *trust = trust_new(draft, "staff", 12);

	(void)state;
	memset(file, 'd', sizeof(file));
	trust->place.file = (struct yett_slice){ file, sizeof(file) };
	trust_add(draft, "staff");
	assert_int_equal(yett_draft_add_trust(draft, trust, &fault),
	    YETT_E_POLICY);
	memset(want, 'd', 232);
	strcpy(want + 232, ":12:3");
	assert_string_equal(fault.where, want);
	yett_draft_free(draft);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_a_listener_twice_is_refused),
		cmocka_unit_test(test_a_trust_twice_is_refused),
		cmocka_unit_test(test_a_refused_site_is_not_there),
		cmocka_unit_test(test_contradictions_do_not_load),
		cmocka_unit_test(test_headers_of_late_are_not_the_gateways_own),
		cmocka_unit_test(test_headers_of_late_are_bounded),
		cmocka_unit_test(test_trust_sets_are_looked_at),
		cmocka_unit_test(test_long_places_keep_their_numbers),
	};

	return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
