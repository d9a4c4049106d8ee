/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/head_both.h"

#define GET "GET / HTTP/1.1\r\n"
#define HOST "Host: a.test\r\n"
#define END "\r\n"
#define EMPTY_LINES "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n"

static const char bare_lf[] = "a line ends with a bare LF";
static const char bare_cr[] = "there is a bare CR";
static const char nul[] = "there is a NUL byte";
static const char token[] = "the method is not a token";
static const char tls[] = "this is TLS, not HTTP";
static const char blank[] = "there is white space before the method";
static const char three[] = "the first line is not three words";
static const char missing[] = "the HTTP version is missing";
static const char version[] = "this is no HTTP version";
static const char version_505[] = "the version is not HTTP/1";
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
static const char not_last[] = "chunked is not the last transfer coding";
static const char coding_twice[] = "Transfer-Encoding is given twice";
static const char underscore[] =
    "a framing field is spelled with an underscore";
static const char no_host[] = "there is no Host";

static const struct {
	struct yett_slice bytes;
	unsigned status;
	const char *why;
} refused[] = {
	/* the request line */
	{ CASE(EMPTY_LINES "\r\n\r\n"), 400, token },
	{ CASE(EMPTY_LINES "\r\n" GET HOST END), 400, token },
	{ CASE("\r\n\n" GET HOST END), 400, bare_lf },
	{ CASE("\r\n\r" GET HOST END), 400, bare_cr },
	{ CASE("\n" GET HOST END), 400, bare_lf },
	{ CASE("\r" GET HOST END), 400, bare_cr },
	{ CASE(" " GET HOST END), 400, blank },
	{ CASE("\t" GET HOST END), 400, token },
	{ CASE("G\0T / HTTP/1.1\r\n" HOST END), 400, nul },
	{ CASE("G(T / HTTP/1.1\r\n" HOST END), 400, token },
	{ CASE("GET\t/ HTTP/1.1\r\n" HOST END), 400, token },
	{ CASE("GET: / HTTP/1.1\r\n" HOST END), 400, token },
	{ CASE("G\xc3\x89T / HTTP/1.1\r\n" HOST END), 400, token },
	{ CASE("\x16\x03\x01\r\n\r\n"), 400, tls },
	/* What no request begins with is not waited for. */
	{ CASE("\x16"), 400, tls },
	{ CASE("\r\n\x16\x03"), 400, tls },
	{ CASE("\x80"), 400, token },
	{ CASE(" "), 400, blank },
	{ CASE("\r\n("), 400, token },
	{ CASE("get / HTTP/1.1\r\n" HOST END), 501,
	    "a method has capital letters only" },
	{ CASE("Get / HTTP/1.1\r\n" HOST END), 501,
	    "a method has capital letters only" },
	{ CASE("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n" HOST END),
	    501, "the method is too long" },
	{ CASE("GET  / HTTP/1.1\r\n" HOST END), 400, "the target is empty" },
	{ CASE("GET /  HTTP/1.1\r\n" HOST END), 400, version },
	{ CASE("GET / HTTP/1.1 \r\n" HOST END), 400, three },
	{ CASE("GET / x HTTP/1.1\r\n" HOST END), 400, version },
	{ CASE("GET /\tHTTP/1.1\r\n" HOST END), 400, escape },
	{ CASE("GET /\x01 HTTP/1.1\r\n" HOST END), 400, escape },
	{ CASE("GET /\x7f HTTP/1.1\r\n" HOST END), 400, escape },
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
	{ CASE(GET HOST "X: abcdefgh\x7fijklmnopq\r\n" END), 400, value },
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
	{ CASE(GET HOST "Content-Length: 99999999999999999999\r\n" END), 400,
	    "Content-Length is too large" },
	{ CASE(GET HOST "Content-Length: 18446744073709551616\r\n" END), 400,
	    "Content-Length is too large" },
	{ CASE(GET HOST "Content-Length: 1\r\nContent-Length: 1\r\n" END), 400,
	    length_twice },
	{ CASE(GET HOST "Content-Length: 1\r\ncontent-length: 2\r\n" END), 400,
	    length_twice },
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
	{ CASE(GET HOST "Transfer-Encoding:\r\n" END), 400, not_chunked },
	{ CASE(GET HOST "Transfer-Encoding: ,\r\n" END), 400, not_chunked },
	{ CASE(GET HOST "Transfer-Encoding: chunked, chunked\r\n" END), 400,
	    not_last },
	{ CASE(GET HOST "Transfer-Encoding: chunked,\r\n" END), 400,
	    not_chunked },
	{ CASE(GET HOST "Transfer-Encoding: \"chunked\"\r\n" END), 400,
	    not_chunked },
	{ CASE(GET HOST "Transfer-Encoding: chunked;q=1\r\n" END), 400,
	    not_chunked },
	{ CASE(GET HOST "Transfer-Encoding: \x0b"
			"chunked\r\n" END),
	    400, value },
	{ CASE(GET HOST "Transfer-Encoding: gzip\r\n" END), 501, coding },
	{ CASE(GET HOST "Transfer-Encoding: gzip, chunked\r\n" END), 501,
	    coding },
	{ CASE(GET HOST "Transfer-Encoding: chunked, identity\r\n" END), 400,
	    not_last },
	{ CASE(GET HOST "Transfer-Encoding: chunked, gzip\r\n" END), 400,
	    not_last },
	{ CASE(GET HOST "Transfer-Encoding: gzip, chunked, gzip\r\n" END), 400,
	    not_last },
	{ CASE(GET HOST "Transfer-Encoding: xchunked\r\n" END), 501, coding },
	{ CASE(GET HOST "Transfer-Encoding: chunked\r\n"
			"Transfer-Encoding: chunked\r\n" END),
	    400, coding_twice },
	{ CASE(GET HOST "Transfer-Encoding: chunked\r\n"
			"Transfer-Encoding: identity\r\n" END),
	    400, coding_twice },
	{ CASE("GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n" END),
	    400, "Transfer-Encoding in HTTP/1.0" },
	/* Host, Connection, Expect */
	{ CASE(GET END), 400, no_host },
	{ CASE(GET "Hos: a.test\r\n" END), 400, no_host },
	{ CASE(GET HOST HOST END), 400, "Host is given twice" },
	{ CASE(GET HOST "hOST: b\r\n" END), 400, "Host is given twice" },
	{ CASE("GET / HTTP/1.0\r\n" HOST HOST END), 400,
	    "Host is given twice" },
	{ CASE(GET HOST "Connection: a b\r\n" END), 400,
	    "Connection is not a list of tokens" },
	{ CASE(GET HOST "Connection: \"close\"\r\n" END), 400,
	    "Connection is not a list of tokens" },
	{ CASE(GET HOST "Expect: 200-ok\r\n" END), 417,
	    "Expect is not one 100-continue" },
	{ CASE(GET HOST "Expect:\r\n" END), 417,
	    "Expect is not one 100-continue" },
	{ CASE(GET HOST "Expect: 100-continue\r\n"
			"Expect: 100-continue\r\n" END),
	    417, "Expect is not one 100-continue" },
	/* limits: 64 of the target, 8 fields */
	{ CASE("GET /123456789012345678901234567890123456789012345678901"
	       "2345678901234 HTTP/1.1\r\n" HOST END),
	    414, "the target is too long" },
	{ CASE(GET HOST "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n"
			"A: 6\r\nA: 7\r\nA: 8\r\n" END),
	    431, "there are too many fields" },
};

