/* SPDX-License-Identifier: Apache-2.0 */
/* Which rule a path belongs to, and which rules cannot stand together. */
#include "unit/policy_builder.h"

#include "policy/path_trie.h"

struct declared {
	enum yett_rule_kind kind;
	const char *pattern;
};

static struct yett_site *
site_of(struct yett_draft *draft, const struct declared *declared, size_t count)
{
	struct yett_site *site = site_new(draft, "shop.test", YETT_NEED_NONE,
	    trusts(draft, 0), 10);

	for (size_t i = 0; i < count; i++)
		rule_new(draft, site, declared[i].kind, declared[i].pattern,
		    YETT_NEED_NONE, trusts(draft, 0));
	return site;
}

static void
expect(const struct yett_path_trie *trie, const char *path, const char *want)
{
	const struct yett_rule *rule = yett_path_trie_find(trie,
	    yett_slice_of(path));
	const char *got = rule == NULL ? "none" : rule->label.at;

	if (strcmp(got, want) != 0)
		fail_msg("%s: got %s, not %s", path, got, want);
}

static void
test_the_longest_rule_wins(void **state)
{
	static const struct declared declared[] = {
		{ YETT_RULE_PATH, "/admin/" },
		{ YETT_RULE_PATH, "/admin/logs" },
		{ YETT_RULE_EXACT, "/admin/logs/today" },
		{ YETT_RULE_EXACT, "/" },
		{ YETT_RULE_GLOB, "/u/*/keys" },
		{ YETT_RULE_GLOB, "/u/*/*" },
		{ YETT_RULE_GLOB, "/u/root/*" },
		{ YETT_RULE_GLOB, "/*" },
		{ YETT_RULE_EXACT, "/u/*/keys" },
	};
	static const struct {
		const char *path, *want;
	} cases[] = {
		{ "/", "exact \"/\"" },
		{ "/x", "glob \"/*\"" },
		{ "/admin", "path \"/admin/\"" },
		{ "/admin/", "path \"/admin/\"" },
		{ "/administrator", "glob \"/*\"" },
		{ "/Admin", "glob \"/*\"" },
		{ "/admin/x", "path \"/admin/\"" },
		{ "/admin;v=1/x", "path \"/admin/\"" },
		{ "/;v=1/admin/x", "path \"/admin/\"" },
		{ "/admin/logs", "path \"/admin/logs\"" },
		{ "/admin/logs/today", "exact \"/admin/logs/today\"" },
		{ "/admin/logs/today/", "exact \"/admin/logs/today\"" },
		{ "/admin/logs/today;x", "exact \"/admin/logs/today\"" },
		{ "/admin/logs/today/x", "path \"/admin/logs\"" },
		{ "/u", "glob \"/*\"" },
		{ "/u/ada", "glob \"/*\"" },
		{ "/u/ada/keys", "glob \"/u/*/keys\"" },
		{ "/u/ada/keys/1/2", "glob \"/u/*/keys\"" },
		{ "/u/ada/x", "glob \"/u/*/*\"" },
		/* From the left, a literal segment beats a star. */
		{ "/u/root/keys", "glob \"/u/root/*\"" },
		/* To an exact rule a star is a letter. */
		{ "/u/*/keys", "exact \"/u/*/keys\"" },
	};
	struct yett_draft *draft = yett_draft_new();
	const struct yett_path_trie *trie;

	(void)state;
	assert_non_null(draft);
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft),
			     site_of(draft, declared, COUNT(declared)), &trie,
			     NULL),
	    YETT_OK);
	for (size_t i = 0; i < COUNT(cases); i++)
		expect(trie, cases[i].path, cases[i].want);
	yett_draft_free(draft);
}

static void
test_a_star_that_leads_nowhere_is_left_again(void **state)
{
	static const struct declared declared[] = {
		{ YETT_RULE_GLOB, "/*/b/c/d" },
		{ YETT_RULE_PATH, "/a/b" },
	};
	struct yett_draft *draft = yett_draft_new();
	const struct yett_path_trie *trie;

	(void)state;
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft),
			     site_of(draft, declared, COUNT(declared)), &trie,
			     NULL),
	    YETT_OK);
	expect(trie, "/a/b/c", "path \"/a/b\"");
	expect(trie, "/a/b/c/d", "glob \"/*/b/c/d\"");
	expect(trie, "/b", "none");
	expect(trie, "/", "none");
	yett_draft_free(draft);
}

static void
test_case_is_folded_where_the_site_says_so(void **state)
{
	static const struct declared declared[] = {
		{ YETT_RULE_PATH, "/Admin" },
		{ YETT_RULE_EXACT, "/LOGIN" },
		{ YETT_RULE_GLOB, "/u/*/Keys" },
	};
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site = site_of(draft, declared, COUNT(declared));
	const struct yett_path_trie *trie;

	(void)state;
	site->ignore_case = true;
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft), site,
			     &trie, NULL),
	    YETT_OK);
	expect(trie, "/aDMIN/x", "path \"/Admin\"");
	expect(trie, "/login", "exact \"/LOGIN\"");
	expect(trie, "/U/ada/kEYS", "glob \"/u/*/Keys\"");
	yett_draft_free(draft);
}

