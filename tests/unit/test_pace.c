/* SPDX-License-Identifier: Apache-2.0 */
/* Every wait has a deadline, and slow bytes do not renew it for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "request/pace.h"

static struct yett_settings
settings(void)
{
	struct yett_settings settings;

	yett_settings_init(&settings);
	settings.limits.rate = 100;
	settings.timeouts.body = 10000;
	return settings;
}

static const struct yett_pace_terms as_gateway = { .is_set = false };

/* After a deadline was set at zero: is one set anew with this progress? */
static bool
renews(const struct yett_settings *settings, enum yett_wait waits,
    struct yett_progress progress)
{
	struct yett_pace pace = { .waits = YETT_WAIT_UPSTREAM };

	if (waits == YETT_WAIT_UPSTREAM)
		pace.waits = YETT_WAIT_IDLE;
	assert_true(yett_pace_renews(&pace, settings, &as_gateway, waits,
	    &(struct yett_progress){ 0 }));
	return yett_pace_renews(&pace, settings, &as_gateway, waits, &progress);
}

static void
test_what_counts(void **state)
{
	static const struct {
		const char *name;
		enum yett_wait waits;
		struct yett_progress progress; /* got, sent, answered */
		bool renews;
	} cases[] = {
		{ "nothing", YETT_WAIT_BODY, { 0, 0, 0 }, false },
		{ "idle", YETT_WAIT_IDLE, { 1, 0, 0 }, true },
		{ "bytes of a head", YETT_WAIT_HEAD, { 9000, 0, 0 }, false },
		{ "another head", YETT_WAIT_HEAD, { 9000, 0, 1 }, true },
		{ "a body too slow", YETT_WAIT_BODY, { 999, 0, 0 }, false },
		{ "a body", YETT_WAIT_BODY, { 1000, 0, 0 }, true },
		{ "not read", YETT_WAIT_BODY, { 0, 9000, 0 }, false },
		{ "read too slowly", YETT_WAIT_READER, { 0, 999, 0 }, false },
		{ "read", YETT_WAIT_READER, { 0, 1000, 0 }, true },
		{ "not sent", YETT_WAIT_READER, { 9000, 0, 0 }, false },
		{ "up a tunnel", YETT_WAIT_TUNNEL, { 1, 0, 0 }, true },
		{ "down a tunnel", YETT_WAIT_TUNNEL, { 0, 1, 0 }, true },
	};
	struct yett_settings all = settings(), lax = settings();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (renews(&all, cases[i].waits, cases[i].progress) !=
		    cases[i].renews)
			fail_msg("%s", cases[i].name);
	lax.limits.rate = 0;
	assert_true(
	    renews(&lax, YETT_WAIT_BODY, (struct yett_progress){ .got = 1 }));
	assert_false(
	    renews(&lax, YETT_WAIT_BODY, (struct yett_progress){ .got = 0 }));
}

static void
test_each_wait_ends(void **state)
{
	struct yett_settings defaults;

	(void)state;
	yett_settings_init(&defaults);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_IDLE),
	    75000);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_HEAD),
	    10000);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_BODY),
	    60000);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_READER),
	    60000);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_TUNNEL),
	    3600000);
	assert_int_equal(yett_pace_timeout(&defaults, &as_gateway,
			     YETT_WAIT_UPSTREAM),
	    0);
}

/* A rule has numbers of its own. */
static void
test_terms_of_a_rule(void **state)
{
	const struct yett_settings all = settings();
	const struct yett_pace_terms own = { .is_set = true, .tunnel = 5 };
	struct yett_pace pace = { .waits = YETT_WAIT_UPSTREAM };

	(void)state;
	assert_int_equal(yett_pace_timeout(&all, &own, YETT_WAIT_TUNNEL), 5);
	assert_int_equal(yett_pace_timeout(&all, &own, YETT_WAIT_IDLE),
	    all.timeouts.idle);
	assert_true(yett_pace_renews(&pace, &all, &own, YETT_WAIT_BODY,
	    &(struct yett_progress){ 0 }));
	assert_true(yett_pace_renews(&pace, &all, &own, YETT_WAIT_BODY,
	    &(struct yett_progress){ .got = 1 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_counts),
		cmocka_unit_test(test_terms_of_a_rule),
		cmocka_unit_test(test_each_wait_ends),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
