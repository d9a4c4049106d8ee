/* SPDX-License-Identifier: Apache-2.0 */
/* The PROXY protocol, versions 1 and 2: what is read, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "io/proxy_protocol.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static const char *
text_of(const struct yett_proxy_head *head, char out[2 * YETT_ADDRESS_TEXT])
{
	char client[YETT_ADDRESS_TEXT], server[YETT_ADDRESS_TEXT];

	snprintf(out, 2 * YETT_ADDRESS_TEXT, "%s to %s",
	    yett_address_write(&head->client, client),
	    yett_address_write(&head->server, server));
	return head->has_addresses ? out : "unknown";
}

/* Every shorter beginning must want more; bytes behind change nothing. */
static void
check_good(struct yett_slice bytes, const char *want)
{
	char more[YETT_PROXY_HEAD_MOST + 16], text[2 * YETT_ADDRESS_TEXT];
	struct yett_proxy_head head;
	const char *why = "";

	memcpy(more, bytes.at, bytes.len);
	memcpy(more + bytes.len, "\x16\x03\x01\r\n", 5);
	for (size_t len = 0; len < bytes.len; len++)
		assert_int_equal(yett_proxy_parse((struct yett_slice){ more,
						      len },
				     &head, &why),
		    YETT_PROXY_MORE);
	for (size_t len = bytes.len; len <= bytes.len + 5; len++) {
		assert_int_equal(yett_proxy_parse((struct yett_slice){ more,
						      len },
				     &head, &why),
		    YETT_PROXY_DONE);
		assert_int_equal(head.len, bytes.len);
		assert_string_equal(text_of(&head, text), want);
	}
}

#define IPV4 "\xcb\0\x71\x09\xc0\0\x02\x07\x12\x67\x01\xbb"
#define IP_A "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09"
#define IP_B "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"

