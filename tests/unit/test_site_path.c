/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths that origins read in several ways: at sites that keep an escaped slash,
 * an escaped backslash or a run of slashes, each reading is decided.
 */
#include "unit/policy_builder.h"

#include "policy/decide.h"
#include "policy/site_path.h"

enum { STAFF = 1, PARTNERS = 2 };
enum { ALL = YETT_PATH_SLASH | YETT_PATH_BACKSLASH | YETT_PATH_RUN };

#define PATH_MOST 600

static void
add_site(struct yett_draft *draft, const char *name, unsigned keeps,
    bool ignore_case, uint32_t line)
{
	struct yett_site *site = site_new(draft, name, YETT_NEED_NONE,
	    trusts(draft, STAFF), line);

	site->ignore_case = ignore_case;
	site->fallback.keeps = keeps;
	rule_new(draft, site, YETT_RULE_PATH, "/admin", YETT_NEED_REQUIRE,
	    trusts(draft, STAFF))
	    ->keeps = keeps;
	rule_new(draft, site, YETT_RULE_PATH, "/partners", YETT_NEED_REQUIRE,
	    trusts(draft, PARTNERS))
	    ->keeps = keeps;
	site_add(draft, site);
}

/* Sites that keep everything, escaped slashes alone, nothing, and everything
 * where names have no case; and one where a path alone keeps. */
static struct yett_generation *
world_new(void)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site;

	trust_add(draft, "staff");
	trust_add(draft, "partners");
	add_site(draft, "all.test", ALL, false, 10);
	add_site(draft, "slash.test", YETT_PATH_SLASH, false, 20);
	add_site(draft, "none.test", 0, false, 30);
	add_site(draft, "nocase.test", ALL, true, 40);
	site = site_new(draft, "rule.test", YETT_NEED_NONE,
	    trusts(draft, STAFF), 50);
	rule_new(draft, site, YETT_RULE_PATH, "/npm", YETT_NEED_NONE,
	    trusts(draft, STAFF))
	    ->keeps = ALL;
	rule_new(draft, site, YETT_RULE_PATH, "/npm/private", YETT_NEED_REQUIRE,
	    trusts(draft, STAFF))
	    ->keeps = ALL;
	rule_new(draft, site, YETT_RULE_PATH, "/admin", YETT_NEED_REQUIRE,
	    trusts(draft, STAFF));
	site_add(draft, site);
	site = site_new(draft, "function.test", YETT_NEED_NONE,
	    trusts(draft, STAFF), 60);
	site->fallback.keeps = ALL;
	site->request_function = 0;
	site_add(draft, site);
	return freeze(draft);
}

/* --- one request */

/* The trusts that a client's certificate verifies for. */
static enum yett_verification
verify(void *arg, const struct yett_trust *trust)
{
	const unsigned *good = arg;

	return *good >> trust->index & 1 ? YETT_VERIFIED
					 : YETT_VERIFY_UNTRUSTED;
}

struct outcome {
	unsigned refused; /* status before any rule; 0: it was decided */
	const char *why;
	char path[PATH_MOST]; /* as forwarded */
	struct yett_decision decision;
};

/* What becomes of the path at the site `name`, of a client that was asked for
 * everything and has a certificate for `good`. */
static void
ask(struct outcome *out, const struct yett_generation *gen, const char *name,
    const char *raw, unsigned good, const struct yett_functions *functions)
{
	static const struct yett_certificate leaf;
	const struct yett_site *site = yett_generation_site(gen,
	    yett_slice_of(name));
	struct yett_hello hello = { .sni = yett_slice_of(name) };
	const uint64_t ids[] = { yett_generation_trust(gen, 0)->id,
		yett_generation_trust(gen, 1)->id };
	struct yett_request request = { .hello = &hello,
		.asked = { YETT_NEED_REQUEST, ids, 2, YETT_CAUSE_NONE,
		    yett_generation_id(gen) },
		.host = hello.sni,
		.method = YETT_LIT("GET") };
	char scratch[3 * PATH_MOST];
	struct yett_refusal refusal = { 0, "" };

	*out = (struct outcome){ .why = "" };
	if (good != 0)
		request.peer = (struct yett_peer_facts){ &leaf, verify, &good };
	if (!yett_path_normalise(&request.path, yett_slice_of(raw), scratch,
		&refusal) ||
	    !yett_site_path(&request.path, site, request.path, scratch,
		&refusal)) {
		out->refused = refusal.status;
		out->why = refusal.why;
		return;
	}
	assert_true(request.path.len < sizeof(out->path));
	memcpy(out->path, request.path.at, request.path.len);
	yett_decide_request(gen, functions, &request, NULL, &out->decision);
}

