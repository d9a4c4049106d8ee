/* SPDX-License-Identifier: Apache-2.0 */
/* Which site a server name belongs to. */
#include "unit/policy_builder.h"

#include "policy/site_table.h"

#define MANY 20000

static void
test_exact_beats_wildcard_beats_any(void **state)
{
	static const char *const declared[] = { "shop.test", "*.shop.test",
		"*.a.shop.test", "www.shop.test", "*" };
	static const struct {
		const char *name, *want;
	} cases[] = {
		{ "shop.test", "shop.test" },
		{ "www.shop.test", "www.shop.test" },
		{ "api.shop.test", "*.shop.test" },
		{ "a.shop.test", "*.shop.test" },
		{ "b.a.shop.test", "*.a.shop.test" },
		{ "c.b.a.shop.test", "*" },
		{ ".shop.test", "*" },
		{ "test", "*" },
		{ "*", "*" },
		{ "other.test", "*" },
		{ "", "*" },
	};
	struct yett_site_table table = { 0 };
	struct yett_site site[COUNT(declared)] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(declared); i++) {
		/* Without "*" what it would catch has no site. */
		if (i + 1 == COUNT(declared)) {
			assert_null(yett_site_table_find(&table,
			    YETT_LIT("other.test")));
			assert_null(yett_site_table_find(&table, YETT_LIT("")));
		}
		site[i].name = yett_slice_of(declared[i]);
		assert_int_equal(yett_site_table_add(&table, &site[i], NULL),
		    YETT_OK);
	}
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct yett_site *found = yett_site_table_find(&table,
		    yett_slice_of(cases[i].name));

		assert_non_null(found);
		assert_string_equal(found->name.at, cases[i].want);
	}
	yett_site_table_clear(&table);
}

static void
test_a_name_twice_is_refused(void **state)
{
	static const char *const names[] = { "shop.test", "*.shop.test", "*" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_site_table table = { 0 };
		struct yett_site first = { .name = yett_slice_of(names[i]),
			.place = place_at(4) };
		struct yett_site second = { .name = yett_slice_of(names[i]),
			.place = place_at(9) };
		char want[100];

		assert_int_equal(yett_site_table_add(&table, &first, &fault),
		    YETT_OK);
		assert_int_equal(yett_site_table_add(&table, &second, &fault),
		    YETT_E_POLICY);
		snprintf(want, sizeof(want),
		    "site \"%s\" is declared twice; first at p.lua:4:3",
		    names[i]);
		assert_string_equal(fault.what, want);
		assert_string_equal(fault.where, "p.lua:9:3");
		yett_site_table_clear(&table);
	}
}

static void
test_many_sites(void **state)
{
	struct yett_site *site = calloc(MANY, sizeof(*site));
	struct yett_site_table table = { 0 };
	struct yett_arena arena = { NULL };

	(void)state;
	assert_non_null(site);
	for (int i = 0; i < MANY; i++) {
		char name[40];

		snprintf(name, sizeof(name), "%ss%d.test", i % 3 ? "" : "*.",
		    i);
		site[i].name = yett_arena_copy(&arena, yett_slice_of(name));
		assert_int_equal(yett_site_table_add(&table, &site[i], NULL),
		    YETT_OK);
	}
	for (int i = 0; i < MANY; i++) {
		char name[40];

		snprintf(name, sizeof(name), "%ss%d.test", i % 3 ? "" : "x.",
		    i);
		assert_ptr_equal(yett_site_table_find(&table,
				     yett_slice_of(name)),
		    &site[i]);
	}
	yett_site_table_clear(&table);
	yett_arena_clear(&arena);
	free(site);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_beats_wildcard_beats_any),
		cmocka_unit_test(test_a_name_twice_is_refused),
		cmocka_unit_test(test_many_sites),
	};

	return cmocka_run_group_tests_name("site_table", tests, NULL, NULL);
}
