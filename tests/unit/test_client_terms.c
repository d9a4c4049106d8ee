/* SPDX-License-Identifier: Apache-2.0 */
/* Servers that we connect to: which certificate is for which name (RFC 9525),
 * who vouches for it, and where a session may be resumed. */
#include "unit/tls_group.h"

#include <stdio.h>
#include <string.h>

#include "tls/client_judge.h"
#include "tls/client_sessions.h"
#include "tls/client_terms.h"

/* The terms of trusting `ca`, a file of the world; NULL: what the system
 * does. */
static enum yett_status
open_terms(struct yett_client_terms **out, const char *ca, const char *key,
    struct yett_fault *fault)
{
	char path[3][128];
	struct yett_slice file = { path[0], 0 };
	struct yett_trust trust = { .name = YETT_LIT("backend"),
		.ca = &file,
		.ca_count = 1,
		.depth = 8 };
	const struct yett_trust *trusts[1] = { &trust };
	struct yett_key shown = { .ocsp = YETT_SLICE_NONE };
	struct yett_client_declared declared = {
		.trust = trusts,
		.trust_count = ca == NULL ? 0 : 1,
		.key = key == NULL ? NULL : &shown,
	};

	file.len = (size_t)snprintf(path[0], sizeof(path[0]), "%s/%s",
	    world.folder, ca == NULL ? "" : ca);
	snprintf(path[1], sizeof(path[1]), "%s/%s.pem", world.folder,
	    key == NULL ? "" : key);
	snprintf(path[2], sizeof(path[2]), "%s/%s.key", world.folder,
	    key == NULL ? "" : key);
	shown.cert = yett_slice_of(path[1]);
	shown.key = yett_slice_of(path[2]);
	return yett_client_terms_open(out, &declared, SPRING, fault);
}

/* Why the certificate that `request` describes is not believed for `name`;
 * "" if it is. */
static const char *
judge(const struct yett_client_terms *terms, const struct yett_ca *ca,
    const struct yett_ca_request *request, const char *name, int64_t now)
{
	struct yett_ca_request whole = *request;
	struct yett_client_judgement judgement;
	struct identity identity;
	struct chain chain;

	if (whole.purposes == 0)
		whole.purposes = YETT_CA_SERVER;
	identity_make(&identity, ca, &whole);
	chain_read(&chain, &identity.cert);
	yett_client_terms_judge(terms, &chain.chain, yett_slice_of(name), now,
	    &judgement);
	chain_clear(&chain);
	identity_clear(&identity);
	return judgement.why == NULL ? "" : judgement.why;
}

static void
test_names_of_servers(void **state)
{
	static const char *const dns[] = { "b.internal", "*.pool.internal",
		"*.one", "*", "127.0.0.1", "f*.bar.internal", NULL };
	static const char *const ip[] = { "10.0.0.7", "::1", NULL };
	static const struct {
		const char *name;
		bool fine;
	} cases[] = {
		{ "b.internal", true },
		{ "B.Internal", true },
		{ "a.b.internal", false },
		{ "b.internal.", false },
		{ "x.pool.internal", true },
		{ "X.POOL.internal", true },
		{ "x.y.pool.internal", false },
		{ "pool.internal", false },
		{ ".pool.internal", false },
		{ "foo.bar.internal", false }, /* a star is a whole label */
		{ "a.one", false },            /* of a name with two more */
		{ "localhost", false },
		{ "common.internal", false }, /* the subject says nothing */
		{ "10.0.0.7", true },
		{ "::1", true },
		{ "0:0:0:0:0:0:0:1", true },
		{ "127.0.0.1", false }, /* a DNS name is no address */
		{ "10.0.0.8", false },
	};
	const struct yett_ca_request request = {
		.common_name = "common.internal",
		.dns = dns,
		.ip = ip,
	};
	struct yett_client_terms *terms;

	(void)state;
	assert_int_equal(open_terms(&terms, "staff.ca", NULL, NULL), YETT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = judge(terms, world.staff, &request,
		    cases[i].name, SPRING);

		if ((why[0] == '\0') != cases[i].fine ||
		    (!cases[i].fine && strstr(why, "another name") == NULL))
			fail_msg("%s: %s", cases[i].name, why);
	}
	yett_client_terms_unref(&terms);
	assert_null(terms);
}

static void
test_name_with_a_nul(void **state)
{
	const struct yett_ca_request request = {
		.common_name = "x",
		.raw_dns = YETT_LIT("b.internal\0.evil.test"),
	};
	struct yett_client_terms *terms;

	(void)state;
	assert_int_equal(open_terms(&terms, "staff.ca", NULL, NULL), YETT_OK);
	assert_string_not_equal(judge(terms, world.staff, &request,
				    "b.internal", SPRING),
	    "");
	yett_client_terms_unref(&terms);
}

