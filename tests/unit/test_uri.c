/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/uri.h"

#define SCRATCH 256

static const struct {
	const char *path, *normal;
} normals[] = {
	{ "/", "/" },
	{ "/admin", "/admin" },
	{ "/admin/", "/admin/" },
	{ "//admin", "/admin" },
	{ "///", "/" },
	{ "/a//b///c", "/a//b///c" },
	{ "//a//", "/a//" },
	{ "/a//b/../c", "/a//c" },
	{ "/a//b/../../c", "/c" },
	{ "/a%2fb", "/a%2Fb" },
	{ "/a%5cb\\c", "/a%5Cb%5Cc" },
	{ "/..%2fa", "/..%2Fa" },
	{ "/a%2fb/.", "/a%2Fb/" },
	{ "/./admin", "/admin" },
	{ "/admin/.", "/admin/" },
	{ "/x/../admin", "/admin" },
	{ "/x/y/../../admin", "/admin" },
	{ "/x//../admin", "/admin" },
	{ "/admin/..", "/" },
	{ "/a/b/..", "/a/" },
	{ "/a/b/../", "/a/" },
	{ "/%2e/admin", "/admin" },
	{ "/%2E/admin", "/admin" },
	{ "/x/%2e%2E/admin", "/admin" },
	{ "/x/.%2e/admin", "/admin" },
	{ "/x/%2e./admin", "/admin" },
	{ "/%61dmin", "/admin" },
	{ "/%61%64%6d%69%6E", "/admin" },
	{ "/a%2db%5f%7e%2e", "/a-b_~." },
	{ "/.hidden", "/.hidden" },
	{ "/..hidden", "/..hidden" },
	{ "/...", "/..." },
	{ "/a.", "/a." },
	{ "/a%20b", "/a%20b" },
	{ "/a%3ab", "/a%3Ab" },
	{ "/a%3a%3F%23", "/a%3A%3F%23" },
	{ "/a%25b", "/a%25b" },
	{ "/%2561", "/%2561" },
	{ "/%252e%252e/", "/%252e%252e/" },
	{ "/a%3b", "/a%3B" },
	{ "/a;x=1/b", "/a;x=1/b" },
	{ "/;x", "/;x" },
	{ "/a;/../b", "/b" },
	{ "/:@!$&'()*+,;=-._~", "/:@!$&'()*+,;=-._~" },
	{ "/caf%c3%a9", "/caf%C3%A9" },
	{ "/%e2%82%ac", "/%E2%82%AC" },
	{ "/%f0%9f%98%80", "/%F0%9F%98%80" },
	{ "/%ed%9f%bf%ee%80%80", "/%ED%9F%BF%EE%80%80" },
	{ "/%f4%8f%bf%bf", "/%F4%8F%BF%BF" },
	{ "/a[1]", "/a%5B1%5D" },
	{ "/a|b^c`", "/a%7Cb%5Ec%60" },
	{ "/{a}", "/%7Ba%7D" },
	{ "/\"<a>", "/%22%3Ca%3E" },
	{ "/caf\xc3\xa9", "/caf%C3%A9" },
	{ "/caf\xe9/../x", "/x" },
	{ "/caf%e9", "/caf%E9" },
	{ "/%80", "/%80" },
	{ "/%bf%bf", "/%BF%BF" },
	{ "/%fe%ff", "/%FE%FF" },
	{ "/%c3", "/%C3" },
	{ "/%c3/%a9", "/%C3/%A9" },
	{ "/%c3a", "/%C3a" },
	{ "/%c3%28", "/%C3%28" },
	{ "/%e2%82", "/%E2%82" },
	{ "/%e2%82a%ac", "/%E2%82a%AC" },
	{ "/%f0%9f%98", "/%F0%9F%98" },
	{ "/%c0a", "/%C0a" },
	{ "/%ed%a0%80", "/%ED%A0%80" },
	{ "/%f4%90%80%80", "/%F4%90%80%80" },
};

static void
test_i15_one_path_for_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(normals) / sizeof(normals[0]); i++) {
		struct yett_refusal refusal = { 0, "" };
		char scratch[SCRATCH], again[SCRATCH];
		struct yett_slice normal, twice;

		if (!yett_path_normalise(&normal,
			yett_slice_of(normals[i].path), scratch, &refusal))
			fail_msg("%s: %s", normals[i].path, refusal.why);
		if (!yett_slice_eq(normal, yett_slice_of(normals[i].normal)))
			fail_msg("%s: %.*s", normals[i].path, YETT_ARG(normal));
		assert_true(
		    yett_path_normalise(&twice, normal, again, &refusal));
		assert_true(yett_slice_eq(twice, normal));
	}
}