static bool
passes(const struct outcome *outcome)
{
	return outcome->refused == 0 &&
	    outcome->decision.verdict == YETT_VERDICT_ALLOW;
}

/* --- spellings */

/* Each of these leads to the root again, in some reading. */
static const char *const ways[] = { "/", "/x/..%2f", "/x/..%2F", "/x%2f..%2f",
	"/x%2f../", "/x/%2e%2e%2f", "/%2f", "/%2F%2f", "/.%2f", "/%2e%2f",
	"/x/..%5c", "/x%5c..%5c", "/%5c", "/x/..\\", "/\\", "//", "///",
	"/x//../", "/x/y/..%2f..%2f", "/x%2fy%2f..%2f..%2f", "/x%2f%2f..%2f",
	"/x%2f%2f..%2f..%2f", "/x/..%2f.%2f", "/;a%2f", "/x;a/..%2f",
	"/x/.%2e%2f" };

/* And these are the protected path, or below it, behind a slash. */
static const char *const names[] = { "admin", "admin/", "admin/x", "%61dmin",
	"%61%64%6d%69%6e/x", "admin%2f", "admin%2fx", "admin%2Fx%2fy",
	"admin;a", "admin;a%2fx", "admin%5cx", "admin\\x", "admin%2f..%2fadmin",
	"admin/..%2fadmin", "admin%2f.%2fx", "admin%2f%2fx", "admin//x",
	"admin%2fx%2f..", "admin/x/..%2f", "admin%5c..%5cadmin%5c" };

static void
test_every_spelling_needs_the_certificate(void **state)
{
	static const char *const sites[] = { "all.test", "slash.test",
		"none.test", "nocase.test", "rule.test" };
	struct yett_generation *gen = world_new();
	size_t decided = 0;

	(void)state;
	assert_true(COUNT(ways) * COUNT(names) >= 200);
	for (size_t i = 0; i < COUNT(ways) * COUNT(names); i++)
		for (size_t k = 0; k < COUNT(sites); k++) {
			struct outcome outcome;
			char path[PATH_MOST];

			snprintf(path, sizeof(path), "%s%s",
			    ways[i / COUNT(names)], names[i % COUNT(names)]);
			ask(&outcome, gen, sites[k], path, 0, NULL);
			if (passes(&outcome))
				fail_msg("%s at %s is open", path, sites[k]);
			decided += outcome.refused == 0;
		}
	assert_true(decided > 600); /* most are no mere 400 */
	yett_generation_unref(&gen);
}

/* --- origins, by other code */

/* How an origin reads what is forwarded. */
struct origin {
	bool slash, backslash; /* decodes %2F, %5C; and takes `\` for a slash */
	bool merges_first, merges_then; /* runs, before and after decoding */
	bool removes_dots;
};

static void
merge_runs(char *path)
{
	char *out = path;

	for (const char *at = path; *at != '\0'; at++)
		if (*at != '/' || out == path || out[-1] != '/')
			*out++ = *at;
	*out = '\0';
}

static void
replace(char *path, const char *escape)
{
	char *at;

	while ((at = strstr(path, escape)) != NULL) {
		*at = '/';
		memmove(at + 1, at + 3, strlen(at + 3) + 1);
	}
}

/* RFC 3986, section 5.2.4, on a list of segments; the root has no parent. */
static void
remove_dots(char *path)
{
	char copy[PATH_MOST], *save = copy, *segment;
	char *stack[PATH_MOST];
	size_t count = 0;

	strcpy(copy, path + 1);
	while ((segment = strsep(&save, "/")) != NULL) {
		if (strcmp(segment, ".") == 0)
			continue;
		if (strcmp(segment, "..") != 0)
			stack[count++] = segment;
		else if (count > 0)
			count--;
	}
	path[0] = '\0';
	for (size_t i = 0; i < count; i++)
		strcat(strcat(path, "/"), stack[i]);
}

/* Whether the origin serves what is below /admin, or /admin. */
static bool
serves_admin(const struct origin *origin, const char *forwarded, bool fold)
{
	char path[PATH_MOST], *start = path;
	size_t len;

	strcpy(path, forwarded);
	if (origin->merges_first)
		merge_runs(path);
	if (origin->slash)
		replace(path, "%2F");
	if (origin->backslash)
		replace(path, "%5C");
	if (origin->merges_then)
		merge_runs(path);
	if (origin->removes_dots)
		remove_dots(path);
	for (;;) { /* an empty segment, also one of parameters alone */
		start += strspn(start, "/");
		if (*start != ';')
			break;
		start += strcspn(start, "/");
	}
	len = strcspn(start, "/;");
	return len == 5 &&
	    (fold ? strncasecmp(start, "admin", 5)
		  : strncmp(start, "admin", 5)) == 0;
}

