/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ca.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <gnutls/x509.h>

#include "tls/datum.h"

#define MANY 4

static void
import_chain(const struct yett_buf *pem, gnutls_x509_crt_t crt[MANY],
    unsigned *count)
{
	gnutls_datum_t text = yett_datum(yett_buf_slice(pem));
	int got;

	*count = MANY;
	got = gnutls_x509_crt_list_import(crt, count, &text,
	    GNUTLS_X509_FMT_PEM, 0);
	assert_int_equal(got, (int)*count);
}

static void
test_every_key_kind_is_signed_by_the_ca(void **state)
{
	static const struct {
		enum yett_ca_key key;
		int algorithm;
	} cases[] = {
		{ YETT_CA_ECDSA, GNUTLS_PK_ECDSA },
		{ YETT_CA_RSA, GNUTLS_PK_RSA },
		{ YETT_CA_ED25519, GNUTLS_PK_EDDSA_ED25519 },
	};
	struct yett_buf root_pem = { 0 };
	gnutls_x509_crt_t root[MANY];
	struct yett_ca *ca;
	unsigned count;

	(void)state;
	assert_int_equal(yett_ca_new(&ca, "Root", NULL), YETT_OK);
	assert_int_equal(yett_ca_write(ca, &root_pem, NULL), YETT_OK);
	import_chain(&root_pem, root, &count);
	assert_int_equal(count, 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_ca_request request = { .common_name = "leaf",
			.not_before = 1600000000,
			.not_after = 2400000000,
			.key = cases[i].key };
		struct yett_buf cert = { 0 }, key = { 0 };
		gnutls_x509_crt_t leaf[MANY];
		unsigned status = ~0u;

		assert_int_equal(yett_ca_issue(ca, &request, &cert, &key, NULL),
		    YETT_OK);
		import_chain(&cert, leaf, &count);
		assert_int_equal(count, 1);
		assert_int_equal(gnutls_x509_crt_get_pk_algorithm(leaf[0],
				     NULL),
		    cases[i].algorithm);
		assert_int_equal(gnutls_x509_crt_verify(leaf[0], root, 1, 0,
				     &status),
		    0);
		assert_int_equal(status, 0);
		gnutls_x509_crt_deinit(leaf[0]);
		yett_buf_clear(&cert);
		yett_buf_clear(&key);
	}
	gnutls_x509_crt_deinit(root[0]);
	yett_buf_clear(&root_pem);
	yett_ca_free(ca);
}

static void
test_serials_are_positive_and_short(void **state)
{
	static const struct {
		uint32_t serial;
		uint8_t want[5];
		size_t len;
	} cases[] = {
		{ 1, { 1 }, 1 },
		{ 0x80, { 0, 0x80 }, 2 },
		{ 0x1234, { 0x12, 0x34 }, 2 },
		{ 0xffffffff, { 0, 0xff, 0xff, 0xff, 0xff }, 5 },
	};
	struct yett_ca *ca;

	(void)state;
	assert_int_equal(yett_ca_new(&ca, "Root", NULL), YETT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_ca_request request = { .common_name = "leaf",
			.not_before = 1600000000,
			.not_after = 2400000000,
			.serial = cases[i].serial };
		struct yett_buf cert = { 0 }, key = { 0 };
		gnutls_x509_crt_t leaf[MANY];
		uint8_t serial[20];
		size_t len = sizeof(serial);
		unsigned count;

		assert_int_equal(yett_ca_issue(ca, &request, &cert, &key, NULL),
		    YETT_OK);
		import_chain(&cert, leaf, &count);
		assert_int_equal(gnutls_x509_crt_get_serial(leaf[0], serial,
				     &len),
		    0);
		assert_int_equal(len, cases[i].len);
		assert_memory_equal(serial, cases[i].want, len);
		gnutls_x509_crt_deinit(leaf[0]);
		yett_buf_clear(&cert);
		yett_buf_clear(&key);
	}
	yett_ca_free(ca);
}

static void
test_the_chain_leaves_out_the_root(void **state)
{
	struct yett_ca_request request = { .common_name = "leaf",
		.not_before = 1600000000,
		.not_after = 2400000000 };
	struct yett_buf cert = { 0 }, key = { 0 };
	struct yett_ca *root, *upper, *lower;
	gnutls_x509_crt_t crt[MANY];
	unsigned count;

	(void)state;
	assert_int_equal(yett_ca_new(&root, "Root", NULL), YETT_OK);
	assert_int_equal(yett_ca_new_below(&upper, root, "Upper", 2, NULL),
	    YETT_OK);
	assert_int_equal(yett_ca_new_below(&lower, upper, "Lower", 3, NULL),
	    YETT_OK);
	yett_ca_free(root);
	yett_ca_free(upper);
	assert_int_equal(yett_ca_issue(lower, &request, &cert, &key, NULL),
	    YETT_OK);
	import_chain(&cert, crt, &count);
	assert_int_equal(count, 3);
	assert_true(gnutls_x509_crt_check_issuer(crt[0], crt[1]));
	assert_true(gnutls_x509_crt_check_issuer(crt[1], crt[2]));
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(crt[i]);
	yett_buf_clear(&cert);
	yett_buf_clear(&key);
	yett_ca_free(lower);
}

static void
test_a_wrong_address_is_refused(void **state)
{
	static const char *const address[] = { "localhost", NULL };
	struct yett_ca_request request = { .common_name = "leaf",
		.ip = address,
		.not_before = 1600000000,
		.not_after = 2400000000 };
	struct yett_buf cert = { 0 }, key = { 0 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_ca *ca;

	(void)state;
	assert_int_equal(yett_ca_new(&ca, "Root", NULL), YETT_OK);
	assert_int_equal(yett_ca_issue(ca, &request, &cert, &key, &fault),
	    YETT_E_TLS);
	assert_non_null(strstr(fault.what, "cannot make a certificate"));
	yett_ca_free(ca);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key_kind_is_signed_by_the_ca),
		cmocka_unit_test(test_serials_are_positive_and_short),
		cmocka_unit_test(test_the_chain_leaves_out_the_root),
		cmocka_unit_test(test_a_wrong_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
