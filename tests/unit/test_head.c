/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/head.h"

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: a.test\r\n"
#define END "\r\n"
#define FIELDS 8

/* Small, so that the limits can be met. */
static const struct yett_head_limits limits = { .head_len = 512,
	.target_len = 64 };

/* The method of the request that is answered, or OTHER for a request. */
struct message {
	struct yett_head head;
	struct yett_field field[FIELDS];
	struct yett_refusal refusal;
};

static enum yett_parse
parse(struct message *message, struct yett_slice bytes, size_t *scanned,
    bool is_response, enum yett_method to)
{
	yett_head_init(&message->head, message->field, FIELDS);
	if (is_response)
		return yett_head_parse_response(&message->head, bytes, scanned,
		    &limits, to, &message->refusal);
	return yett_head_parse_request(&message->head, bytes, scanned, &limits,
	    &message->refusal);
}

/*
 * Parse at once and then again byte by byte, each time from fresh memory of
 * just the right size: the end must be the same.
 */
static enum yett_parse
parse_both(struct message *message, struct yett_slice bytes, bool is_response,
    enum yett_method to)
{
	size_t scanned = 0;
	enum yett_parse whole = parse(message, bytes, &scanned, is_response,
	    to);
	enum yett_parse piece = YETT_PARSE_MORE;
	struct message other;

	scanned = 0;
	for (size_t len = 0; len <= bytes.len && piece == YETT_PARSE_MORE;
	     len++) {
		char *copy = malloc(len);

		memcpy(copy, bytes.at, len);
		piece = parse(&other, (struct yett_slice){ copy, len },
		    &scanned, is_response, to);
		free(copy);
	}
	assert_int_equal(piece, whole);
	if (whole == YETT_PARSE_BAD) {
		assert_int_equal(other.refusal.status, message->refusal.status);
		assert_string_equal(other.refusal.why, message->refusal.why);
	} else if (whole == YETT_PARSE_DONE) {
		assert_int_equal(other.head.len, message->head.len);
		assert_int_equal(other.head.framing, message->head.framing);
	}
	return whole;
}

static const char bare_lf[] = "a line ends with a bare LF";
static const char bare_cr[] = "there is a bare CR";
static const char nul[] = "there is a NUL byte";
static const char token[] = "the method is not a token";
static const char blank[] = "there is white space before the method";
static const char three[] = "the first line is not three words";
static const char missing[] = "the HTTP version is missing";
static const char version[] = "this is no HTTP version";
static const char version_505[] =
    "the version is neither HTTP/1.0 nor HTTP/1.1";
static const char escape[] = "the target has a byte that must be escaped";
static const char name[] = "a field name is not a token";
static const char colon[] = "there is white space before a colon";
static const char fold[] = "a field line begins with white space";
static const char value[] = "a field value has a control byte";
static const char length[] = "Content-Length is not a number";
static const char length_twice[] = "Content-Length is given twice";
static const char both[] = "both Content-Length and Transfer-Encoding";
static const char coding[] = "a transfer coding other than chunked";
static const char not_chunked[] = "Transfer-Encoding is not chunked";
static const char coding_twice[] = "Transfer-Encoding is given twice";
static const char underscore[] =
    "a framing field is spelled with an underscore";
static const char no_host[] = "there is no Host";

