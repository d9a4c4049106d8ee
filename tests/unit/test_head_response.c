/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/head_both.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define END "\r\n"

static const char bare_lf[] = "a line ends with a bare LF";
static const char bare_cr[] = "there is a bare CR";
static const char nul[] = "there is a NUL byte";
static const char three[] = "the first line is not three words";
static const char version[] = "this is no HTTP version";
static const char version_505[] = "the version is not HTTP/1";
static const char fold[] = "a field line begins with white space";
static const char length[] = "Content-Length is not a number";
static const char lengths[] = "Content-Length has two values";
static const char both[] = "both Content-Length and Transfer-Encoding";
static const char coding[] = "a transfer coding other than chunked";

static const struct {
	struct yett_slice bytes;
	const char *why;
} refused[] = {
	{ CASE("\r\n" OK END), version },
	{ CASE(" " OK END), version },
	{ CASE("ICY 200 OK\r\n" END), version },
	{ CASE("HTTP/1.1\r\n" END), three },
	{ CASE("HTTP/2.0 200 OK\r\n" END), version_505 },
	{ CASE("http/1.1 200 OK\r\n" END), version },
	{ CASE("HTTP/1.1  200 OK\r\n" END), "the status is not three digits" },
	{ CASE("HTTP/1.1 20 OK\r\n" END), "the status is not three digits" },
	{ CASE("HTTP/1.1 2000 OK\r\n" END), "the status is not three digits" },
	{ CASE("HTTP/1.1 -20 OK\r\n" END), "the status is not three digits" },
	{ CASE("HTTP/1.1 099 OK\r\n" END), "the status is not 100 to 599" },
	{ CASE("HTTP/1.1 600 OK\r\n" END), "the status is not 100 to 599" },
	{ CASE("HTTP/1.1 200 O\0K\r\n" END), nul },
	{ CASE("HTTP/1.1 200 O\x01K\r\n" END),
	    "the reason has a control byte" },
	{ CASE("HTTP/1.1 200 OK\n" END), bare_lf },
	{ CASE("HTTP/1.1 200 OK\rX\r\n" END), bare_cr },
	{ CASE(OK "X: y\r\n z\r\n" END), fold },
	{ CASE(OK " : y\r\n" END), fold },
	{ CASE(OK "X y : y\r\n" END), "a field name is not a token" },
	{ CASE(OK "Content-Length: 5, 6\r\n" END), lengths },
	{ CASE(OK "Content-Length: 5, 5, 05\r\n" END), lengths },
	{ CASE(OK "Content-Length: ,\r\n" END), length },
	{ CASE(OK "Content-Length: +5, +5\r\n" END), length },
	{ CASE(OK "Content-Length: 5\r\nContent-Length: 6\r\n" END), lengths },
	{ CASE(OK "Content-Length: 5\r\nContent-Length:\r\n" END), lengths },
	{ CASE(OK "Content-Length: 5\r\nContent_Length: 5\r\n" END),
	    "a framing field is spelled with an underscore" },
	{ CASE(OK "Content-Length : 5\r\nTransfer-Encoding : chunked\r\n" END),
	    both },
	{ CASE(OK "Content-Length: 5\r\n"
		  "Transfer-Encoding: chunked\r\n" END),
	    both },
	{ CASE(OK "Transfer-Encoding: identity\r\n" END), coding },
	{ CASE(OK "Transfer-Encoding: gzip, chunked\r\n" END), coding },
	{ CASE("HTTP/1.0 200 OK\r\n"
	       "Transfer-Encoding: chunked\r\n" END),
	    "Transfer-Encoding in HTTP/1.0" },
	{ CASE("HTTP/1.1 204 \r\nContent-Length: 1\r\n" END),
	    "a body is announced where there can be none" },
	{ CASE("HTTP/1.1 101 \r\nUpgrade : x\r\n" END),
	    "there is white space before a colon" },
	{ CASE("HTTP/1.1 100 \r\nTransfer-Encoding: chunked\r\n" END),
	    "a body is announced where there can be none" },
};

static void
test_refused_responses(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct message message;

		if (parse_both(&message, refused[i].bytes, true,
			YETT_METHOD_GET) != YETT_PARSE_BAD)
			fail_msg("taken: %.*s", YETT_ARG(refused[i].bytes));
		assert_int_equal(message.refusal.status, 502);
		if (strcmp(message.refusal.why, refused[i].why) != 0)
			fail_msg("%s: %.*s", message.refusal.why,
			    YETT_ARG(refused[i].bytes));
	}
}

