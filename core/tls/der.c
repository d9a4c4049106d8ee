/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/der.h"

#define LONG_TAG 0x1f
#define LONG_LENGTH 0x80

static uint8_t
octet(struct yett_slice text, size_t index)
{
	return (uint8_t)text.at[index];
}

/* Read the length at *at, and step behind it. */
static bool
read_length(struct yett_slice rest, size_t *at, size_t *out)
{
	size_t octets, len = 0;

	if (*at >= rest.len)
		return false;
	octets = octet(rest, (*at)++);
	if (octets < LONG_LENGTH) {
		*out = octets;
		return true;
	}
	octets -= LONG_LENGTH;
	if (octets == 0 || octets > sizeof(uint32_t) || octets > rest.len - *at)
		return false;
	while (octets-- > 0)
		len = len << 8 | octet(rest, (*at)++);
	*out = len;
	return true;
}

bool
yett_der_next(struct yett_slice *rest, uint8_t *tag, struct yett_slice *content)
{
	size_t at = 1, len;

	if (rest->len < 2 || (octet(*rest, 0) & LONG_TAG) == LONG_TAG ||
	    !read_length(*rest, &at, &len) || len > rest->len - at)
		return false;
	*tag = octet(*rest, 0);
	*content = (struct yett_slice){ rest->at + at, len };
	rest->at += at + len;
	rest->len -= at + len;
	return true;
}

bool
yett_der_take(struct yett_slice *rest, uint8_t tag, struct yett_slice *content)
{
	struct yett_slice after = *rest, found;
	uint8_t found_tag;

	if (!yett_der_next(&after, &found_tag, &found) || found_tag != tag)
		return false;
	*rest = after;
	*content = found;
	return true;
}
