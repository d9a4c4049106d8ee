/* SPDX-License-Identifier: Apache-2.0 */
/* Keys that are opened, and those that are refused with their place. */
#include "tls/credentials.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "unit/tls_world.h"

static struct world world;

static int
start(void **state)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.key = YETT_CA_ED25519 };
	struct identity other;

	(void)state;
	world_open(&world);
	identity_make(&other, world.other, &request);
	world_write(&world, "mixed.pem", &other.cert);
	world_write(&world, "mixed.key", &other.key);
	world_write(&world, "swapped.pem", &other.key);
	world_write(&world, "swapped.key", &other.cert);
	identity_clear(&other);
	identity_make(&other, world.other, &request);
	world_write(&world, "mixed.key", &other.key);
	identity_clear(&other);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

static void
test_keys_that_are_refused(void **state)
{
	static const struct {
		const char *key;
		enum yett_status want;
		const char *says;
	} cases[] = {
		{ "nowhere", YETT_E_NOT_FOUND, "nowhere.pem" },
		{ "mixed", YETT_E_POLICY,
		    "does not belong to the certificate" },
		{ "swapped", YETT_E_POLICY, "holds no certificate chain" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		const struct world_policy policy = {
			.site = { { "a.test", YETT_NEED_NONE, YETT_NEED_NONE,
				      NULL, { "site", NULL } },
			    { "b.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
				{ "site", cases[k].key, NULL } } },
		};
		struct yett_generation *gen = world_compile(&world, &policy);
		struct yett_credentials *credentials = NULL;
		struct yett_fault fault = YETT_FAULT_NONE;

		assert_int_equal(yett_credentials_open(&credentials, gen, NULL,
				     &fault),
		    cases[k].want);
		assert_null(credentials);
		if (strstr(fault.what, cases[k].says) == NULL)
			fail_msg("%s", fault.what);
		assert_string_equal(fault.where, "p.lua:77:5");
		yett_generation_unref(&gen);
	}
}

static void
test_ids_follow_the_cas(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "staff", "staff.ca", NULL, 1, NULL },
		    { "again", "staff.ca", NULL, 2, NULL },
		    { "other", "other.ca", NULL, 1, NULL } },
		.site = { { "a.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
		    { 0 } } },
	};
	uint64_t id[3];

	(void)state;
	world_load(&world, &policy);
	for (uint32_t i = 0; i < 3; i++) {
		id[i] = yett_generation_trust(world.gen, i)->id;
		assert_int_equal(id[i],
		    yett_trust_store_id(
			yett_credentials_trust(world.credentials, i)));
	}
	assert_true(id[0] == id[1]);
	assert_true(id[0] != id[2]);
	assert_null(yett_credentials_trust(world.credentials, 3));
	assert_ptr_equal(yett_credentials_generation(world.credentials),
	    world.gen);
}

/* Whether a file has a CA twice or two trusts share it: it is named once. */
static void
test_each_ca_is_named_once(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "both", "both.ca", NULL, 1, NULL } },
		.site = { { "a.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "both",
		    { 0 } } },
	};
	const struct client_options options = { .sni = "a.test" };
	struct yett_buf pem = { 0 };
	struct pair pair;

	(void)state;
	assert_int_equal(yett_ca_write(world.staff, &pem, NULL), YETT_OK);
	assert_int_equal(yett_ca_write(world.other, &pem, NULL), YETT_OK);
	assert_int_equal(yett_ca_write(world.staff, &pem, NULL), YETT_OK);
	world_write(&world, "both.ca", &pem);
	yett_buf_clear(&pem);
	world_load(&world, &policy);
	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_DONE);
	assert_int_equal(pair.names, 2);
	pair_close(&pair);
}

struct lines {
	unsigned due, stale;
};

static void
count_line(void *arg, enum yett_log_level level, const char *line, size_t len)
{
	struct lines *lines = arg;

	(void)len;
	lines->due += level == YETT_LOG_WARN && strstr(line, "crl-due") != NULL;
	lines->stale += level == YETT_LOG_ERROR &&
	    strstr(line, "crl-stale trust=\"staff\"") != NULL;
}

/* Each thing once; that a list ends is the last there is to tell. */
static void
test_lists_that_end_are_told(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "staff", "staff.ca", "staff.crl", 1, NULL } },
		.site = { { "a.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
		    { 0 } } },
	};
	const int64_t end = (int64_t)(yett_clock_wall() / YETT_NS_PER_S) + 900;
	const struct {
		int64_t at;
		unsigned due, stale;
	} steps[] = { { end - 252, 0, 0 }, { end - 250, 1, 0 },
		{ end - 1, 1, 0 }, { end + 60, 1, 1 }, { end + 3600, 1, 1 } };
	uint32_t count[YETT_CRL_STATES];
	struct yett_credentials *credentials = NULL;
	struct yett_generation *gen;
	struct yett_buf pem = { 0 };
	struct lines lines = { 0, 0 };

	(void)state;
	assert_int_equal(yett_ca_crl(world.staff, NULL, 0, end - 1000, end,
			     &pem, NULL),
	    YETT_OK);
	world_write(&world, "staff.crl", &pem);
	yett_buf_clear(&pem);
	gen = world_compile(&world, &policy);
	assert_int_equal(yett_credentials_open(&credentials, gen, NULL, NULL),
	    YETT_OK);
	yett_log_set(count_line, &lines, YETT_LOG_DEBUG);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		yett_credentials_tend(credentials, steps[i].at);
		assert_int_equal(lines.due, steps[i].due);
		assert_int_equal(lines.stale, steps[i].stale);
	}
	yett_log_set(NULL, NULL, YETT_LOG_INFO);
	yett_credentials_crls(credentials, end, count);
	assert_int_equal(count[YETT_CRL_DUE], 1);
	yett_credentials_crls(credentials, end + 60, count);
	assert_int_equal(count[YETT_CRL_STALE], 1);
	assert_int_equal(count[YETT_CRL_DUE], 0);
	yett_credentials_close(credentials);
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_that_are_refused),
		cmocka_unit_test(test_ids_follow_the_cas),
		cmocka_unit_test(test_each_ca_is_named_once),
		cmocka_unit_test(test_lists_that_end_are_told),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
