/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies both ways: who waits for whom, and how much is held meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "unit/exchange_play.h"

/* More than a head, so that it would overwrite what came with one. */
#define SIXTY "012345678901234567890123456789012345678901234567890123456789"

static void
test_request_body_in_pieces(void **state)
{
	static const struct stub_reply script[] = {
		{ .until = "\r\n0\r\n\r\n", .text = OK5 },
		{ .text = NULL },
	};
	struct yett_buf *out;
	struct play play;

	(void)state;
	play_begin(&play, script);
	play_start(&play, POST);
	out = yett_exchange_out(play.exchange);
	(void)yett_exchange_push(play.exchange);
	assert_int_equal(yett_buf_append(out, YETT_LIT("3\r\nabc\r\n")),
	    YETT_OK);
	(void)yett_exchange_push(play.exchange);
	assert_int_equal(yett_buf_append(out, YETT_LIT("0\r\n\r\n")), YETT_OK);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_true(play_body_is(&play, "hello"));
	assert_int_equal(yett_pool_idle(play.pool), 1);
	play_end(&play);
}

/* The answer comes while the request is still being sent: it counts, and the
 * link is of no more use. */
static void
test_early_answer(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play_start(&play, POST);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_string_equal(play.statuses, "200");
	assert_true(play_body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("3\r\nabc\r\n")),
	    YETT_OK);
	assert_int_equal(yett_exchange_push(play.exchange), 0);
	play_end(&play);
}

static void
test_queue_grows_while_the_origin_does_not_read(void **state)
{
	static const struct stub_reply script[] = {
		{ .until = "\r\n0\r\n\r\n", .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.origin.is_slack = true;
	play_start(&play, POST);
	play_run_for(&play, 5); /* to connect */
	assert_true(play_fill_queue(&play, 100000) >= YETT_EXCHANGE_QUEUE);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("0\r\n\r\n")),
	    YETT_OK);
	yett_exchange_body_done(play.exchange);
	play.progress_count = 0;
	play_run_for(&play, 5);
	assert_int_equal(play.progress_count, 0);
	stub_origin_resume(&play.origin);
	yett_loop_run(play.loop);
	assert_true(play.progress_count >= 2); /* queue shrank, answer came */
	assert_true(play_body_is(&play, "hello"));
	assert_int_equal(yett_pool_idle(play.pool), 1);
	play_end(&play);
}

/* An origin that takes nothing of a request has answer_ms to go on. */
static void
test_origin_that_does_not_read_times_out(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.origin.is_slack = true;
	play.order.answer_ms = 30;
	play_start(&play, POST);
	play_run_for(&play, 5);
	(void)play_fill_queue(&play, 100000);
	yett_loop_run(play.loop);
	assert_int_equal(play.failure, YETT_FAILURE_ANSWER_TIMEOUT);
	play_end(&play);
}

/* It is the client who is slow: the origin is not to blame. */
static void
test_slow_owner_costs_no_timeout(void **state)
{
	static const struct stub_reply script[] = {
		{ .until = "\r\n0\r\n\r\n", .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.order.answer_ms = 100;
	play_start(&play, POST);
	(void)yett_exchange_push(play.exchange);
	play_run_for(&play, 150);
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	(void)play_fill_queue(&play, 1);
	play_run_for(&play, 150);
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("0\r\n\r\n")),
	    YETT_OK);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_true(play_body_is(&play, "hello"));
	play_end(&play);
}

