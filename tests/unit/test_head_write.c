/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/head.h"

static bool
is(struct yett_slice slice, const char *text)
{
	return yett_slice_eq(slice, yett_slice_of(text));
}

static void
test_writing(void **state)
{
	const struct yett_field field[] = {
		yett_field_of(YETT_LIT("Host"), YETT_LIT("a.test")),
		yett_field_of(YETT_LIT("X-Empty"), YETT_LIT("")),
	};
	struct yett_uri uri = { .path = YETT_LIT("/a"),
		.query = YETT_LIT("b=c"),
		.has_query = true };
	struct yett_buf out = { 0 };

	(void)state;
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"), &uri,
			     field, 2),
	    YETT_OK);
	assert_true(is(yett_buf_slice(&out),
	    "GET /a?b=c HTTP/1.1\r\nHost: a.test\r\nX-Empty: \r\n\r\n"));
	yett_buf_clear(&out);
	uri = (struct yett_uri){ .form = YETT_URI_ASTERISK,
		.path = YETT_LIT("/") };
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("OPTIONS"),
			     &uri, field, 0),
	    YETT_OK);
	assert_int_equal(yett_head_write_response(&out, 200, YETT_LIT(""),
			     field, 1),
	    YETT_OK);
	assert_int_equal(yett_head_write_response(&out, 599, YETT_LIT("Mine"),
			     NULL, 0),
	    YETT_OK);
	assert_true(is(yett_buf_slice(&out),
	    "OPTIONS * HTTP/1.1\r\n\r\n"
	    "HTTP/1.1 200 OK\r\nHost: a.test\r\n\r\n"
	    "HTTP/1.1 599 Mine\r\n\r\n"));
	yett_buf_clear(&out);
}

static void
test_writing_refuses_what_breaks_lines(void **state)
{
	static const struct yett_field bad[] = {
		{ .name = { "", 0 }, .value = { "x", 1 } },
		{ .name = { "X Y", 3 }, .value = { "x", 1 } },
		{ .name = { "X:", 2 }, .value = { "x", 1 } },
		{ .name = { "X", 1 }, .value = { "x\r\nY: z", 7 } },
		{ .name = { "X", 1 }, .value = { "x\n", 2 } },
		{ .name = { "X", 1 }, .value = { "x\0y", 3 } },
	};
	const struct yett_uri uri = { .path = YETT_LIT("/") };
	const struct yett_uri split = { .path = YETT_LIT("/ HTTP/1.1") };
	struct yett_buf out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"),
				     &uri, &bad[i], 1),
		    YETT_E_ARGUMENT);
		assert_int_equal(yett_head_write_response(&out, 200,
				     YETT_LIT(""), &bad[i], 1),
		    YETT_E_ARGUMENT);
	}
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("GET"), &split,
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_request(&out, YETT_LIT("G T"), &uri,
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_response(&out, 200, YETT_LIT("O\rK"),
			     NULL, 0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_head_write_response(&out, 99, YETT_LIT(""), NULL,
			     0),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_buf_len(&out), 0);
	yett_buf_clear(&out);
}

static void
test_numbers(void **state)
{
	char out[YETT_NUMBER_MOST];

	(void)state;
	assert_true(is(yett_number_write(out, 0), "0"));
	assert_true(is(yett_number_write(out, 1234567890), "1234567890"));
	assert_true(
	    is(yett_number_write(out, UINT64_MAX), "18446744073709551615"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_writing_refuses_what_breaks_lines),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests_name("head-write", tests, NULL, NULL);
}