static void
test_i12_i13_refused_requests(void **state)
{
	static const struct {
		struct yett_slice bytes;
		unsigned status;
		const char *why;
	} cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		/* the request line */
		{ CASE("\r\n\r\n"), 400, token },
		{ CASE("\r\n\r\n" GET HOST END), 400, token },
		{ CASE("\n" GET HOST END), 400, bare_lf },
		{ CASE("\r" GET HOST END), 400, bare_cr },
		{ CASE(" " GET HOST END), 400, blank },
		{ CASE("\t" GET HOST END), 400, token },
		{ CASE("G\0T / HTTP/1.1\r\n" HOST END), 400, nul },
		{ CASE("G(T / HTTP/1.1\r\n" HOST END), 400, token },
		{ CASE("GET\t/ HTTP/1.1\r\n" HOST END), 400, token },
		{ CASE("GET: / HTTP/1.1\r\n" HOST END), 400, token },
		{ CASE("G\xc3\x89T / HTTP/1.1\r\n" HOST END), 400, token },
		{ CASE("\x16\x03\x01\r\n\r\n"), 400, token },
		{ CASE("get / HTTP/1.1\r\n" HOST END), 501,
		    "a method has no lower-case letters" },
		{ CASE("Get / HTTP/1.1\r\n" HOST END), 501,
		    "a method has no lower-case letters" },
		{ CASE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n" HOST
			  END),
		    501, "the method is too long" },
		{ CASE("GET  / HTTP/1.1\r\n" HOST END), 400,
		    "the target is empty" },
		{ CASE("GET /  HTTP/1.1\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/1.1 \r\n" HOST END), 400, three },
		{ CASE("GET / x HTTP/1.1\r\n" HOST END), 400, version },
		{ CASE("GET /\tHTTP/1.1\r\n" HOST END), 400, escape },
		{ CASE("GET /\x01 HTTP/1.1\r\n" HOST END), 400, escape },
		{ CASE("GET /\x7f HTTP/1.1\r\n" HOST END), 400, escape },
		{ CASE("GET /\xc3\xa9 HTTP/1.1\r\n" HOST END), 400, escape },
		{ CASE("GET /\0 HTTP/1.1\r\n" HOST END), 400, nul },
		{ CASE("GET /\rx HTTP/1.1\r\n" HOST END), 400, missing },
		{ CASE("GET / HTTP/1.1\n" HOST END), 400, bare_lf },
		{ CASE("GET / HTTP/1.1\r" HOST END), 400, bare_cr },
		{ CASE("GET\r\n\r\n"), 400, token },
		{ CASE("GET /\r\n\r\n"), 400, missing },
		{ CASE("GET / \r\n\r\n"), 400, version },
		{ CASE("GET /\n\n"), 400, bare_lf },
		{ CASE("GET / http/1.1\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/1,1\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/11\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/1.\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/1.10\r\n" HOST END), 400, three },
		{ CASE("GET / HTTP/01.1\r\n" HOST END), 400, version },
		{ CASE("GET / HTTPS/1.1\r\n" HOST END), 400, version },
		{ CASE("GET / HTTP/0.9\r\n" HOST END), 505, version_505 },
		{ CASE("GET / HTTP/1.2\r\n" HOST END), 505, version_505 },
		{ CASE("GET / HTTP/2.0\r\n" HOST END), 505, version_505 },
		{ CASE("GET / HTTP/9.9\r\n" HOST END), 505, version_505 },
		{ CASE("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, version_505 },
		/* lines and names */
		{ CASE(GET "Host: a.test\n\r\n"), 400, bare_lf },
		{ CASE(GET "Host: a.test\n\n"), 400, bare_lf },
		{ CASE(GET HOST "\n"), 400, bare_lf },
		{ CASE(GET "Host: a.test\rX: y\r\n" END), 400, bare_cr },
		{ CASE(GET HOST "\rX: y\r\n" END), 400, bare_cr },
		{ CASE(GET HOST "X: y\r\r\n" END), 400, bare_cr },
		{ CASE(GET HOST "X\r\n: y\r\n" END), 400, name },
		{ CASE(GET HOST "X\n: y\r\n" END), 400, bare_lf },
		{ CASE(GET HOST ": y\r\n" END), 400, "a field name is empty" },
		{ CASE(GET HOST "X : y\r\n" END), 400, colon },
		{ CASE(GET HOST "X\t: y\r\n" END), 400, colon },
		{ CASE(GET HOST "X y: z\r\n" END), 400, colon },
		{ CASE(GET " " HOST END), 400, fold },
		{ CASE(GET "\t" HOST END), 400, fold },
		{ CASE(GET HOST "X: y\r\n z\r\n" END), 400, fold },
		{ CASE(GET HOST "X: y\r\n\tz\r\n" END), 400, fold },
		{ CASE(GET HOST " \r\n" END), 400, fold },
		{ CASE(GET HOST "X\r\n" END), 400, name },
		{ CASE(GET HOST "X(y): z\r\n" END), 400, name },
		{ CASE(GET HOST "\"X\": y\r\n" END), 400, name },
		{ CASE(GET HOST "X\xc3\xa9: y\r\n" END), 400, name },
		{ CASE(GET HOST "X\x01: y\r\n" END), 400, name },
		{ CASE(GET HOST "X\0: y\r\n" END), 400, nul },
		{ CASE(GET HOST "X\x7f: y\r\n" END), 400, name },
		{ CASE(GET HOST "X/: y\r\n" END), 400, name },
		/* values */
		{ CASE(GET HOST "X: a\0b\r\n" END), 400, nul },
		{ CASE(GET HOST "X: \0\r\n" END), 400, nul },
		{ CASE(GET HOST "X: a\x01"
				"b\r\n" END),
		    400, value },
		{ CASE(GET HOST "X: a\x08\r\n" END), 400, value },
		{ CASE(GET HOST "X: a\x0b\r\n" END), 400, value },
		{ CASE(GET HOST "X: a\x0c\r\n" END), 400, value },
		{ CASE(GET HOST "X: a\x1b\r\n" END), 400, value },
		{ CASE(GET HOST "X: a\x7f\r\n" END), 400, value },
		{ CASE(GET HOST "X: abcdefgh\x7fijklmnopq\r\n" END), 400,
		    value },
		/* framing */
		{ CASE(GET HOST "Content-Length:\r\n" END), 400,
		    "Content-Length is empty" },
		{ CASE(GET HOST "Content-Length: -1\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: +1\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 1 1\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 1, 1\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 0x1\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 1.0\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 1_0\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: \"1\"\r\n" END), 400, length },
		{ CASE(GET HOST "Content-Length: 99999999999999999999\r\n" END),
		    400, "Content-Length is too large" },
		{ CASE(GET HOST "Content-Length: 18446744073709551616\r\n" END),
		    400, "Content-Length is too large" },
		{ CASE(GET HOST
		      "Content-Length: 1\r\nContent-Length: 1\r\n" END),
		    400, length_twice },
		{ CASE(GET HOST
		      "Content-Length: 1\r\ncontent-length: 2\r\n" END),
		    400, length_twice },
		{ CASE(GET HOST "Content_Length: 1\r\n" END), 400, underscore },
		{ CASE(GET HOST "Transfer_Encoding: chunked\r\n" END), 400,
		    underscore },
		{ CASE(GET HOST "Content-Length: 1\r\n"
				"Transfer-Encoding: chunked\r\n" END),
		    400, both },
		{ CASE(GET HOST "Transfer-Encoding: chunked\r\n"
				"Content-Length: 1\r\n" END),
		    400, both },
		{ CASE(GET HOST "Content-Length: 0\r\n"
				"Transfer-Encoding: identity\r\n" END),
		    400, both },
		{ CASE(GET HOST "Transfer-Encoding:\r\n" END), 400,
		    not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: ,\r\n" END), 400,
		    not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: chunked, chunked\r\n" END),
		    400, not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: chunked,\r\n" END), 400,
		    not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: \"chunked\"\r\n" END), 400,
		    not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: chunked;q=1\r\n" END), 400,
		    not_chunked },
		{ CASE(GET HOST "Transfer-Encoding: \x0b"
				"chunked\r\n" END),
		    400, value },
		{ CASE(GET HOST "Transfer-Encoding: gzip\r\n" END), 501,
		    coding },
		{ CASE(GET HOST "Transfer-Encoding: gzip, chunked\r\n" END),
		    501, coding },
		{ CASE(GET HOST "Transfer-Encoding: chunked, identity\r\n" END),
		    501, coding },
		{ CASE(GET HOST "Transfer-Encoding: xchunked\r\n" END), 501,
		    coding },
		{ CASE(GET HOST "Transfer-Encoding: chunked\r\n"
				"Transfer-Encoding: chunked\r\n" END),
		    400, coding_twice },
		{ CASE(GET HOST "Transfer-Encoding: chunked\r\n"
				"Transfer-Encoding: identity\r\n" END),
		    400, coding_twice },
		{ CASE("GET / HTTP/1.0\r\n" HOST
		       "Transfer-Encoding: chunked\r\n" END),
		    400, "Transfer-Encoding in HTTP/1.0" },
		/* Host, Connection, Expect */
		{ CASE(GET END), 400, no_host },
		{ CASE(GET "Hos: a.test\r\n" END), 400, no_host },
		{ CASE(GET HOST HOST END), 400, "Host is given twice" },
		{ CASE(GET HOST "hOST: b\r\n" END), 400,
		    "Host is given twice" },
		{ CASE("GET / HTTP/1.0\r\n" HOST HOST END), 400,
		    "Host is given twice" },
		{ CASE(GET HOST "Connection: a b\r\n" END), 400,
		    "Connection is not a list of tokens" },
		{ CASE(GET HOST "Connection: \"close\"\r\n" END), 400,
		    "Connection is not a list of tokens" },
		{ CASE(GET HOST "Expect: 200-ok\r\n" END), 417,
		    "Expect is not 100-continue" },
		{ CASE(GET HOST "Expect:\r\n" END), 417,
		    "Expect is not 100-continue" },
		/* limits: 64 of the target, 8 fields */
		{ CASE(
		      "GET /123456789012345678901234567890123456789012345678901"
		      "2345678901234 HTTP/1.1\r\n" HOST END),
		    414, "the target is too long" },
		{ CASE(GET HOST "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n"
				"A: 6\r\nA: 7\r\nA: 8\r\n" END),
		    431, "there are too many fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message message;

		if (parse_both(&message, cases[i].bytes, false,
			YETT_METHOD_OTHER) != YETT_PARSE_BAD)
			fail_msg("taken: %.*s", YETT_ARG(cases[i].bytes));
		if (message.refusal.status != cases[i].status ||
		    strcmp(message.refusal.why, cases[i].why) != 0)
			fail_msg("%u %s: %.*s", message.refusal.status,
			    message.refusal.why, YETT_ARG(cases[i].bytes));
	}
}

