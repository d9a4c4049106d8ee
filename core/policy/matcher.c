/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/matcher.h"

#include <arpa/inet.h>
#include <stdlib.h>

struct yett_ip_range {
	struct yett_ip first, last;
};

/* --- globs */

/* How many bytes at `at` belong together: an escape of RFC 4514 is a pair. */
static size_t
unit_len(enum yett_glob_style style, struct yett_slice text, size_t at)
{
	bool pair = style == YETT_GLOB_SUBJECT && text.at[at] == '\\' &&
	    at + 1 < text.len;

	return pair ? 2 : 1;
}

static bool
is_border(enum yett_glob_style style, char c)
{
	switch (style) {
	case YETT_GLOB_PLAIN: return false;
	case YETT_GLOB_DNS: return c == '.';
	case YETT_GLOB_EMAIL: return c == '@';
	case YETT_GLOB_URI: return c == '/';
	case YETT_GLOB_SUBJECT: return c == ',' || c == '+';
	}
	return true;
}

/*
 * From where on the case of letters in `text` means nothing: names of hosts
 * are compared without it (RFC 4343), the local part of a mailbox is its
 * host's business (RFC 5321, 2.4). A quoted local part may hold an '@'.
 */
static size_t
caseless_from(enum yett_glob_style style, struct yett_slice text)
{
	const char *at;

	switch (style) {
	case YETT_GLOB_DNS: return 0;
	case YETT_GLOB_EMAIL:
		at = text.len > 0 ? memrchr(text.at, '@', text.len) : NULL;
		return at != NULL ? (size_t)(at - text.at) : text.len;
	case YETT_GLOB_PLAIN:
	case YETT_GLOB_URI:
	case YETT_GLOB_SUBJECT: break;
	}
	return text.len;
}

/* The stars at `at`: 0, 1, or 2 for any longer run. */
static size_t
stars_at(struct yett_slice glob, size_t at, size_t *len)
{
	size_t run = 0;

	while (at + run < glob.len && glob.at[at + run] == '*')
		run++;
	*len = run;
	return run > 2 ? 2 : run;
}

/* Reach everything behind reachable stars: they may stand for nothing. */
static void
skip_stars(struct yett_slice glob, bool *reach)
{
	for (size_t at = 0; at < glob.len; at++) {
		size_t len;

		if (reach[at] && stars_at(glob, at, &len) > 0)
			reach[at + len] = true;
	}
}

/*
 * Move every reachable position of the pattern over one unit of text. Runs
 * from the end, so that `reach` can be read and written in one pass; positions
 * inside a run of stars or an escape are never reachable.
 */
static bool
advance(struct yett_slice glob, enum yett_glob_style style, bool caseless,
    struct yett_slice unit, bool *reach)
{
	bool border = unit.len == 1 && is_border(style, unit.at[0]);
	bool any = false;

	reach[glob.len] = false;
	for (size_t at = glob.len; at-- > 0;) {
		size_t len, stars = stars_at(glob, at, &len);
		struct yett_slice mine;

		if (!reach[at])
			continue;
		if (stars > 0) {
			reach[at] = stars == 2 || !border;
			any = any || reach[at];
			continue;
		}
		reach[at] = false;
		mine.at = glob.at + at;
		mine.len = unit_len(style, glob, at);
		if (caseless ? yett_slice_eq_nocase(mine, unit)
			     : yett_slice_eq(mine, unit))
			reach[at + mine.len] = any = true;
	}
	return any;
}

bool
yett_glob_matches(struct yett_slice glob, enum yett_glob_style style,
    struct yett_slice text)
{
	size_t caseless = caseless_from(style, text);
	bool reach[YETT_GLOB_MOST + 1];

	if (glob.len > YETT_GLOB_MOST)
		return false;
	memset(reach, 0, glob.len + 1);
	reach[0] = true;
	skip_stars(glob, reach);
	for (size_t at = 0; at < text.len;) {
		struct yett_slice unit = { text.at + at,
			unit_len(style, text, at) };

		if (!advance(glob, style, at >= caseless, unit, reach))
			return false;
		skip_stars(glob, reach);
		at += unit.len;
	}
	return reach[glob.len];
}

