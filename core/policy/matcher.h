/* SPDX-License-Identifier: Apache-2.0 */
/*
 * matcher.h - globs, sets of addresses and sets of strings.
 *
 * Patterns from the author, compared with bytes from a client. No matcher
 * backtracks: a glob takes time in proportion to pattern times text, a set the
 * logarithm of its size. Sets live in an arena and are Frozen once built: any
 * number of threads read them.
 */
#ifndef YETT_POLICY_MATCHER_H
#define YETT_POLICY_MATCHER_H

#include "base/arena.h"
#include "base/status.h"
#include "policy/facts.h"

/* --- globs ------------------------------------------------------------ */

/* What a text is, and with it what borders a single star. */
enum yett_glob_style {
	YETT_GLOB_PLAIN,   /* no borders */
	YETT_GLOB_DNS,     /* labels: '.'; without regard to ASCII case */
	YETT_GLOB_EMAIL,   /* '@' */
	YETT_GLOB_URI,     /* segments: '/'; paths and SPIFFE ids too */
	YETT_GLOB_SUBJECT, /* RFC 4514: ',' and '+'; an escaped one is text */
};

/* The longest pattern; a longer one matches nothing. */
#define YETT_GLOB_MOST 1024

/*
 * Whether the whole of `text` matches `glob`. "*" stands for any bytes but
 * borders, possibly none; "**" for any bytes at all. So "*.x.test" covers
 * exactly one label of a DNS name; a star as the last segment of a URI covers
 * what has one segment there, two stars all that lies below. Every other byte
 * is itself.
 */
bool yett_glob_matches(struct yett_slice glob, enum yett_glob_style style,
    struct yett_slice text);

/* --- addresses -------------------------------------------------------- */

/* Addresses that share their first `bits` bits; IPv4 counts from bit 96. */
struct yett_cidr {
	struct yett_ip ip;
	uint8_t bits; /* 0 to 128 */
};

/*
 * Read "10.0.0.0/8", "2001:db8::/32" or a lone address.
 * YETT_E_POLICY: it is none of these, or has bits set behind its prefix; the
 * fault has no place.
 */
YETT_MUST_USE
enum yett_status yett_cidr_parse(struct yett_slice text, struct yett_cidr *out,
    struct yett_fault *fault);

/* Disjoint ranges, ascending. A network of IPv6, ::/0 too, has no address of
 * IPv4. Frozen. */
struct yett_cidr_set {
	const struct yett_ip_range *range;
	uint32_t count;
};

/* YETT_E_NOMEM: *out is as it was. */
YETT_MUST_USE
enum yett_status yett_cidr_set_build(struct yett_arena *arena,
    const struct yett_cidr *cidr, uint32_t count, struct yett_cidr_set *out);

/* Do both have the same addresses? */
bool
yett_cidr_set_eq(const struct yett_cidr_set *a, const struct yett_cidr_set *b);

/* Whether the address is in it. No allocation, any thread. */
bool yett_cidr_set_contains(const struct yett_cidr_set *set,
    const struct yett_ip *ip);

/* Whether all addresses from `first` to `last` are in it. */
bool yett_cidr_set_covers(const struct yett_cidr_set *set,
    const struct yett_ip *first, const struct yett_ip *last);

/* --- strings ---------------------------------------------------------- */

/* Ascending, compared as bytes. Frozen. */
struct yett_string_set {
	const struct yett_slice *string;
	uint32_t count;
};

/* Copies every string. YETT_E_NOMEM: *out is as it was. */
YETT_MUST_USE
enum yett_status
yett_string_set_build(struct yett_arena *arena, const struct yett_slice *string,
    uint32_t count, struct yett_string_set *out);

/* Whether the text is in it, byte for byte. No allocation, any thread. */
bool yett_string_set_contains(const struct yett_string_set *set,
    struct yett_slice string);

#endif
