/* SPDX-License-Identifier: Apache-2.0 */
/* Counting the connections of each client address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/tally.h"

static struct yett_address
address(const char *text)
{
	struct yett_address parsed;

	assert_int_equal(yett_address_parse(&parsed, yett_slice_of(text), 443,
			     NULL),
	    YETT_OK);
	return parsed;
}

/* Each address has its own share, and gets it back. */
static void
test_shares(void **state)
{
	struct yett_address one = address("192.0.2.1"),
			    other = address("192.0.2.2");
	struct yett_tally tally = { 0 };

	(void)state;
	assert_true(yett_tally_add(&tally, &one, 2));
	assert_true(yett_tally_add(&tally, &one, 2));
	assert_false(yett_tally_add(&tally, &one, 2));
	assert_true(yett_tally_add(&tally, &other, 2));
	yett_tally_remove(&tally, &one);
	assert_true(yett_tally_add(&tally, &one, 2));
	assert_false(yett_tally_add(&tally, &one, 2));
	yett_tally_remove(&tally, &one);
	yett_tally_remove(&tally, &one);
	yett_tally_remove(&tally, &other);
	for (size_t i = 0; i < YETT_TALLY_BUCKETS; i++)
		assert_null(tally.bucket[i]);
}

static void
test_networks(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_same;
	} cases[] = {
		{ "2001:db8::1", "2001:db8::2", true },
		{ "2001:db8::1", "2001:db8:0:0:ffff::1", true },
		{ "2001:db8::1", "2001:db8:0:1::1", false },
		{ "::ffff:192.0.2.1", "192.0.2.1", true },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_address one = address(cases[i].one),
				    other = address(cases[i].other);
		struct yett_tally tally = { 0 };

		assert_true(yett_tally_add(&tally, &one, 1));
		if (yett_tally_add(&tally, &other, 1) == cases[i].is_same)
			fail_msg("%s and %s", cases[i].one, cases[i].other);
		yett_tally_clear(&tally);
	}
}

static void
test_many(void **state)
{
	struct yett_tally tally = { 0 };
	char text[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 5000; i++) {
			struct yett_address one;

			snprintf(text, sizeof(text), "10.0.%d.%d", i / 250,
			    i % 250);
			one = address(text);
			if (round == 0)
				assert_true(yett_tally_add(&tally, &one, 1));
			else
				yett_tally_remove(&tally, &one);
		}
	for (size_t i = 0; i < YETT_TALLY_BUCKETS; i++)
		assert_null(tally.bucket[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
