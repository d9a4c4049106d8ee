/* SPDX-License-Identifier: Apache-2.0 */
/* ClientHellos made by hand, good and bad. */
#include "tls/hello.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tls/datum.h"
#include "tls/priority.h"
#include "tls/signature.h"

/* One extension: its number, and its content as bytes. */
struct extension {
	unsigned id;
	const char *bytes;
	size_t len;
};
#define EXTENSION(id, bytes)                                                   \
	{                                                                      \
		id, bytes, sizeof(bytes) - 1                                   \
	}
#define NAME(len2, len1, name) "\0" len2 "\0\0" len1 name
#define MANY 4

static void
add_number(struct yett_buf *out, size_t number, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--) {
		char byte = (char)(number >> (8 * i));

		assert_int_equal(yett_buf_append(out,
				     (struct yett_slice){ &byte, 1 }),
		    YETT_OK);
	}
}

/* The body of a hello; `suites` are two bytes each. */
static void
make_hello(struct yett_buf *out, struct yett_slice suites,
    const struct extension *extension)
{
	static const char random[32];
	size_t total = 0;

	for (size_t i = 0; i < MANY && extension[i].bytes != NULL; i++)
		total += 4 + extension[i].len;
	add_number(out, 0x0303, 2);
	(void)!yett_buf_append(out, (struct yett_slice){ random, 32 });
	add_number(out, 0, 1); /* session id */
	add_number(out, suites.len, 2);
	(void)!yett_buf_append(out, suites);
	add_number(out, 0x0100, 2); /* compression: none */
	add_number(out, total, 2);
	for (size_t i = 0; i < MANY && extension[i].bytes != NULL; i++) {
		add_number(out, extension[i].id, 2);
		add_number(out, extension[i].len, 2);
		(void)!yett_buf_append(out,
		    (struct yett_slice){ extension[i].bytes,
			extension[i].len });
	}
}

static bool
parse(struct yett_hello_message *out, struct yett_buf *memory,
    struct yett_slice suites, const struct extension *extension,
    gnutls_alert_description_t *alert)
{
	gnutls_datum_t message;

	make_hello(memory, suites, extension);
	message = yett_datum(yett_buf_slice(memory));
	return yett_hello_parse(out, &message, alert);
}

static void
test_names_and_versions(void **state)
{
	static const struct {
		const char *name, *sni;
		struct extension extension[MANY];
		uint16_t version;
		uint32_t alpn_count;
		bool offers_auth;
	} cases[] = {
		{ "nothing", "", { { 0 } }, 0x0303, 0, false },
		{ "name", "a.test",
		    { EXTENSION(0, NAME("\x09", "\x06", "A.tesT")) }, 0x0303, 0,
		    false },
		{ "trailing dot", "a.test",
		    { EXTENSION(0, NAME("\x0a", "\x07", "a.test.")) }, 0x0303,
		    0, false },
		{ "1.3 among others", "",
		    { EXTENSION(43, "\x06\x7a\x7a\x03\x04\x03\x03") }, 0x0304,
		    0, false },
		{ "1.2 only", "", { EXTENSION(43, "\x02\x03\x03") }, 0x0303, 0,
		    false },
		{ "only old", "", { EXTENSION(43, "\x02\x03\x02") }, 0, 0,
		    false },
		/* Names nobody: site "*". */
		{ "an address", "",
		    { EXTENSION(0, NAME("\x0c", "\x09", "127.0.0.1")) }, 0x0303,
		    0, false },
		{ "protocols", "",
		    { EXTENSION(16, "\0\x0c\x02h2\x08http/1.1") }, 0x0303, 2,
		    false },
		{ "auth later", "", { EXTENSION(49, "") }, 0x0303, 0, true },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_hello_message hello;
		struct yett_buf memory = { 0 };
		gnutls_alert_description_t alert;

		if (!parse(&hello, &memory, YETT_LIT("\x13\x01"),
			cases[k].extension, &alert))
			fail_msg("%s: %d", cases[k].name, alert);
		assert_string_equal(hello.sni, cases[k].sni);
		assert_int_equal(hello.sni_len, strlen(cases[k].sni));
		assert_int_equal(hello.version, cases[k].version);
		assert_int_equal(hello.alpn_count, cases[k].alpn_count);
		assert_int_equal(hello.offers_post_handshake_auth,
		    cases[k].offers_auth);
		yett_buf_clear(&memory);
	}
}

