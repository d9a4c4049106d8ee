/* SPDX-License-Identifier: Apache-2.0 */
/* An origin that dies at each stage: what is tried elsewhere, what never is,
 * and how much of it at most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "unit/exchange_play.h"

static const struct stub_reply answers[] = {
	{ .text = OK5 },
	{ .text = OK5 },
	{ .text = OK5 },
	{ .text = OK5 },
	{ .text = NULL },
};

/* Two origins, of which one plays `script` and the other answers; requests go
 * to the first one first. */
struct pair {
	struct play play; /* with the origin that answers */
	struct stub_origin dying;
	struct yett_targets *targets;
};

static void
pair_begin(struct pair *pair, const struct stub_reply *script)
{
	const char *text[2];

	play_begin(&pair->play, answers);
	stub_origin_open(&pair->dying, pair->play.loop, NULL, script);
	text[0] = pair->dying.text;
	text[1] = pair->play.origin.text;
	pair->targets = stub_targets_open(NULL, text, 2);
	pair->play.order.targets = pair->targets;
}

static void
pair_end(struct pair *pair)
{
	stub_origin_close(&pair->dying);
	play_end(&pair->play);
	yett_targets_close(pair->targets);
}

/* Bad answers may be the fault of one resource: they take an address out only
 * where the policy says so. */
static void
test_what_takes_an_address_out(void **state)
{
	static const struct {
		const char *name, *text;
		enum stub_then then;
		enum yett_observe observe;
		bool is_down;
	} cases[] = {
		{ "nonsense", "220 mail\r\n\r\n", STUB_KEEP,
		    YETT_OBSERVE_CONNECTIONS, false },
		{ "nonsense, observed", "220 mail\r\n\r\n", STUB_KEEP,
		    YETT_OBSERVE_ANSWERS, true },
		{ "half a head", "HTTP/1.1 2", STUB_CLOSE,
		    YETT_OBSERVE_CONNECTIONS, false },
		{ "half a head, observed", "HTTP/1.1 2", STUB_CLOSE,
		    YETT_OBSERVE_ANSWERS, true },
		{ "no answer", NULL, STUB_CLOSE, YETT_OBSERVE_CONNECTIONS,
		    true },
		{ "silence", NULL, STUB_KEEP, YETT_OBSERVE_CONNECTIONS, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct stub_reply one = { .text = cases[i].text,
			.then = cases[i].then };
		const struct stub_reply script[] = { one, one, one,
			{ .text = OK5 } };
		struct yett_candidates *candidates;
		struct play play;

		play_begin(&play, script);
		candidates = yett_candidates_of(play.pool, play.targets, 0);
		assert_non_null(candidates);
		candidates->limits.observe = cases[i].observe;
		play.order.answer_ms = 50;
		for (uint32_t k = 0; k < YETT_HEALTH_STRIKES; k++) {
			play_get(&play, POST);
			assert_int_not_equal(play.failure, YETT_FAILURE_NONE);
		}
		if ((yett_targets_count(play.targets, true) == 1) !=
		    cases[i].is_down)
			fail_msg("%s", cases[i].name);
		play_end(&play);
	}
}

static void
test_nothing_of_an_answer_came(void **state)
{
	static const enum stub_then ends[] = { STUB_CLOSE, STUB_RESET };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const struct stub_reply script[] = {
			{ .text = NULL, .then = ends[i] },
		};
		struct pair pair;

		pair_begin(&pair, script);
		play_get(&pair.play, GET);
		assert_int_equal(pair.play.failure, YETT_FAILURE_NONE);
		assert_true(play_body_is(&pair.play, "hello"));
		assert_int_equal(pair.dying.requests, 1);
		assert_int_equal(pair.play.origin.requests, 1);
		pair_end(&pair);
	}
}

