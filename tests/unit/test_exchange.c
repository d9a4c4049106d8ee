/* SPDX-License-Identifier: Apache-2.0 */
/* One request, one answer: over links that work, break, lie and stall. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stub_origin.h"
#include "upstream/exchange.h"

#define GET YETT_LIT("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
#define POST                                                                   \
	YETT_LIT("POST / HTTP/1.1\r\nHost: a.test\r\n"                         \
		 "Transfer-Encoding: chunked\r\n\r\n")
#define OK5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/* What one test holds: a loop, an origin, a pool, and an exchange's owner. */
struct play {
	struct yett_loop *loop;
	struct yett_deadline guard;
	struct stub_origin origin;
	struct yett_targets *targets;
	struct yett_pool *pool;
	struct yett_address client;
	struct yett_exchange_order order;
	struct yett_exchange *exchange;

	/* The answer as its owner saw it. */
	char statuses[128]; /* "100 200" */
	struct yett_buf body;
	enum yett_exchange_result result;
	enum yett_exchange_failure failure;
	uint32_t progress_count;
	size_t most_payload;
	bool is_lazy; /* takes nothing of the body */
};

static void
on_guard(struct yett_deadline *guard)
{
	(void)guard;
	fail_msg("nothing happened for too long");
}

static bool
read_heads(struct play *play)
{
	const struct yett_head *head;
	size_t used;

	for (;;) {
		play->result = yett_exchange_head(play->exchange, &head);
		if (play->result != YETT_EXCHANGE_DATA)
			return play->result == YETT_EXCHANGE_END;
		used = strlen(play->statuses);
		if (used < sizeof(play->statuses) - 5)
			snprintf(play->statuses + used, 5, "%s%u",
			    used == 0 ? "" : " ", head->status);
	}
}

static void
read_body(struct play *play)
{
	struct yett_slice payload;

	for (;;) {
		play->result = yett_exchange_body(play->exchange, &payload);
		if (play->result != YETT_EXCHANGE_DATA)
			return;
		if (payload.len > play->most_payload)
			play->most_payload = payload.len;
		if (play->is_lazy)
			return;
		assert_int_equal(yett_buf_append(&play->body, payload),
		    YETT_OK);
		yett_exchange_consume(play->exchange, payload.len);
	}
}

static void
on_progress(void *arg)
{
	struct play *play = arg;

	play->progress_count++;
	if (read_heads(play))
		read_body(play);
	if (play->result == YETT_EXCHANGE_FAILED)
		play->failure = yett_exchange_failure(play->exchange);
	if (play->result == YETT_EXCHANGE_END ||
	    play->result == YETT_EXCHANGE_FAILED)
		yett_loop_stop(play->loop);
}

static void
begin(struct play *play, const struct stub_reply *script)
{
	const char *text;

	*play = (struct play){ .failure = YETT_FAILURE_NONE };
	assert_int_equal(yett_loop_open(&play->loop, NULL), YETT_OK);
	yett_deadline_init(&play->guard, play->loop, on_guard, play);
	yett_deadline_set(&play->guard,
	    yett_clock_monotonic() + 10 * YETT_NS_PER_S);
	stub_origin_open(&play->origin, play->loop, NULL, script);
	text = play->origin.text;
	play->targets = stub_targets_open(NULL, &text, 1);
	assert_int_equal(yett_pool_open(&play->pool, play->loop,
			     &YETT_POOL_LIMITS),
	    YETT_OK);
	play->order = (struct yett_exchange_order){
		.targets = play->targets,
		.client = &play->client,
		.is_idempotent = true,
		.connect_ms = 5000,
		.answer_ms = 5000,
		.on_progress = on_progress,
		.arg = play,
	};
}