static void
test_what_is_refused(void **state)
{
	static const struct {
		const char *name;
		struct extension extension[MANY];
		gnutls_alert_description_t alert;
	} cases[] = {
		{ "empty name", { EXTENSION(0, NAME("\x03", "\0", "")) },
		    GNUTLS_A_DECODE_ERROR },
		{ "empty list", { EXTENSION(0, "\0\0") },
		    GNUTLS_A_DECODE_ERROR },
		{ "no list", { EXTENSION(0, "") }, GNUTLS_A_DECODE_ERROR },
		{ "name too long for its list",
		    { EXTENSION(0, NAME("\x09", "\x07", "a.test")) },
		    GNUTLS_A_DECODE_ERROR },
		{ "two names",
		    { EXTENSION(0,
			"\0\x0c\0\0\x03"
			"a.b"
			"\0\0\x03"
			"a.c") },
		    GNUTLS_A_DECODE_ERROR },
		{ "name of another type",
		    { EXTENSION(0,
			"\0\x09\x01\0\x06"
			"a.test") },
		    GNUTLS_A_DECODE_ERROR },
		{ "bytes behind",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.testx")) },
		    GNUTLS_A_DECODE_ERROR },
		{ "the name twice",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.test")),
			EXTENSION(0, NAME("\x09", "\x06", "b.test")) },
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "no signatures", { EXTENSION(13, "\0\0") },
		    GNUTLS_A_DECODE_ERROR },
		{ "half a signature", { EXTENSION(13, "\0\x03\x04\x03\x04") },
		    GNUTLS_A_DECODE_ERROR },
		{ "half a signature of chains",
		    { EXTENSION(50, "\0\x03\x04\x03\x04") },
		    GNUTLS_A_DECODE_ERROR },
		{ "NUL inside",
		    { EXTENSION(0, NAME("\x09", "\x06", "a\0test")) },
		    GNUTLS_A_UNRECOGNIZED_NAME },
		{ "empty protocol", { EXTENSION(16, "\0\x01\0") },
		    GNUTLS_A_DECODE_ERROR },
		{ "no protocols", { EXTENSION(16, "\0\0") },
		    GNUTLS_A_DECODE_ERROR },
		{ "cut protocol", { EXTENSION(16, "\0\x03\x08ht") },
		    GNUTLS_A_DECODE_ERROR },
		{ "33 protocols",
		    { EXTENSION(16,
			"\0\x42"
			"\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a"
			"\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a"
			"\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a\1a") },
		    GNUTLS_A_DECODE_ERROR },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_hello_message hello;
		struct yett_buf memory = { 0 };
		gnutls_alert_description_t alert = GNUTLS_A_CLOSE_NOTIFY;

		if (parse(&hello, &memory, YETT_LIT("\x13\x01"),
			cases[k].extension, &alert) ||
		    alert != cases[k].alert)
			fail_msg("%s: %d", cases[k].name, alert);
		yett_buf_clear(&memory);
	}
}

/* Cut after each byte: never read beyond, never accepted. */
static void
test_cut_hellos(void **state)
{
	static const struct extension extension[MANY] = {
		EXTENSION(0, NAME("\x09", "\x06", "a.test")),
		EXTENSION(16, "\0\x09\x08http/1.1"),
		EXTENSION(43, "\x02\x03\x04"),
	};
	struct yett_buf memory = { 0 };
	struct yett_slice whole;

	(void)state;
	make_hello(&memory, YETT_LIT("\x13\x01"), extension);
	whole = yett_buf_slice(&memory);
	for (size_t len = 0; len < whole.len; len++) {
		/* Of exactly that size, for the sanitizers. */
		struct yett_buf cut = { 0 };
		struct yett_hello_message hello;
		gnutls_alert_description_t alert;
		gnutls_datum_t message;

		cut.memory = test_malloc(len + 1);
		cut.cap = len + 1;
		memcpy(cut.memory, whole.at, len);
		cut.end = len;
		message = yett_datum(yett_buf_slice(&cut));
		if (yett_hello_parse(&hello, &message, &alert))
			/* RFC 5246 allows a hello without extensions. */
			assert_true(
			    hello.sni_len == 0 && hello.version == 0x0303);
		test_free(cut.memory);
	}
	yett_buf_clear(&memory);
}

