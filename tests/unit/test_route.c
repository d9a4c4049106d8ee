/* SPDX-License-Identifier: Apache-2.0 */
/* Which endpoint a request goes to, and what is known of its health. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "upstream/route.h"

#define MOST 4
#define SECOND YETT_NS_PER_S
#define NO_JITTER 500 /* the middle of it */

/* A candidates of `count` endpoints that are up and idle. */
struct fixture {
	struct yett_candidates *candidates;
	struct yett_shelf shelf[MOST];
	struct yett_endpoint endpoint[MOST];
};

static void
begin(struct fixture *fixture, uint32_t count)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->candidates = calloc(1,
	    sizeof(*fixture->candidates) + MOST * sizeof(struct yett_shelf *));
	assert_non_null(fixture->candidates);
	fixture->candidates->count = count;
	for (uint32_t i = 0; i < count; i++) {
		fixture->shelf[i].endpoint = &fixture->endpoint[i];
		fixture->candidates->shelf[i] = &fixture->shelf[i];
	}
}

static void
end(struct fixture *fixture)
{
	free(fixture->candidates);
}

/* What one request tries at `now`, if nothing works: "120"; a trial is in
 * brackets. */
static const char *
tries(struct fixture *fixture, uint64_t now)
{
	static char text[64];
	struct yett_route route;

	text[0] = '\0';
	yett_route_init(&route, fixture->candidates);
	while (yett_route_next(&route, now)) {
		char step[4] = { (char)('0' + (route.shelf - fixture->shelf)),
			'\0' };

		if (route.is_trial) {
			step[2] = ']';
			step[1] = step[0];
			step[0] = '[';
		}
		strcat(text, step);
	}
	return text;
}

static bool
fails(struct fixture *fixture, uint32_t index, bool is_trial, uint64_t now)
{
	return yett_health_fail(&fixture->endpoint[index].health,
	    YETT_BLOW_UNREACHABLE, is_trial, now, NO_JITTER);
}

static void
test_equals_take_turns(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 3);
	/* Each attempt moves the turn on. */
	assert_string_equal(tries(&fixture, SECOND), "012");
	assert_string_equal(tries(&fixture, SECOND), "120");
	end(&fixture);
}

static void
test_fewest_under_way(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 3);
	fixture.shelf[0].link_count = 5;
	fixture.shelf[0].idle_count = 4;
	fixture.shelf[1].link_count = 2;
	fixture.shelf[2].link_count = 7;
	fixture.shelf[2].idle_count = 7;
	for (int i = 0; i < 5; i++)
		assert_string_equal(tries(&fixture, SECOND), "201");
	end(&fixture);
}

static void
test_what_is_down_is_left_out(void **state)
{
	struct fixture fixture;
	uint64_t now = 10 * SECOND;

	(void)state;
	begin(&fixture, 3);
	assert_true(fails(&fixture, 1, false, now));
	assert_false(fails(&fixture, 1, false, now)); /* it is down already */
	/* Last of all, and once: better than not to try. */
	assert_string_equal(tries(&fixture, now), "021");
	assert_true(fails(&fixture, 0, false, now));
	assert_true(fails(&fixture, 2, false, now + 1));
	assert_int_equal(strlen(tries(&fixture, now)), 1);
	end(&fixture);
}

/* Of what is down all are tried in turn, not the one whose pause is shortest:
 * whoever comes back first is found at once. */
static void
test_last_resort_takes_turns(void **state)
{
	struct fixture fixture;
	uint64_t now = 10 * SECOND;

	(void)state;
	for (uint32_t count = 1; count <= 4; count++) {
		uint32_t met = 0;

		begin(&fixture, count);
		for (uint32_t i = 0; i < count; i++)
			assert_true(fails(&fixture, i, false, now + i));
		for (uint32_t i = 0; i < count; i++) {
			const char *tried = tries(&fixture, now);

			assert_int_equal(strlen(tried), 1);
			met |= 1U << (tried[0] - '0');
		}
		assert_int_equal(met, (1U << count) - 1);
		end(&fixture);
	}
}