static void
end(struct play *play)
{
	yett_exchange_close(&play->exchange);
	yett_exchange_close(&play->exchange);
	assert_int_equal(yett_pool_links(play->pool),
	    yett_pool_idle(play->pool));
	yett_pool_close(play->pool);
	yett_targets_close(play->targets);
	stub_origin_close(&play->origin);
	yett_deadline_clear(&play->guard);
	yett_loop_close(play->loop);
	yett_buf_clear(&play->body);
}

static void
start(struct play *play, struct yett_slice request)
{
	yett_exchange_close(&play->exchange);
	play->statuses[0] = '\0';
	play->failure = YETT_FAILURE_NONE;
	yett_buf_consume(&play->body, yett_buf_len(&play->body));
	assert_int_equal(yett_exchange_start(&play->exchange, play->pool,
			     &play->order),
	    YETT_OK);
	assert_int_equal(yett_buf_append(yett_exchange_out(play->exchange),
			     request),
	    YETT_OK);
}

/* The whole life of a request without a body. */
static void
get(struct play *play, struct yett_slice request)
{
	start(play, request);
	yett_exchange_body_done(play->exchange);
	(void)yett_exchange_push(play->exchange);
	yett_loop_run(play->loop);
}

static bool
body_is(const struct play *play, const char *want)
{
	return yett_slice_eq(yett_buf_slice(&play->body), yett_slice_of(want));
}

/* One answer: what the owner sees of it, and whether the link is kept. */
struct answer {
	const char *name, *text;
	const char *statuses, *body;
	enum yett_exchange_failure failure;
	enum stub_then then;
	bool is_head, is_kept;
};

static void
play_answer(const struct answer *answer, size_t piece)
{
	const struct stub_reply script[] = {
		{ .text = answer->text, .then = answer->then },
		{ .text = NULL },
	};
	const struct yett_fault *fault;
	struct play play;

	begin(&play, script);
	play.origin.piece = piece;
	play.order.is_head = answer->is_head;
	play.order.answer_ms = answer->then == STUB_KEEP &&
		answer->failure != YETT_FAILURE_NONE
	    ? 20
	    : 5000;
	get(&play, GET);
	fault = yett_exchange_fault(play.exchange);
	if (strcmp(play.statuses, answer->statuses) != 0 ||
	    play.failure != answer->failure || !body_is(&play, answer->body) ||
	    yett_pool_idle(play.pool) != answer->is_kept)
		fail_msg("%s, piece %zu: %s, %s, %s", answer->name, piece,
		    play.statuses, yett_exchange_failure_name(play.failure),
		    fault->what);
	if (answer->failure != YETT_FAILURE_NONE) {
		assert_string_equal(fault->where, play.origin.text);
		assert_string_not_equal(fault->what, "");
	}
	assert_int_equal(play.origin.accepted, 1);
	end(&play);
}

