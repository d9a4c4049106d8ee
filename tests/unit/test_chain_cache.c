/* SPDX-License-Identifier: Apache-2.0 */
/* Verified chains are remembered: for what, until when, and how many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tls/chain_cache.h"

static struct yett_chain_cache_key
key_of(uint32_t chain, uint32_t store)
{
	struct yett_chain_cache_key key = { { 0 }, { 0 } };

	/* The place of an entry is told by the first bytes. */
	memcpy(key.chain, &chain, sizeof(chain));
	memcpy(key.store + 8, &store, sizeof(store));
	return key;
}

static void
test_what_is_kept(void **state)
{
	static const struct {
		const char *name;
		enum yett_verification verification;
		uint32_t chain, store;
		int64_t now;
		bool want;
	} cases[] = {
		{ "the same", YETT_VERIFIED, 1, 1, 99, true },
		{ "at its date", YETT_VERIFIED, 1, 1, 100, false },
		{ "another chain", YETT_VERIFIED, 2, 1, 99, false },
		{ "another trust", YETT_VERIFIED, 1, 2, 99, false },
		{ "untrusted", YETT_VERIFY_UNTRUSTED, 1, 1, 99, false },
		{ "expired", YETT_VERIFY_EXPIRED, 1, 1, 99, false },
		{ "revoked", YETT_VERIFY_REVOKED, 1, 1, 99, false },
		{ "no list", YETT_VERIFY_CRL_UNAVAILABLE, 1, 1, 99, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_chain_cache *cache = yett_chain_cache_new();
		struct yett_chain_cache_key kept = key_of(1, 1);
		struct yett_chain_cache_key asked = key_of(cases[i].chain,
		    cases[i].store);
		struct yett_trust_result result = { cases[i].verification,
			100 };
		struct yett_trust_result got;

		assert_false(yett_chain_cache_find(cache, &kept, 0, &got));
		yett_chain_cache_keep(cache, &kept, &result);
		if (yett_chain_cache_find(cache, &asked, cases[i].now, &got) !=
		    cases[i].want)
			fail_msg("%s", cases[i].name);
		yett_chain_cache_free(cache);
	}
}

static void
test_the_oldest_goes(void **state)
{
	struct yett_chain_cache *cache = yett_chain_cache_new();
	const struct yett_trust_result good = { YETT_VERIFIED, 100 };
	struct yett_trust_result got;
	/* Three that share one place, which has room for two. */
	struct yett_chain_cache_key a = key_of(7, 1), b = key_of(7, 2),
				    c = key_of(7, 3);

	(void)state;
	yett_chain_cache_keep(cache, &a, &good);
	yett_chain_cache_keep(cache, &b, &good);
	yett_chain_cache_keep(cache, &b, &good); /* pushes nobody out */
	assert_true(yett_chain_cache_find(cache, &a, 1, &got));
	yett_chain_cache_keep(cache, &c, &good);
	assert_false(yett_chain_cache_find(cache, &a, 1, &got));
	assert_true(yett_chain_cache_find(cache, &b, 1, &got));
	assert_true(yett_chain_cache_find(cache, &c, 1, &got));
	yett_chain_cache_free(cache);
}

static void
test_it_is_bounded(void **state)
{
	struct yett_chain_cache *cache = yett_chain_cache_new();
	const struct yett_trust_result good = { YETT_VERIFIED, 100 };
	struct yett_trust_result got;
	uint32_t found = 0;

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		struct yett_chain_cache_key key = key_of(i, 0);

		yett_chain_cache_keep(cache, &key, &good);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		struct yett_chain_cache_key key = key_of(i, 0);

		found += yett_chain_cache_find(cache, &key, 1, &got);
	}
	assert_int_equal(found, YETT_CHAIN_CACHE_ENTRIES);
	yett_chain_cache_free(cache);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_kept),
		cmocka_unit_test(test_the_oldest_goes),
		cmocka_unit_test(test_it_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