static void
test_a_normal_path_is_not_copied(void **state)
{
	const struct yett_slice path = YETT_LIT("/a/b;c=d/e.html");
	struct yett_refusal refusal;
	struct yett_slice normal;
	char scratch[1];

	(void)state;
	assert_true(yett_path_normalise(&normal, path, scratch, &refusal));
	assert_ptr_equal(normal.at, path.at);
}

static const char overlong[] = "the path has UTF-8 in an overlong form";
static const char over[] = "the path climbs over an escaped slash";
static const char control[] = "the path has an escaped control byte";
static const char escape[] = "the path has a % that begins no escape";
static const char raw[] = "the path has a byte that must be escaped";
static const char fragment[] = "the target has a fragment";
static const char climbs[] = "the path climbs above its root";
static const char dots[] = "a dot segment has parameters";
static const char neither[] = "the target is neither a path nor an http URI";

static const struct {
	const char *target, *why;
} refused[] = {
	{ "/a%2fb/..", over },
	{ "/x/a%5cb/../c", over },
	{ "/a\\b/../c", over },
	{ "/%00", control },
	{ "/a%0d%0ab", control },
	{ "/%1f", control },
	{ "/%7F", control },
	{ "/%09", control },
	{ "/%", escape },
	{ "/%4", escape },
	{ "/%4/", escape },
	{ "/%zz", escape },
	{ "/%4g", escape },
	{ "/%u0061dmin", escape },
	{ "/%%61", escape },
	{ "/a#b", fragment },
	{ "/a?b#c", fragment },
	{ "/#", fragment },
	{ "/a b", raw },
	{ "/a\tb", raw },
	{ "/a\x7f", raw },
	{ "/%c0%af", overlong },
	{ "/\xc0\xaf", overlong },
	{ "/\xc0%ae", overlong },
	{ "/%c0\xae", overlong },
	{ "/%c1%81", overlong },
	{ "/%e0%80%af", overlong },
	{ "/%e0%9f%bf", overlong },
	{ "/%f0%80%80%af", overlong },
	{ "/%f8%80%80%80%af", overlong },
	{ "/%fc%80%80%80%80%af", overlong },
	{ "/%c3%c0%af", overlong },
	{ "/..", climbs },
	{ "/../", climbs },
	{ "/../admin", climbs },
	{ "/a/../..", climbs },
	{ "/a/../../b", climbs },
	{ "/%2e%2e/b", climbs },
	{ "//..", climbs },
	{ "/./..", climbs },
	{ "/.;", dots },
	{ "/..;", dots },
	{ "/a/..;/b", dots },
	{ "/a/..;x=y/b", dots },
	{ "/a/%2e%2e;/b", dots },
	{ "/a/%2e;x", dots },
	{ "/a?b c", "the query has a byte that must be escaped" },
	{ "/a?\x7f", "the query has a byte that must be escaped" },
	{ "", "the target is empty" },
	{ "*", "the target * is of OPTIONS only" },
	{ "*a", neither },
	{ "admin", neither },
	{ "http:/a", neither },
	{ "ftp://a/", neither },
	{ "https:", neither },
	{ "?q", neither },
	{ "\\\\a", neither },
	{ "http://", "the target has no host" },
	{ "http:///a", "the target has no host" },
	{ "http://?a", "the target has no host" },
	{ "http://me@a/", "the target names a user" },
	{ "http://a#b", fragment },
	{ "http://a/..", climbs },
};

static void
test_refusals(void **state)
{

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct yett_refusal refusal = { 0, "" };
		char scratch[SCRATCH];
		struct yett_uri uri;

		if (yett_uri_parse(&uri, yett_slice_of(refused[i].target),
			YETT_METHOD_GET, scratch, &refusal))
			fail_msg("taken: %s", refused[i].target);
		assert_int_equal(refusal.status, 400);
		if (strcmp(refusal.why, refused[i].why) != 0)
			fail_msg("%s: %s", refused[i].target, refusal.why);
	}
}