static bool
some_origin_serves_admin(const char *forwarded, bool fold)
{
	for (unsigned bits = 0; bits < 32; bits++) {
		const struct origin origin = { bits & 1, bits & 2, bits & 4,
			bits & 8, bits & 16 };

		if (serves_admin(&origin, forwarded, fold))
			return true;
	}
	return false;
}

static void
test_no_origin_reads_a_way_in(void **state)
{
	static const char *const parts[] = { "/", "/", "//", "..", ".", "%2f",
		"%2F", "%5c", "\\", "admin", "Admin", "x", ";", "%2e",
		"a%64min", "/admin", "/..", "%2f.." };
	static const char *const sites[] = { "all.test", "slash.test",
		"none.test", "nocase.test", "rule.test" };
	struct yett_generation *gen = world_new();
	uint32_t seed = 7;
	size_t passed = 0, needed = 0;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		const size_t k = (size_t)round % COUNT(sites);
		struct outcome outcome;
		char path[PATH_MOST] = "/";

		for (int i = 0; i < 9; i++) {
			seed = seed * 1664525 + 1013904223;
			strcat(path, parts[(seed >> 16) % COUNT(parts)]);
		}
		ask(&outcome, gen, sites[k], path, 0, NULL);
		if (outcome.refused != 0)
			continue;
		passed += passes(&outcome);
		needed += !passes(&outcome);
		if (passes(&outcome) &&
		    some_origin_serves_admin(outcome.path, k == 3))
			fail_msg("%s at %s passes as %s", path, sites[k],
			    outcome.path);
	}
	assert_true(passed > 5000 && needed > 5000);
	yett_generation_unref(&gen);
}

/* --- what is kept */

static void
test_what_is_forwarded(void **state)
{
	static const struct {
		const char *site, *path, *forwarded; /* NULL: 400 */
	} cases[] = {
		{ "all.test", "/@scope%2fname", "/@scope%2Fname" },
		{ "slash.test", "/@scope%2fname", "/@scope%2Fname" },
		{ "none.test", "/@scope%2fname", NULL },
		{ "slash.test", "/a%5cb", NULL },
		{ "slash.test", "/a%2fb%5cc", NULL },
		{ "slash.test", "/a%2fb//c", "/a%2Fb/c" },
		{ "all.test", "/a\\b", "/a%5Cb" },
		{ "all.test", "/a//b", "/a//b" },
		{ "all.test", "//a///b//", "/a///b//" },
		{ "all.test", "/a//b/../c", "/a//c" },
		{ "all.test", "/a//../b", "/b" },
		{ "none.test", "/a//b", "/a/b" },
		{ "all.test", "/a/%2f/b", "/a/%2F/b" },
		{ "all.test", "/a/b%2fc/../d", NULL },
		{ "all.test", "/..%2fa", NULL },
		{ "all.test", "/a%2f..%2f..%2fb", NULL },
		{ "all.test", "/a%2f..;x%2fb", NULL },
		{ "nocase.test", "/a%2fb", "/a%2Fb" },
		{ "nocase.test", "/a.%2fb", NULL },
		{ "nocase.test", "/a%20%5cb", NULL },
		{ "rule.test", "/npm/@a%2fb", "/npm/@a%2Fb" },
		{ "rule.test", "/@a%2fb", NULL },
		{ "rule.test", "/npm%2f@a", NULL },
		{ "rule.test", "/npm/..%2fx", NULL },
		{ "rule.test", "/npm/a//b", "/npm/a//b" },
		{ "rule.test", "/x/a//b", "/x/a/b" },
		{ "rule.test", "/npm/x//..//y", "/npm/y" },
	};
	struct yett_generation *gen = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct outcome outcome;

		ask(&outcome, gen, cases[i].site, cases[i].path, STAFF, NULL);
		if (outcome.refused != (cases[i].forwarded == NULL ? 400 : 0))
			fail_msg("%s: %u %s", cases[i].path, outcome.refused,
			    outcome.why);
		if (cases[i].forwarded != NULL &&
		    strcmp(outcome.path, cases[i].forwarded) != 0)
			fail_msg("%s: %s", cases[i].path, outcome.path);
	}
	yett_generation_unref(&gen);
}

