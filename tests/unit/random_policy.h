/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_policy.h - declared policies of one site, by chance.
 *
 * From few letters, so that patterns and paths meet; rand() decides.
 */
#ifndef YETT_TESTS_RANDOM_POLICY_H
#define YETT_TESTS_RANDOM_POLICY_H

#include "policy/facts.h"
#include "unit/policy_builder.h"

#define TRUSTS 3
#define SEGMENTS 6

static const char *const trust_names[TRUSTS] = { "staff", "partners",
	"guests" };

static inline unsigned
below(unsigned most)
{
	return (unsigned)rand() % most;
}

/* --- patterns and paths, from few letters so that they meet */

static inline void
random_path(char *out, size_t size, bool star)
{
	static const char *const plain[] = { "a", "b", "A", "a;v", "", ";x" };
	static const char *const starred[] = { "a", "b", "A", "*" };
	unsigned count = below(SEGMENTS);
	size_t len = 0;

	out[len++] = '/';
	for (unsigned i = 0; i < count; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
		    i == 0 ? "" : "/",
		    star ? starred[below(COUNT(starred))]
			 : plain[below(COUNT(plain))]);
	out[len] = '\0';
}

/* Segments as text, the slow way. */
struct cut {
	char at[SEGMENTS][8];
	unsigned count;
};

static inline struct cut
cut_up(const char *path, bool fold)
{
	struct cut cut = { .count = 0 };

	while (*path == '/') {
		size_t len = strcspn(++path, "/"), used = strcspn(path, "/;");

		if (used > 0) {
			char *out = cut.at[cut.count++];

			for (size_t i = 0; i < used; i++)
				out[i] = fold && path[i] == 'A' ? 'a' : path[i];
		}
		path += len;
	}
	return cut;
}

/* Whether two rules of one site cannot stand together. */
static inline bool
slow_tie(const struct yett_rule *a, const struct yett_rule *b, bool fold)
{
	struct cut left = cut_up(a->pattern.at, fold);
	struct cut right = cut_up(b->pattern.at, fold);
	bool globs = a->kind == YETT_RULE_GLOB || b->kind == YETT_RULE_GLOB;

	if ((a->kind == YETT_RULE_EXACT) != (b->kind == YETT_RULE_EXACT) ||
	    left.count != right.count)
		return false;
	for (unsigned i = 0; i < left.count; i++) {
		bool star = strcmp(left.at[i], "*") == 0;

		if (strcmp(left.at[i], right.at[i]) != 0)
			return false;
		/* A star in a path is a letter, in a glob it is not. */
		if (star && globs && a->kind != b->kind)
			return false;
	}
	return true;
}

static inline const char *
new_text(struct yett_draft *draft, const char *text)
{
	struct yett_slice copy = yett_arena_copy(yett_draft_arena(draft),
	    yett_slice_of(text));

	assert_non_null(copy.at);
	return copy.at;
}

static inline struct yett_site *
random_site(struct yett_draft *draft)
{
	static const enum yett_handshake handshakes[] = { YETT_HANDSHAKE_AUTO,
		YETT_HANDSHAKE_AUTO, YETT_HANDSHAKE_NEVER,
		YETT_HANDSHAKE_ALWAYS };
	struct yett_site *site = site_new(draft, "shop.test",
	    (enum yett_need)below(2), trusts(draft, 1 + below(7)), 1);
	unsigned count = below(10);

	site->ignore_case = below(3) == 0;
	site->handshake = handshakes[below(COUNT(handshakes))];
	if (below(5) == 0 && site->handshake != YETT_HANDSHAKE_NEVER)
		site->fallback.need = YETT_NEED_REQUIRE;
	for (unsigned i = 0; i < count; i++) {
		enum yett_rule_kind kind = (enum yett_rule_kind)below(3);
		bool strict = site->fallback.need == YETT_NEED_REQUIRE;
		struct yett_rule *rule;
		bool tie = false;
		char pattern[40];

		random_path(pattern, sizeof(pattern), true);
		rule = rule_new(draft, site, kind, new_text(draft, pattern),
		    strict ? YETT_NEED_REQUIRE : (enum yett_need)below(3),
		    trusts(draft, 1 + below(7)));
		for (uint32_t j = 0; j + 1 < site->rule_count; j++)
			tie = tie ||
			    slow_tie(site->rule[j], rule, site->ignore_case);
		if (tie)
			site->rule_count--;
	}
	return site;
}

/* --- what a rule may say besides */

#define CLIENTS 8

/* What becomes of a need that is late; the first is the usual answer. */
static const struct yett_late lates[] = {
	{ .status = 500 },
	{ .status = 500, .close = YETT_CLOSE_RESET },
	{ .status = 500, .redirect = { "https://a.invalid{path}", 23 } },
	{ .status = 500, .redirect = { "https://b.invalid{path}", 23 } },
	{ .status = 421, .learn = 60000 },
	{ .status = 421, .learn = 90000 },
};

/* Client number `i` of some that are in all shares. */
static inline struct yett_ip
client_number(unsigned i)
{
	return (struct yett_ip){ { [10] = 0xff,
	    [11] = 0xff,
	    [12] = 192,
	    [15] = (uint8_t)(i * 7 + 1) } };
}

/* Give a rule a shadow, a share, preflights, and answers when late. */
static inline void
random_extra(struct yett_rule *rule, bool strict)
{
	static const uint64_t shadows[] = { 0, 0, 0, 100, 200,
		YETT_SHADOW_ALWAYS };
	static const uint32_t spared[] = { 0, 0, 0, 40, 70, 100 };

	rule->preflight = (enum yett_preflight)below(3);
	rule->late = below(2) == 0 ? &lates[below(COUNT(lates))] : NULL;
	if (!strict && rule->need == YETT_NEED_REQUIRE)
		rule->shadow = shadows[below(COUNT(shadows))];
	if (!strict && rule->need != YETT_NEED_NONE)
		rule->spared = spared[below(COUNT(spared))];
}

/* The same for all rules of a site and for the site itself, which may ask for
 * preflights and late needs only. */
static inline void
random_extras(struct yett_site *site)
{
	bool strict = site->fallback.need == YETT_NEED_REQUIRE;

	for (uint32_t i = 0; i < site->rule_count; i++)
		random_extra(site->rule[i], strict);
	random_extra(&site->fallback, true);
}

#endif
