/* SPDX-License-Identifier: Apache-2.0 */
/* An OCSP response is good between its dates, for its certificate, by its
 * issuer. The ones here were made with openssl ocsp. */
#include "tls/staple.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "tls/datum.h"

static const char issuer_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcjCCARegAwIBAgIUFO/QswW02EW7klur9hGx4OgfXPMwCgYIKoZIzj0EAwIw\n"
    "DTELMAkGA1UEAwwCY2EwIBcNMjYxMTI1MjEyNjQ1WhgPMjA1NjExMTcyMTI2NDVa\n"
    "MA0xCzAJBgNVBAMMAmNhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVsbAjIlK\n"
    "kYVBKfazFk+8pv3z52CahHSOOaG/CM2Wo3O4xXOpdnBxOXuGajhdgwTgoDoZujQx\n"
    "LFcgoJsykPZqWaNTMFEwHQYDVR0OBBYEFGHM9LYQJNdb/hKdzlFJ77I6FolTMB8G\n"
    "A1UdIwQYMBaAFGHM9LYQJNdb/hKdzlFJ77I6FolTMA8GA1UdEwEB/wQFMAMBAf8w\n"
    "CgYIKoZIzj0EAwIDSQAwRgIhAJE1RRmatATlqsWvDxhxQeMvUVLPdpS+V4ZVuKbA\n"
    "ZPAuAiEA+BECcQUula1d86Lc5X9nPgMtQz/mXA3j3MgVy7x7iX8=\n"
    "-----END CERTIFICATE-----\n";
static const char leaf_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBBjCBrAIBBzAKBggqhkjOPQQDAjANMQswCQYDVQQDDAJjYTAgFw0yNjExMjUy\n"
    "MTI2NDZaGA8yMDU0MDQxMjIxMjY0NlowDzENMAsGA1UEAwwEbGVhZjBZMBMGByqG\n"
    "SM49AgEGCCqGSM49AwEHA0IABH9ROwPvDKWxL2qFNL4sq6wVwM44TS2rXqfhyosl\n"
    "Ss/gnSCxQTMxL505HoWSasri4wGhQs2aQS2zQvuUqYCmurYwCgYIKoZIzj0EAwID\n"
    "SQAwRgIhAI3ssaW3E3BKnfXknRAZMyECCtBXSqH9K7QjAxaRyUJ6AiEA10SLvPud\n"
    "wYjkS+sBoMbSyB2UxlFhaid8uUaRITVM66E=\n"
    "-----END CERTIFICATE-----\n";
static const char response_pem[] =
    "-----BEGIN OCSP RESPONSE-----\n"
    "MIIBJAoBAKCCAR0wggEZBgkrBgEFBQcwAQEEggEKMIIBBjCBraEPMA0xCzAJBgNV\n"
    "BAMMAmNhGA8yMDI2MTEyNTIxMjY0NlowZDBiMDowCQYFKw4DAhoFAAQUEQSM0gyz\n"
    "WSMH0Bn9CIlWK2LTZJIEFGHM9LYQJNdb/hKdzlFJ77I6FolTAgEHgAAYDzIwMjYx\n"
    "MTI1MjEyNjQ2WqARGA8yMDI2MTIwMjIxMjY0NlqhIzAhMB8GCSsGAQUFBzABAgQS\n"
    "BBBGnabBpYmvgUePyPyrBlUBMAoGCCqGSM49BAMCA0gAMEUCIQC8QcaJeX+HbFw7\n"
    "aYkrB3bHgYFKDeKzxExBLsALFoWlggIgOrqE14fkh/FR6+cql9Yw7y7SXjTwDn2K\n"
    "RExD+DckwoY=\n"
    "-----END OCSP RESPONSE-----\n";
#define FROM INT64_C(1795642006)
#define TO INT64_C(1796246806)
#define EARLY 300

static gnutls_x509_crt_t leaf, issuer;
static char path[] = "/tmp/yett-staple.XXXXXX";

static void
write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static struct yett_staple *
staple_of(gnutls_x509_crt_t first, gnutls_x509_crt_t second, int64_t now)
{
	const gnutls_x509_crt_t chain[] = { first, second };
	struct yett_staple *staple;

	assert_int_equal(yett_staple_open(&staple, yett_slice_of(path), chain,
			     second == NULL ? 1 : 2, now, NULL),
	    YETT_OK);
	return staple;
}

