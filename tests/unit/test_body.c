/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "http/body.h"

/* What came out of one body. */
struct outcome {
	enum yett_body_step step;
	struct yett_buf payload;
	size_t used;
	struct yett_refusal refusal;
	uint32_t trailers;
};

static struct yett_body
begin(enum yett_framing framing, uint64_t length)
{
	struct yett_head head = { .framing = framing, .length = length };
	struct yett_body body;

	yett_body_init(&body, &head);
	return body;
}

/* Decode `bytes`, given in pieces of `most`, each in memory of its own. */
static void
decode(struct outcome *outcome, enum yett_framing framing, uint64_t length,
    struct yett_slice bytes, size_t most)
{
	struct yett_body body = begin(framing, length);

	*outcome = (struct outcome){ .step = YETT_BODY_MORE };
	while (
	    outcome->used < bytes.len && outcome->step <= YETT_BODY_TRAILER) {
		size_t len = bytes.len - outcome->used, consumed;
		struct yett_slice payload;
		char *piece;

		if (len > most)
			len = most;
		piece = malloc(len);
		memcpy(piece, bytes.at + outcome->used, len);
		outcome->step = yett_body_next(&body,
		    (struct yett_slice){ piece, len }, &payload, &consumed,
		    &outcome->refusal);
		assert_true(consumed <= len);
		if (outcome->step == YETT_BODY_DATA)
			assert_int_equal(yett_buf_append(&outcome->payload,
					     payload),
			    YETT_OK);
		free(piece);
		outcome->used += consumed;
	}
	outcome->trailers = body.trailer_fields;
}

