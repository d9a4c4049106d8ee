/* SPDX-License-Identifier: Apache-2.0 */
/* Globs, addresses and strings, each also against a slow and simple twin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/matcher.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
test_globs(void **state)
{
	static const struct {
		enum yett_glob_style style;
		const char *glob, *text;
		bool want;
	} cases[] = {
		{ YETT_GLOB_PLAIN, "", "", true },
		{ YETT_GLOB_PLAIN, "", "a", false },
		{ YETT_GLOB_PLAIN, "*", "", true },
		{ YETT_GLOB_PLAIN, "a*c", "ac", true },
		{ YETT_GLOB_PLAIN, "a*c", "a/b.c@c", true },
		{ YETT_GLOB_PLAIN, "a*c", "ab", false },
		{ YETT_GLOB_PLAIN, "A", "a", false },
		{ YETT_GLOB_DNS, "*.x.test", "a.x.test", true },
		{ YETT_GLOB_DNS, "*.x.test", "A.X.Test", true },
		{ YETT_GLOB_DNS, "*.x.test", "b.a.x.test", false },
		{ YETT_GLOB_DNS, "*.x.test", "x.test", false },
		{ YETT_GLOB_DNS, "**.x.test", "b.a.x.test", true },
		{ YETT_GLOB_DNS, "***.x.test", "b.a.x.test", true },
		{ YETT_GLOB_DNS, "web-*.x.test", "web-7.x.test", true },
		{ YETT_GLOB_DNS, "web-*.x.test", "web-7.b.x.test", false },
		{ YETT_GLOB_EMAIL, "*@shop.test", "ada@shop.test", true },
		{ YETT_GLOB_EMAIL, "*@shop.test", "ada@shop.test.evil", false },
		{ YETT_GLOB_EMAIL, "*@shop.test", "a@b@shop.test", false },
		/* The host has no case, the local part is the host's. */
		{ YETT_GLOB_EMAIL, "*@shop.test", "ada@Shop.TEST", true },
		{ YETT_GLOB_EMAIL, "ada@SHOP.test", "ada@shop.test", true },
		{ YETT_GLOB_EMAIL, "ada@shop.test", "Ada@shop.test", false },
		{ YETT_GLOB_EMAIL, "ada@shop.test", "ADA@SHOP.TEST", false },
		{ YETT_GLOB_EMAIL, "ada", "Ada", false },
		{ YETT_GLOB_EMAIL, "**@shop.test", "\"A@b\"@SHOP.test", true },
		{ YETT_GLOB_EMAIL, "\"a@b\"@shop.test", "\"a@B\"@shop.test",
		    false },
		{ YETT_GLOB_URI, "spiffe://a/*", "spiffe://a/b", true },
		{ YETT_GLOB_URI, "spiffe://a/*", "spiffe://a/b/c", false },
		{ YETT_GLOB_URI, "spiffe://a/**", "spiffe://a/b/c", true },
		{ YETT_GLOB_URI, "spiffe://a/**/z", "spiffe://a/b/c/z", true },
		{ YETT_GLOB_URI, "spiffe://a/*/z", "spiffe://a/b/c/z", false },
		{ YETT_GLOB_SUBJECT, "CN=*,O=Shop", "CN=Ada,O=Shop", true },
		{ YETT_GLOB_SUBJECT, "CN=*", "CN=Ada,O=Shop", false },
		{ YETT_GLOB_SUBJECT, "CN=*", "CN=Ada+OU=x", false },
		{ YETT_GLOB_SUBJECT, "CN=*", "CN=Ada\\, Countess", true },
		{ YETT_GLOB_SUBJECT, "CN=a\\,*", "CN=a\\,b", true },
		/* A common name that spells out the rest of the pattern. */
		{ YETT_GLOB_SUBJECT, "CN=*,O=Shop", "CN=Eve\\,O=Shop", false },
		{ YETT_GLOB_SUBJECT, "CN=*,O=Shop", "CN=E\\\\,O=Shop", true },
		{ YETT_GLOB_SUBJECT, "CN=*\\", "CN=Eve\\", true },
		{ (enum yett_glob_style)99, "*", "a", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (yett_glob_matches(yett_slice_of(cases[i].glob),
			cases[i].style,
			yett_slice_of(cases[i].text)) != cases[i].want)
			fail_msg("%s ~ %s", cases[i].glob, cases[i].text);
}

static void
test_glob_sees_bytes_behind_nul(void **state)
{
	(void)state;
	assert_false(yett_glob_matches(YETT_LIT("admin"), YETT_GLOB_PLAIN,
	    YETT_LIT("admin\0.evil")));
}