static void
test_answers(void **state)
{
	static const struct answer cases[] = {
		{ .name = "length",
		    .text = OK5,
		    .statuses = "200",
		    .body = "hello",
		    .is_kept = true },
		{ .name = "no body",
		    .statuses = "204",
		    .body = "",
		    .text = "HTTP/1.1 204 No Content\r\n\r\n",
		    .is_kept = true },
		{ .name = "not modified",
		    .statuses = "304",
		    .body = "",
		    .text = "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n",
		    .is_kept = true },
		{ .name = "HEAD",
		    .statuses = "200",
		    .body = "",
		    .text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
		    .is_head = true,
		    .is_kept = true },
		{ .name = "chunked",
		    .statuses = "200",
		    .body = "hello, you",
		    .text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
			    "\r\n\r\n5\r\nhello\r\n5;x=y\r\n, you\r\n0\r\n"
			    "A: trailer\r\n\r\n",
		    .is_kept = true },
		{ .name = "to the end",
		    .statuses = "200",
		    .body = "hello",
		    .text = "HTTP/1.1 200 OK\r\n\r\nhello",
		    .then = STUB_CLOSE },
		{ .name = "close announced",
		    .statuses = "200",
		    .body = "hello",
		    .text = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
			    "Content-Length: 5\r\n\r\nhello" },
		{ .name = "interim",
		    .statuses = "100 103 200",
		    .body = "hello",
		    .text = "HTTP/1.1 100 Continue\r\n\r\n"
			    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK5,
		    .is_kept = true },
		{ .name = "protocols switched",
		    .statuses = "",
		    .body = "",
		    .text = "HTTP/1.1 101 Switching Protocols\r\n"
			    "Upgrade: x\r\nConnection: upgrade\r\n\r\n",
		    .failure = YETT_FAILURE_BAD_RESPONSE },
		{ .name = "not HTTP",
		    .statuses = "",
		    .body = "",
		    .text = "220 mail.test ESMTP\r\n\r\n",
		    .failure = YETT_FAILURE_BAD_RESPONSE },
		{ .name = "two framings",
		    .statuses = "",
		    .body = "",
		    .text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
			    "Transfer-Encoding: chunked\r\n\r\n",
		    .failure = YETT_FAILURE_BAD_RESPONSE },
		{ .name = "bad chunk",
		    .statuses = "200",
		    .body = "",
		    .text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
			    "\r\n\r\nx\r\n",
		    .failure = YETT_FAILURE_BAD_RESPONSE },
		{ .name = "I-14: body cut",
		    .statuses = "200",
		    .body = "hell",
		    .text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		    .then = STUB_CLOSE,
		    .failure = YETT_FAILURE_BODY_CUT },
		{ .name = "I-14: chunks cut",
		    .statuses = "200",
		    .body = "hello",
		    .text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
			    "\r\n\r\n5\r\nhello\r\n",
		    .then = STUB_CLOSE,
		    .failure = YETT_FAILURE_BODY_CUT },
		{ .name = "head cut",
		    .statuses = "",
		    .body = "",
		    .text = "HTTP/1.1 200 OK\r\nContent-Le",
		    .then = STUB_CLOSE,
		    .failure = YETT_FAILURE_CLOSED_EARLY },
		{ .name = "no answer",
		    .statuses = "",
		    .body = "",
		    .then = STUB_CLOSE,
		    .failure = YETT_FAILURE_CLOSED_EARLY },
		{ .name = "reset",
		    .statuses = "",
		    .body = "",
		    .then = STUB_RESET,
		    .failure = YETT_FAILURE_RESET },
		{ .name = "silent",
		    .statuses = "",
		    .body = "",
		    .failure = YETT_FAILURE_ANSWER_TIMEOUT },
		{ .name = "silent in the head",
		    .statuses = "",
		    .body = "",
		    .text = "HTTP/1.1 200 OK\r\n",
		    .failure = YETT_FAILURE_ANSWER_TIMEOUT },
		{ .name = "silent in the body",
		    .statuses = "200",
		    .body = "hell",
		    .text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
		    .failure = YETT_FAILURE_BODY_CUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		play_answer(&cases[i], 0);
		play_answer(&cases[i], 1);
	}
}

/* I-14: what follows the answer is nobody's; the link is not used again. */
static void
test_longer_answer_closes_the_link(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OK5 "HTTP/1.1 200 OK\r\n" },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct play play;

	(void)state;
	begin(&play, script);
	get(&play, GET);
	assert_true(body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	get(&play, GET);
	assert_string_equal(play.statuses, "200");
	assert_int_equal(play.origin.accepted, 2);
	end(&play);
}

/* I-19: interim answers are no progress. */
static void
test_interim_answers_are_bounded(void **state)
{
	static const char interim[] = "HTTP/1.1 103 x\r\n\r\n";
	char text[100 * (sizeof(interim) - 1) + 1] = "";
	struct stub_reply script[2] = { { .text = text } };
	struct play play;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		memcpy(text + i * (sizeof(interim) - 1), interim,
		    sizeof(interim));
	begin(&play, script);
	get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_BAD_RESPONSE);
	end(&play);
}

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
	begin(&play, script);
	for (uint32_t i = 0; i < 3; i++) {
		get(&play, GET);
		assert_true(body_is(&play, "hello"));
	}
	assert_int_equal(play.origin.accepted, 1);
	assert_int_equal(play.origin.requests, 3);
	assert_int_equal(yett_pool_idle(play.pool), 1);
	end(&play);
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

		begin(&play, script);
		get(&play, GET);
		play.order.is_idempotent = cases[i].is_idempotent;
		get(&play, GET);
		if (play.failure != cases[i].failure ||
		    play.origin.accepted != cases[i].accepted)
			fail_msg("%s: %s", cases[i].name,
			    yett_exchange_failure_name(play.failure));
		if (play.failure == YETT_FAILURE_NONE)
			assert_true(body_is(&play, "hello"));
		end(&play);
	}
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
	begin(&play, script);
	get(&play, GET);
	get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CLOSED_EARLY);
	assert_int_equal(play.origin.accepted, 2);
	assert_int_equal(play.origin.requests, 3);
	end(&play);
}

