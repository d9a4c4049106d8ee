/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is in which share, and the hash behind it. The numbers are part of what a
 * policy means: a change would choose other clients.
 */
#include "policy/share.h"

#include "base/siphash.h"
#include "unit/policy_builder.h"

/* The first and some later vectors of the reference implementation. */
static void
test_siphash(void **state)
{
	static const struct {
		size_t len;
		uint64_t hash;
	} cases[] = {
		{ 0, UINT64_C(0x726fdb47dd0e0e31) },
		{ 1, UINT64_C(0x74f839c593dc67fd) },
		{ 7, UINT64_C(0xab0200f58b01d137) },
		{ 8, UINT64_C(0x93f5f5799a932462) },
		{ 15, UINT64_C(0xa129ca6149be45e5) },
		{ 63, UINT64_C(0x958a324ceb064572) },
	};
	uint8_t key[YETT_SIPHASH_KEY_LEN];
	char bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(yett_siphash(key,
				     (struct yett_slice){ bytes,
					 cases[i].len }),
		    cases[i].hash);
}

static struct yett_ip
ipv4(unsigned a, unsigned b, unsigned c, unsigned d)
{
	return (struct yett_ip){ { [10] = 0xff,
	    [11] = 0xff,
	    (uint8_t)a,
	    (uint8_t)b,
	    (uint8_t)c,
	    (uint8_t)d } };
}

static void
test_the_same_ones_for_ever(void **state)
{
	static const struct yett_site hr = { .name = YETT_LIT("hr.example") };
	static const struct yett_site api = { .name = YETT_LIT("*.api.test") };
	struct yett_ip v6 = { { 0x20, 1, 0xd, 0xb8, [15] = 1 } };
	struct yett_ip one = ipv4(192, 0, 2, 1), two = ipv4(192, 0, 2, 2);

	(void)state;
	assert_int_equal(yett_share_of(&hr, &one), 33);
	assert_int_equal(yett_share_of(&hr, &two), 46);
	assert_int_equal(yett_share_of(&api, &one), 15);
	assert_int_equal(yett_share_of(&hr, &v6), 48);
}

/* A host has all addresses of its network of 64 bits. */
static void
test_a_network_is_one_client(void **state)
{
	static const struct yett_site site = { .name = YETT_LIT("a.test") };
	struct yett_ip ip = { { 0x20, 1, 0xd, 0xb8, 1, 2, 3, 4 } };
	uint32_t first = yett_share_of(&site, &ip);
	bool other = false;

	(void)state;
	for (int i = 1; i < 50; i++) {
		ip.byte[8 + i % 8] = (uint8_t)(i * 5);
		assert_int_equal(yett_share_of(&site, &ip), first);
	}
	for (int i = 1; i < 50; i++) {
		ip.byte[7] = (uint8_t)i;
		other = other || yett_share_of(&site, &ip) != first;
	}
	assert_true(other);
}

static void
test_shares_are_as_great_as_told(void **state)
{
	static const struct yett_site site = { .name = YETT_LIT("a.test") };
	static const uint32_t percents[] = { 0, 1, 10, 50, 99, 100 };
	struct yett_rule rule = { .spared = 0 };
	unsigned inside[COUNT(percents)] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		struct yett_ip ip = ipv4(10, i >> 16, i >> 8 & 255, i & 255);
		bool before = false;

		for (size_t k = 0; k < COUNT(percents); k++) {
			bool in;

			rule.spared = 100 - percents[k];
			in = yett_share_has(&site, &rule, &ip);
			inside[k] += in;
			/* A greater share holds all of a smaller one. */
			assert_true(in || !before);
			before = in;
		}
	}
	for (size_t k = 0; k < COUNT(percents); k++) {
		assert_true(inside[k] <= percents[k] * 500 + 600);
		assert_true(inside[k] + 600 >= percents[k] * 500);
	}
	assert_int_equal(inside[0], 0);
	assert_int_equal(inside[COUNT(percents) - 1], 50000);
}

/* What is asked of whom: rules for 20 and 50 of 100 clients, and one for all.
 */
static void
test_levels(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_generation *gen;
	struct yett_site *site;

	(void)state;
	for (int i = 0; i < 3; i++)
		trust_add(draft, (const char *[]){ "a", "b", "c" }[i]);
	site = site_new(draft, "a.test", YETT_NEED_NONE, trusts(draft, 0), 1);
	rule_new(draft, site, YETT_RULE_PATH, "/a", YETT_NEED_REQUIRE,
	    trusts(draft, 1))
	    ->spared = 80;
	rule_new(draft, site, YETT_RULE_PATH, "/b", YETT_NEED_REQUIRE,
	    trusts(draft, 2))
	    ->spared = 50;
	site_add(draft, site);
	gen = freeze(draft);
	assert_int_equal(site->level_count, 3);
	for (unsigned i = 0; i < 1000; i++) {
		struct yett_ip ip = ipv4(10, 0, i >> 8, i & 255);
		uint32_t hundredth = yett_share_of(site, &ip);
		struct yett_ask ask = yett_site_ask(site, &ip);

		assert_int_equal(ask.trusts.count,
		    (hundredth < 20) + (hundredth < 50));
		assert_int_equal(ask.need,
		    hundredth < 50 ? YETT_NEED_REQUEST : YETT_NEED_NONE);
		if (hundredth >= 20 && hundredth < 50)
			assert_int_equal(ask.trusts.index[0], 1);
	}
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_siphash),
		cmocka_unit_test(test_the_same_ones_for_ever),
		cmocka_unit_test(test_a_network_is_one_client),
		cmocka_unit_test(test_shares_are_as_great_as_told),
		cmocka_unit_test(test_levels),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