static const struct {
	const char *bytes;
	enum yett_method to;
	enum yett_framing framing;
	uint64_t length;
	bool keep_alive;
	const char *reason;
} taken[] = {
	{ OK END, YETT_METHOD_GET, YETT_FRAMING_TO_END, 0, false, "OK" },
	{ OK "Content-Length: 5\r\n" END, YETT_METHOD_GET, YETT_FRAMING_LENGTH,
	    5, true, "OK" },
	{ OK "Content-Length: 5\r\nConnection: close\r\n" END, YETT_METHOD_POST,
	    YETT_FRAMING_LENGTH, 5, false, "OK" },
	{ OK "Content-Length: 5\r\n" END, YETT_METHOD_HEAD, YETT_FRAMING_NONE,
	    0, true, "OK" },
	{ OK "Transfer-Encoding: chunked\r\n" END, YETT_METHOD_HEAD,
	    YETT_FRAMING_NONE, 0, true, "OK" },
	{ OK END, YETT_METHOD_HEAD, YETT_FRAMING_NONE, 0, true, "OK" },
	{ OK "Transfer-Encoding: chunked\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_CHUNKED, 0, true, "OK" },
	{ "HTTP/1.1 100 Continue\r\n" END, YETT_METHOD_GET, YETT_FRAMING_NONE,
	    0, true, "Continue" },
	{ "HTTP/1.1 103 \r\nLink: x\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_NONE, 0, true, "" },
	{ "HTTP/1.1 204\r\nContent-Length: 0\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_NONE, 0, true, "" },
	{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n" END,
	    YETT_METHOD_GET, YETT_FRAMING_NONE, 0, true, "Not Modified" },
	{ "HTTP/1.1 205 \r\n" END, YETT_METHOD_GET, YETT_FRAMING_TO_END, 0,
	    false, "" },
	{ "HTTP/1.0 200 a b  \r\nContent-Length: 1\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_LENGTH, 1, false, "a b  " },
	{ "HTTP/1.0 200\r\nContent-Length: 1\r\n"
	  "Connection: keep-alive\r\n" END,
	    YETT_METHOD_GET, YETT_FRAMING_LENGTH, 1, true, "" },
	{ "HTTP/1.0 200\r\nConnection: keep-alive\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_TO_END, 0, false, "" },
	{ OK "Content-Length: 5\r\ncontent-length:5\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_LENGTH, 5, true, "OK" },
	{ OK "Content-Length: 5, 5,5\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_LENGTH, 5, true, "OK" },
	{ OK "Content-Length \t: 5\r\nX : y\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_LENGTH, 5, true, "OK" },
	{ OK "Transfer-Encoding : chunked\r\n" END, YETT_METHOD_GET,
	    YETT_FRAMING_CHUNKED, 0, true, "OK" },
};

/* What goes on has one length, and no space before a colon. */
static void
test_fields_are_made_proper(void **state)
{
	struct message message;

	(void)state;
	assert_int_equal(parse_both(&message,
			     YETT_LIT(OK "X : y\r\nContent-Length: 5, 5\r\n"
					 "Content-Length: 5\r\nZ:\r\n" END),
			     true, YETT_METHOD_HEAD),
	    YETT_PARSE_DONE);
	assert_int_equal(message.head.field_count, 3);
	assert_true(is(message.field[0].name, "X"));
	assert_true(is(message.field[0].value, "y"));
	assert_true(is(message.field[1].name, "Content-Length"));
	assert_true(is(message.field[1].value, "5"));
	assert_true(is(message.field[2].name, "Z"));
}

static void
test_i16_what_a_response_says(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		struct yett_slice bytes = yett_slice_of(taken[i].bytes);
		struct message message = { .refusal.why = "" };

		if (parse_both(&message, bytes, true, taken[i].to) !=
		    YETT_PARSE_DONE)
			fail_msg("%s: %s", message.refusal.why, bytes.at);
		assert_int_equal(message.head.framing, taken[i].framing);
		assert_int_equal(message.head.length, taken[i].length);
		assert_int_equal(message.head.keep_alive, taken[i].keep_alive);
		assert_true(is(message.head.reason, taken[i].reason));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_responses),
		cmocka_unit_test(test_i16_what_a_response_says),
		cmocka_unit_test(test_fields_are_made_proper),
	};

	return cmocka_run_group_tests_name("head-response", tests, NULL, NULL);
}
