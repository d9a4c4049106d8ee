/* SPDX-License-Identifier: Apache-2.0 */
/* The links under exchanges: kept, stale, refused, by turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/exchange_play.h"

static void
test_links_are_kept(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	for (uint32_t i = 0; i < 3; i++) {
		play_get(&play, GET);
		assert_true(play_body_is(&play, "hello"));
	}
	assert_int_equal(play.origin.accepted, 1);
	assert_int_equal(play.origin.requests, 3);
	assert_int_equal(yett_pool_idle(play.pool), 1);
	play_end(&play);
}

/* A kept link that dies under the next request, before any answer. */
static void
test_stale_link(void **state)
{
	static const struct {
		const char *name;
		bool is_idempotent;
		enum stub_then then;
		const char *part; /* of an answer */
		enum yett_exchange_failure failure;
		uint32_t accepted;
	} cases[] = {
		{ "closed", true, STUB_CLOSE, NULL, YETT_FAILURE_NONE, 2 },
		{ "reset", true, STUB_RESET, NULL, YETT_FAILURE_NONE, 2 },
		{ "not idempotent", false, STUB_CLOSE, NULL,
		    YETT_FAILURE_CLOSED_EARLY, 1 },
		{ "answer begun", true, STUB_CLOSE, "HTTP/1.1 2",
		    YETT_FAILURE_CLOSED_EARLY, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct stub_reply script[] = {
			{ .text = OK5 },
			{ .text = cases[i].part, .then = cases[i].then },
			{ .text = OK5 },
			{ .text = NULL },
		};
		struct play play;

		play_begin(&play, script);
		play_get(&play, GET);
		play_run_for(&play, 5);
		play.order.is_idempotent = cases[i].is_idempotent;
		play_get(&play, GET);
		if (play.failure != cases[i].failure ||
		    play.origin.accepted != cases[i].accepted)
			fail_msg("%s: %s", cases[i].name,
			    yett_exchange_failure_name(play.failure));
		if (play.failure == YETT_FAILURE_NONE)
			assert_true(play_body_is(&play, "hello"));
		play_end(&play);
	}
}

/* What cannot be sent twice is not sent over a link whose end is there to be
 * seen, nor over one that was in use a moment ago. */
static void
test_post_over_a_kept_link(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5, .then = STUB_CLOSE },
		{ .text = OK5, .then = STUB_CLOSE },
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.order.is_idempotent = false;
	/* The loop does not turn in between: nothing is known of an end. */
	for (uint32_t i = 0; i < 3; i++) {
		play_get(&play, GET);
		assert_int_equal(play.failure, YETT_FAILURE_NONE);
		assert_int_equal(play.origin.accepted, i + 1);
	}
	/* In the same turn: another link; after it, the same. */
	play_get(&play, GET);
	assert_int_equal(play.origin.accepted, 4);
	play_run_for(&play, 5);
	play_get(&play, GET);
	assert_int_equal(play.origin.accepted, 4);
	play_end(&play);
}

/* The second link is fresh: when it dies too, the request has failed. */
static void
test_stale_link_is_retried_once(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .then = STUB_CLOSE },
		{ .then = STUB_CLOSE },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play_get(&play, GET);
	play_get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CLOSED_EARLY);
	assert_int_equal(play.origin.accepted, 2);
	assert_int_equal(play.origin.requests, 3);
	play_end(&play);
}

/* What was sent and is kept for a retry must not stop an owner who appends
 * until the queue is full: nobody would ever go on. */
static void
test_queue_filled_to_the_brim(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .text = NULL },
	};
	static const char zeros[YETT_EXCHANGE_QUEUE];
	struct yett_buf *out;
	struct play play;

	(void)state;
	play_begin(&play, script);
	play_get(&play, GET);
	play_start(&play, POST);
	out = yett_exchange_out(play.exchange);
	assert_int_equal(yett_buf_append(out,
			     (struct yett_slice){ zeros,
				 sizeof(zeros) - POST.len }),
	    YETT_OK);
	(void)yett_exchange_push(play.exchange);
	play_run_for(&play, 50);
	assert_int_equal(yett_exchange_push(play.exchange), 0);
	assert_true(yett_buf_len(out) < YETT_EXCHANGE_QUEUE);
	play_end(&play);
}