/* While the owner does not consume, at most one read's worth waits here. */
static void
test_unread_answer_is_bounded(void **state)
{
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
	char *text = malloc(sizeof(head) + 1000000);
	struct stub_reply script[2] = { { .text = text } };
	struct play play;

	(void)state;
	assert_non_null(text);
	memcpy(text, head, sizeof(head) - 1);
	memset(text + sizeof(head) - 1, 'x', 1000000);
	text[sizeof(head) - 1 + 1000000] = '\0';
	play_begin(&play, script);
	play.order.answer_ms = 100;
	play.is_lazy = true;
	play_start(&play, GET);
	yett_exchange_body_done(play.exchange);
	play_run_for(&play, 150); /* longer: but it is our turn */
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	assert_string_equal(play.statuses, "200");
	assert_in_range(play.most_payload, 1, YETT_LINK_READ);
	assert_int_equal(play.progress_count, 2); /* connected, read once */
	play.is_lazy = false;
	play_read_body(&play);
	yett_loop_run(play.loop);
	assert_int_equal(play.result, YETT_EXCHANGE_END);
	assert_int_equal(yett_buf_len(&play.body), 1000000);
	assert_in_range(play.most_payload, 1, YETT_LINK_READ);
	play_end(&play);
	free(text);
}

/* The origin answers and closes; sending fails, but the answer is read. */
static void
test_answer_is_read_when_sending_fails(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5, .then = STUB_CLOSE },
		{ .text = NULL },
	};
	struct yett_apps apps = { .count = 0 };
	struct yett_targets *targets;
	const char *text = "app:stub";
	struct play play;

	(void)state;
	play_begin(&play, script);
	assert_int_equal(yett_apps_add(&apps, YETT_LIT("stub"),
			     &(struct yett_app_door){ stub_origin_connect, NULL,
				 &play.origin },
			     NULL),
	    YETT_OK);
	targets = stub_targets_open(&apps, &text, 1);
	play.order.targets = targets;
	play_start(&play, POST);
	play.is_lazy = true;
	(void)yett_exchange_push(play.exchange);
	play_run_for(&play, 5);
	assert_string_equal(play.statuses, "200");
	/* The origin is gone by now: these go nowhere. */
	(void)play_fill_queue(&play, 2);
	play.is_lazy = false;
	play_read_body(&play);
	assert_int_equal(play.result, YETT_EXCHANGE_END);
	assert_true(play_body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	play_end(&play);
	yett_targets_close(targets);
}

/* Room to send and bytes to read at once, while the owner still holds a part
 * of the answer: what it holds must stay as it is. */
static void
test_held_payload_outlives_sending(void **state)
{
	static const struct stub_reply script[] = {
		{ .until = "\r\n0\r\n\r\n", .text = NULL },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play.origin.is_slack = true;
	play.is_lazy = true;
	play_start(&play, POST);
	play_run_for(&play, 5);
	assert_true(play_fill_queue(&play, 100000) >= YETT_EXCHANGE_QUEUE);
	stub_origin_say(&play.origin,
	    "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\nhello");
	play_run_for(&play, 5);
	assert_int_equal(play.most_payload, 5);
	stub_origin_say(&play.origin, SIXTY);
	stub_origin_resume(&play.origin);
	play_run_for(&play, 20);
	play.is_lazy = false;
	play_read_body(&play);
	if (play.result == YETT_EXCHANGE_MORE)
		yett_loop_run(play.loop);
	assert_true(play_body_is(&play, "hello" SIXTY));
	play_end(&play);
}

static void
test_close_in_the_middle(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello" },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	play_begin(&play, script);
	play_start(&play, GET);
	yett_exchange_close(&play.exchange);
	assert_int_equal(yett_pool_links(play.pool), 0);
	play_start(&play, GET);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	play_run_for(&play, 10);
	assert_true(play_body_is(&play, "hello"));
	yett_exchange_close(&play.exchange);
	assert_int_equal(yett_pool_links(play.pool), 0);
	play_end(&play);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_body_in_pieces),
		cmocka_unit_test(test_early_answer),
		cmocka_unit_test(
		    test_queue_grows_while_the_origin_does_not_read),
		cmocka_unit_test(test_origin_that_does_not_read_times_out),
		cmocka_unit_test(test_slow_owner_costs_no_timeout),
		cmocka_unit_test(test_unread_answer_is_bounded),
		cmocka_unit_test(test_answer_is_read_when_sending_fails),
		cmocka_unit_test(test_held_payload_outlives_sending),
		cmocka_unit_test(test_close_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