/* What it means, at exponential cost. */
static bool
slow_glob(const char *glob, const char *text)
{
	if (*glob == '\0')
		return *text == '\0';
	if (*glob == '*') {
		bool any = glob[1] == '*';
		const char *rest = glob;

		while (*rest == '*')
			rest++;
		for (;; text++) {
			if (slow_glob(rest, text))
				return true;
			if (*text == '\0' || (!any && *text == '/'))
				return false;
		}
	}
	return *glob == *text && slow_glob(glob + 1, text + 1);
}

static void
fill(char *out, size_t most, const char *letters)
{
	size_t len = (size_t)rand() % most;

	for (size_t i = 0; i < len; i++)
		out[i] = letters[(size_t)rand() % strlen(letters)];
	out[len] = '\0';
}

static void
test_globs_like_the_slow_twin(void **state)
{
	(void)state;
	srand(7);
	for (int i = 0; i < 50000; i++) {
		char glob[10], text[12];

		fill(glob, sizeof(glob), "**/ab");
		fill(text, sizeof(text), "/ab");
		if (yett_glob_matches(yett_slice_of(glob), YETT_GLOB_URI,
			yett_slice_of(text)) != slow_glob(glob, text))
			fail_msg("%s ~ %s", glob, text);
	}
}

static void
test_glob_never_explodes(void **state)
{
	static char text[8192], glob[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(glob); i++)
		glob[i] = i % 2 == 0 ? '*' : 'a';
	glob[sizeof(glob) - 1] = 'b';
	assert_false(
	    yett_glob_matches((struct yett_slice){ glob, sizeof(glob) },
		YETT_GLOB_PLAIN, (struct yett_slice){ text, sizeof(text) }));
}

static void
test_glob_of_any_length(void **state)
{
	static char glob[YETT_GLOB_MOST + 1];

	(void)state;
	memset(glob, 'a', sizeof(glob));
	for (size_t len = YETT_GLOB_MOST; len <= sizeof(glob); len++) {
		struct yett_slice slice = { glob, len };

		assert_int_equal(yett_glob_matches(slice, YETT_GLOB_PLAIN,
				     slice),
		    len <= YETT_GLOB_MOST);
	}
}