static void
test_i12_i13_refused_requests(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct message message;

		if (parse_both(&message, refused[i].bytes, false,
			YETT_METHOD_OTHER) != YETT_PARSE_BAD)
			fail_msg("taken: %.*s", YETT_ARG(refused[i].bytes));
		if (message.refusal.status != refused[i].status ||
		    strcmp(message.refusal.why, refused[i].why) != 0)
			fail_msg("%u %s: %.*s", message.refusal.status,
			    message.refusal.why, YETT_ARG(refused[i].bytes));
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

static const struct {
	const char *bytes;
	enum yett_framing framing;
	uint64_t length;
	bool keep_alive, expect_continue, wants_upgrade;
} taken[] = {
	{ GET HOST END, YETT_FRAMING_NONE, 0, true, false, false },
	{ "\r\n" GET HOST END, YETT_FRAMING_NONE, 0, true, false, false },
	{ "\r\n\r\n" GET HOST END, YETT_FRAMING_NONE, 0, true, false, false },
	{ EMPTY_LINES GET HOST END, YETT_FRAMING_NONE, 0, true, false, false },
	{ GET "Host:\r\n" END, YETT_FRAMING_NONE, 0, true, false, false },
	{ GET HOST "Connection: Close\r\n" END, YETT_FRAMING_NONE, 0, false,
	    false, false },
	{ GET HOST "Connection: x,close\r\n" END, YETT_FRAMING_NONE, 0, false,
	    false, false },
	{ GET HOST "Connection: keep-alive\r\nConnection: close\r\n" END,
	    YETT_FRAMING_NONE, 0, false, false, false },
	{ "GET / HTTP/1.0\r\n" END, YETT_FRAMING_NONE, 0, false, false, false },
	{ "GET / HTTP/1.0\r\n" HOST END, YETT_FRAMING_NONE, 0, false, false,
	    false },
	{ "GET / HTTP/1.0\r\n" HOST "Connection: keep-alive\r\n" END,
	    YETT_FRAMING_NONE, 0, true, false, false },
	{ "GET / HTTP/1.0\r\nConnection: keep-alive\r\n" END, YETT_FRAMING_NONE,
	    0, false, false, false },
	{ GET HOST "Content-Length: 0\r\n" END, YETT_FRAMING_LENGTH, 0, true,
	    false, false },
	{ GET HOST "Content-Length:\t12 \r\n" END, YETT_FRAMING_LENGTH, 12,
	    true, false, false },
	{ GET HOST "content-length:9223372036854775799\r\n" END,
	    YETT_FRAMING_LENGTH, 9223372036854775799u, true, false, false },
	{ "POST / HTTP/1.0\r\nContent-Length: 3\r\n" END, YETT_FRAMING_LENGTH,
	    3, false, false, false },
	{ GET HOST "Transfer-Encoding: Chunked\r\n" END, YETT_FRAMING_CHUNKED,
	    0, true, false, false },
	{ "GET / HTTP/1.2\r\n" HOST END, YETT_FRAMING_NONE, 0, true, false,
	    false },
	{ "GET /\xc3\xa9[] HTTP/1.9\r\n" HOST END, YETT_FRAMING_NONE, 0, true,
	    false, false },
	{ GET HOST "Expect: 100-Continue\r\n" END, YETT_FRAMING_NONE, 0, true,
	    true, false },
	{ "GET / HTTP/1.0\r\n" HOST "Expect: 100-continue\r\n" END,
	    YETT_FRAMING_NONE, 0, false, false, false },
	{ GET HOST "Connection: Upgrade\r\nUpgrade: websocket\r\n" END,
	    YETT_FRAMING_NONE, 0, true, false, true },
	{ GET HOST "Upgrade: websocket\r\n" END, YETT_FRAMING_NONE, 0, true,
	    false, false },
	{ GET HOST "Connection: Upgrade\r\n" END, YETT_FRAMING_NONE, 0, true,
	    false, false },
	{ "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: h\r\n" END,
	    YETT_FRAMING_NONE, 0, false, false, false },
};

static void
test_what_a_request_says(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		struct yett_slice bytes = yett_slice_of(taken[i].bytes);
		struct message message = { .refusal.why = "" };
		const struct yett_head *head = &message.head;

		if (parse_both(&message, bytes, false, YETT_METHOD_OTHER) !=
		    YETT_PARSE_DONE)
			fail_msg("%s: %s", message.refusal.why, bytes.at);
		assert_int_equal(head->len, bytes.len);
		assert_int_equal(head->framing, taken[i].framing);
		assert_int_equal(head->length, taken[i].length);
		assert_int_equal(head->keep_alive, taken[i].keep_alive);
		assert_int_equal(head->expect_continue,
		    taken[i].expect_continue);
		assert_int_equal(head->wants_upgrade, taken[i].wants_upgrade);
	}
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

/* Not framing, Host, identity and forwarding fields: a client could otherwise
 * remove what we vouch for. */
static void
test_fields_that_connection_names(void **state)
{
	static const char text[] = GET
	    "Connection: X-Mine, Client-Cert , ,x_client_cert\r\n"
	    "Connection: host\t,content-length, X-Forwarded-For, close\r\n"
	    "Connection: te, Via, yett-x, yet\r\n" HOST
	    "x-MINE: 1\r\nClient-Cert: :AA==:\r\nx_client_cert: 1\r\n"
	    "Content-Length: 0\r\nX-Forwarded-For: 1\r\nCookie: 1\r\n"
	    "X_Mine: 1\r\nx-mine: 2\r\nClose: 1\r\nvia: 1\r\nYett-X: 1\r\n"
	    "Yetti: 1\r\nTE: x\r\n" END;
	static const char *const named[] = { "x-MINE", "x-mine", "Close",
		"via" };
	struct yett_field field[20];
	struct yett_refusal refusal;
	struct yett_head head;
	size_t scanned = 0, found = 0;

	(void)state;
	yett_head_init(&head, field, 20);
	assert_int_equal(yett_head_parse_request(&head, yett_slice_of(text),
			     &scanned, &limits, &refusal),
	    YETT_PARSE_DONE);
	assert_true(head.names_fields);
	for (uint32_t i = 0; i < head.field_count; i++)
		if (field[i].is_named)
			assert_true(is(field[i].name, named[found++]));
	assert_int_equal(found, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i12_i13_refused_requests),
		cmocka_unit_test(test_length_of_a_head),
		cmocka_unit_test(test_what_a_request_says),
		cmocka_unit_test(test_slices_of_a_request),
		cmocka_unit_test(test_fields_that_connection_names),
	};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
