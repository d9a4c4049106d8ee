/* SPDX-License-Identifier: Apache-2.0 */
#include "request/learned.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"

#define NOW (UINT64_C(100) * YETT_NS_PER_S)

static struct yett_learned *
new_table(void)
{
	struct yett_learned *learned = NULL;

	assert_int_equal(yett_learned_new(&learned, NULL), YETT_OK);
	return learned;
}

static struct yett_ip
address(unsigned i)
{
	return (struct yett_ip){ { [10] = 0xff,
	    [11] = 0xff,
	    [12] = 10,
	    [13] = (uint8_t)(i >> 16),
	    [14] = (uint8_t)(i >> 8),
	    [15] = (uint8_t)i } };
}

static void
test_by_address_and_name_for_a_time(void **state)
{
	struct yett_learned *learned = new_table();
	struct yett_ip one = address(1), two = address(2);
	struct yett_slice shop = YETT_LIT("shop.test");

	(void)state;
	assert_false(yett_learned_has(learned, &one, shop, NOW));
	yett_learned_add(learned, &one, shop, NOW, 2000);
	assert_true(yett_learned_has(learned, &one, shop, NOW));
	assert_true(
	    yett_learned_has(learned, &one, shop, NOW + 2 * YETT_NS_PER_S));
	assert_false(yett_learned_has(learned, &one, shop,
	    NOW + 2 * YETT_NS_PER_S + 200 * YETT_NS_PER_MS));
	assert_false(yett_learned_has(learned, &two, shop, NOW));
	assert_false(yett_learned_has(learned, &one, YETT_LIT("a.test"), NOW));
	assert_false(yett_learned_has(learned, &one, YETT_LIT(""), NOW));

	/* Once more is longer, not twice. */
	yett_learned_add(learned, &one, shop, NOW + YETT_NS_PER_S, 2000);
	assert_true(
	    yett_learned_has(learned, &one, shop, NOW + 3 * YETT_NS_PER_S));
	yett_learned_free(learned);
}

/* Half of the table is kept, nearly; who was not added is not there. */
static void
test_many(void **state)
{
	struct yett_learned *learned = new_table();
	unsigned kept = 0, strangers = 0;

	(void)state;
	for (unsigned i = 0; i < 32768; i++) {
		struct yett_ip ip = address(i);

		yett_learned_add(learned, &ip, YETT_LIT("a.test"), NOW + i,
		    60000);
	}
	for (unsigned i = 0; i < 32768; i++) {
		struct yett_ip ip = address(i), other = address(i + 32768);

		kept += yett_learned_has(learned, &ip, YETT_LIT("a.test"),
		    NOW + 32768);
		strangers += yett_learned_has(learned, &other,
		    YETT_LIT("a.test"), NOW + 32768);
	}
	assert_true(kept > 31000);
	assert_int_equal(strangers, 0);
	yett_learned_free(learned);
}

/* A flood forgets others, but stays within its memory and never invents. */
static void
test_flood(void **state)
{
	struct yett_learned *learned = new_table();
	unsigned kept = 0;

	(void)state;
	for (unsigned i = 0; i < 300000; i++) {
		struct yett_ip ip = address(i);

		yett_learned_add(learned, &ip, YETT_LIT("a.test"), NOW, 60000);
	}
	for (unsigned i = 0; i < 300000; i++) {
		struct yett_ip ip = address(i);

		kept += yett_learned_has(learned, &ip, YETT_LIT("a.test"), NOW);
	}
	assert_true(kept <= 65536);
	assert_true(kept > 60000);
	yett_learned_free(learned);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_address_and_name_for_a_time),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_flood),
	};

	return cmocka_run_group_tests_name("learned", tests, NULL, NULL);
}