/* Extensions: TLS 1.3, the schemes, the curves. */
#define OFFERS_13 EXTENSION(43, "\x02\x03\x04")
#define SCHEMES(...) EXTENSION(13, __VA_ARGS__)

static void
test_kinds_of_keys(void **state)
{
	static const char usual[] = YETT_TLS_PRIORITY;
	static const char only_rsa[] =
	    "NORMAL:-SIGN-ALL:+SIGN-RSA-SHA256:+SIGN-RSA-PSS-RSAE-SHA256";
	static const char only_12[] = "NORMAL:-VERS-TLS1.3";
	static const struct {
		const char *name, *priority;
		struct yett_slice suites;
		struct extension extension[MANY];
		unsigned kinds;
	} cases[] = {
		{ "1.3, all", usual, YETT_LIT("\x13\x01"),
		    { OFFERS_13, SCHEMES("\0\x06\x04\x03\x08\x04\x08\x07") },
		    YETT_KEY_RSA | YETT_KEY_P256 | YETT_KEY_ED25519 },
		{ "1.3, RSA", usual, YETT_LIT("\x13\x01"),
		    { OFFERS_13, SCHEMES("\0\x04\x08\x04\x08\x05") },
		    YETT_KEY_RSA },
		{ "1.3, RSA with PKCS#1 is for chains only", usual,
		    YETT_LIT("\x13\x01"),
		    { OFFERS_13, SCHEMES("\0\x02\x04\x01") }, 0 },
		{ "1.3, a scheme names its curve", usual, YETT_LIT("\x13\x01"),
		    { OFFERS_13, SCHEMES("\0\x02\x05\x03") }, YETT_KEY_P384 },
		{ "1.3, the site signs with RSA only", only_rsa,
		    YETT_LIT("\x13\x01"),
		    { OFFERS_13, SCHEMES("\0\x04\x04\x03\x08\x04") },
		    YETT_KEY_RSA },
		{ "1.2, the suites are for RSA", usual, YETT_LIT("\xc0\x2f"),
		    { SCHEMES("\0\x04\x04\x03\x04\x01") }, YETT_KEY_RSA },
		{ "1.2, the suites are for ECDSA", usual, YETT_LIT("\xc0\x2b"),
		    { SCHEMES("\0\x04\x04\x03\x04\x01") },
		    YETT_KEY_P256 | YETT_KEY_P384 | YETT_KEY_P521 },
		{ "1.2, it knows one curve", usual, YETT_LIT("\xc0\x2b"),
		    { SCHEMES("\0\x04\x04\x03\x08\x07"),
			EXTENSION(10, "\0\x04\x00\x18\x00\x1d") },
		    YETT_KEY_P384 | YETT_KEY_ED25519 },
		{ "1.2, no suite of ours", usual, YETT_LIT("\x00\x2f"),
		    { SCHEMES("\0\x04\x04\x03\x04\x01") }, 0 },
		{ "1.2, no signatures named", usual, YETT_LIT("\xc0\x2b"),
		    { { 0 } }, 0 },
		{ "1.3 offered, but the site speaks 1.2", only_12,
		    YETT_LIT("\x13\x01\xc0\x2f"),
		    { EXTENSION(43, "\x04\x03\x04\x03\x03"),
			SCHEMES("\0\x04\x04\x03\x04\x01") },
		    YETT_KEY_RSA },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_hello_message hello;
		struct yett_priority *priority;
		struct yett_buf memory = { 0 };
		gnutls_alert_description_t alert;
		unsigned kinds;

		assert_int_equal(yett_priority_open(&priority,
				     yett_slice_of(cases[k].priority), NULL),
		    YETT_OK);
		assert_true(parse(&hello, &memory, cases[k].suites,
		    cases[k].extension, &alert));
		kinds = yett_priority_key_kinds(priority, &hello);
		if (kinds != cases[k].kinds)
			fail_msg("%s: %#x", cases[k].name, kinds);
		yett_priority_close(priority);
		yett_buf_clear(&memory);
	}
}