static void
test_a_path_too_long_to_read(void **state)
{
	char path[YETT_SITE_PATH_READ_MOST + 8], scratch[3 * sizeof(path)];
	struct yett_generation *gen = world_new();
	struct yett_refusal refusal = { 0, "" };
	struct yett_slice normal;

	(void)state;
	memset(path, 'a', sizeof(path));
	memcpy(path, "/%2F", 4);
	for (size_t len = YETT_SITE_PATH_READ_MOST; len < sizeof(path); len++)
		assert_int_equal(yett_site_path(&normal,
				     yett_generation_site(gen,
					 YETT_LIT("all.test")),
				     (struct yett_slice){ path, len }, scratch,
				     &refusal),
		    len == YETT_SITE_PATH_READ_MOST);
	assert_int_equal(refusal.status, 400);
	yett_generation_unref(&gen);
}

/* --- the strictest */

static void
test_demands_of_all_readings(void **state)
{
	static const struct {
		const char *path;
		unsigned good;
		bool passes;
	} cases[] = {
		{ "/admin%2fx", 0, false },
		{ "/admin%2fx", STAFF, true },
		{ "/admin%2f..%2fpartners", STAFF, false },
		{ "/admin%2f..%2fpartners", PARTNERS, false },
		{ "/admin%2f..%2fpartners", STAFF | PARTNERS, true },
		{ "/x/..%2fpartners", STAFF, false },
		{ "/x/..%2fpartners", PARTNERS, true },
		{ "/@scope%2fname", 0, true },
	};
	struct yett_generation *gen = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct outcome outcome;

		ask(&outcome, gen, "all.test", cases[i].path, cases[i].good,
		    NULL);
		if (passes(&outcome) != cases[i].passes)
			fail_msg("%s with %u", cases[i].path, cases[i].good);
	}
	yett_generation_unref(&gen);
}

/* What the function says of each path, in one text that its next call
 * overwrites. */
static void
say(void *arg, const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_request *request, bool verified,
    struct yett_request_said *said, uint32_t *read)
{
	static char why[PATH_MOST];
	unsigned *calls = arg;

	(void)site;
	(void)rule;
	(void)verified;
	(void)read;
	(*calls)++;
	snprintf(why, sizeof(why), "%.*s", YETT_ARG(request->path));
	*said = (struct yett_request_said){ .verdict = YETT_REQUEST_ALLOW,
		.why = yett_slice_of(why) };
	if (strncmp(why, "/deny", 5) == 0)
		said->verdict = YETT_REQUEST_DENY;
	else if (strncmp(why, "/go", 3) == 0) {
		said->verdict = YETT_REQUEST_REDIRECT;
		said->location = YETT_LIT("https://a.test/");
	}
}

static void
test_functions_hear_every_reading(void **state)
{
	static const struct {
		const char *path, *why;
		enum yett_verdict verdict;
	} cases[] = {
		{ "/a%2fb", "/a%2Fb", YETT_VERDICT_ALLOW },
		{ "/deny%2fb", "/deny%2Fb", YETT_VERDICT_REFUSE },
		{ "/a%2f..%2fdeny", "/deny", YETT_VERDICT_REFUSE },
		{ "/a%2f..%2fgo", "/go", YETT_VERDICT_REDIRECT },
		{ "/go%2f..%2fdeny", "/deny", YETT_VERDICT_REFUSE },
		{ "/deny%2f..%2fgo", "/deny%2F..%2Fgo", YETT_VERDICT_REFUSE },
	};
	struct yett_generation *gen = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned calls = 0;
		const struct yett_functions functions = { .request = say,
			.arg = &calls };
		struct outcome outcome;

		ask(&outcome, gen, "function.test", cases[i].path, 0,
		    &functions);
		if (outcome.decision.verdict != cases[i].verdict ||
		    !yett_slice_eq(outcome.decision.why,
			yett_slice_of(cases[i].why)))
			fail_msg("%s: %.*s", cases[i].path,
			    YETT_ARG(outcome.decision.why));
		assert_true(calls <= YETT_PATH_READINGS + 1);
	}
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_spelling_needs_the_certificate),
		cmocka_unit_test(test_no_origin_reads_a_way_in),
		cmocka_unit_test(test_what_is_forwarded),
		cmocka_unit_test(test_a_path_too_long_to_read),
		cmocka_unit_test(test_demands_of_all_readings),
		cmocka_unit_test(test_functions_hear_every_reading),
	};

	return cmocka_run_group_tests_name("site_path", tests, NULL, NULL);
}