static void
test_length_of_a_head(void **state)
{
	struct message message;
	char bytes[600] = GET HOST "X: ";
	const size_t start = strlen(bytes);

	(void)state;
	memset(bytes + start, 'x', sizeof(bytes) - start);
	assert_int_equal(parse_both(&message,
			     (struct yett_slice){ bytes, sizeof(bytes) }, false,
			     YETT_METHOD_OTHER),
	    YETT_PARSE_BAD);
	assert_int_equal(message.refusal.status, 431);
	assert_string_equal(message.refusal.why, "the head is too long");
	assert_int_equal(parse_both(&message, (struct yett_slice){ bytes, 511 },
			     false, YETT_METHOD_OTHER),
	    YETT_PARSE_MORE);
	memcpy(bytes + 508, "\r\n\r\n", 4);
	assert_int_equal(parse_both(&message,
			     (struct yett_slice){ bytes, sizeof(bytes) }, false,
			     YETT_METHOD_OTHER),
	    YETT_PARSE_DONE);
	assert_int_equal(message.head.len, 512);
	memcpy(bytes + 508, "x\r\n\r\n", 5);
	assert_int_equal(parse_both(&message, (struct yett_slice){ bytes, 513 },
			     false, YETT_METHOD_OTHER),
	    YETT_PARSE_BAD);
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "GET /", 5);
	assert_int_equal(parse_both(&message,
			     (struct yett_slice){ bytes, sizeof(bytes) }, false,
			     YETT_METHOD_OTHER),
	    YETT_PARSE_BAD);
	assert_int_equal(message.refusal.status, 414);
}