/* What is not idempotent may have had its effect. */
static void
test_post_is_sent_once(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = NULL, .then = STUB_CLOSE },
	};
	struct pair pair;

	(void)state;
	pair_begin(&pair, script);
	pair.play.order.is_idempotent = false;
	play_get(&pair.play, GET);
	assert_int_equal(pair.play.failure, YETT_FAILURE_CLOSED_EARLY);
	assert_int_equal(pair.dying.requests, 1);
	assert_int_equal(pair.play.origin.requests, 0);
	pair_end(&pair);
}

/* But where it cannot even have arrived it goes elsewhere. */
static void
test_post_goes_elsewhere_when_refused(void **state)
{
	struct pair pair;

	(void)state;
	pair_begin(&pair, answers);
	stub_origin_deafen(&pair.dying);
	pair.play.order.is_idempotent = false;
	play_get(&pair.play, GET);
	assert_int_equal(pair.play.failure, YETT_FAILURE_NONE);
	assert_int_equal(pair.play.origin.requests, 1);
	pair_end(&pair);
}

/* A byte of an answer is an answer. */
static void
test_answers_that_break_off(void **state)
{
	static const struct {
		const char *text;
		enum yett_exchange_failure failure;
	} cases[] = {
		{ "H", YETT_FAILURE_CLOSED_EARLY },
		{ "HTTP/1.1 100 Continue\r\n\r\n", YETT_FAILURE_CLOSED_EARLY },
		{ "HTTP/1.1 200 OK\r\n", YETT_FAILURE_CLOSED_EARLY },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
		    YETT_FAILURE_BODY_CUT },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
		    YETT_FAILURE_BODY_CUT },
		{ "garbage\r\n\r\n", YETT_FAILURE_BAD_RESPONSE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct stub_reply script[] = {
			{ .text = cases[i].text, .then = STUB_CLOSE },
		};
		struct pair pair;

		pair_begin(&pair, script);
		play_get(&pair.play, GET);
		assert_int_equal(pair.play.failure, cases[i].failure);
		assert_int_equal(pair.play.origin.requests, 0);
		pair_end(&pair);
	}
}

/* Silence is not repeated elsewhere. */
static void
test_silence_is_not_repeated(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL },
		{ .text = NULL } };
	struct pair pair;

	(void)state;
	pair_begin(&pair, script);
	pair.play.order.answer_ms = 30;
	play_get(&pair.play, GET);
	assert_int_equal(pair.play.failure, YETT_FAILURE_ANSWER_TIMEOUT);
	assert_int_equal(pair.play.origin.requests, 0);
	pair_end(&pair);
}

/* Once: a request that kills what it reaches does not kill them all. */
static void
test_repeated_once(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = NULL, .then = STUB_CLOSE },
		{ .text = NULL, .then = STUB_CLOSE },
	};
	struct stub_origin second;
	struct yett_targets *targets;
	const char *text[3];
	struct pair pair;

	(void)state;
	pair_begin(&pair, script);
	stub_origin_open(&second, pair.play.loop, NULL, script);
	text[0] = pair.dying.text;
	text[1] = second.text;
	text[2] = pair.play.origin.text;
	targets = stub_targets_open(NULL, text, 3);
	pair.play.order.targets = targets;
	play_get(&pair.play, GET);
	assert_int_equal(pair.play.failure, YETT_FAILURE_CLOSED_EARLY);
	assert_int_equal(pair.dying.requests + second.requests +
		pair.play.origin.requests,
	    2);
	stub_origin_close(&second);
	pair_end(&pair);
	yett_targets_close(targets);
}

/* An origin that dies with each request gets at most a fifth more of them,
 * after a reserve. */
static void
test_repeats_are_bounded(void **state)
{
	static struct stub_reply script[64];
	struct yett_candidates *candidates;
	struct pair pair;
	uint32_t failed = 0;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		script[i] = (struct stub_reply){ .text = NULL,
			.then = STUB_CLOSE };
	pair_begin(&pair, script);
	pair.play.origin.script = script;
	candidates = yett_candidates_of(pair.play.pool, pair.targets, 0);
	assert_int_equal(candidates->budget, YETT_RETRY_MOST);
	/* As if most of the reserve had been used. */
	candidates->budget = 2 * YETT_RETRY_COST;
	for (int i = 0; i < 6; i++) {
		play_get(&pair.play, GET);
		failed += pair.play.failure == YETT_FAILURE_CLOSED_EARLY;
	}
	assert_int_equal(failed, 6);
	/* Fewer, once both are known to be down. */
	assert_in_range(pair.dying.requests + pair.play.origin.requests, 6 + 1,
	    6 + 3);
	assert_true(candidates->budget < YETT_RETRY_COST);
	pair_end(&pair);
}