static void
test_connect_refused(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct play play;

	(void)state;
	begin(&play, script);
	stub_origin_deafen(&play.origin);
	get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_REFUSED);
	assert_string_equal(yett_exchange_fault(play.exchange)->where,
	    play.origin.text);
	assert_non_null(strstr(yett_exchange_fault(play.exchange)->what,
	    "Connection refused"));
	assert_int_equal(yett_exchange_push(play.exchange), 0);
	end(&play);
}

static void
test_failure_at_start_is_told_later(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	const char *text = "unix:/nowhere/at/all";
	struct yett_targets *targets;
	struct play play;

	(void)state;
	begin(&play, script);
	targets = stub_targets_open(NULL, &text, 1);
	play.order.targets = targets;
	start(&play, GET);
	assert_int_equal(play.progress_count, 0);
	yett_loop_run(play.loop);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_REFUSED);
	start(&play, GET);
	play.progress_count = 0;
	end(&play);
	assert_int_equal(play.progress_count, 0);
	yett_targets_close(targets);
}

/* A listener whose backlog is full answers no SYN. */
static void
test_connect_timeout(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct play play;
	int filler[8];

	(void)state;
	begin(&play, script);
	assert_int_equal(listen(play.origin.listener, 0), 0);
	yett_watcher_clear(&play.origin.watcher);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(yett_socket_connect(&filler[i],
				     &yett_targets_of(play.targets, 0)
					  ->target[0]
					  .address[0],
				     NULL),
		    YETT_OK);
	play.order.connect_ms = 20;
	get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_CONNECT_TIMEOUT);
	assert_string_equal(yett_exchange_fault(play.exchange)->what,
	    "cannot connect in time (20 ms)");
	for (size_t i = 0; i < 8; i++)
		yett_socket_close(&filler[i]);
	end(&play);
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
	begin(&play, script);
	stub_origin_open(&down, play.loop, NULL, script);
	stub_origin_deafen(&down);
	text[0] = down.text;
	text[1] = play.origin.text;
	targets = stub_targets_open(NULL, text, 2);
	play.order.targets = targets;
	for (uint32_t i = 1; i <= 2; i++) {
		get(&play, GET);
		assert_int_equal(play.failure, YETT_FAILURE_NONE);
		assert_int_equal(play.origin.requests, i);
	}
	stub_origin_close(&down);
	end(&play);
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
	begin(&play, script);
	stub_origin_open(&other, play.loop, NULL, script);
	text[0] = other.text;
	text[1] = play.origin.text;
	targets = stub_targets_open(NULL, text, 2);
	play.order.targets = targets;
	for (uint32_t i = 0; i < 4; i++)
		get(&play, GET);
	assert_int_equal(play.origin.requests, 2);
	assert_int_equal(other.requests, 2);
	stub_origin_close(&other);
	end(&play);
	yett_targets_close(targets);
}

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
	begin(&play, script);
	start(&play, POST);
	out = yett_exchange_out(play.exchange);
	(void)yett_exchange_push(play.exchange);
	assert_int_equal(yett_buf_append(out, YETT_LIT("3\r\nabc\r\n")),
	    YETT_OK);
	(void)yett_exchange_push(play.exchange);
	assert_int_equal(yett_buf_append(out, YETT_LIT("0\r\n\r\n")), YETT_OK);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_true(body_is(&play, "hello"));
	assert_int_equal(yett_pool_idle(play.pool), 1);
	end(&play);
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
	begin(&play, script);
	start(&play, POST);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_string_equal(play.statuses, "200");
	assert_true(body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("3\r\nabc\r\n")),
	    YETT_OK);
	assert_int_equal(yett_exchange_push(play.exchange), 0);
	end(&play);
}

