/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head_both.h - reads a head at once and byte by byte: both must say the same.
 */
#ifndef UNIT_HEAD_BOTH_H
#define UNIT_HEAD_BOTH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/head.h"

#define FIELDS 8

/* A case of a table: text with NULs in it, too. */
#define CASE(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

/* Small, so that the limits can be met. */
static const struct yett_head_limits limits = { .head_len = 512,
	.target_len = 64 };

struct message {
	struct yett_head head;
	struct yett_field field[FIELDS];
	struct yett_refusal refusal;
};

static inline enum yett_parse
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
static inline enum yett_parse
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

static inline bool
is(struct yett_slice slice, const char *text)
{
	return yett_slice_eq(slice, yett_slice_of(text));
}

#endif