static void
test_who_vouches(void **state)
{
	static const char *const dns[] = { "b.internal", NULL };
	const struct yett_ca_request request = { .common_name = "x",
		.dns = dns };
	const struct yett_ca_request client = { .common_name = "x",
		.dns = dns,
		.purposes = YETT_CA_CLIENT };
	struct yett_client_terms *terms;
	int64_t later = SPRING + INT64_C(3600) * 24 * 365 * 30;

	(void)state;
	assert_int_equal(open_terms(&terms, "staff.ca", NULL, NULL), YETT_OK);
	assert_non_null(
	    strstr(judge(terms, world.other, &request, "b.internal", SPRING),
		"unknown CA"));
	assert_non_null(
	    strstr(judge(terms, world.staff, &request, "b.internal", later),
		"expired"));
	assert_non_null(
	    strstr(judge(terms, world.staff, &client, "b.internal", SPRING),
		"not for servers"));
	yett_client_terms_unref(&terms);
	/* Unless told otherwise it is the system that vouches: not for us. */
	if (open_terms(&terms, NULL, NULL, NULL) == YETT_OK) {
		assert_non_null(strstr(judge(terms, world.staff, &request,
					   "b.internal", SPRING),
		    "unknown CA"));
		yett_client_terms_unref(&terms);
	}
}

/* What a session depends on tells sessions apart. */
static void
test_digest_is_of_everything(void **state)
{
	static const struct {
		const char *ca, *key;
	} cases[] = {
		{ "staff.ca", NULL },
		{ "other.ca", NULL },
		{ "staff.ca", "site" },
		{ "other.ca", "site" },
	};
	struct yett_client_terms *terms[4], *again;
	struct yett_fault fault = YETT_FAULT_NONE;

	(void)state;
	for (size_t i = 0; i < 4; i++) {

		if (open_terms(&terms[i], cases[i].ca, cases[i].key, &fault) !=
		    YETT_OK)
			fail_msg("%s", fault.what);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(yett_client_terms_digest(
						    terms[i]),
			    yett_client_terms_digest(terms[k]),
			    YETT_SHA256_LEN);
	}
	assert_int_equal(open_terms(&again, "staff.ca", "site", NULL), YETT_OK);
	assert_memory_equal(yett_client_terms_digest(again),
	    yett_client_terms_digest(terms[2]), YETT_SHA256_LEN);
	yett_client_terms_unref(&again);
	for (size_t i = 0; i < 4; i++)
		yett_client_terms_unref(&terms[i]);
}

static void
test_files_that_are_missing(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_client_terms *terms;

	(void)state;
	/* Believes no server, which is the trust's to tell. */
	assert_int_equal(open_terms(&terms, "nobody.ca", NULL, &fault),
	    YETT_OK);
	yett_client_terms_unref(&terms);
	assert_int_equal(open_terms(&terms, "staff.ca", "nobody", &fault),
	    YETT_E_NOT_FOUND);
	assert_non_null(strstr(fault.what, "nobody.pem"));
}

static gnutls_datum_t
some_data(void)
{
	gnutls_datum_t data = { gnutls_malloc(4), 4 };

	assert_non_null(data.data);
	memcpy(data.data, "data", 4);
	return data;
}

static void
test_sessions_are_bounded(void **state)
{
	static struct yett_client_sessions sessions;
	uint8_t scope[3][YETT_SHA256_LEN] = { { 1 }, { 1 }, { 2 } };
	gnutls_datum_t data = some_data();

	(void)state;
	scope[1][31] = 9; /* falls on the same place */
	assert_null(yett_client_sessions_find(&sessions, scope[0], 10));
	yett_client_sessions_put(&sessions, scope[0], &data, 20);
	assert_null(data.data);
	assert_non_null(yett_client_sessions_find(&sessions, scope[0], 19));
	assert_null(yett_client_sessions_find(&sessions, scope[0], 20));
	assert_null(yett_client_sessions_find(&sessions, scope[1], 10));
	assert_null(yett_client_sessions_find(&sessions, scope[2], 10));
	data = some_data();
	yett_client_sessions_put(&sessions, scope[1], &data, 20);
	assert_null(yett_client_sessions_find(&sessions, scope[0], 10));
	yett_client_sessions_drop(&sessions, scope[0]); /* not its own */
	assert_non_null(yett_client_sessions_find(&sessions, scope[1], 10));
	yett_client_sessions_drop(&sessions, scope[1]);
	assert_null(yett_client_sessions_find(&sessions, scope[1], 10));
	data = some_data();
	yett_client_sessions_put(&sessions, scope[2], &data, 20);
	yett_client_sessions_clear(&sessions);
	assert_null(yett_client_sessions_find(&sessions, scope[2], 10));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_of_servers),
		cmocka_unit_test(test_name_with_a_nul),
		cmocka_unit_test(test_who_vouches),
		cmocka_unit_test(test_digest_is_of_everything),
		cmocka_unit_test(test_files_that_are_missing),
		cmocka_unit_test(test_sessions_are_bounded),
	};

	return RUN_IN_WORLD(tests, NULL);
}
