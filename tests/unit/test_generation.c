/* SPDX-License-Identifier: Apache-2.0 */
/* A frozen policy: its life, its names, and the handshakes it derives. */
#include "unit/policy_builder.h"

static void
test_ids_grow_and_references_count(void **state)
{
	struct yett_generation *first = freeze(yett_draft_new());
	struct yett_generation *second = freeze(yett_draft_new());
	struct yett_generation *again = yett_generation_ref(first);
	struct yett_generation *none = NULL;
	uint64_t id = yett_generation_id(first);

	(void)state;
	assert_true(id >= 1);
	assert_int_equal(yett_generation_id(second), id + 1);
	yett_generation_unref(&first);
	assert_null(first);
	assert_int_equal(yett_generation_id(again), id);
	yett_generation_unref(&again);
	yett_generation_unref(&second);
	yett_generation_unref(&none);
}

static void
count_release(void *held)
{
	++*(int *)held;
}

static void
test_what_is_attached_is_released_once(void **state)
{
	struct yett_generation *gen = freeze(yett_draft_new());
	struct yett_generation *again = yett_generation_ref(gen);
	int released = 0;

	(void)state;
	yett_generation_attach(gen, &released, count_release);
	yett_generation_unref(&gen);
	assert_int_equal(released, 0);
	yett_generation_unref(&again);
	assert_int_equal(released, 1);
}

static void
test_everything_declared_is_there(void **state)
{
	static const uint8_t digest[32] = { 1, 2, 3 };
	static struct yett_upstream upstream;
	struct yett_listen listen = { .address = YETT_LIT("::1"),
		.port = 443,
		.place = place_at(1) };
	struct yett_draft *draft = yett_draft_new();
	struct yett_generation *gen;

	(void)state;
	assert_int_equal(yett_draft_add_listen(draft, &listen, NULL), YETT_OK);
	assert_int_equal(yett_draft_add_upstream(draft, &upstream, NULL),
	    YETT_OK);
	trust_add(draft, "staff");
	trust_add(draft, "partners");
	yett_draft_settings(draft)->workers = 3;
	yett_draft_set_digest(draft, digest);
	gen = freeze(draft);
	assert_int_equal(yett_generation_listen_count(gen), 1);
	assert_int_equal(yett_generation_listen(gen, 0)->port, 443);
	assert_int_equal(yett_generation_upstream_count(gen), 1);
	assert_ptr_equal(yett_generation_upstream(gen, 0), &upstream);
	assert_int_equal(yett_generation_trust_count(gen), 2);
	assert_string_equal(yett_generation_trust(gen, 1)->name.at, "partners");
	assert_int_equal(yett_generation_trust(gen, 1)->index, 1);
	assert_true(yett_generation_trust(gen, 0)->id !=
	    yett_generation_trust(gen, 1)->id);
	yett_generation_set_trust_id(gen, 1, 77);
	assert_int_equal(yett_generation_trust(gen, 1)->id, 77);
	assert_int_equal(yett_generation_settings(gen)->workers, 3);
	assert_memory_equal(yett_generation_digest(gen), digest, 32);
	yett_generation_unref(&gen);
}

static void
test_names_that_are_declared(void **state)
{
	static const struct {
		const char *name;
		bool want;
	} cases[] = {
		{ "shop.test", true },
		{ "a.shop.test", true },
		{ "b.a.shop.test", false },
		{ "other.test", false },
		{ "192.0.2.1", false },
		{ "", false },
	};
	struct yett_draft *draft = yett_draft_new();
	struct yett_trust_set none = trusts(draft, 0);
	struct yett_generation *gen;

	(void)state;
	site_add(draft, site_new(draft, "shop.test", YETT_NEED_NONE, none, 1));
	site_add(draft,
	    site_new(draft, "*.shop.test", YETT_NEED_NONE, none, 2));
	site_add(draft, site_new(draft, "*", YETT_NEED_NONE, none, 3));
	gen = freeze(draft);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(yett_generation_declares(gen,
				     yett_slice_of(cases[i].name)),
		    cases[i].want);
	assert_int_equal(yett_generation_site(gen, YETT_LIT("x.shop.test"))
			     ->index,
	    1);
	yett_generation_unref(&gen);
}

static void
test_no_rule_means_the_site_itself(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_trust_set none = trusts(draft, 0);
	struct yett_site *bare = site_new(draft, "bare.test", YETT_NEED_NONE,
	    none, 1);
	struct yett_site *site = site_new(draft, "shop.test", YETT_NEED_NONE,
	    none, 2);
	struct yett_rule *rule = rule_new(draft, site, YETT_RULE_PATH, "/a",
	    YETT_NEED_NONE, none);
	struct yett_generation *gen;

	(void)state;
	site_add(draft, bare);
	site_add(draft, site);
	gen = freeze(draft);
	assert_ptr_equal(yett_site_rule(bare, YETT_LIT("/a")), &bare->fallback);
	assert_ptr_equal(yett_site_rule(site, YETT_LIT("/b")), &site->fallback);
	assert_ptr_equal(yett_site_rule(site, YETT_LIT("/a/b")), rule);
	yett_generation_unref(&gen);
}

/* A site with up to three rules; which trusts its handshake asks for. */
struct derivation {
	const char *name;
	enum yett_handshake handshake;
	enum yett_need need;
	unsigned site_trusts;
	bool function_needs;
	struct {
		enum yett_need need;
		unsigned trusts;
	} rule[3];
	enum yett_need asked;
	unsigned asked_trusts;
	int because; /* the rule's index, -1: none */
};