/* What is down is left out: no request is lost to finding that out again. */
static void
test_what_is_down_is_left_alone(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = NULL, .then = STUB_CLOSE },
		{ .text = NULL, .then = STUB_CLOSE },
		{ .text = NULL, .then = STUB_CLOSE },
		{ .text = OK5 },
	};
	struct pair pair;

	(void)state;
	pair_begin(&pair, script);
	for (int i = 0; i < 4; i++) {
		play_get(&pair.play, GET);
		assert_int_equal(pair.play.failure, YETT_FAILURE_NONE);
		/* So that each time the other one is as good. */
		pair.play.origin.requests = 0;
	}
	assert_in_range(pair.dying.requests, 1, YETT_HEALTH_STRIKES);
	pair_end(&pair);
}

/* A body that is not all here cannot be sent again. */
static void
test_long_body_is_not_repeated(void **state)
{
	static const struct stub_reply script[] = {
		{ .until = "0\r\n\r\n", .text = NULL, .then = STUB_CLOSE },
	};
	struct pair pair;

	(void)state;
	pair_begin(&pair, script);
	play_start(&pair.play, POST);
	for (int i = 0; i < 40; i++) {
		play_fill_queue(&pair.play, 8);
		play_run_for(&pair.play, 5);
	}
	assert_int_equal(yett_buf_append(yett_exchange_out(pair.play.exchange),
			     YETT_LIT("0\r\n\r\n")),
	    YETT_OK);
	yett_exchange_body_done(pair.play.exchange);
	(void)yett_exchange_push(pair.play.exchange);
	yett_loop_run(pair.play.loop);
	assert_int_equal(pair.play.result, YETT_EXCHANGE_FAILED);
	assert_int_equal(pair.play.origin.requests, 0);
	pair_end(&pair);
}

/* A head that comes byte by byte is late all the same. */
static void
test_trickled_head(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL },
		{ .text = NULL } };
	struct play play;
	int turns = 0;

	(void)state;
	play_begin(&play, script);
	play.order.answer_ms = 100;
	play_start(&play, GET);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	while (play.failure == YETT_FAILURE_NONE && turns++ < 100) {
		play_run_for(&play, 10);
		stub_origin_say(&play.origin,
		    turns == 1 ? "HTTP/1.1 200 OK\r\nX: " : "x");
	}
	assert_int_equal(play.failure, YETT_FAILURE_ANSWER_TIMEOUT);
	play_end(&play);
}

static void
test_stalled_body(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.order.stall_ms = 30;
	play_get(&play, GET);
	assert_string_equal(play.statuses, "200");
	assert_int_equal(play.failure, YETT_FAILURE_STALL_TIMEOUT);
	assert_string_equal(yett_exchange_fault(play.exchange)->what,
	    "silent for 30 ms within its answer");
	play_end(&play);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_takes_an_address_out),
		cmocka_unit_test(test_nothing_of_an_answer_came),
		cmocka_unit_test(test_post_is_sent_once),
		cmocka_unit_test(test_post_goes_elsewhere_when_refused),
		cmocka_unit_test(test_answers_that_break_off),
		cmocka_unit_test(test_silence_is_not_repeated),
		cmocka_unit_test(test_repeated_once),
		cmocka_unit_test(test_repeats_are_bounded),
		cmocka_unit_test(test_what_is_down_is_left_alone),
		cmocka_unit_test(test_long_body_is_not_repeated),
		cmocka_unit_test(test_trickled_head),
		cmocka_unit_test(test_stalled_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
