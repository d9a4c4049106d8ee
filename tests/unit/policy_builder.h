/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_builder.h - policies for the tests of core/policy, in few words.
 *
 * What is built lives in the draft's arena; texts are literals. A failed
 * allocation ends the test.
 */
#ifndef YETT_TESTS_POLICY_BUILDER_H
#define YETT_TESTS_POLICY_BUILDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/draft.h"

#define RULES_MOST 64
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void *
make(struct yett_draft *draft, size_t size)
{
	void *made = yett_arena_alloc(yett_draft_arena(draft), size);

	assert_non_null(made);
	return made;
}

static inline struct yett_place
place_at(uint32_t line)
{
	return (struct yett_place){ YETT_LIT("p.lua"), line, 3 };
}

/* The set of the trusts whose bits are set. */
static inline struct yett_trust_set
trusts(struct yett_draft *draft, unsigned bits)
{
	uint32_t *index = make(draft, 32 * sizeof(*index));
	uint32_t count = 0;

	for (uint32_t i = 0; i < 32; i++)
		if (bits >> i & 1)
			index[count++] = i;
	return (struct yett_trust_set){ index, count };
}

static inline struct yett_trust *
trust_new(struct yett_draft *draft, const char *name, uint32_t line)
{
	struct yett_trust *trust = make(draft, sizeof(*trust));

	trust->name = yett_slice_of(name);
	trust->place = place_at(line);
	return trust;
}

static inline void
trust_add(struct yett_draft *draft, const char *name)
{
	assert_int_equal(yett_draft_add_trust(draft, trust_new(draft, name, 1),
			     NULL),
	    YETT_OK);
}

/* A site without functions, to be added later. */
static inline struct yett_site *
site_new(struct yett_draft *draft, const char *name, enum yett_need need,
    struct yett_trust_set set, uint32_t line)
{
	struct yett_site *site = make(draft, sizeof(*site));

	site->name = site->label = yett_slice_of(name);
	site->hello_function = site->request_function = -1;
	site->place = place_at(line);
	site->fallback.need = need;
	site->fallback.trusts = set;
	site->fallback.label = site->name;
	site->fallback.place = site->place;
	site->rule = make(draft, RULES_MOST * sizeof(*site->rule));
	return site;
}

/* A rule in `site`, with its pattern as its label. */
static inline struct yett_rule *
rule_new(struct yett_draft *draft, struct yett_site *site,
    enum yett_rule_kind kind, const char *pattern, enum yett_need need,
    struct yett_trust_set set)
{
	static const char *const words[] = { "path", "exact", "glob" };
	struct yett_rule *rule = make(draft, sizeof(*rule));
	char label[600];

	assert_true(site->rule_count < RULES_MOST);
	snprintf(label, sizeof(label), "%s \"%s\"", words[kind], pattern);
	rule->kind = kind;
	rule->pattern = yett_slice_of(pattern);
	rule->label = yett_arena_copy(yett_draft_arena(draft),
	    yett_slice_of(label));
	assert_non_null(rule->label.at);
	rule->need = need;
	rule->trusts = set;
	rule->place = place_at(site->place.line + 1 + site->rule_count);
	site->rule[site->rule_count++] = rule;
	return rule;
}

static inline void
site_add(struct yett_draft *draft, struct yett_site *site)
{
	struct yett_fault fault = YETT_FAULT_NONE;

	if (yett_draft_add_site(draft, site, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
}

static inline struct yett_generation *
freeze(struct yett_draft *draft)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_generation *gen = NULL;

	if (yett_draft_freeze(&draft, &gen, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	assert_null(draft);
	return gen;
}

#endif
