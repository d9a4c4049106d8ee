/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tickets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const uint8_t staff[YETT_SHA256_LEN] = { 1 };
static const uint8_t partners[YETT_SHA256_LEN] = { 2 };
static const uint8_t *const staff_only[] = { staff };
static const uint8_t *const partners_only[] = { partners };
static const uint8_t *const both[] = { staff, partners };
static const uint8_t *const both_turned[] = { partners, staff };

#define SCOPE(name, protocol, how, list, count)                                \
	{                                                                      \
		.sni = YETT_LIT(name), .alpn = YETT_LIT(protocol),             \
		.need = (how), .trust = (list), .trust_count = (count),        \
		.priority = YETT_LIT("NORMAL"),                                \
	}

static void
test_only_the_same_scope_has_the_same_key(void **state)
{
	static const struct {
		const char *name;
		struct yett_ticket_scope scope;
		bool same;
	} cases[] = {
		{ "the same",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    true },
		{ "order of trusts",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, both_turned,
			2),
		    true },
		{ "other name",
		    SCOPE("b.test", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "no name", SCOPE("", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "other protocol",
		    SCOPE("a.test", "", YETT_NEED_REQUEST, both, 2), false },
		{ "moved border",
		    SCOPE("a.testh", "ttp/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "weaker need",
		    SCOPE("a.test", "http/1.1", YETT_NEED_NONE, both, 2),
		    false },
		{ "stronger need",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUIRE, both, 2),
		    false },
		{ "one trust less",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, staff_only,
			1),
		    false },
		{ "other trust",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST,
			partners_only, 1),
		    false },
		{ "no trust",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, NULL, 0),
		    false },
	};
	struct yett_ticket_root root;
	uint8_t first[YETT_TICKET_KEY_LEN], key[YETT_TICKET_KEY_LEN];

	(void)state;
	assert_int_equal(yett_ticket_root_make(&root, NULL), YETT_OK);
	assert_int_equal(yett_ticket_key(&root, &cases[0].scope, first),
	    YETT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(yett_ticket_key(&root, &cases[i].scope, key),
		    YETT_OK);
		if ((memcmp(key, first, sizeof(key)) == 0) != cases[i].same)
			fail_msg("%s", cases[i].name);
	}
}

static void
test_another_root_has_other_keys(void **state)
{
	struct yett_ticket_scope scope = SCOPE("a.test", "http/1.1",
	    YETT_NEED_REQUEST, both, 2);
	struct yett_ticket_root one, other;
	uint8_t first[YETT_TICKET_KEY_LEN], second[YETT_TICKET_KEY_LEN];

	(void)state;
	assert_int_equal(yett_ticket_root_make(&one, NULL), YETT_OK);
	assert_int_equal(yett_ticket_root_make(&other, NULL), YETT_OK);
	assert_int_equal(yett_ticket_key(&one, &scope, first), YETT_OK);
	assert_int_equal(yett_ticket_key(&other, &scope, second), YETT_OK);
	assert_memory_not_equal(first, second, sizeof(first));
}

static void
test_weak_versions_are_named(void **state)
{
	(void)state;
	assert_non_null(yett_tls_library_weakness("3.7.8"));
	assert_non_null(yett_tls_library_weakness("3.6.16"));
	assert_null(yett_tls_library_weakness("3.7.9"));
	assert_non_null(yett_tls_library_weakness("3.8.2"));
	assert_null(yett_tls_library_weakness("3.8.4"));
	assert_null(yett_tls_library_weakness("4.0.0"));
	assert_null(yett_tls_library_weakness("3.10.0"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_the_same_scope_has_the_same_key),
		cmocka_unit_test(test_another_root_has_other_keys),
		cmocka_unit_test(test_weak_versions_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