static bool
gives(struct yett_staple *staple, int64_t now)
{
	struct yett_ocsp_response *response = yett_staple_take(staple, now);
	bool given = response != NULL;

	yett_ocsp_response_unref(&response);
	return given;
}

static void
test_it_is_given_between_its_dates(void **state)
{
	static const struct {
		int64_t now;
		bool given;
	} cases[] = {
		{ FROM - EARLY - 1, false },
		{ FROM - EARLY, true },
		{ FROM, true },
		{ TO - 1, true },
		{ TO, false },
	};
	struct yett_staple *staple;

	(void)state;
	write_file(response_pem);
	staple = staple_of(leaf, issuer, FROM);
	assert_string_equal(yett_staple_fault(staple)->what, "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(gives(staple, cases[i].now), cases[i].given);
	/* It running out is nothing that a tender could break. */
	yett_staple_tend(staple, TO);
	assert_false(gives(staple, TO));
	yett_staple_close(staple);
}

static void
test_what_is_not_given(void **state)
{
	static const struct {
		const char *text, *what;
		gnutls_x509_crt_t *first, *second;
		int64_t now;
	} cases[] = {
		{ response_pem, "its time is over", &leaf, &issuer, TO },
		{ response_pem, "its time has not come", &leaf, &issuer,
		    FROM - EARLY - 1 },
		{ response_pem, "cannot be checked", &leaf, NULL, FROM },
		{ response_pem, "cannot be checked", &leaf, &leaf, FROM },
		{ response_pem, "about another", &issuer, NULL, FROM },
		{ "", "no OCSP response", &leaf, &issuer, FROM },
		{ issuer_pem, "no OCSP response", &leaf, &issuer, FROM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_staple *staple;

		write_file(cases[i].text);
		staple = staple_of(*cases[i].first,
		    cases[i].second == NULL ? NULL : *cases[i].second,
		    cases[i].now);
		if (strstr(yett_staple_fault(staple)->what, cases[i].what) ==
		    NULL)
			fail_msg("%zu: %s", i, yett_staple_fault(staple)->what);
		assert_false(gives(staple, cases[i].now));
		yett_staple_close(staple);
	}
}

/* A worker's response outlives what replaces it, and what is no good replaces
 * nothing. */
static void
test_a_file_that_changes(void **state)
{
	struct yett_ocsp_response *held;
	struct yett_staple *staple;

	(void)state;
	unlink(path);
	staple = staple_of(leaf, issuer, FROM);
	assert_non_null(strstr(yett_staple_fault(staple)->what, "cannot open"));
	write_file(response_pem);
	assert_false(gives(staple, FROM));
	yett_staple_tend(staple, FROM);
	held = yett_staple_take(staple, FROM);
	assert_non_null(held);
	write_file("nonsense");
	yett_staple_tend(staple, FROM);
	assert_true(gives(staple, FROM));
	write_file(response_pem);
	yett_staple_tend(staple, FROM);
	yett_staple_close(staple);
	assert_true(yett_ocsp_response_der(held).size > 200);
	yett_ocsp_response_unref(&held);
}

static gnutls_x509_crt_t
read_cert(const char *pem)
{
	gnutls_datum_t text = yett_datum(yett_slice_of(pem));
	gnutls_x509_crt_t made;

	assert_int_equal(gnutls_x509_crt_init(&made), 0);
	assert_int_equal(gnutls_x509_crt_import(made, &text,
			     GNUTLS_X509_FMT_PEM),
	    0);
	return made;
}

static int
start(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	leaf = read_cert(leaf_pem);
	issuer = read_cert(issuer_pem);
	return fd < 0 ? -1 : close(fd);
}

static int
stop(void **state)
{
	(void)state;
	gnutls_x509_crt_deinit(leaf);
	gnutls_x509_crt_deinit(issuer);
	return unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_given_between_its_dates),
		cmocka_unit_test(test_what_is_not_given),
		cmocka_unit_test(test_a_file_that_changes),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
