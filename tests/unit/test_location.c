/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/location.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
test_parts(void **state)
{
	static const struct {
		const char *text, *host, *path;
		bool has_path, has_query;
	} cases[] = {
		{ "https://a.test", "a.test", "", false, false },
		{ "https://a.test/", "a.test", "/", false, false },
		{ "https://a.test:8443/x?y=z", "a.test", "/x?y=z", false,
		    false },
		{ "https://a.test{path}", "a.test", "", true, false },
		{ "https://a.test{query}", "a.test", "", false, true },
		{ "https://a.test/in{path}{query}", "a.test", "/in", true,
		    true },
		{ "https://a.test/%7E", "a.test", "/%7E", false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_location location;

		if (!yett_location_parse(&location,
			yett_slice_of(cases[i].text)))
			fail_msg("%s", cases[i].text);
		assert_true(
		    yett_slice_eq(location.host, yett_slice_of(cases[i].host)));
		assert_true(
		    yett_slice_eq(location.path, yett_slice_of(cases[i].path)));
		assert_int_equal(location.has_path, cases[i].has_path);
		assert_int_equal(location.has_query, cases[i].has_query);
	}
}

static void
test_what_is_none(void **state)
{
	static const char *const cases[] = {
		"",
		"https://",
		"http://a.test",
		"//a.test",
		"/a",
		"https:///a",
		"https://{path}",
		"https://A.test",
		"https://a.test:",
		"https://a.test:0",
		"https://a.test:65536",
		"https://a.test:99999999999999999999",
		"https://u@a.test",
		"https://a.test\\b",
		"https://a.testx{path}y",
		"https://a.test{path}/b",
		"https://a.test{query}{path}",
		"https://a.test/{path}",
		"https://a.test/{path}{path}",
		"https://a.test/?x{query}",
		"https://a.test/#x",
		"https://a.test/ b",
		"https://a.test/%",
		"https://a.test/%4",
		"https://a.test/%zz",
		"https://a.test/\r\nX: y",
		"https://a.test/\xc3\xa9",
		"https://[::1]/",
		"https://.a.test/",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_location location;

		if (yett_location_parse(&location, yett_slice_of(cases[i])))
			fail_msg("%s is taken", cases[i]);
	}
}

static void
test_filled_in(void **state)
{
	static const struct {
		const char *text, *path, *query, *want;
	} cases[] = {
		{ "https://a.test{path}{query}", "/x/y", "a=b&c",
		    "https://a.test/x/y?a=b&c" },
		{ "https://a.test{path}{query}", "/x/y", NULL,
		    "https://a.test/x/y" },
		{ "https://a.test{path}{query}", "/", "", "https://a.test/?" },
		{ "https://a.test{path}", "/x", "a=b", "https://a.test/x" },
		{ "https://a.test/in{query}", "/x", "a?b/c",
		    "https://a.test/in?a?b/c" },
		{ "https://a.test/in", "/x", "a", "https://a.test/in" },
		{ "https://a.test{path}", "/%2E%41;v", NULL,
		    "https://a.test/%2E%41;v" },
		{ "https://a.test{path}{query}", "/a\r\nX: y", "\"<>^`{|}\\",
		    "https://a.test/a%0D%0AX:%20y?%22%3C%3E%5E%60%7B%7C%7D"
		    "%5C" },
		{ "https://a.test{path}", "/%zz%4", NULL,
		    "https://a.test/%25zz%254" },
		{ "https://a.test{path}", "/\xc3\xa9#?", NULL,
		    "https://a.test/%C3%A9%23%3F" },
		/* What looks like a mark in a request is only text. */
		{ "https://a.test{path}{query}", "/{query}", "{path}",
		    "https://a.test/%7Bquery%7D?%7Bpath%7D" },
		/* Never another host, whatever the path begins with. */
		{ "https://a.test{path}", "//evil.test", NULL,
		    "https://a.test//evil.test" },
		{ "{path}{query}", "/x", "a=b", "/x?a=b" },
		{ "{path}{query}", "//evil.test", NULL, "/.//evil.test" },
		{ "{path}{query}", "/\\evil.test", "/", "/%5Cevil.test?/" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_buf out = { 0 };

		assert_int_equal(yett_location_write(&out,
				     yett_slice_of(cases[i].text),
				     yett_slice_of(cases[i].path),
				     yett_slice_of(cases[i].query)),
		    YETT_OK);
		if (!yett_slice_eq(yett_buf_slice(&out),
			yett_slice_of(cases[i].want)))
			fail_msg("%s: %.*s", cases[i].want,
			    YETT_ARG(yett_buf_slice(&out)));
		yett_buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_filled_in),
	};

	return cmocka_run_group_tests_name("location", tests, NULL, NULL);
}