static void
test_wrong_patterns(void **state)
{
	static const struct {
		struct declared rules[2];
		bool ignore_case;
		const char *where, *what;
	} cases[] = {
		{ { { YETT_RULE_PATH, "/a" }, { YETT_RULE_PATH, "/a/" } },
		    false, "p.lua:12:3",
		    "path \"/a/\" is declared twice in site \"shop.test\"; "
		    "first as path \"/a\" at p.lua:11:3" },
		{ { { YETT_RULE_PATH, "/a" }, { YETT_RULE_GLOB, "/a" } }, false,
		    "p.lua:12:3",
		    "glob \"/a\" is declared twice in site \"shop.test\"; "
		    "first as path \"/a\" at p.lua:11:3" },
		{ { { YETT_RULE_GLOB, "/*/k" }, { YETT_RULE_GLOB, "//*/k/" } },
		    false, "p.lua:12:3",
		    "glob \"//*/k/\" is declared twice in site \"shop.test\"; "
		    "first as glob \"/*/k\" at p.lua:11:3" },
		{ { { YETT_RULE_EXACT, "/a" }, { YETT_RULE_EXACT, "/A" } },
		    true, "p.lua:12:3",
		    "exact \"/A\" is declared twice in site \"shop.test\"; "
		    "first as exact \"/a\" at p.lua:11:3" },
		{ { { YETT_RULE_PATH, "/" }, { YETT_RULE_PATH, "admin" } },
		    false, "p.lua:12:3", "path \"admin\" must start with '/'" },
		{ { { YETT_RULE_PATH, "/" }, { YETT_RULE_PATH, "" } }, false,
		    "p.lua:12:3", "path \"\" must start with '/'" },
		{ { { YETT_RULE_PATH, "/" }, { YETT_RULE_PATH, "/a;b" } },
		    false, "p.lua:12:3",
		    "path \"/a;b\" has a ';', but a segment is matched only up "
		    "to its first ';'" },
		{ { { YETT_RULE_PATH, "/" }, { YETT_RULE_GLOB, "/u/v*/x" } },
		    false, "p.lua:12:3",
		    "\"v*\" in glob \"/u/v*/x\": a '*' must be a whole "
		    "segment" },
		{ { { YETT_RULE_PATH, "/" }, { YETT_RULE_GLOB, "/u/**" } },
		    false, "p.lua:12:3",
		    "\"**\" in glob \"/u/**\": a '*' must be a whole "
		    "segment" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_draft *draft = yett_draft_new();
		struct yett_site *site = site_of(draft, cases[i].rules, 2);

		site->ignore_case = cases[i].ignore_case;
		assert_int_equal(yett_draft_add_site(draft, site, &fault),
		    YETT_E_POLICY);
		assert_string_equal(fault.what, cases[i].what);
		assert_string_equal(fault.where, cases[i].where);
		yett_draft_free(draft);
	}
}

static void
test_depth_is_bounded_for_rules_not_for_paths(void **state)
{
	char pattern[] = "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"
			 "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"
			 "/a/a/a/a/a/a/a/a/a/a/a/a/a";
	struct declared declared = { YETT_RULE_EXACT, pattern };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_draft *draft = yett_draft_new();
	const struct yett_path_trie *trie = NULL;
	char label[200];

	(void)state;
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft),
			     site_of(draft, &declared, 1), &trie, &fault),
	    YETT_E_POLICY);
	snprintf(label, sizeof(label), "exact \"%s\" has more than 64 segments",
	    pattern);
	assert_string_equal(fault.what, label);
	assert_null(trie);

	pattern[128] = '\0';
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft),
			     site_of(draft, &declared, 1), &trie, NULL),
	    YETT_OK);
	snprintf(label, sizeof(label), "exact \"%s\"", pattern);
	expect(trie, pattern, label);
	pattern[128] = '/';
	expect(trie, pattern, "none");
	yett_draft_free(draft);
}

static void
test_many_rules(void **state)
{
	enum { MANY = 20000 };
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site = site_of(draft, NULL, 0);
	const struct yett_path_trie *trie;
	char path[40];

	(void)state;
	site->rule = make(draft, MANY * sizeof(*site->rule));
	site->rule_count = MANY;
	for (int i = 0; i < MANY; i++) {
		site->rule[i] = make(draft, sizeof(**site->rule));
		snprintf(path, sizeof(path), "/part-%d/of/%d", i % 100, i);
		site->rule[i]->pattern = site->rule[i]->label =
		    yett_arena_copy(yett_draft_arena(draft),
			yett_slice_of(path));
	}
	assert_int_equal(yett_path_trie_build(yett_draft_arena(draft), site,
			     &trie, NULL),
	    YETT_OK);
	for (int i = 0; i < MANY; i++) {
		snprintf(path, sizeof(path), "/part-%d/of/%d/x", i % 100, i);
		assert_ptr_equal(yett_path_trie_find(trie, yett_slice_of(path)),
		    site->rule[i]);
	}
	expect(trie, "/part-1/of/2", "none");
	yett_draft_free(draft);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_longest_rule_wins),
		cmocka_unit_test(test_a_star_that_leads_nowhere_is_left_again),
		cmocka_unit_test(test_case_is_folded_where_the_site_says_so),
		cmocka_unit_test(test_wrong_patterns),
		cmocka_unit_test(test_depth_is_bounded_for_rules_not_for_paths),
		cmocka_unit_test(test_many_rules),
	};

	return cmocka_run_group_tests_name("path_trie", tests, NULL, NULL);
}
