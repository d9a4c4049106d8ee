/* SPDX-License-Identifier: Apache-2.0 */
/* One request, one answer: well-formed, cut, late, or no HTTP at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/exchange_play.h"

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

	play_begin(&play, script);
	play.origin.piece = piece;
	play.order.is_head = answer->is_head;
	play.order.answer_ms = answer->then == STUB_KEEP &&
		answer->failure != YETT_FAILURE_NONE
	    ? 100
	    : 5000;
	play_get(&play, GET);
	fault = yett_exchange_fault(play.exchange);
	if (strcmp(play.statuses, answer->statuses) != 0 ||
	    play.failure != answer->failure ||
	    !play_body_is(&play, answer->body) ||
	    yett_pool_idle(play.pool) != answer->is_kept)
		fail_msg("%s, piece %zu: %s, %s, %s", answer->name, piece,
		    play.statuses, yett_exchange_failure_name(play.failure),
		    fault->what);
	if (answer->failure != YETT_FAILURE_NONE) {
		assert_string_equal(fault->where, play.origin.text);
		assert_string_not_equal(fault->what, "");
	}
	assert_int_equal(play.origin.accepted, 1);
	play_end(&play);
}

static const struct answer answers[] = {
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
	{ .name = "body cut",
	    .statuses = "200",
	    .body = "hell",
	    .text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
	    .then = STUB_CLOSE,
	    .failure = YETT_FAILURE_BODY_CUT },
	{ .name = "chunks cut",
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
	    .failure = YETT_FAILURE_STALL_TIMEOUT },
};

static void
test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		play_answer(&answers[i], 0);
		play_answer(&answers[i], 1);
	}
}

/* What follows the answer is nobody's; the link is not used again. */
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
	play_begin(&play, script);
	play_get(&play, GET);
	assert_true(play_body_is(&play, "hello"));
	assert_int_equal(yett_pool_links(play.pool), 0);
	play_get(&play, GET);
	assert_string_equal(play.statuses, "200");
	assert_int_equal(play.origin.accepted, 2);
	play_end(&play);
}

/* Interim answers are no progress. */
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
	play_begin(&play, script);
	play_get(&play, GET);
	assert_int_equal(play.failure, YETT_FAILURE_BAD_RESPONSE);
	play_end(&play);
}

static void
test_failures_have_names(void **state)
{
	(void)state;
	for (int i = 0; i <= YETT_FAILURE_EXHAUSTED; i++)
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
		cmocka_unit_test(test_failures_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