/* Sends the request's body, chunk by chunk, as long as the queue is short. */
static size_t
fill_queue(struct play *play, uint32_t most)
{
	static const char zeros[4096];
	struct yett_buf *out = yett_exchange_out(play->exchange);
	size_t queued = 0;

	for (uint32_t i = 0; i < most && queued < YETT_EXCHANGE_QUEUE; i++) {
		assert_int_equal(yett_buf_append(out, YETT_LIT("1000\r\n")),
		    YETT_OK);
		assert_int_equal(yett_buf_append(out,
				     (struct yett_slice){ zeros, 4096 }),
		    YETT_OK);
		assert_int_equal(yett_buf_append(out, YETT_LIT("\r\n")),
		    YETT_OK);
		queued = yett_exchange_push(play->exchange);
	}
	return queued;
}

static void
stop_loop(struct yett_deadline *deadline)
{
	yett_loop_stop(deadline->loop);
}

/* Turn the loop for a while without waiting for anything. */
static void
run_for(struct play *play, uint64_t ms)
{
	struct yett_deadline deadline;

	yett_deadline_init(&deadline, play->loop, stop_loop, NULL);
	yett_deadline_set(&deadline,
	    yett_clock_monotonic() + ms * YETT_NS_PER_MS);
	yett_loop_run(play->loop);
	yett_deadline_clear(&deadline);
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
	begin(&play, script);
	play.origin.is_slack = true;
	start(&play, POST);
	run_for(&play, 5); /* to connect */
	assert_true(fill_queue(&play, 100000) >= YETT_EXCHANGE_QUEUE);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("0\r\n\r\n")),
	    YETT_OK);
	yett_exchange_body_done(play.exchange);
	play.progress_count = 0;
	run_for(&play, 5);
	assert_int_equal(play.progress_count, 0);
	stub_origin_resume(&play.origin);
	yett_loop_run(play.loop);
	assert_true(play.progress_count >= 2); /* queue shrank, answer came */
	assert_true(body_is(&play, "hello"));
	assert_int_equal(yett_pool_idle(play.pool), 1);
	end(&play);
}