static void
test_cidr_parse(void **state)
{
	static const struct {
		const char *text;
		int bits;
		const char *fault;
	} cases[] = {
		{ "10.0.0.0/8", 104, NULL },
		{ "0.0.0.0/0", 96, NULL },
		{ "192.0.2.7", 128, NULL },
		{ "192.0.2.7/32", 128, NULL },
		{ "2001:db8::/32", 32, NULL },
		{ "::/0", 0, NULL },
		{ "::1", 128, NULL },
		{ "", 0, "\"\" is not an address" },
		{ "shop.test", 0,
		    "\"shop.test\" is not an IPv4 or IPv6 "
		    "address" },
		{ "10.0.0.0/33", 0, "\"/33\" is not a prefix of 0 to 32 bits" },
		{ "10.0.0.0/", 0, "\"/\" is not a prefix of 0 to 32 bits" },
		{ "10.0.0.0/08", 0, "\"/08\" is not a prefix of 0 to 32 bits" },
		{ "::/129", 0, "\"/129\" is not a prefix of 0 to 128 bits" },
		{ "10.0.0.1/8", 0,
		    "\"10.0.0.1/8\" has bits set behind its "
		    "prefix" },
		{ "fe80::1%eth0", 0,
		    "\"fe80::1%eth0\" is not an IPv4 or IPv6 "
		    "address" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_cidr cidr = { .bits = 77 };
		enum yett_status status = yett_cidr_parse(yett_slice_of(
							      cases[i].text),
		    &cidr, &fault);

		if (cases[i].fault == NULL) {
			assert_int_equal(status, YETT_OK);
			assert_int_equal(cidr.bits, cases[i].bits);
			continue;
		}
		assert_int_equal(status, YETT_E_POLICY);
		assert_string_equal(fault.what, cases[i].fault);
		assert_int_equal(cidr.bits, 77);
	}
}

static bool
slow_covers(const struct yett_cidr *cidr, const struct yett_ip *ip)
{
	for (int bit = 0; bit < cidr->bits; bit++)
		if (((cidr->ip.byte[bit / 8] ^ ip->byte[bit / 8]) >>
			(7 - bit % 8)) &
		    1)
			return false;
	return true;
}

/* Few bits vary, so that prefixes nest and addresses hit. */
static struct yett_cidr
random_cidr(void)
{
	struct yett_cidr cidr;
	char text[32];

	snprintf(text, sizeof(text), "10.%d.%d.%d", rand() % 2, rand() % 4,
	    rand() % 8 * 32);
	assert_int_equal(yett_cidr_parse(yett_slice_of(text), &cidr, NULL),
	    YETT_OK);
	return cidr;
}

static void
test_cidr_set_like_the_slow_twin(void **state)
{
	struct yett_arena arena = { NULL };

	(void)state;
	srand(11);
	for (int round = 0; round < 2000; round++) {
		struct yett_cidr cidr[6], probe = random_cidr();
		uint32_t count = (uint32_t)(rand() % 7);
		struct yett_cidr_set set;
		bool want = false;

		for (uint32_t i = 0; i < count; i++) {
			static const uint8_t bits[] = { 111, 118, 123, 128 };

			cidr[i] = random_cidr();
			cidr[i].bits = bits[rand() % 4];
			for (int bit = cidr[i].bits; bit < 128; bit++)
				cidr[i].ip.byte[bit / 8] &= (uint8_t) ~(
				    0x80 >> bit % 8);
			want = want || slow_covers(&cidr[i], &probe.ip);
		}
		assert_int_equal(yett_cidr_set_build(&arena, cidr, count, &set),
		    YETT_OK);
		assert_int_equal(yett_cidr_set_contains(&set, &probe.ip), want);
	}
	yett_arena_clear(&arena);
}

static void
test_families_are_apart(void **state)
{
	static const struct {
		const char *networks[2], *address;
		bool contains;
	} cases[] = {
		{ { "::/0", "::/0" }, "192.0.2.1", false },
		{ { "::/0", "::/0" }, "0.0.0.0", false },
		{ { "::/0", "::/0" }, "255.255.255.255", false },
		{ { "::/0", "::/0" }, "::1", true },
		{ { "::/0", "::/0" }, "::fffe:ffff:ffff", true },
		{ { "::/0", "::/0" }, "::1:0:0:0", true },
		{ { "::/0", "::/0" }, "2001:db8::1", true },
		{ { "::/64", "::/80" }, "192.0.2.1", false },
		{ { "::/64", "::/80" }, "::2", true },
		{ { "::/0", "192.0.2.0/24" }, "192.0.2.1", true },
		{ { "::/0", "192.0.2.0/24" }, "192.0.3.1", false },
		{ { "0.0.0.0/0", "::/0" }, "192.0.3.1", true },
		{ { "0.0.0.0/0", "0.0.0.0/0" }, "::1", false },
	};
	struct yett_arena arena = { NULL };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_cidr networks[2], address;
		struct yett_cidr_set set;

		for (int k = 0; k < 2; k++)
			assert_int_equal(yett_cidr_parse(yett_slice_of(
							     cases[i]
								 .networks[k]),
					     &networks[k], NULL),
			    YETT_OK);
		assert_int_equal(yett_cidr_parse(yett_slice_of(
						     cases[i].address),
				     &address, NULL),
		    YETT_OK);
		assert_int_equal(yett_cidr_set_build(&arena, networks, 2, &set),
		    YETT_OK);
		if (yett_cidr_set_contains(&set, &address.ip) !=
		    cases[i].contains)
			fail_msg("%s in %s", cases[i].address,
			    cases[i].networks[0]);
	}
	yett_arena_clear(&arena);
}

static void
test_string_set(void **state)
{
	static const struct yett_slice strings[] = { { "b", 1 }, { "", 0 },
		{ "ab", 2 }, { "b", 1 }, { "a\0b", 3 } };
	struct yett_arena arena = { NULL };
	struct yett_string_set set = { 0 };

	(void)state;
	assert_false(yett_string_set_contains(&set, YETT_LIT("b")));
	assert_int_equal(yett_string_set_build(&arena, strings, COUNT(strings),
			     &set),
	    YETT_OK);
	for (size_t i = 0; i < COUNT(strings); i++)
		assert_true(yett_string_set_contains(&set, strings[i]));
	assert_false(yett_string_set_contains(&set, YETT_LIT("a")));
	assert_false(yett_string_set_contains(&set, YETT_LIT("a\0c")));
	assert_false(yett_string_set_contains(&set, YETT_LIT("abc")));
	yett_arena_clear(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_globs),
		cmocka_unit_test(test_glob_sees_bytes_behind_nul),
		cmocka_unit_test(test_globs_like_the_slow_twin),
		cmocka_unit_test(test_glob_never_explodes),
		cmocka_unit_test(test_glob_of_any_length),
		cmocka_unit_test(test_cidr_parse),
		cmocka_unit_test(test_cidr_set_like_the_slow_twin),
		cmocka_unit_test(test_families_are_apart),
		cmocka_unit_test(test_string_set),
	};

	return cmocka_run_group_tests_name("matcher", tests, NULL, NULL);
}
