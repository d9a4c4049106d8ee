/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses: read, written, mapped, compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "io/address.h"

static void
test_parse_and_write(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "127.0.0.1", "127.0.0.1:80" },
		{ "::1", "[::1]:80" },
		{ "2001:DB8::0:1", "[2001:db8::1]:80" },
		{ "::ffff:1.2.3.4", "[::ffff:1.2.3.4]:80" },
		{ "", NULL },
		{ "localhost", NULL },
		{ "[::1]", NULL },
		{ "127.0.0.1:80", NULL },
		{ "127.1", NULL },
		{ "fe80::1%lo", NULL },
		{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		char text[YETT_ADDRESS_TEXT];
		struct yett_address address;
		enum yett_status status = yett_address_parse(&address,
		    yett_slice_of(cases[i].text), 80, &fault);

		if (cases[i].want == NULL) {
			assert_int_equal(status, YETT_E_ARGUMENT);
			assert_non_null(strstr(fault.what, "not a numeric"));
			continue;
		}
		assert_int_equal(status, YETT_OK);
		assert_string_equal(yett_address_write(&address, text),
		    cases[i].want);
		assert_int_equal(yett_address_port(&address), 80);
	}
}

static void
test_parse_stops_at_nul(void **state)
{
	struct yett_address address;

	(void)state;
	assert_int_equal(yett_address_parse(&address, YETT_LIT("1.2.3.4\0x"), 1,
			     NULL),
	    YETT_E_ARGUMENT);
}

static void
test_mapped(void **state)
{
	static const struct {
		const char *text;
		uint8_t want[16];
	} cases[] = {
		{ "1.2.3.4",
		    { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4 } },
		{ "::1", { [15] = 1 } },
	};
	struct yett_address address;
	uint8_t mapped[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(yett_address_parse(&address,
				     yett_slice_of(cases[i].text), 0, NULL),
		    YETT_OK);
		yett_address_mapped(&address, mapped);
		assert_memory_equal(mapped, cases[i].want, 16);
	}
	address = (struct yett_address){ .len = 0 };
	yett_address_mapped(&address, mapped);
	assert_memory_equal(mapped, ((uint8_t[16]){ 0 }), 16);
	assert_int_equal(yett_address_port(&address), 0);
}

static void
test_paths(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	char text[YETT_ADDRESS_TEXT];
	struct yett_address address;
	char path[120];

	(void)state;
	memset(path, 'x', sizeof(path));
	assert_int_equal(yett_address_of_path(&address,
			     (struct yett_slice){ path, 107 }, &fault),
	    YETT_OK);
	assert_int_equal(yett_address_of_path(&address,
			     (struct yett_slice){ path, 108 }, &fault),
	    YETT_E_LIMIT);
	assert_string_equal(fault.what,
	    "a unix socket's path has 1 to 107 bytes, not 108");
	assert_int_equal(yett_address_of_path(&address, YETT_LIT(""), NULL),
	    YETT_E_LIMIT);
	assert_int_equal(yett_address_of_path(&address, YETT_LIT("/a/b"), NULL),
	    YETT_OK);
	assert_string_equal(yett_address_write(&address, text), "unix:/a/b");
	address = (struct yett_address){ .len = 0 };
	assert_string_equal(yett_address_write(&address, text), "none");
}

static void
test_resolve(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address found[4], want;
	char name[300];
	size_t count;

	(void)state;
	assert_int_equal(yett_address_resolve(found, 4, &count,
			     YETT_LIT("127.0.0.1"), 8080, &fault),
	    YETT_OK);
	assert_int_equal(count, 1);
	assert_int_equal(yett_address_parse(&want, YETT_LIT("127.0.0.1"), 8080,
			     NULL),
	    YETT_OK);
	assert_true(yett_address_eq(&found[0], &want));
	assert_int_equal(yett_address_resolve(found, 1, &count,
			     YETT_LIT("localhost"), 81, &fault),
	    YETT_OK);
	assert_int_equal(count, 1);
	assert_int_equal(yett_address_port(&found[0]), 81);
	assert_false(yett_address_eq(&found[0], &want));
	/* RFC 6761, section 6.4: never resolved, and a label too long to be
	 * asked for. */
	assert_int_equal(yett_address_resolve(found, 4, &count,
			     YETT_LIT("a..invalid"), 80, &fault),
	    YETT_E_NOT_FOUND);
	assert_non_null(strstr(fault.what, "host \"a..invalid\" has no"));
	memset(name, 'x', sizeof(name));
	assert_int_equal(yett_address_resolve(found, 4, &count,
			     (struct yett_slice){ name, sizeof(name) }, 80,
			     NULL),
	    YETT_E_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_write),
		cmocka_unit_test(test_parse_stops_at_nul),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_resolve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
