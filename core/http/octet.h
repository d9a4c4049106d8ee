/* SPDX-License-Identifier: Apache-2.0 */
/*
 * octet.h - the character classes of HTTP, in one table for the whole codec.
 *
 * Inline, because every byte of every head is looked up.
 */
#ifndef YETT_HTTP_OCTET_H
#define YETT_HTTP_OCTET_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	YETT_OCTET_TOKEN = 1,      /* RFC 9110, section 5.6.2 */
	YETT_OCTET_VALUE = 2,      /* of a field: no control byte but tab */
	YETT_OCTET_PATH = 4,       /* pchar or `/`, RFC 3986; but not `%` */
	YETT_OCTET_QUERY = 8,      /* visible ASCII but not `#` */
	YETT_OCTET_UNRESERVED = 16 /* RFC 3986, section 2.3 */
};

extern const unsigned char yett_octet_class[256];

/* Whether it is of one of the classes. */
static inline bool
yett_octet_is(char c, unsigned classes)
{
	return (yett_octet_class[(unsigned char)c] & classes) != 0;
}

/* Write `byte` as "%XX"; returns where that ends. */
static inline char *
yett_octet_escape(char *out, unsigned char byte)
{
	static const char hex[] = "0123456789ABCDEF";

	*out++ = '%';
	*out++ = hex[byte >> 4];
	*out++ = hex[byte & 15];
	return out;
}

/*
 * The first byte from `at` on that may not be in a field value, or `end`.
 *
 * Eight bytes at a time: each byte of `odd` has its high bit set if that byte
 * is below 0x20 or is 0x7f. A borrow may set it wrongly, but only behind such
 * a byte, so the first one is always right.
 */
static inline const char *
yett_octet_value_end(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);

	while (end - at >= 8) {
		uint64_t eight, delete, odd;

		memcpy(&eight, at, 8);
		eight = le64toh(eight);
		delete = eight ^ ones * 0x7f;
		odd = ((delete - ones) & ~delete) |
		    ((eight - ones * 0x20) & ~eight);
		odd &= ones * 0x80;
		at += odd == 0 ? 8 : __builtin_ctzll(odd) / 8;
		if (odd != 0 && *at++ != '\t')
			return at - 1;
	}
	while (at < end && yett_octet_is(*at, YETT_OCTET_VALUE))
		at++;
	return at;
}

#endif