static void
test_connect_refused(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct play play;

	(void)state;
	play_begin(&play, script);
	stub_origin_deafen(&play.origin);
	play_get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_REFUSED);
	assert_string_equal(yett_exchange_fault(play.exchange)->where,
	    play.origin.text);
	assert_non_null(strstr(yett_exchange_fault(play.exchange)->what,
	    "Connection refused"));
	assert_int_equal(yett_exchange_push(play.exchange), 0);
	play_end(&play);
}

static void
test_failure_at_start_is_told_later(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	const char *text = "unix:/nowhere/at/all";
	struct yett_targets *targets;
	struct play play;

	(void)state;
	play_begin(&play, script);
	targets = stub_targets_open(NULL, &text, 1);
	play.order.targets = targets;
	play_start(&play, GET);
	assert_int_equal(play.progress_count, 0);
	yett_loop_run(play.loop);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_REFUSED);
	play_start(&play, GET);
	play.progress_count = 0;
	play_end(&play);
	assert_int_equal(play.progress_count, 0);
	yett_targets_close(targets);
}

/* A listener whose backlog is full answers no SYN. */
static void
test_connect_timeout(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct yett_endpoint *endpoint[YETT_ADDRESSES_MOST];
	uint32_t version;
	struct play play;
	int filler[8];

	(void)state;
	play_begin(&play, script);
	assert_int_equal(listen(play.origin.listener, 0), 0);
	yett_watcher_clear(&play.origin.watcher);
	assert_int_equal(yett_addresses_take(yett_targets_of(play.targets, 0)
						 ->addresses[0],
			     endpoint, &version),
	    1);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(yett_socket_connect(&filler[i],
				     &endpoint[0]->address, NULL),
		    YETT_OK);
	play.order.connect_ms = 20;
	play_get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_TIMEOUT);
	assert_string_equal(yett_exchange_fault(play.exchange)->what,
	    "cannot connect in time (20 ms in all)");
	yett_endpoint_unref(&endpoint[0]);
	for (size_t i = 0; i < 8; i++)
		yett_socket_close(&filler[i]);
	play_end(&play);
}

static void
test_next_target_when_one_is_down(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct yett_targets *targets;
	struct stub_origin down;
	const char *text[2];
	struct play play;

	(void)state;
	play_begin(&play, script);
	stub_origin_open(&down, play.loop, NULL, script);
	stub_origin_deafen(&down);
	text[0] = down.text;
	text[1] = play.origin.text;
	targets = stub_targets_open(NULL, text, 2);
	play.order.targets = targets;
	for (uint32_t i = 1; i <= 2; i++) {
		play_get(&play, GET);
		assert_int_equal(play.failure, YETT_FAILURE_NONE);
		assert_int_equal(play.origin.requests, i);
	}
	stub_origin_close(&down);
	play_end(&play);
	yett_targets_close(targets);
}

static void
test_targets_take_turns(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct yett_targets *targets;
	struct stub_origin other;
	const char *text[2];
	struct play play;

	(void)state;
	play_begin(&play, script);
	stub_origin_open(&other, play.loop, NULL, script);
	text[0] = other.text;
	text[1] = play.origin.text;
	targets = stub_targets_open(NULL, text, 2);
	play.order.targets = targets;
	for (uint32_t i = 0; i < 4; i++)
		play_get(&play, GET);
	assert_int_equal(play.origin.requests, 2);
	assert_int_equal(other.requests, 2);
	stub_origin_close(&other);
	play_end(&play);
	yett_targets_close(targets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_are_kept),
		cmocka_unit_test(test_stale_link),
		cmocka_unit_test(test_post_over_a_kept_link),
		cmocka_unit_test(test_stale_link_is_retried_once),
		cmocka_unit_test(test_queue_filled_to_the_brim),
		cmocka_unit_test(test_connect_refused),
		cmocka_unit_test(test_failure_at_start_is_told_later),
		cmocka_unit_test(test_connect_timeout),
		cmocka_unit_test(test_next_target_when_one_is_down),
		cmocka_unit_test(test_targets_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