static void
test_one_trial_is_let_through(void **state)
{
	struct fixture fixture;
	uint64_t now = 10 * SECOND;

	(void)state;
	begin(&fixture, 2);
	assert_true(fails(&fixture, 1, false, now));
	now += SECOND;
	assert_string_equal(tries(&fixture, now), "[1]0");
	assert_string_equal(tries(&fixture, now), "01");
	/* It failed: twice as long. */
	assert_false(fails(&fixture, 1, true, now));
	assert_string_equal(tries(&fixture, now + SECOND), "01");
	assert_string_equal(tries(&fixture, now + 2 * SECOND), "[1]0");
	/* It was answered. */
	assert_true(yett_health_answer(&fixture.endpoint[1].health));
	assert_false(yett_health_answer(&fixture.endpoint[1].health));
	assert_int_equal(strlen(tries(&fixture, now)), 2);
	end(&fixture);
}

/* A trial of which nothing is heard is not the last one. */
static void
test_trial_without_an_end(void **state)
{
	struct yett_health health = { 0 };
	uint64_t now = 10 * SECOND;

	(void)state;
	assert_true(yett_health_fail(&health, YETT_BLOW_UNREACHABLE, false, now,
	    NO_JITTER));
	now += SECOND;
	assert_true(yett_health_claim(&health, now));
	assert_false(yett_health_claim(&health, now));
	assert_int_equal(yett_health_state(&health, now), YETT_HEALTH_DOWN);
	assert_int_equal(yett_health_state(&health, now + SECOND),
	    YETT_HEALTH_DUE);
}

static void
test_pauses_grow_and_end(void **state)
{
	struct yett_health health = { 0 };
	uint64_t now = SECOND, pause, before = 0;

	(void)state;
	assert_true(yett_health_fail(&health, YETT_BLOW_UNREACHABLE, false, now,
	    NO_JITTER));
	for (int i = 0; i < 20; i++) {
		pause = yett_health_retry_at(&health) - now;
		assert_true(pause >= before);
		assert_true(pause <= YETT_HEALTH_LONGEST_S * SECOND);
		before = pause;
		now = yett_health_retry_at(&health);
		assert_true(yett_health_claim(&health, now));
		assert_false(yett_health_fail(&health, YETT_BLOW_ANSWER, true,
		    now, NO_JITTER));
	}
	assert_int_equal(before, YETT_HEALTH_LONGEST_S * SECOND);
}

static void
test_jitter_is_a_fifth(void **state)
{
	(void)state;
	for (uint32_t chance = 0; chance < 5000; chance += 7) {
		struct yett_health health = { 0 };

		assert_true(yett_health_fail(&health, YETT_BLOW_UNREACHABLE,
		    false, SECOND, chance));
		assert_in_range(yett_health_retry_at(&health) - SECOND,
		    SECOND / 5 * 4, SECOND / 5 * 6);
	}
}

static void
test_bad_answers_count_in_a_row(void **state)
{
	struct yett_health health = { 0 };

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 1; i < YETT_HEALTH_STRIKES; i++)
			assert_false(yett_health_fail(&health, YETT_BLOW_ANSWER,
			    false, SECOND, NO_JITTER));
		assert_false(yett_health_answer(&health)); /* starts anew */
	}
	for (int i = 1; i < YETT_HEALTH_STRIKES; i++)
		assert_false(yett_health_fail(&health, YETT_BLOW_ANSWER, false,
		    SECOND, NO_JITTER));
	assert_true(yett_health_fail(&health, YETT_BLOW_ANSWER, false, SECOND,
	    NO_JITTER));
	assert_true(yett_health_answer(&health));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equals_take_turns),
		cmocka_unit_test(test_fewest_under_way),
		cmocka_unit_test(test_what_is_down_is_left_out),
		cmocka_unit_test(test_last_resort_takes_turns),
		cmocka_unit_test(test_one_trial_is_let_through),
		cmocka_unit_test(test_trial_without_an_end),
		cmocka_unit_test(test_pauses_grow_and_end),
		cmocka_unit_test(test_jitter_is_a_fifth),
		cmocka_unit_test(test_bad_answers_count_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