static void
test_what_may_sign_the_chain(void **state)
{
	static const struct {
		const char *name;
		struct extension extension[MANY];
		unsigned schemes[2]; /* codes that it has to know; 0: none */
		unsigned lacks;
	} cases[] = {
		{ "the same as in the handshake",
		    { OFFERS_13, SCHEMES("\0\x04\x08\x04\x04\x01") },
		    { 0x0401, 0x0804 }, 0x0403 },
		{ "what is named for it", /* signature_algorithms_cert */
		    { OFFERS_13, SCHEMES("\0\x02\x08\x04"),
			EXTENSION(50, "\0\x04\x04\x03\x02\x01") },
		    { 0x0403, 0x0201 }, 0x0804 },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_hello_message hello;
		struct yett_buf memory = { 0 };
		gnutls_alert_description_t alert;

		assert_true(parse(&hello, &memory, YETT_LIT("\x13\x01"),
		    cases[k].extension, &alert));
		for (size_t i = 0; i < 2; i++)
			assert_int_not_equal(hello.chain_schemes &
				yett_signature_scheme(cases[k].schemes[i]),
			    0);
		assert_int_equal(hello.chain_schemes &
			yett_signature_scheme(cases[k].lacks),
		    0);
		yett_buf_clear(&memory);
	}
}

static void
test_digest_covers_name_protocols_versions(void **state)
{
	static const struct extension base[MANY] = {
		EXTENSION(0, NAME("\x09", "\x06", "a.test")),
		EXTENSION(16, "\0\x09\x08http/1.1"),
		EXTENSION(43, "\x02\x03\x04"),
	};
	static const struct {
		const char *name;
		struct extension extension[MANY];
		bool same;
	} cases[] = {
		{ "same",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.test")),
			EXTENSION(16, "\0\x09\x08http/1.1"),
			EXTENSION(43, "\x02\x03\x04") },
		    true },
		{ "with a cookie",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.test")),
			EXTENSION(16, "\0\x09\x08http/1.1"),
			EXTENSION(43, "\x02\x03\x04"),
			EXTENSION(44, "\0\x01x") },
		    true },
		{ "other name",
		    { EXTENSION(0, NAME("\x09", "\x06", "b.test")),
			EXTENSION(16, "\0\x09\x08http/1.1"),
			EXTENSION(43, "\x02\x03\x04") },
		    false },
		{ "other protocol",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.test")),
			EXTENSION(16, "\0\x09\x08http/1.0"),
			EXTENSION(43, "\x02\x03\x04") },
		    false },
		{ "other version",
		    { EXTENSION(0, NAME("\x09", "\x06", "a.test")),
			EXTENSION(16, "\0\x09\x08http/1.1"),
			EXTENSION(43, "\x02\x03\x03") },
		    false },
		{ "no name",
		    { EXTENSION(16, "\0\x09\x08http/1.1"),
			EXTENSION(43, "\x02\x03\x04") },
		    false },
	};
	struct yett_hello_message first, hello;
	struct yett_buf memory = { 0 };
	gnutls_alert_description_t alert;

	(void)state;
	assert_true(parse(&first, &memory, YETT_LIT("\x13\x01"), base, &alert));
	yett_buf_clear(&memory);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		assert_true(parse(&hello, &memory, YETT_LIT("\x13\x01"),
		    cases[k].extension, &alert));
		if ((memcmp(hello.digest, first.digest, sizeof(first.digest)) ==
			0) != cases[k].same)
			fail_msg("%s", cases[k].name);
		yett_buf_clear(&memory);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_versions),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_cut_hellos),
		cmocka_unit_test(test_kinds_of_keys),
		cmocka_unit_test(test_what_may_sign_the_chain),
		cmocka_unit_test(test_digest_covers_name_protocols_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
