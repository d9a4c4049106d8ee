/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/directory_name.h"

#include "tls/der.h"

#define SET 0x31

enum string_tag {
	UTF8_STRING = 0x0c,
	NUMERIC_STRING = 0x12,
	PRINTABLE_STRING = 0x13,
	T61_STRING = 0x14,
	IA5_STRING = 0x16,
	VISIBLE_STRING = 0x1a,
	UNIVERSAL_STRING = 0x1c,
	BMP_STRING = 0x1e,
};

/* An AttributeTypeAndValue. */
struct attribute {
	struct yett_slice type, value;
	uint8_t tag;
};

static bool
take_attribute(struct yett_slice *set, struct attribute *out)
{
	struct yett_slice pair;

	return yett_der_take(set, YETT_DER_SEQUENCE, &pair) &&
	    yett_der_take(&pair, YETT_DER_OID, &out->type) &&
	    yett_der_next(&pair, &out->tag, &out->value);
}

/* --- values --------------------------------------------------------------- */

static bool
is_ascii(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	return true;
}

/* Whether its bytes are those of UTF-8. */
static bool
is_text(const struct attribute *attribute)
{
	switch (attribute->tag) {
	case UTF8_STRING: return true;
	case NUMERIC_STRING:
	case PRINTABLE_STRING:
	case T61_STRING:
	case IA5_STRING:
	case VISIBLE_STRING: return is_ascii(attribute->value);
	default: return false;
	}
}

static bool
is_wide(const struct attribute *attribute)
{
	return attribute->tag == UNIVERSAL_STRING ||
	    attribute->tag == BMP_STRING || attribute->tag == T61_STRING;
}

static void
skip_spaces(struct yett_slice *text)
{
	while (text->len > 0 && text->at[0] == ' ') {
		text->at++;
		text->len--;
	}
}

/* Cut the next character off: without case, a run of spaces as one; -1: there
 * is none, or only spaces. */
static int
next_char(struct yett_slice *text)
{
	bool space = text->len > 0 && text->at[0] == ' ';
	int c;

	if (space)
		skip_spaces(text);
	if (text->len == 0)
		return -1;
	if (space)
		return ' ';
	c = yett_lower(text->at[0]);
	text->at++;
	text->len--;
	return c;
}

static bool
is_same_text(struct yett_slice a, struct yett_slice b)
{
	skip_spaces(&a);
	skip_spaces(&b);
	while (a.len > 0 || b.len > 0)
		if (next_char(&a) != next_char(&b))
			return false;
	return true;
}

static enum yett_within
compare_values(const struct attribute *a, const struct attribute *b)
{
	if (a->tag == b->tag && yett_slice_eq(a->value, b->value))
		return YETT_WITHIN_YES;
	if (is_text(a) && is_text(b))
		return is_same_text(a->value, b->value) ? YETT_WITHIN_YES
							: YETT_WITHIN_NO;
	/* The same word may stand in another set of characters. */
	return is_wide(a) || is_wide(b) ? YETT_WITHIN_UNKNOWN : YETT_WITHIN_NO;
}

/* --- relative distinguished names ------------------------------------------
 */

static size_t
count(struct yett_slice set)
{
	struct attribute attribute;
	size_t found = 0;

	while (set.len > 0 && take_attribute(&set, &attribute))
		found++;
	return set.len > 0 ? 0 : found;
}

static enum yett_within
find_attribute(struct yett_slice set, const struct attribute *wanted)
{
	enum yett_within best = YETT_WITHIN_NO;
	struct attribute attribute;

	while (take_attribute(&set, &attribute)) {
		enum yett_within one;

		if (!yett_slice_eq(attribute.type, wanted->type))
			continue;
		one = compare_values(&attribute, wanted);
		if (one == YETT_WITHIN_YES)
			return one;
		if (one == YETT_WITHIN_UNKNOWN)
			best = one;
	}
	return best;
}

/* The same attributes, in whatever order. */
static enum yett_within
compare_sets(struct yett_slice a, struct yett_slice b)
{
	enum yett_within result = YETT_WITHIN_YES;
	struct attribute wanted;

	if (count(a) == 0 || count(b) == 0)
		return YETT_WITHIN_UNKNOWN;
	if (count(a) != count(b))
		return YETT_WITHIN_NO;
	while (take_attribute(&b, &wanted)) {
		enum yett_within one = find_attribute(a, &wanted);

		if (one == YETT_WITHIN_NO)
			return one;
		if (one == YETT_WITHIN_UNKNOWN)
			result = one;
	}
	return result;
}

enum yett_within
yett_directory_name_within(struct yett_slice name, struct yett_slice base)
{
	enum yett_within result = YETT_WITHIN_YES;
	struct yett_slice set, base_set;

	while (base.len > 0) {
		enum yett_within one;

		if (name.len == 0)
			return YETT_WITHIN_NO;
		if (!yett_der_take(&base, SET, &base_set) ||
		    !yett_der_take(&name, SET, &set))
			return YETT_WITHIN_UNKNOWN;
		one = compare_sets(set, base_set);
		if (one == YETT_WITHIN_NO)
			return one;
		if (one == YETT_WITHIN_UNKNOWN)
			result = one;
	}
	return result;
}