static void
test_bodies_in_any_pieces(void **state)
{
	static const struct {
		enum yett_framing framing;
		uint64_t length;
		const char *bytes, *payload;
		enum yett_body_step step;
		size_t left;
		uint32_t trailers;
	} cases[] = {
		{ YETT_FRAMING_LENGTH, 3, "abcGET", "abc", YETT_BODY_END, 3,
		    0 },
		{ YETT_FRAMING_LENGTH, 4, "abc", "abc", YETT_BODY_DATA, 0, 0 },
		{ YETT_FRAMING_LENGTH, 0, "GET", "", YETT_BODY_END, 3, 0 },
		{ YETT_FRAMING_NONE, 0, "GET", "", YETT_BODY_END, 3, 0 },
		{ YETT_FRAMING_TO_END, 0, "abc", "abc", YETT_BODY_DATA, 0, 0 },
		{ YETT_FRAMING_CHUNKED, 0, "0\r\n\r\nGET", "", YETT_BODY_END, 3,
		    0 },
		{ YETT_FRAMING_CHUNKED, 0, "3\r\nabc\r\n0\r\n\r\n", "abc",
		    YETT_BODY_END, 0, 0 },
		{ YETT_FRAMING_CHUNKED, 0,
		    "00a\r\n0123456789\r\n1\r\nA\r\n000\r\n\r\nx",
		    "0123456789A", YETT_BODY_END, 1, 0 },
		{ YETT_FRAMING_CHUNKED, 0,
		    "1;a=b;c=\"d;e\"\r\nA\r\n0;x\r\n\r\n", "A", YETT_BODY_END,
		    0, 0 },
		{ YETT_FRAMING_CHUNKED, 0,
		    "1\r\nA\r\n0\r\nX: y\r\nContent-Length:\r\n\r\nGET", "A",
		    YETT_BODY_END, 3, 2 },
		{ YETT_FRAMING_CHUNKED, 0,
		    "1 ;a\r\nA\r\n2\t \t;b=\"c\" \r\nBC\r\n0 ;\r\n\r\n", "ABC",
		    YETT_BODY_END, 0, 0 },
		{ YETT_FRAMING_CHUNKED, 0, "fFf", "", YETT_BODY_MORE, 0, 0 },
		{ YETT_FRAMING_CHUNKED, 0, "2\r\n\r\n\r\n0\r\n\r\n", "\r\n",
		    YETT_BODY_END, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t most = 1; most < 40; most++) {
			struct yett_slice bytes = yett_slice_of(cases[i].bytes);
			struct outcome outcome;

			decode(&outcome, cases[i].framing, cases[i].length,
			    bytes, most);
			if (outcome.step == YETT_BODY_DATA &&
			    cases[i].step == YETT_BODY_END)
				fail_msg("no end: %s", cases[i].bytes);
			assert_int_equal(outcome.step, cases[i].step);
			assert_true(
			    yett_slice_eq(yett_buf_slice(&outcome.payload),
				yett_slice_of(cases[i].payload)));
			assert_int_equal(bytes.len - outcome.used,
			    cases[i].left);
			assert_int_equal(outcome.trailers, cases[i].trailers);
			yett_buf_clear(&outcome.payload);
		}
}

static void
test_i13_refused_chunks(void **state)
{
	static const char size[] = "a chunk size is not a hex number";
	static const char space[] =
	    "no extension follows the space behind a chunk size";
	static const char large[] = "a chunk size is too large";
	static const char line[] =
	    "a line of the chunked body does not end with CR LF";
	static const char extension[] = "a chunk extension has a control byte";
	static const char name[] = "a trailer name is not a token";
	static const char value[] = "a trailer value has a control byte";
	static const struct {
		struct yett_slice bytes;
		const char *why;
	} cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		{ CASE("\r\n"), size },
		{ CASE("\n0\r\n\r\n"), size },
		{ CASE(";a\r\n"), size },
		{ CASE(" 1\r\n"), size },
		{ CASE("1 \r\n"), space },
		{ CASE("1\t\n"), space },
		{ CASE("1 1;a\r\n"), space },
		{ CASE("0 \r\n"), space },
		{ CASE("1\v;a\r\n"), size },
		{ CASE("0x1\r\n"), size },
		{ CASE("-1\r\n"), size },
		{ CASE("+1\r\n"), size },
		{ CASE("g\r\n"), size },
		{ CASE("1,2\r\n"), size },
		{ CASE("1\n"), size },
		{ CASE("0\n"), size },
		{ CASE("\0\r\n"), size },
		{ CASE("8000000000000000\r\n"), large },
		{ CASE("ffffffffffffffff\r\n"), large },
		{ CASE("10000000000000001\r\n"), large },
		{ CASE("00000000000000001\r\n"), large },
		{ CASE("1\r\r\n"), line },
		{ CASE("1\rA"), line },
		{ CASE("1\r\nAB\r\n"), line },
		{ CASE("1\r\nA\n"), line },
		{ CASE("1\r\nA\rB"), line },
		{ CASE("1\r\nA1\r\n"), line },
		{ CASE("1;a\n"), extension },
		{ CASE("1;a\0b\r\n"), extension },
		{ CASE("1;a\x7f\r\n"), extension },
		{ CASE("1;a\rb"), line },
		{ CASE("0\r\n\n"), name },
		{ CASE("0\r\n\rX"), line },
		{ CASE("0\r\n: y\r\n"), name },
		{ CASE("0\r\n X: y\r\n"), name },
		{ CASE("0\r\nX : y\r\n"), name },
		{ CASE("0\r\nX\r\n"), name },
		{ CASE("0\r\nX\n"), name },
		{ CASE("0\r\nX: y\n"), value },
		{ CASE("0\r\nX: \0\r\n"), value },
		{ CASE("0\r\nX: \x7f\r\n"), value },
		{ CASE("0\r\nX: y\r\n z\r\n"), name },
		{ CASE("0\r\nX: y\rz"), line },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t most = 1; most < 20; most++) {
			struct outcome outcome;

			decode(&outcome, YETT_FRAMING_CHUNKED, 0,
			    cases[i].bytes, most);
			if (outcome.step != YETT_BODY_BAD)
				fail_msg("taken: %.*s",
				    YETT_ARG(cases[i].bytes));
			assert_int_equal(outcome.refusal.status, 400);
			if (strcmp(outcome.refusal.why, cases[i].why) != 0)
				fail_msg("%s: %.*s", outcome.refusal.why,
				    YETT_ARG(cases[i].bytes));
			yett_buf_clear(&outcome.payload);
		}
}

/* Decode `part` again and again, `times` times, then "0\r\n" and the end. */
static struct outcome
repeat(const char *part, int times, const char *last)
{
	struct yett_buf bytes = { 0 };
	struct outcome outcome;

	for (int i = 0; i < times; i++)
		assert_int_equal(yett_buf_append(&bytes, yett_slice_of(part)),
		    YETT_OK);
	assert_int_equal(yett_buf_append(&bytes, yett_slice_of(last)), YETT_OK);
	decode(&outcome, YETT_FRAMING_CHUNKED, 0, yett_buf_slice(&bytes),
	    SIZE_MAX);
	yett_buf_clear(&outcome.payload);
	yett_buf_clear(&bytes);
	return outcome;
}