static void
test_what_a_request_says(void **state)
{
	static const struct {
		const char *bytes;
		enum yett_framing framing;
		uint64_t length;
		bool keep_alive, expect_continue, wants_upgrade;
	} cases[] = {
		{ GET HOST END, YETT_FRAMING_NONE, 0, true, false, false },
		{ "\r\n" GET HOST END, YETT_FRAMING_NONE, 0, true, false,
		    false },
		{ GET "Host:\r\n" END, YETT_FRAMING_NONE, 0, true, false,
		    false },
		{ GET HOST "Connection: Close\r\n" END, YETT_FRAMING_NONE, 0,
		    false, false, false },
		{ GET HOST "Connection: x,close\r\n" END, YETT_FRAMING_NONE, 0,
		    false, false, false },
		{ GET HOST
		    "Connection: keep-alive\r\nConnection: close\r\n" END,
		    YETT_FRAMING_NONE, 0, false, false, false },
		{ "GET / HTTP/1.0\r\n" END, YETT_FRAMING_NONE, 0, false, false,
		    false },
		{ "GET / HTTP/1.0\r\n" HOST END, YETT_FRAMING_NONE, 0, false,
		    false, false },
		{ "GET / HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n" END,
		    YETT_FRAMING_NONE, 0, true, false, false },
		{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n" END,
		    YETT_FRAMING_NONE, 0, false, false, false },
		{ GET HOST "Content-Length: 0\r\n" END, YETT_FRAMING_LENGTH, 0,
		    true, false, false },
		{ GET HOST "Content-Length:\t12 \r\n" END, YETT_FRAMING_LENGTH,
		    12, true, false, false },
		{ GET HOST "content-length:9223372036854775799\r\n" END,
		    YETT_FRAMING_LENGTH, 9223372036854775799u, true, false,
		    false },
		{ "POST / HTTP/1.0\r\nContent-Length: 3\r\n" END,
		    YETT_FRAMING_LENGTH, 3, false, false, false },
		{ GET HOST "Transfer-Encoding: Chunked\r\n" END,
		    YETT_FRAMING_CHUNKED, 0, true, false, false },
		{ GET HOST "Expect: 100-Continue\r\n" END, YETT_FRAMING_NONE, 0,
		    true, true, false },
		{ "GET / HTTP/1.0\r\n" HOST "Expect: 100-continue\r\n" END,
		    YETT_FRAMING_NONE, 0, false, false, false },
		{ GET HOST "Connection: Upgrade\r\nUpgrade: websocket\r\n" END,
		    YETT_FRAMING_NONE, 0, true, false, true },
		{ GET HOST "Upgrade: websocket\r\n" END, YETT_FRAMING_NONE, 0,
		    true, false, false },
		{ GET HOST "Connection: Upgrade\r\n" END, YETT_FRAMING_NONE, 0,
		    true, false, false },
		{ "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: h\r\n" END,
		    YETT_FRAMING_NONE, 0, false, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_slice bytes = yett_slice_of(cases[i].bytes);
		struct message message = { .refusal.why = "" };
		const struct yett_head *head = &message.head;

		if (parse_both(&message, bytes, false, YETT_METHOD_OTHER) !=
		    YETT_PARSE_DONE)
			fail_msg("%s: %s", message.refusal.why, bytes.at);
		assert_int_equal(head->len, bytes.len);
		assert_int_equal(head->framing, cases[i].framing);
		assert_int_equal(head->length, cases[i].length);
		assert_int_equal(head->keep_alive, cases[i].keep_alive);
		assert_int_equal(head->expect_continue,
		    cases[i].expect_continue);
		assert_int_equal(head->wants_upgrade, cases[i].wants_upgrade);
	}
}

static bool
is(struct yett_slice slice, const char *text)
{
	return yett_slice_eq(slice, yett_slice_of(text));
}

static void
test_slices_of_a_request(void **state)
{
	const struct yett_slice bytes = YETT_LIT(
	    "M-SEARCH http://x/y?z HTTP/1.1\r\nhost:\t a.test:80 \t\r\nX-1:\r\n"
	    "X_2: \xff caf\xc3\xa9\t\"x\"\r\n\r\nGET / HTTP/1.1\r\n");
	struct message message;
	const struct yett_head *head = &message.head;

	(void)state;
	assert_int_equal(parse_both(&message, bytes, false, YETT_METHOD_OTHER),
	    YETT_PARSE_DONE);
	assert_int_equal(head->len,
	    bytes.len - (sizeof("GET / HTTP/1.1\r\n") - 1));
	assert_true(is(head->method, "M-SEARCH"));
	assert_int_equal(head->method_id, YETT_METHOD_OTHER);
	assert_true(is(head->target, "http://x/y?z"));
	assert_int_equal(head->minor, 1);
	assert_true(is(head->host, "a.test:80"));
	assert_int_equal(head->field_count, 3);
	assert_true(is(head->field[0].name, "host"));
	assert_int_equal(head->field[0].id, YETT_FIELD_HOST);
	assert_true(is(head->field[1].value, ""));
	assert_true(is(head->field[2].value, "\xff caf\xc3\xa9\t\"x\""));
}

static void
test_refused_responses(void **state)
{
	static const struct {
		struct yett_slice bytes;
		const char *why;
	} cases[] = {
#define OK "HTTP/1.1 200 OK\r\n"
		{ CASE("\r\n" OK END), version },
		{ CASE(" " OK END), version },
		{ CASE("ICY 200 OK\r\n" END), version },
		{ CASE("HTTP/1.1\r\n" END), three },
		{ CASE("HTTP/2.0 200 OK\r\n" END), version_505 },
		{ CASE("http/1.1 200 OK\r\n" END), version },
		{ CASE("HTTP/1.1  200 OK\r\n" END),
		    "the status is not three digits" },
		{ CASE("HTTP/1.1 20 OK\r\n" END),
		    "the status is not three digits" },
		{ CASE("HTTP/1.1 2000 OK\r\n" END),
		    "the status is not three digits" },
		{ CASE("HTTP/1.1 -20 OK\r\n" END),
		    "the status is not three digits" },
		{ CASE("HTTP/1.1 099 OK\r\n" END),
		    "the status is not 100 to 599" },
		{ CASE("HTTP/1.1 600 OK\r\n" END),
		    "the status is not 100 to 599" },
		{ CASE("HTTP/1.1 200 O\0K\r\n" END), nul },
		{ CASE("HTTP/1.1 200 O\x01K\r\n" END),
		    "the reason has a control byte" },
		{ CASE("HTTP/1.1 200 OK\n" END), bare_lf },
		{ CASE("HTTP/1.1 200 OK\rX\r\n" END), bare_cr },
		{ CASE(OK "X: y\r\n z\r\n" END), fold },
		{ CASE(OK "X : y\r\n" END), colon },
		{ CASE(OK "Content-Length: 5, 5\r\n" END), length },
		{ CASE(OK "Content-Length: 5\r\nContent-Length: 5\r\n" END),
		    length_twice },
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
		{ CASE("HTTP/1.1 100 \r\nTransfer-Encoding: chunked\r\n" END),
		    "a body is announced where there can be none" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct message message;

		if (parse_both(&message, cases[i].bytes, true,
			YETT_METHOD_GET) != YETT_PARSE_BAD)
			fail_msg("taken: %.*s", YETT_ARG(cases[i].bytes));
		assert_int_equal(message.refusal.status, 502);
		if (strcmp(message.refusal.why, cases[i].why) != 0)
			fail_msg("%s: %.*s", message.refusal.why,
			    YETT_ARG(cases[i].bytes));
	}
}

static void
test_i16_what_a_response_says(void **state)
{
	static const struct {
		const char *bytes;
		enum yett_method to;
		enum yett_framing framing;
		uint64_t length;
		bool keep_alive;
		const char *reason;
	} cases[] = {
		{ OK END, YETT_METHOD_GET, YETT_FRAMING_TO_END, 0, false,
		    "OK" },
		{ OK "Content-Length: 5\r\n" END, YETT_METHOD_GET,
		    YETT_FRAMING_LENGTH, 5, true, "OK" },
		{ OK "Content-Length: 5\r\nConnection: close\r\n" END,
		    YETT_METHOD_POST, YETT_FRAMING_LENGTH, 5, false, "OK" },
		{ OK "Content-Length: 5\r\n" END, YETT_METHOD_HEAD,
		    YETT_FRAMING_NONE, 0, true, "OK" },
		{ OK "Transfer-Encoding: chunked\r\n" END, YETT_METHOD_HEAD,
		    YETT_FRAMING_NONE, 0, true, "OK" },
		{ OK END, YETT_METHOD_HEAD, YETT_FRAMING_NONE, 0, true, "OK" },
		{ OK "Transfer-Encoding: chunked\r\n" END, YETT_METHOD_GET,
		    YETT_FRAMING_CHUNKED, 0, true, "OK" },
		{ "HTTP/1.1 100 Continue\r\n" END, YETT_METHOD_GET,
		    YETT_FRAMING_NONE, 0, true, "Continue" },
		{ "HTTP/1.1 103 \r\nLink: x\r\n" END, YETT_METHOD_GET,
		    YETT_FRAMING_NONE, 0, true, "" },
		{ "HTTP/1.1 204\r\nContent-Length: 0\r\n" END, YETT_METHOD_GET,
		    YETT_FRAMING_NONE, 0, true, "" },
		{ "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n" END,
		    YETT_METHOD_GET, YETT_FRAMING_NONE, 0, true,
		    "Not Modified" },
		{ "HTTP/1.1 205 \r\n" END, YETT_METHOD_GET, YETT_FRAMING_TO_END,
		    0, false, "" },
		{ "HTTP/1.0 200 a b  \r\nContent-Length: 1\r\n" END,
		    YETT_METHOD_GET, YETT_FRAMING_LENGTH, 1, false, "a b  " },
		{ "HTTP/1.0 200\r\nContent-Length: 1\r\n"
		  "Connection: keep-alive\r\n" END,
		    YETT_METHOD_GET, YETT_FRAMING_LENGTH, 1, true, "" },
		{ "HTTP/1.0 200\r\nConnection: keep-alive\r\n" END,
		    YETT_METHOD_GET, YETT_FRAMING_TO_END, 0, false, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_slice bytes = yett_slice_of(cases[i].bytes);
		struct message message = { .refusal.why = "" };

		if (parse_both(&message, bytes, true, cases[i].to) !=
		    YETT_PARSE_DONE)
			fail_msg("%s: %s", message.refusal.why, bytes.at);
		assert_int_equal(message.head.framing, cases[i].framing);
		assert_int_equal(message.head.length, cases[i].length);
		assert_int_equal(message.head.keep_alive, cases[i].keep_alive);
		assert_true(is(message.head.reason, cases[i].reason));
	}
}

static void
test_writing(void **state)
{
	const struct yett_field field[] = {
		yett_field_of(YETT_LIT("Host"), YETT_LIT("a.test")),
		yett_field_of(YETT_LIT("X-Empty"), YETT_LIT("")),
	};
	struct yett_uri uri = { .path = YETT_LIT("/a"),
		.query = YETT_LIT("b=c"),
		.has_query = true };
	struct yett_buf out = { 0 };

	(void)state;
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"), &uri,
			     field, 2),
	    YETT_OK);
	assert_true(is(yett_buf_slice(&out),
	    "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nX-Empty: \r\n\r\n"));
	yett_buf_clear(&out);
	uri = (struct yett_uri){ .form = YETT_URI_ASTERISK,
		.path = YETT_LIT("/") };
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("OPTIONS"),
			     &uri, field, 0),
	    YETT_OK);
	assert_int_equal(yett_head_write_response(&out, 200, YETT_LIT(""),
			     field, 1),
	    YETT_OK);
	assert_int_equal(yett_head_write_response(&out, 599, YETT_LIT("Mine"),
			     NULL, 0),
	    YETT_OK);
	assert_true(is(yett_buf_slice(&out),
	    "OPTIONS * HTTP/1.1\r\n\r\n"
	    "HTTP/1.1 200 OK\r\nHost: a.test\r\n\r\n"
	    "HTTP/1.1 599 Mine\r\n\r\n"));
	yett_buf_clear(&out);
}