/* --- addresses */

static bool
parse_ip(const char *text, struct yett_ip *out, uint8_t *width)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET6, text, out->byte) == 1) {
		*width = 128;
		return true;
	}
	memcpy(out->byte, mapped, sizeof(mapped));
	*width = 32;
	return inet_pton(AF_INET, text, out->byte + sizeof(mapped)) == 1;
}

/* Up to three digits, at most `most`. */
static bool
parse_bits(const char *text, uint8_t most, uint8_t *out)
{
	unsigned value = 0;
	size_t len = strlen(text);

	if (len < 1 || len > 3 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (unsigned)(text[i] - '0');
	}
	*out = (uint8_t)value;
	return value <= most;
}

/* The last address of a prefix; false when `ip` is not its first. */
static bool
find_last(const struct yett_cidr *cidr, struct yett_ip *last)
{
	bool first = true;

	for (unsigned i = 0; i < sizeof(last->byte); i++) {
		unsigned fixed = cidr->bits > i * 8 ? cidr->bits - i * 8 : 0;
		unsigned rest = fixed >= 8 ? 0 : 0xffu >> fixed;

		first = first && (cidr->ip.byte[i] & rest) == 0;
		last->byte[i] = (uint8_t)(cidr->ip.byte[i] | rest);
	}
	return first;
}

enum yett_status
yett_cidr_parse(struct yett_slice text, struct yett_cidr *out,
    struct yett_fault *fault)
{
	char copy[INET6_ADDRSTRLEN + 4] = "";
	struct yett_cidr cidr;
	struct yett_ip last;
	uint8_t width, bits;
	char *slash;

	if (text.len == 0 || text.len >= sizeof(copy) ||
	    memchr(text.at, '\0', text.len) != NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "\"%.*s\" is not an address", YETT_ARG(text));
	memcpy(copy, text.at, text.len);
	slash = strchr(copy, '/');
	if (slash != NULL)
		*slash = '\0';
	if (!parse_ip(copy, &cidr.ip, &width))
		return yett_fail(fault, YETT_E_POLICY,
		    "\"%s\" is not an IPv4 or IPv6 address", copy);
	bits = width;
	if (slash != NULL && !parse_bits(slash + 1, width, &bits))
		return yett_fail(fault, YETT_E_POLICY,
		    "\"/%s\" is not a prefix of 0 to %u bits", slash + 1,
		    width);
	cidr.bits = (uint8_t)(128 - width + bits);
	if (!find_last(&cidr, &last))
		return yett_fail(fault, YETT_E_POLICY,
		    "\"%.*s\" has bits set behind its prefix", YETT_ARG(text));
	*out = cidr;
	return YETT_OK;
}

static int
compare_ip(const struct yett_ip *a, const struct yett_ip *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte));
}

static int
compare_first(const void *a, const void *b)
{
	const struct yett_ip_range *left = a, *right = b;

	return compare_ip(&left->first, &right->first);
}

/* The addresses of IPv4, as they are mapped. */
static const struct yett_ip v4_first = { .byte = { [10] = 0xff, [11] = 0xff } };
static const struct yett_ip v4_last = { .byte = { [10] = 0xff,
					    [11] = 0xff,
					    [12] = 0xff,
					    [13] = 0xff,
					    [14] = 0xff,
					    [15] = 0xff } };

/* The one behind `ip`; that of the last one is the first. */
static struct yett_ip
next_ip(struct yett_ip ip)
{
	for (size_t i = sizeof(ip.byte); i > 0 && ++ip.byte[i - 1] == 0; i--)
		continue;
	return ip;
}

/*
 * Write what `cidr` has to `range`, which has room for two; returns how many
 * there are. A network of IPv6 has no address of IPv4, though these are mapped
 * into its numbers.
 */