static void
test_i13_bounds(void **state)
{
	static const char long_extensions[] =
	    "the chunk extensions are too long";
	char one[512], many[YETT_BODY_TRAILER_MOST + 32] = "0\r\nX: ";
	struct outcome outcome;

	(void)state;
	/* 256 bytes in a chunk are taken, 257 are not */
	memset(one, 'x', sizeof(one));
	memcpy(one, "1;", 2);
	memcpy(one + 2 + 256, "\r\nA\r\n", 6);
	assert_int_equal(repeat(one, 16, "0\r\n\r\n").step, YETT_BODY_END);
	outcome = repeat(one, 17, "0\r\n\r\n"); /* more than 4 KiB in all */
	assert_int_equal(outcome.step, YETT_BODY_BAD);
	assert_string_equal(outcome.refusal.why, long_extensions);
	memset(one, ' ', sizeof(one));
	one[0] = '1';
	memcpy(one + 1 + 257, ";\r\nA\r\n", 7);
	outcome = repeat(one, 1, "0\r\n\r\n"); /* white space counts */
	assert_int_equal(outcome.step, YETT_BODY_BAD);
	assert_string_equal(outcome.refusal.why, long_extensions);
	memset(one, 'x', sizeof(one));
	memcpy(one, "1;", 2);
	memcpy(one + 2 + 257, "\r\nA\r\n", 6);
	outcome = repeat(one, 1, "0\r\n\r\n");
	assert_int_equal(outcome.step, YETT_BODY_BAD);
	assert_string_equal(outcome.refusal.why, long_extensions);

	outcome = repeat("", 0, "0\r\n");
	assert_int_equal(outcome.step, YETT_BODY_MORE);
	memset(many + 6, 'y', sizeof(many) - 7);
	many[sizeof(many) - 1] = '\0';
	outcome = repeat(many, 1, "\r\n\r\n");
	assert_int_equal(outcome.step, YETT_BODY_BAD);
	assert_string_equal(outcome.refusal.why, "the trailers are too long");
}

static void
test_number_of_trailers(void **state)
{
	struct yett_body body = begin(YETT_FRAMING_CHUNKED, 0);
	struct yett_refusal refusal = { 0, "" };
	struct yett_slice payload;
	size_t consumed;

	(void)state;
	assert_int_equal(yett_body_next(&body, YETT_LIT("0\r\n"), &payload,
			     &consumed, &refusal),
	    YETT_BODY_MORE);
	for (int i = 0; i < YETT_BODY_TRAILER_FIELDS; i++)
		assert_int_equal(yett_body_next(&body, YETT_LIT("X:y\r\n"),
				     &payload, &consumed, &refusal),
		    YETT_BODY_TRAILER);
	assert_int_equal(yett_body_next(&body, YETT_LIT("X:y\r\n"), &payload,
			     &consumed, &refusal),
	    YETT_BODY_BAD);
	assert_string_equal(refusal.why, "there are too many trailers");
	/* what was refused stays refused */
	assert_int_equal(yett_body_next(&body, YETT_LIT("\r\n"), &payload,
			     &consumed, &refusal),
	    YETT_BODY_BAD);
}

static void
test_i14_cut_short(void **state)
{
	struct yett_refusal refusal = { 0, "" };
	struct yett_slice payload;
	struct yett_body body;
	size_t consumed;

	(void)state;
	body = begin(YETT_FRAMING_LENGTH, 3);
	assert_int_equal(yett_body_next(&body, YETT_LIT("ab"), &payload,
			     &consumed, &refusal),
	    YETT_BODY_DATA);
	assert_int_equal(yett_body_finish(&body, &refusal), YETT_BODY_BAD);
	assert_string_equal(refusal.why, "the body ends before its time");
	body = begin(YETT_FRAMING_CHUNKED, 0);
	assert_int_equal(yett_body_finish(&body, &refusal), YETT_BODY_BAD);
	body = begin(YETT_FRAMING_TO_END, 0);
	assert_int_equal(yett_body_next(&body, YETT_LIT("ab"), &payload,
			     &consumed, &refusal),
	    YETT_BODY_DATA);
	assert_int_equal(body.payload, 2);
	assert_int_equal(yett_body_finish(&body, &refusal), YETT_BODY_END);
	body = begin(YETT_FRAMING_LENGTH, 0);
	assert_int_equal(yett_body_next(&body, YETT_LIT(""), &payload,
			     &consumed, &refusal),
	    YETT_BODY_END);
	assert_int_equal(yett_body_finish(&body, &refusal), YETT_BODY_END);
}

static void
test_chunk_heads(void **state)
{
	static const struct {
		uint64_t len;
		const char *text;
	} cases[] = {
		{ 1, "1\r\n" },
		{ 15, "f\r\n" },
		{ 16, "10\r\n" },
		{ 65536, "10000\r\n" },
		{ UINT64_MAX, "ffffffffffffffff\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[YETT_CHUNK_HEAD_MOST];

		assert_true(
		    yett_slice_eq(yett_chunk_head_write(out, cases[i].len),
			yett_slice_of(cases[i].text)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies_in_any_pieces),
		cmocka_unit_test(test_i13_refused_chunks),
		cmocka_unit_test(test_i13_bounds),
		cmocka_unit_test(test_number_of_trailers),
		cmocka_unit_test(test_i14_cut_short),
		cmocka_unit_test(test_chunk_heads),
	};

	return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
