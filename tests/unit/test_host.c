/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/host.h"

#define TEN "abcdefghi."
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz0123456789a"

static void
test_i6_one_name_for_every_spelling(void **state)
{
	static const struct {
		const char *text, *name;
		uint16_t port;
		bool is_address;
	} cases[] = {
		{ "shop.test", "shop.test", 0, false },
		{ "SHOP.Test", "shop.test", 0, false },
		{ "shop.test.", "shop.test", 0, false },
		{ "shop.test:443", "shop.test", 443, false },
		{ "Shop.Test.:8443", "shop.test", 8443, false },
		{ "localhost", "localhost", 0, false },
		{ "a", "a", 0, false },
		{ "_srv.a-b.test", "_srv.a-b.test", 0, false },
		{ "xn--bcher-kva.test", "xn--bcher-kva.test", 0, false },
		{ "1.test", "1.test", 0, false },
		{ "0x1.test", "0x1.test", 0, false },
		{ "127.0.0.1", "127.0.0.1", 0, true },
		{ "127.0.0.1:65535", "127.0.0.1", 65535, true },
		{ "shop.test:", "shop.test", 0, false },
		{ "shop.test.:", "shop.test", 0, false },
		{ "127.0.0.1:", "127.0.0.1", 0, true },
		{ "[::1]", "[::1]", 0, true },
		{ "[::1]:", "[::1]", 0, true },
		{ "[0:0:0:0:0:0:0:1]:80", "[::1]", 80, true },
		{ "[2001:DB8::A]", "[2001:db8::a]", 0, true },
		{ "[::ffff:1.2.3.4]", "[::ffff:1.2.3.4]", 0, true },
		{ L63 ".test", L63 ".test", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_refusal refusal = { 0, "" };
		struct yett_host host;

		if (!yett_host_parse(&host, yett_slice_of(cases[i].text),
			&refusal))
			fail_msg("%s: %s", cases[i].text, refusal.why);
		assert_string_equal(host.name, cases[i].name);
		assert_int_equal(host.len, strlen(cases[i].name));
		assert_int_equal(host.port, cases[i].port);
		assert_int_equal(host.is_address, cases[i].is_address);
		assert_true(yett_slice_eq(yett_host_name(&host),
		    yett_slice_of(cases[i].name)));
	}
}

static void
test_refusals(void **state)
{
	static const char empty[] = "the host name is empty";
	static const char label[] = "the host name has an empty label";
	static const char byte[] = "the host name has a byte that no name has";
	static const char port[] = "the port is not 1 to 65535";
	static const char number[] = "the port is not a number";
	static const char v4[] = "this is no IPv4 address";
	static const char v6[] = "this is no IPv6 address";
	static const struct {
		struct yett_slice text;
		const char *why;
	} cases[] = {
		{ { "", 0 }, empty },
		{ { ".", 1 }, empty },
		{ { ":80", 3 }, empty },
		{ { "..", 2 }, label },
		{ { "a..", 3 }, label },
		{ { ".a", 2 }, label },
		{ { "a..b", 4 }, label },
		{ { "a\0b", 3 }, byte },
		{ { "a\n", 2 }, byte },
		{ { " a", 2 }, byte },
		{ { "a b", 3 }, byte },
		{ { "a/b", 3 }, byte },
		{ { "a@b", 3 }, byte },
		{ { "a,b", 3 }, byte },
		{ { "a~b", 3 }, byte },
		{ { "a%2eb", 5 }, byte },
		{ { "b\xc3\xbc"
		    "cher",
		      7 },
		    byte },
		{ { "*.test", 6 }, byte },
		{ { "a:0", 3 }, port },
		{ { "a:080", 5 }, port },
		{ { "a:65536", 7 }, port },
		{ { "a:100000", 8 }, port },
		{ { "a:+80", 5 }, number },
		{ { "a:8o", 4 }, number },
		{ { "a:8 ", 4 }, number },
		{ { "a:80:80", 7 }, byte },
		{ { "::1", 3 }, byte },
		{ { "127.1", 5 }, v4 },
		{ { "127.0.0.01", 10 }, v4 },
		{ { "127.0.0.256", 11 }, v4 },
		{ { "2130706433", 10 }, v4 },
		{ { "0x7f000001", 10 }, v4 },
		{ { "0X7F.1", 6 }, v4 },
		{ { "a.0x", 4 }, v4 },
		{ { "a.1", 3 }, v4 },
		{ { "[", 1 }, v6 },
		{ { "[]", 2 }, v6 },
		{ { "[:]", 3 }, v6 },
		{ { "[::1", 4 }, v6 },
		{ { "[::1]x", 6 }, v6 },
		{ { "[::1%eth0]", 10 }, v6 },
		{ { "[::1\0]", 6 }, v6 },
		{ { "[1.2.3.4]", 9 }, v6 },
		{ { ":", 1 }, empty },
		{ { "a::", 3 }, byte },
		{ { "a]", 2 }, byte },
		{ { L63 "b.test", 69 },
		    "a label of the host name is longer than 63" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_refusal refusal = { 0, "" };
		struct yett_host host;

		if (yett_host_parse(&host, cases[i].text, &refusal))
			fail_msg("taken: %.*s", YETT_ARG(cases[i].text));
		assert_int_equal(refusal.status, 400);
		assert_string_equal(refusal.why, cases[i].why);
	}
}

static void
test_length_of_a_name(void **state)
{
	struct yett_refusal refusal = { 0, "" };
	struct yett_host host;
	char text[256] = "";

	(void)state;
	for (int i = 0; i < 25; i++)
		strcat(text, TEN);
	strcat(text, "abcd.");
	assert_false(yett_host_parse(&host, yett_slice_of(text), &refusal));
	assert_string_equal(refusal.why, "the host name is longer than 253");
	text[253] = '.';
	assert_true(
	    yett_host_parse(&host, (struct yett_slice){ text, 254 }, &refusal));
	assert_int_equal(host.len, 253);
}

static void
test_sni_has_neither_port_nor_address(void **state)
{
	static const char *const bad[] = { "a:443", "127.0.0.1", "[::1]", "",
		"::1", ".", "a..b" };
	struct yett_refusal refusal = { 0, "" };
	struct yett_host host;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (yett_host_parse_sni(&host, yett_slice_of(bad[i]), &refusal))
			fail_msg("taken: %s", bad[i]);
	assert_true(
	    yett_host_parse_sni(&host, YETT_LIT("NEED.test."), &refusal));
	assert_string_equal(host.name, "need.test");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i6_one_name_for_every_spelling),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_length_of_a_name),
		cmocka_unit_test(test_sni_has_neither_port_nor_address),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