#define NONE YETT_NEED_NONE
#define REQUEST YETT_NEED_REQUEST
#define REQUIRE YETT_NEED_REQUIRE
#define ALWAYS YETT_HANDSHAKE_ALWAYS
#define NEVER YETT_HANDSHAKE_NEVER

static const struct derivation derivations[] = {
	{ "nobody needs", 0, NONE, 1, false,
	    { { NONE, 1 }, { NONE, 2 }, { NONE, 0 } }, NONE, 0, -1 },
	{ "a path requires", 0, NONE, 1, false,
	    { { NONE, 1 }, { REQUIRE, 4 }, { REQUEST, 2 } }, REQUEST, 6, 1 },
	{ "a path requests", 0, NONE, 0, false,
	    { { NONE, 1 }, { NONE, 1 }, { REQUEST, 2 } }, REQUEST, 2, 2 },
	{ "one set three times", 0, NONE, 0, false,
	    { { REQUIRE, 5 }, { REQUIRE, 5 }, { REQUIRE, 5 } }, REQUEST, 5, 0 },
	{ "the site requests", 0, REQUEST, 1, false,
	    { { NONE, 0 }, { REQUIRE, 8 }, { NONE, 2 } }, REQUEST, 9, -1 },
	{ "the site requires", 0, REQUIRE, 1, false,
	    { { REQUIRE, 1 }, { REQUIRE, 2 }, { REQUIRE, 1 } }, REQUIRE, 3,
	    -1 },
	{ "the function needs", 0, NONE, 1, true,
	    { { NONE, 2 }, { NONE, 0 }, { NONE, 0 } }, REQUEST, 1, -1 },
	{ "the function, and a path", 0, NONE, 1, true,
	    { { NONE, 0 }, { REQUIRE, 2 }, { NONE, 0 } }, REQUEST, 3, -1 },
	{ "always", ALWAYS, NONE, 1, false,
	    { { NONE, 2 }, { NONE, 4 }, { NONE, 0 } }, REQUEST, 7, -1 },
	{ "never", NEVER, REQUEST, 1, true,
	    { { REQUIRE, 1 }, { REQUEST, 2 }, { NONE, 0 } }, NONE, 0, -1 },
};

static void
test_the_handshake_is_derived(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(derivations); i++) {
		const struct derivation *want = &derivations[i];
		struct yett_draft *draft = yett_draft_new();
		struct yett_generation *gen;
		struct yett_site *site;
		unsigned asked = 0;

		for (int trust = 0; trust < 4; trust++)
			trust_add(draft, &"abcd"[trust]);
		site = site_new(draft, "shop.test", want->need,
		    trusts(draft, want->site_trusts), 1);
		site->handshake = want->handshake;
		site->function_needs = want->function_needs;
		for (size_t j = 0; j < COUNT(want->rule); j++)
			rule_new(draft, site, YETT_RULE_PATH,
			    (const char *const[]){ "/a", "/b", "/c" }[j],
			    want->rule[j].need,
			    trusts(draft, want->rule[j].trusts));
		site_add(draft, site);
		gen = freeze(draft);
		for (uint32_t j = 0; j < site->ask.trusts.count; j++) {
			assert_true(asked >> site->ask.trusts.index[j] == 0);
			asked |= 1u << site->ask.trusts.index[j];
		}
		if (site->ask.need != want->asked ||
		    asked != want->asked_trusts ||
		    site->ask.because !=
			(want->because < 0 ? NULL : site->rule[want->because]))
			fail_msg("%s: %s of %u", want->name,
			    yett_need_name(site->ask.need), asked);
		yett_generation_unref(&gen);
	}
}

/* Many sites that believe the same authorities share the bytes that say so. */
static void
test_equal_sets_are_one(void **state)
{
	static const char *const names[] = { "a.test", "b.test", "c.test" };
	static const unsigned bits[] = { 3, 3, 2 };
	struct yett_site *site[COUNT(names)];
	struct yett_draft *draft = yett_draft_new();
	struct yett_generation *gen;

	(void)state;
	trust_add(draft, "staff");
	trust_add(draft, "partners");
	for (size_t i = 0; i < COUNT(names); i++) {
		site[i] = site_new(draft, names[i], YETT_NEED_NONE,
		    trusts(draft, bits[i]), 1);
		rule_new(draft, site[i], YETT_RULE_PATH, "/a",
		    YETT_NEED_REQUIRE, trusts(draft, bits[i]));
		site_add(draft, site[i]);
	}
	gen = freeze(draft);
	assert_ptr_equal(site[0]->ask.trusts.index,
	    site[1]->rule[0]->trusts.index);
	assert_ptr_equal(site[0]->fallback.trusts.index,
	    site[1]->ask.trusts.index);
	assert_int_equal(site[1]->ask.trusts.count, 2);
	assert_int_equal(site[1]->ask.trusts.index[0], 0);
	assert_int_equal(site[1]->ask.trusts.index[1], 1);
	assert_int_equal(site[2]->ask.trusts.count, 1);
	assert_int_equal(site[2]->rule[0]->trusts.index[0], 1);
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids_grow_and_references_count),
		cmocka_unit_test(test_what_is_attached_is_released_once),
		cmocka_unit_test(test_everything_declared_is_there),
		cmocka_unit_test(test_names_that_are_declared),
		cmocka_unit_test(test_no_rule_means_the_site_itself),
		cmocka_unit_test(test_the_handshake_is_derived),
		cmocka_unit_test(test_equal_sets_are_one),
	};

	return cmocka_run_group_tests_name("generation", tests, NULL, NULL);
}
