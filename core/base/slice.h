/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slice.h - borrowed bytes: a pointer and a length, owned by somebody else.
 *
 * Not NUL-terminated unless the lender says so. An absent value has at NULL;
 * an empty one has len 0.
 */
#ifndef YETT_BASE_SLICE_H
#define YETT_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct yett_slice {
	const char *at;
	size_t len;
};

#define YETT_SLICE_NONE ((struct yett_slice){ NULL, 0 })

/* A slice of a string literal. */
#define YETT_LIT(literal)                                                      \
	((struct yett_slice){ (literal), sizeof(literal) - 1 })

/* The two arguments that "%.*s" takes. */
#define YETT_ARG(slice) (int)(slice).len, (slice).at

static inline struct yett_slice
yett_slice_of(const char *text)
{
	return (struct yett_slice){ text, text == NULL ? 0 : strlen(text) };
}

static inline bool
yett_slice_eq(struct yett_slice a, struct yett_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Are two lists the same, in the same order? */
static inline bool
yett_slices_eq(const struct yett_slice *a, size_t a_count,
    const struct yett_slice *b, size_t b_count)
{
	if (a_count != b_count)
		return false;
	for (size_t i = 0; i < a_count; i++)
		if (!yett_slice_eq(a[i], b[i]))
			return false;
	return true;
}

static inline char
yett_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The value of a hexadecimal digit; -1: it is none. */
static inline int
yett_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = yett_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Equal without regard to ASCII case (RFC 9110, section 5.1). */
static inline bool
yett_slice_eq_nocase(struct yett_slice a, struct yett_slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (yett_lower(a.at[i]) != yett_lower(b.at[i]))
			return false;
	return true;
}

static inline bool
yett_slice_starts_with(struct yett_slice slice, struct yett_slice start)
{
	return slice.len >= start.len &&
	    memcmp(slice.at, start.at, start.len) == 0;
}

#endif
