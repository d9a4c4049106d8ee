/* SPDX-License-Identifier: Apache-2.0 */
/* Priority strings: what they may say, and what stays off whatever they say. */
#include "tls/priority.h"
#include "tls/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct yett_hello_message both = { .offers_tls12 = true,
	.offers_tls13 = true };

static void
test_versions(void **state)
{
	static const struct {
		const char *text;
		bool offers_tls12, offers_tls13;
		uint16_t version;
	} cases[] = {
		{ YETT_TLS_PRIORITY, true, true, 0x0304 },
		{ YETT_TLS_PRIORITY, true, false, 0x0303 },
		{ YETT_TLS_PRIORITY, false, false, 0 },
		{ "NORMAL:-VERS-TLS1.3", true, true, 0x0303 },
		{ "NORMAL:-VERS-TLS1.3", false, true, 0 },
		{ "NORMAL:-VERS-TLS1.2", true, false, 0 },
		/* No suite of TLS 1.2 is left. */
		{ "NORMAL:-KX-ALL", true, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct yett_hello_message hello = {
			.offers_tls12 = cases[i].offers_tls12,
			.offers_tls13 = cases[i].offers_tls13
		};
		struct yett_priority *priority;

		assert_int_equal(yett_priority_open(&priority,
				     yett_slice_of(cases[i].text), NULL),
		    YETT_OK);
		if (yett_priority_version(priority, &hello) != cases[i].version)
			fail_msg("%zu: %s", i, cases[i].text);
		yett_priority_close(priority);
	}
}

static bool
has(const unsigned *list, int count, unsigned what)
{
	for (int i = 0; i < count; i++)
		if (list[i] == what)
			return true;
	return false;
}

/* A library may be built without a word, as Debian 13's is without SRP. */
static bool
is_known(const char *text)
{
	gnutls_priority_t set;

	if (gnutls_priority_init(&set, text, NULL) < 0)
		return false;
	gnutls_priority_deinit(set);
	return true;
}

/* Old versions, static RSA, PSK, SRP, anonymous exchanges, and clear text stay
 * off whatever a string says. */
static void
test_what_stays_off(void **state)
{
	static const char *const texts[] = {
		"NORMAL:+VERS-SSL3.0:+VERS-TLS1.0:+VERS-TLS1.1",
		"LEGACY",
		"NORMAL:+VERS-DTLS-ALL:+VERS-ALL",
		"NORMAL:+RSA:+PSK:+DHE-PSK:+ECDHE-PSK:+RSA-PSK",
		"NORMAL:+SRP:+SRP-RSA:+SRP-DSS",
		"NORMAL:+ANON-DH:+ANON-ECDH:+DHE-DSS",
		"NORMAL:+KX-ALL:+NULL:+MAC-ALL:%COMPAT",
		"NORMAL:%UNSAFE_RENEGOTIATION:%DISABLE_SAFE_RENEGOTIATION",
		"NONE:+VERS-TLS-ALL:+KX-ALL:+CIPHER-ALL:+MAC-ALL:+SIGN-ALL:"
		"+GROUP-ALL:+NULL:+ARCFOUR-128",
		"PERFORMANCE:+ANON-ECDH",
		"NORMAL:+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1:+SIGN-DSA-SHA1",
		"NORMAL:%VERIFY_ALLOW_SIGN_WITH_SHA1:%VERIFY_ALLOW_BROKEN",
		YETT_TLS_PRIORITY,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_priority *priority;
		const unsigned *list;
		int count;

		if (yett_priority_open(&priority, yett_slice_of(texts[i]),
			&fault) != YETT_OK) {
			if (is_known(texts[i]))
				fail_msg("%s: %s", texts[i], fault.what);
			continue;
		}
		count = gnutls_priority_protocol_list(yett_priority_set(
							  priority),
		    &list);
		assert_true(count > 0);
		for (int k = 0; k < count; k++)
			if (list[k] != GNUTLS_TLS1_2 &&
			    list[k] != GNUTLS_TLS1_3)
				fail_msg("%s: version %u", texts[i], list[k]);
		count = gnutls_priority_kx_list(yett_priority_set(priority),
		    &list);
		for (int k = 0; k < count; k++)
			if (list[k] != GNUTLS_KX_ECDHE_ECDSA &&
			    list[k] != GNUTLS_KX_ECDHE_RSA &&
			    list[k] != GNUTLS_KX_DHE_RSA)
				fail_msg("%s: exchange %u", texts[i], list[k]);
		count = gnutls_priority_sign_list(yett_priority_set(priority),
		    &list);
		for (int k = 0; k < count; k++)
			if (gnutls_sign_get_hash_algorithm(
				(gnutls_sign_algorithm_t)list[k]) ==
			    GNUTLS_DIG_SHA1)
				fail_msg("%s: signature %u", texts[i], list[k]);
		count = gnutls_priority_cipher_list(yett_priority_set(priority),
		    &list);
		assert_true(count > 0);
		assert_false(has(list, count, GNUTLS_CIPHER_NULL));
		assert_int_not_equal(yett_priority_version(priority, &both), 0);
		yett_priority_close(priority);
	}
}

static void
test_kinds_that_can_sign(void **state)
{
	static const struct {
		const char *text;
		unsigned kinds, lacks;
	} cases[] = {
		{ YETT_TLS_PRIORITY, YETT_KEYS_RSA | YETT_KEY_P256, 0 },
		{ "NORMAL:-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256", YETT_KEY_RSA,
		    YETT_KEYS_CURVE },
		/* TLS 1.2 alone hangs on the key exchange as well. */
		{ "NORMAL:-VERS-TLS1.3:-KX-ALL:+ECDHE-RSA", YETT_KEY_RSA,
		    YETT_KEYS_CURVE },
		{ "NORMAL:-VERS-TLS1.3:-KX-ALL:+ECDHE-ECDSA", YETT_KEY_P256,
		    YETT_KEYS_RSA },
		{ "NORMAL:-KX-ALL:+ECDHE-RSA", YETT_KEY_P256, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_priority *priority;
		unsigned kinds;

		assert_int_equal(yett_priority_open(&priority,
				     yett_slice_of(cases[i].text), NULL),
		    YETT_OK);
		kinds = yett_priority_kinds(priority);
		if ((kinds & cases[i].kinds) != cases[i].kinds ||
		    (kinds & cases[i].lacks) != 0)
			fail_msg("%s: %x", cases[i].text, kinds);
		yett_priority_close(priority);
	}
}

static void
test_what_is_refused(void **state)
{
	static const struct {
		const char *text, *what;
	} cases[] = {
		{ "NORMAL:+NONSENSE:-VERS-TLS1.2",
		    "from character 8 on, \"+NONSENSE:-VERS-TLS1.2\"" },
		{ "nonsense", "from character 1 on, \"nonsense\"" },
		{ "NORMAL:%NONSENSE", "from character 8 on" },
		{ "NONE", "tls_priority = \"NONE\"" },
		{ "NORMAL:-VERS-ALL", "tls_priority" },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.1", "nothing to speak" },
		{ "NORMAL:-VERS-TLS1.3:-KX-ALL:+RSA", "tls_priority" },
		{ "NORMAL:-SIGN-ALL", "tls_priority" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_priority *priority;

		assert_int_equal(yett_priority_open(&priority,
				     yett_slice_of(cases[i].text), &fault),
		    YETT_E_POLICY);
		if (strstr(fault.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, fault.what);
	}
}

/* Hybrid groups come first where there are any; else nothing is lost. */
static void
test_hybrid_groups_come_first(void **state)
{
	bool has_hybrids = is_known("NORMAL:+GROUP-X25519-MLKEM768");
	gnutls_priority_t set;
	const unsigned *list;
	int count, first = 0;

	(void)state;
	assert_int_equal(yett_priority_usual(&set, YETT_TLS_SERVER), 0);
	count = gnutls_priority_group_list(set, &list);
	while (first < count && list[first] != GNUTLS_GROUP_X25519)
		first++;
	assert_int_equal(count - first, 4);
	assert_int_equal(has_hybrids, first > 0);
	if (has_hybrids)
		assert_string_equal(gnutls_group_get_name(list[0]),
		    "X25519-MLKEM768");
	gnutls_priority_deinit(set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_what_stays_off),
		cmocka_unit_test(test_kinds_that_can_sign),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_hybrid_groups_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