/* An origin that takes nothing of a request has answer_ms to go on. */
static void
test_origin_that_does_not_read_times_out(void **state)
{
	static const struct stub_reply script[] = { { .text = NULL } };
	struct play play;

	(void)state;
	begin(&play, script);
	play.origin.is_slack = true;
	play.order.answer_ms = 30;
	start(&play, POST);
	run_for(&play, 5);
	(void)fill_queue(&play, 100000);
	yett_loop_run(play.loop);
	assert_int_equal(play.failure, YETT_FAILURE_ANSWER_TIMEOUT);
	end(&play);
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
	begin(&play, script);
	play.order.answer_ms = 10;
	start(&play, POST);
	(void)yett_exchange_push(play.exchange);
	run_for(&play, 30);
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	(void)fill_queue(&play, 1);
	run_for(&play, 30);
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	assert_int_equal(yett_buf_append(yett_exchange_out(play.exchange),
			     YETT_LIT("0\r\n\r\n")),
	    YETT_OK);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	yett_loop_run(play.loop);
	assert_true(body_is(&play, "hello"));
	end(&play);
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
	begin(&play, script);
	play.order.answer_ms = 10;
	play.is_lazy = true;
	start(&play, GET);
	yett_exchange_body_done(play.exchange);
	run_for(&play, 30); /* three times answer_ms: it is our turn */
	assert_int_equal(play.failure, YETT_FAILURE_NONE);
	assert_string_equal(play.statuses, "200");
	assert_in_range(play.most_payload, 1, YETT_LINK_READ);
	assert_int_equal(play.progress_count, 2); /* connected, read once */
	play.is_lazy = false;
	play.order.answer_ms = 5000;
	read_body(&play);
	yett_loop_run(play.loop);
	assert_int_equal(play.result, YETT_EXCHANGE_END);
	assert_int_equal(yett_buf_len(&play.body), 1000000);
	assert_in_range(play.most_payload, 1, YETT_LINK_READ);
	end(&play);
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
	begin(&play, script);
	assert_int_equal(yett_apps_add(&apps, YETT_LIT("stub"),
			     stub_origin_connect, &play.origin, NULL),
	    YETT_OK);
	targets = stub_targets_open(&apps, &text, 1);
	play.order.targets = targets;
	start(&play, POST);
	play.is_lazy = true;
	(void)yett_exchange_push(play.exchange);
	run_for(&play, 5);
	assert_string_equal(play.statuses, "200");
	/* The origin is gone by now: these go nowhere. */
	(void)fill_queue(&play, 2);
	play.is_lazy = false;
	read_body(&play);
	assert_int_equal(play.result, YETT_EXCHANGE_END);
	assert_true(body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	end(&play);
	yett_targets_close(targets);
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
	begin(&play, script);
	start(&play, GET);
	yett_exchange_close(&play.exchange);
	assert_int_equal(yett_pool_links(play.pool), 0);
	start(&play, GET);
	yett_exchange_body_done(play.exchange);
	(void)yett_exchange_push(play.exchange);
	run_for(&play, 10);
	assert_true(body_is(&play, "hello"));
	yett_exchange_close(&play.exchange);
	assert_int_equal(yett_pool_links(play.pool), 0);
	end(&play);
}

static void
test_failures_have_names(void **state)
{
	(void)state;
	for (int i = 0; i <= YETT_FAILURE_NO_MEMORY; i++)
		assert_int_equal(strcmp("none",
				     yett_exchange_failure_name(
					 (enum yett_exchange_failure)i)) == 0,
		    i == YETT_FAILURE_NONE);
	assert_string_equal(yett_exchange_failure_name(
				(enum yett_exchange_failure)99),
	    "none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_longer_answer_closes_the_link),
		cmocka_unit_test(test_interim_answers_are_bounded),
		cmocka_unit_test(test_links_are_kept),
		cmocka_unit_test(test_stale_link),
		cmocka_unit_test(test_stale_link_is_retried_once),
		cmocka_unit_test(test_connect_refused),
		cmocka_unit_test(test_failure_at_start_is_told_later),
		cmocka_unit_test(test_connect_timeout),
		cmocka_unit_test(test_next_target_when_one_is_down),
		cmocka_unit_test(test_targets_take_turns),
		cmocka_unit_test(test_request_body_in_pieces),
		cmocka_unit_test(test_early_answer),
		cmocka_unit_test(
		    test_queue_grows_while_the_origin_does_not_read),
		cmocka_unit_test(test_origin_that_does_not_read_times_out),
		cmocka_unit_test(test_slow_owner_costs_no_timeout),
		cmocka_unit_test(test_unread_answer_is_bounded),
		cmocka_unit_test(test_answer_is_read_when_sending_fails),
		cmocka_unit_test(test_close_in_the_middle),
		cmocka_unit_test(test_failures_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
