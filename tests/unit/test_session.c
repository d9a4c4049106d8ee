/* SPDX-License-Identifier: Apache-2.0 */
/* A real client and our session: what is asked, kept, refused, and resumed. */
#include "tests/unit/tls_world.h"

#include <stdlib.h>
#include <string.h>

static const char *const versions[] = { TLS12, TLS13 };
#define EACH_VERSION(i) (size_t i = 0; i < 2; i++)

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 1, NULL },
	    { "other", "other.ca", NULL, 1, NULL } },
	.site = { { "open.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff", { 0 } },
	    { "shut.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } },
	    { "else.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "other",
		{ 0 } } },
};

static struct world world;
static struct identity good, stranger;

static int
start(void **state)
{
	static const struct yett_ca_request request = { .common_name = "alice",
		.purposes = YETT_CA_CLIENT };

	(void)state;
	world_open(&world);
	world_load(&world, &policy);
	identity_make(&good, world.staff, &request);
	identity_make(&stranger, world.other, &request);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	identity_clear(&good);
	identity_clear(&stranger);
	world_close(&world);
	return 0;
}

static void
test_what_is_asked(void **state)
{
	static const struct {
		const char *sni;
		const struct identity *identity;
		bool asked, sent;
		enum yett_need need;
	} cases[] = {
		{ "open.test", &good, false, false, YETT_NEED_NONE },
		{ "path.test", NULL, true, false, YETT_NEED_REQUEST },
		{ "path.test", &good, true, true, YETT_NEED_REQUEST },
		{ "path.test", &stranger, true, true, YETT_NEED_REQUEST },
		{ "shut.test", &good, true, true, YETT_NEED_REQUIRE },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		for
			EACH_VERSION(i)
			{
				const struct client_options options = {
					.sni = cases[k].sni,
					.priority = versions[i],
					.identity = cases[k].identity,
				};
				struct pair pair;

				pair_open(&pair, &world, &options);
				if (pair.result != YETT_SESSION_DONE)
					fail_msg("%zu: %s", k, pair.fault.what);
				assert_int_equal(pair.client_code, 0);
				assert_int_equal(pair.asked, cases[k].asked);
				assert_int_equal(pair.names,
				    cases[k].asked ? 1 : 0);
				assert_int_equal(yett_session_asked(
						     pair.session)
						     ->need,
				    cases[k].need);
				assert_int_equal(yett_session_peer(
						     pair.session) != NULL,
				    cases[k].sent);
				assert_true(
				    yett_slice_eq(yett_session_site_name(
						      pair.session),
					yett_slice_of(cases[k].sni)));
				pair_close(&pair);
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_asked),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
