/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <endian.h>

#define ESCAPE YETT_JSON_ESCAPE

size_t
yett_utf8_len(struct yett_slice text)
{
	const unsigned char *at = (const unsigned char *)text.at;
	size_t len = at[0] < 0x80           ? 1
	    : at[0] >= 0xc2 && at[0] < 0xe0 ? 2
	    : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
	    : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
					    : 0;

	if (len == 0 || len > text.len)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, beyond U+10FFFF. */
	if ((at[0] == 0xe0 && at[1] < 0xa0) ||
	    (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return len;
}

/* \u00XX at `at`; returns what is behind it. */
static char *
put_escape(char *at, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	memcpy(at, "\\u00", 4);
	at[4] = hex[c >> 4];
	at[5] = hex[c & 15];
	return at + ESCAPE;
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

enum yett_status
yett_json_append_bytes(struct yett_buf *out, struct yett_slice bytes)
{
	enum yett_status status = yett_buf_reserve(out, bytes.len * ESCAPE);
	char *at;

	if (status != YETT_OK)
		return status;
	at = yett_buf_tail(out);
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char c = (unsigned char)bytes.at[i];

		if (is_plain(c))
			*at++ = (char)c;
		else
			at = put_escape(at, c);
	}
	yett_buf_added(out, (size_t)(at - yett_buf_tail(out)));
	return YETT_OK;
}

#define ONES UINT64_C(0x0101010101010101)
#define HIGH (ONES * 0x80)

/* The high bit of each byte of `eight` that is 0. A borrow may set it wrongly,
 * but only behind such a byte, so the first one is always right. */
static uint64_t
zeros(uint64_t eight)
{
	return (eight - ONES) & ~eight & HIGH;
}

/* How many bytes from the first on go as they are. Most texts are such a run,
 * so that eight bytes at a time are looked at. */
static size_t
plain_len(struct yett_slice text)
{
	size_t len = 0;

	while (text.len - len >= 8) {
		uint64_t eight, odd;

		memcpy(&eight, text.at + len, 8);
		eight = le64toh(eight);
		odd = (((eight - ONES * 0x20) & ~eight) | eight) & HIGH;
		odd |= zeros(eight ^ ONES * '"') | zeros(eight ^ ONES * '\\') |
		    zeros(eight ^ ONES * 0x7f);
		if (odd != 0)
			return len + (size_t)__builtin_ctzll(odd) / 8;
		len += 8;
	}
	while (len < text.len && is_plain((unsigned char)text.at[len]))
		len++;
	return len;
}

/* One character of `words` that is not plain; returns what is behind it. */
static char *
put_character(char *at, struct yett_slice words, size_t len)
{
	if (len == 0) {
		memcpy(at, "\\ufffd", ESCAPE);
		return at + ESCAPE;
	}
	if (len == 1)
		return put_escape(at, (unsigned char)words.at[0]);
	memcpy(at, words.at, len);
	return at + len;
}

char *
yett_json_write_words(char *at, struct yett_slice words)
{
	while (words.len > 0) {
		size_t len = plain_len(words); /* most of it is one such run */

		if (len > 0) {
			memcpy(at, words.at, len);
			at += len;
		} else {
			len = yett_utf8_len(words);
			at = put_character(at, words, len);
			len += len == 0;
		}
		words.at += len;
		words.len -= len;
	}
	return at;
}

enum yett_status
yett_json_append_words(struct yett_buf *out, struct yett_slice words)
{
	enum yett_status status = yett_buf_reserve(out, words.len * ESCAPE);

	if (status == YETT_OK)
		yett_buf_added(out,
		    (size_t)(yett_json_write_words(yett_buf_tail(out), words) -
			yett_buf_tail(out)));
	return status;
}