static uint32_t
split_families(const struct yett_cidr *cidr, struct yett_ip_range *range)
{
	struct yett_ip last;

	(void)find_last(cidr, &last); /* parse checked */
	range[0] = (struct yett_ip_range){ cidr->ip, last };
	if (cidr->bits >= 96 || compare_ip(&cidr->ip, &v4_first) > 0 ||
	    compare_ip(&last, &v4_last) < 0)
		return 1;
	range[1] = (struct yett_ip_range){ next_ip(v4_last), last };
	range[0].last =
	    (struct yett_ip){ .byte = { [10] = 0xff, [11] = 0xfe } };
	memset(range[0].last.byte + 12, 0xff, 4);
	return 2;
}

enum yett_status
yett_cidr_set_build(struct yett_arena *arena, const struct yett_cidr *cidr,
    uint32_t count, struct yett_cidr_set *out)
{
	struct yett_ip_range *range = yett_arena_alloc(arena,
	    2 * (size_t)count * sizeof(*range));
	uint32_t ranges = 0, used = 0;

	if (range == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++)
		ranges += split_families(&cidr[i], range + ranges);
	qsort(range, ranges, sizeof(*range), compare_first);
	/* These nest or are apart: what starts inside ends inside. */
	for (uint32_t i = 0; i < ranges; i++)
		if (used == 0 ||
		    compare_ip(&range[i].first, &range[used - 1].last) > 0)
			range[used++] = range[i];
		else if (compare_ip(&range[i].last, &range[used - 1].last) > 0)
			range[used - 1].last = range[i].last;
	*out = (struct yett_cidr_set){ range, used };
	return YETT_OK;
}

bool
yett_cidr_set_eq(const struct yett_cidr_set *a, const struct yett_cidr_set *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (compare_ip(&a->range[i].first, &b->range[i].first) != 0 ||
		    compare_ip(&a->range[i].last, &b->range[i].last) != 0)
			return false;
	return true;
}

bool
yett_cidr_set_contains(const struct yett_cidr_set *set,
    const struct yett_ip *ip)
{
	uint32_t low = 0, high = set->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_ip(ip, &set->range[middle].last) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->count && compare_ip(ip, &set->range[low].first) >= 0;
}

bool
yett_cidr_set_covers(const struct yett_cidr_set *set,
    const struct yett_ip *first, const struct yett_ip *last)
{
	struct yett_ip wanted = *first;

	for (uint32_t i = 0; i < set->count; i++) {
		const struct yett_ip_range *range = &set->range[i];

		if (compare_ip(&range->last, &wanted) < 0)
			continue;
		if (compare_ip(&range->first, &wanted) > 0)
			return false;
		if (compare_ip(&range->last, last) >= 0)
			return true;
		wanted = next_ip(range->last);
	}
	return false;
}

/* --- strings */

static int
compare_slice(const void *a, const void *b)
{
	const struct yett_slice *left = a, *right = b;
	size_t len = left->len < right->len ? left->len : right->len;
	int order = len == 0 ? 0 : memcmp(left->at, right->at, len);

	if (order != 0)
		return order;
	return (left->len > right->len) - (left->len < right->len);
}

enum yett_status
yett_string_set_build(struct yett_arena *arena, const struct yett_slice *string,
    uint32_t count, struct yett_string_set *out)
{
	struct yett_slice *copy = yett_arena_alloc(arena,
	    count * sizeof(*copy));

	if (copy == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		copy[i] = yett_arena_copy(arena, string[i]);
		if (copy[i].at == NULL)
			return YETT_E_NOMEM;
	}
	qsort(copy, count, sizeof(*copy), compare_slice);
	*out = (struct yett_string_set){ copy, count };
	return YETT_OK;
}

bool
yett_string_set_contains(const struct yett_string_set *set,
    struct yett_slice string)
{
	if (set->count == 0)
		return false;
	return bsearch(&string, set->string, set->count, sizeof(string),
		   compare_slice) != NULL;
}