static void
test_heads_are_read(void **state)
{
	static const struct {
		struct yett_slice bytes;
		const char *want;
	} cases[] = {
		{ YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 4711 443\r\n"),
		    "203.0.113.9:4711 to 192.0.2.7:443" },
		{ YETT_LIT("PROXY TCP6 2001:db8::9 ::7 0 65535\r\n"),
		    "[2001:db8::9]:0 to [::7]:65535" },
		{ YETT_LIT("PROXY UNKNOWN\r\n"), "unknown" },
		{ YETT_LIT("PROXY UNKNOWN ::1 whatever it says 1 2\r\n"),
		    "unknown" },
		{ YETT_LIT(SIGNATURE "\x21\x11\0\x0c" IPV4),
		    "203.0.113.9:4711 to 192.0.2.7:443" },
		{ YETT_LIT(
		      SIGNATURE "\x21\x21\0\x24" IP_A IP_B "\x12\x67\x01\xbb"),
		    "[2001:db8::9]:4711 to [2001:db8::7]:443" },
		{ YETT_LIT(SIGNATURE "\x21\0\0\0"), "unknown" },
		{ YETT_LIT(SIGNATURE "\x20\0\0\0"), "unknown" },
		/* Its own connection: the addresses do not count. */
		{ YETT_LIT(SIGNATURE "\x20\x11\0\x0c" IPV4), "unknown" },
		/* Nor does anything else that it says. */
		{ YETT_LIT(SIGNATURE "\x20\x77\0\x02xy"), "unknown" },
		{ YETT_LIT(SIGNATURE "\x20\x11\0\x01\0"), "unknown" },
		{ YETT_LIT(SIGNATURE "\x20\0\0\x03\x04\xff\xff"), "unknown" },
		/* An extension, an empty one. */
		{ YETT_LIT(
		      SIGNATURE "\x21\x11\0\x16" IPV4 "\x02\0\x04shop\x04\0\0"),
		    "203.0.113.9:4711 to 192.0.2.7:443" },
		{ YETT_LIT(SIGNATURE "\x21\0\0\x03\x04\0\0"), "unknown" },
		/* A checksum, before and behind another extension. */
		{ YETT_LIT(SIGNATURE "\x21\x11\0\x13" IPV4
				     "\x03\0\x04\xef\x7a\x48\xe6"),
		    "203.0.113.9:4711 to 192.0.2.7:443" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		check_good(cases[i].bytes, cases[i].want);
}

static void
test_a_unix_client_has_no_address(void **state)
{
	char bytes[16 + 216] = SIGNATURE "\x21\x31\0\xd8";

	(void)state;
	check_good((struct yett_slice){ bytes, sizeof(bytes) }, "unknown");
}

static void
test_the_longest_head(void **state)
{
	char bytes[YETT_PROXY_HEAD_MOST] = SIGNATURE "\x21\0\x0f\xf0"
						     "\x04\x0f\xed";
	struct yett_proxy_head head;
	const char *why = NULL;

	(void)state;
	check_good((struct yett_slice){ bytes, sizeof(bytes) }, "unknown");
	bytes[15]++;
	assert_int_equal(yett_proxy_parse((struct yett_slice){ bytes, 16 },
			     &head, &why),
	    YETT_PROXY_BAD);
	assert_string_equal(why, "the head is too long");
}

static void
test_everything_else_is_refused(void **state)
{
	static const struct yett_slice cases[] = {
		YETT_LIT("\x16\x03\x01"),
		YETT_LIT("GET / HTTP/1.1\r\n"),
		YETT_LIT("proxy TCP4 203.0.113.9 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1 2\n"),
		YETT_LIT("PROXY \n"),
		YETT_LIT("PROXY \r\n"),
		YETT_LIT("PROXY  TCP4 203.0.113.9 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP4  203.0.113.9 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1 2 \r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1 02\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 -1 2\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1 65536\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9 192.0.2.7 1 \r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.09 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.256 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP4 2001:db8::9 ::7 1 2\r\n"),
		YETT_LIT("PROXY TCP6 203.0.113.9 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY TCP6 ::1%lo ::7 1 2\r\n"),
		YETT_LIT("PROXY UDP4 203.0.113.9 192.0.2.7 1 2\r\n"),
		YETT_LIT("PROXY UNKNOWNS\r\n"),
		YETT_LIT("PROXY TCP4 203.0.113.9\0 192.0.2.7 1 2\r\n"),
		/* 107 bytes without an end. */
		YETT_LIT("PROXY UNKNOWN 4567890123456789012345678901234567"
			 "89012345678901234567890123456789012345678901234567"
			 "890123456"),
		YETT_LIT("\r\n\r\n\0\r\nQUIT\r"),
		/* Version 1 and 3, another command. */
		YETT_LIT(SIGNATURE "\x11\0\0\0"),
		YETT_LIT(SIGNATURE "\x31\0\0\0"),
		YETT_LIT(SIGNATURE "\x22\0\0\0"),
		/* Datagrams, a family without a transport, neither. */
		YETT_LIT(SIGNATURE "\x21\x12\0\x0c" IPV4),
		YETT_LIT(SIGNATURE "\x21\x10\0\x0c" IPV4),
		YETT_LIT(SIGNATURE "\x21\x41\0\x0c" IPV4),
		/* Addresses and extensions beyond the end. */
		YETT_LIT(SIGNATURE "\x21\x11\0\x0b\0\0\0\0\0\0\0\0\0\0\0"),
		YETT_LIT(SIGNATURE "\x21\x11\0\x0d" IPV4 "\x04"),
		YETT_LIT(SIGNATURE "\x21\x11\0\x0f" IPV4 "\x04\0\x01"),
		YETT_LIT(SIGNATURE "\x21\x11\0\x10" IPV4 "\x04\xff\xff\0"),
		/* Checksums: wrong, short, twice. */
		YETT_LIT(SIGNATURE "\x21\x11\0\x13" IPV4
				   "\x03\0\x04\xef\x7a\x48\xe7"),
		YETT_LIT(SIGNATURE "\x21\x11\0\x12" IPV4 "\x03\0\x03\0\0\0"),
		YETT_LIT(SIGNATURE "\x21\x11\0\x1a" IPV4
				   "\x03\0\x04\0\0\0\0\x03\0\x04\0\0\0\0"),
	};
	struct yett_proxy_head head;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = NULL;

		if (yett_proxy_parse(cases[i], &head, &why) != YETT_PROXY_BAD)
			fail_msg("case %zu is taken for a head", i);
		assert_non_null(why);
	}
}

/* --- writing --- */

static struct yett_address
address(const char *host, uint16_t port)
{
	struct yett_address out;

	assert_int_equal(yett_address_parse(&out, yett_slice_of(host), port,
			     NULL),
	    YETT_OK);
	return out;
}

static void
test_what_is_written_is_read(void **state)
{
	static const struct {
		const char *client, *server, *want;
	} cases[] = {
		{ "203.0.113.9", "192.0.2.7",
		    "203.0.113.9:4711 to 192.0.2.7:443" },
		{ "2001:db8::9", "2001:db8::7",
		    "[2001:db8::9]:4711 to [2001:db8::7]:443" },
		{ "203.0.113.9", "2001:db8::7",
		    "[::ffff:203.0.113.9]:4711 to [2001:db8::7]:443" },
	};
	struct yett_proxy_tls tls = {
		.version = YETT_LIT("TLSv1.3"),
		.cipher = YETT_LIT("TLS_AES_128_GCM_SHA256"),
		.is_verified = true,
		.common_name = YETT_LIT("Ada"),
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_address client = address(cases[i].client, 4711);
		struct yett_address server = address(cases[i].server, 443);
		struct yett_proxy_facts facts = { &client, &server,
			YETT_LIT("http/1.1"), YETT_LIT("shop.test"), &tls };
		struct yett_buf out = { 0 };

		assert_int_equal(yett_proxy_write(&out, &facts), YETT_OK);
		check_good(yett_buf_slice(&out), cases[i].want);
		yett_buf_clear(&out);
	}
}

static void
test_a_head_byte_for_byte(void **state)
{
	static const struct yett_slice want = YETT_LIT(
	    SIGNATURE "\x21\x11\0\x30" IPV4 "\x02\0\x04shop"
		      "\x20\0\x1a\x07\0\0\0\0"
		      "\x21\0\x07TLSv1.2"
		      "\x22\0\x03"
		      "Ada"
		      "\x23\0\x02\x01\x02");
	struct yett_address client = address("203.0.113.9", 4711);
	struct yett_address server = address("192.0.2.7", 443);
	struct yett_proxy_tls tls = {
		.version = YETT_LIT("TLSv1.2"),
		.cipher = YETT_LIT("\x01\x02"),
		.sent_certificate = true,
		.has_certificate = true,
		.is_verified = true,
		.common_name = YETT_LIT("Ada"),
	};
	struct yett_proxy_facts facts = { &client, &server, YETT_SLICE_NONE,
		YETT_LIT("shop"), &tls };
	struct yett_buf out = { 0 };

	(void)state;
	assert_int_equal(yett_proxy_write(&out, &facts), YETT_OK);
	assert_int_equal(yett_buf_len(&out), want.len);
	assert_memory_equal(out.memory, want.at, want.len);
	/* Who is not verified has no name, and a verdict that is not zero. */
	yett_buf_consume(&out, yett_buf_len(&out));
	tls.is_verified = false;
	assert_int_equal(yett_proxy_write(&out, &facts), YETT_OK);
	assert_null(
	    memmem(yett_buf_slice(&out).at, yett_buf_len(&out), "Ada", 3));
	assert_non_null(memmem(yett_buf_slice(&out).at, yett_buf_len(&out),
	    "\x07\0\0\0\x01", 5));
	yett_buf_clear(&out);
}

static void
test_nothing_is_made_up(void **state)
{
	char long_name[2000];
	struct yett_address client = address("203.0.113.9", 4711);
	struct yett_address nobody = { .len = 0 };
	struct yett_proxy_facts facts = { &client, &nobody,
		.authority = { long_name, sizeof(long_name) } };
	struct yett_buf out = { 0 };

	(void)state;
	memset(long_name, 'x', sizeof(long_name));
	assert_int_equal(yett_proxy_write(&out, &facts), YETT_OK);
	assert_int_equal(yett_buf_len(&out), 16);
	check_good(yett_buf_slice(&out), "unknown");
	yett_buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads_are_read),
		cmocka_unit_test(test_a_unix_client_has_no_address),
		cmocka_unit_test(test_the_longest_head),
		cmocka_unit_test(test_everything_else_is_refused),
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_a_head_byte_for_byte),
		cmocka_unit_test(test_nothing_is_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