static void
test_forms(void **state)
{
	static const struct {
		const char *target;
		enum yett_method method;
		enum yett_uri_form form;
		const char *authority, *path, *query; /* NULL: none */
	} cases[] = {
		{ "/a?", YETT_METHOD_GET, YETT_URI_ORIGIN, NULL, "/a", "" },
		{ "/a?b?c=/../%zz[]", YETT_METHOD_GET, YETT_URI_ORIGIN, NULL,
		    "/a", "b?c=/../%zz[]" },
		{ "/[%61]?[\\]{|}^`\"<>", YETT_METHOD_GET, YETT_URI_ORIGIN,
		    NULL, "/%5Ba%5D", "[\\]{|}^`\"<>" },
		{ "/?q=\xc3\xa9[]", YETT_METHOD_GET, YETT_URI_ORIGIN, NULL, "/",
		    "q=%C3%A9[]" },
		{ "http://a.test?\xff", YETT_METHOD_GET, YETT_URI_ABSOLUTE,
		    "a.test", "/", "%FF" },
		{ "/%61?x", YETT_METHOD_GET, YETT_URI_ORIGIN, NULL, "/a", "x" },
		{ "http://A.test:1/b/./c?d", YETT_METHOD_GET, YETT_URI_ABSOLUTE,
		    "A.test:1", "/b/c", "d" },
		{ "HTTPS://a", YETT_METHOD_GET, YETT_URI_ABSOLUTE, "a", "/",
		    NULL },
		{ "https://a?b", YETT_METHOD_GET, YETT_URI_ABSOLUTE, "a", "/",
		    "b" },
		{ "*", YETT_METHOD_OPTIONS, YETT_URI_ASTERISK, NULL, "/",
		    NULL },
		{ "a:443", YETT_METHOD_CONNECT, YETT_URI_AUTHORITY, "a:443", "",
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_refusal refusal = { 0, "" };
		char scratch[SCRATCH];
		struct yett_uri uri;

		if (!yett_uri_parse(&uri, yett_slice_of(cases[i].target),
			cases[i].method, scratch, &refusal))
			fail_msg("%s: %s", cases[i].target, refusal.why);
		assert_int_equal(uri.form, cases[i].form);
		assert_true(yett_slice_eq(uri.authority,
		    yett_slice_of(cases[i].authority)));
		assert_int_equal(uri.authority.at == NULL,
		    cases[i].authority == NULL);
		assert_true(
		    yett_slice_eq(uri.path, yett_slice_of(cases[i].path)));
		assert_int_equal(uri.has_query, cases[i].query != NULL);
		assert_true(
		    yett_slice_eq(uri.query, yett_slice_of(cases[i].query)));
	}
}

static void
test_names_without_case(void **state)
{
	static const struct {
		const char *path;
		bool has_one;
	} cases[] = {
		{ "/", true },
		{ "/Admin/X", true },
		{ "/%C3%89", true },
		{ "/%F0%9F%98%80", true },
		{ "/a.b/c", true },
		{ "/a:b", true },
		{ "/~user", true },
		{ "/a%20b", true },
		{ "/a~1", false },
		{ "/ADMIN~1/x", false },
		{ "/a::$DATA", false },
		{ "/a:%3A", false },
		{ "/a%3A%3Ab", false },
		{ "/a.", false },
		{ "/a./b", false },
		{ "/a.;x/b", false },
		{ "/...", false },
		{ "/a%20", false },
		{ "/a%20/b", false },
		{ "/a%20;x", false },
		{ "/caf%E9", false },
		{ "/%C3", false },
		{ "/%C3/%A9", false },
		{ "/%A9", false },
		{ "/%ED%A0%80", false },
		{ "/%F4%90%80%80", false },
		{ "/%F5%80%80%80", false },
		{ "/%E2%82", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (yett_path_has_one_name(yett_slice_of(cases[i].path)) !=
		    cases[i].has_one)
			fail_msg("%s", cases[i].path);
}

/*
 * Paths put together at random out of the bytes that matter: what is taken is
 * normal by every rule, and stays as it is when normalised again.
 */
static void
test_i15_normalising_twice_is_normalising_once(void **state)
{
	static const char *const parts[] = { "/", "/", "%2f", ".", "..", "%2e",
		"%2E", "a", ";", "%41", "%25", "%3b", "%c3%a9", ":", "B", "%2",
		"[", "|", "\xe9", "\xc0", "\x80", "\xaf" };
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		char path[SCRATCH] = "/", one[SCRATCH], two[SCRATCH];
		struct yett_slice normal, twice;
		struct yett_refusal refusal;

		for (int i = 0; i < 12; i++) {
			seed = seed * 1664525 + 1013904223;
			strcat(path, parts[(seed >> 16) % 22]);
		}
		if (!yett_path_normalise(&normal, yett_slice_of(path), one,
			&refusal))
			continue;
		assert_int_equal(normal.at[0], '/');
		assert_int_not_equal(normal.len > 1 ? normal.at[1] : 0, '/');
		assert_null(memmem(normal.at, normal.len, "/./", 3));
		assert_null(memmem(normal.at, normal.len, "/../", 4));
		assert_null(memmem(normal.at, normal.len, "/.;", 3));
		assert_null(memmem(normal.at, normal.len, "%2E", 3));
		assert_true(normal.len <= YETT_PATH_SCRATCH(strlen(path)));
		assert_true(yett_path_normalise(&twice, normal, two, &refusal));
		assert_true(yett_slice_eq(normal, twice));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i15_one_path_for_every_spelling),
		cmocka_unit_test(test_a_normal_path_is_not_copied),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_names_without_case),
		cmocka_unit_test(
		    test_i15_normalising_twice_is_normalising_once),
	};

	return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