static void
test_writing_refuses_what_breaks_lines(void **state)
{
	static const struct yett_field bad[] = {
		{ { "", 0 }, { "x", 1 }, YETT_FIELD_OTHER },
		{ { "X Y", 3 }, { "x", 1 }, YETT_FIELD_OTHER },
		{ { "X:", 2 }, { "x", 1 }, YETT_FIELD_OTHER },
		{ { "X", 1 }, { "x\r\nY: z", 7 }, YETT_FIELD_OTHER },
		{ { "X", 1 }, { "x\n", 2 }, YETT_FIELD_OTHER },
		{ { "X", 1 }, { "x\0y", 3 }, YETT_FIELD_OTHER },
	};
	const struct yett_uri uri = { .path = YETT_LIT("/") };
	const struct yett_uri split = { .path = YETT_LIT("/ HTTP/1.1") };
	struct yett_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"),
				     &uri, &bad[i], 1),
		    YETT_E_ARGUMENT);
		assert_int_equal(yett_head_write_response(&out, 200,
				     YETT_LIT(""), &bad[i], 1),
		    YETT_E_ARGUMENT);
	}
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"), &split,
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("G T"), &uri,
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_response(&out, 200, YETT_LIT("O\rK"),
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_response(&out, 99, YETT_LIT(""), NULL,
			     0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_buf_len(&out), 0);
	yett_buf_clear(&out);
}

static void
test_numbers(void **state)
{
	char out[YETT_NUMBER_MOST];

	(void)state;
	assert_true(is(yett_number_write(out, 0), "0"));
	assert_true(is(yett_number_write(out, 1234567890), "1234567890"));
	assert_true(
	    is(yett_number_write(out, UINT64_MAX), "18446744073709551615"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i12_i13_refused_requests),
		cmocka_unit_test(test_length_of_a_head),
		cmocka_unit_test(test_what_a_request_says),
		cmocka_unit_test(test_slices_of_a_request),
		cmocka_unit_test(test_refused_responses),
		cmocka_unit_test(test_i16_what_a_response_says),
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_writing_refuses_what_breaks_lines),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
