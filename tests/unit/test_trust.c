/* SPDX-License-Identifier: Apache-2.0 */
/* What a trust says about a chain, and which trusts are not opened at all. */
#include "unit/tls_world.h"

#include <stdio.h>
#include <string.h>

#include "tls/trust.h"

static struct world world;
static struct yett_ca *issuing; /* below Staff CA, serial 50 */

static int
start(void **state)
{
	(void)state;
	world_open(&world);
	assert_int_equal(yett_ca_new_below(&issuing, world.staff, "Issuing CA",
			     50, NULL),
	    YETT_OK);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	yett_ca_free(issuing);
	world_close(&world);
	return 0;
}

/* Open a trust over files of the world's folder; NULL ends the lists. */
static enum yett_status
open_trust(struct yett_trust_store **out, const char *ca,
    const char *const *crl, uint32_t depth, const char *spiffe,
    struct yett_fault *fault)
{
	char path[5][128];
	struct yett_slice slice[5];
	struct yett_trust trust = { .name = YETT_LIT("staff"),
		.ca = &slice[0],
		.ca_count = 1,
		.crl = &slice[1],
		.depth = depth,
		.place = { YETT_LIT("p.lua"), 7, 3 } };

	snprintf(path[0], sizeof(path[0]), "%s%s%s",
	    strchr(ca, ':') == NULL ? world.folder : "",
	    strchr(ca, ':') == NULL ? "/" : "", ca);
	slice[0] = yett_slice_of(path[0]);
	for (; crl != NULL && crl[trust.crl_count] != NULL; trust.crl_count++) {
		char *at = path[trust.crl_count + 1];

		snprintf(at, sizeof(path[0]), "%s/%s", world.folder,
		    crl[trust.crl_count]);
		slice[trust.crl_count + 1] = yett_slice_of(at);
	}
	if (spiffe != NULL)
		trust.spiffe = yett_slice_of(spiffe);
	return yett_trust_store_open(out, &trust, NULL, fault);
}

static void
verify(const struct yett_trust_store *store, const struct yett_slice *der,
    uint32_t count, int64_t now, struct yett_trust_result *out)
{
	struct yett_parsed_chain parsed;

	(void)yett_parsed_chain_open(&parsed,
	    &(struct yett_chain){ der, count });
	yett_trust_store_verify(store, &parsed, now, out);
	yett_parsed_chain_clear(&parsed);
}

static struct yett_trust_result
judge(const struct yett_trust_store *store, const struct identity *identity,
    int64_t now)
{
	struct yett_trust_result result;
	struct chain chain;

	chain_read(&chain, &identity->cert);
	verify(store, chain.der, chain.chain.count, now, &result);
	chain_clear(&chain);
	return result;
}

static void
test_dates_purpose_and_depth(void **state)
{
	static const struct {
		const char *name;
		struct yett_ca_request request;
		bool below, of_other;
		uint32_t depth;
		enum yett_verification want;
		int64_t valid_until;
	} cases[] = {
		{ "good", { .common_name = "x", .purposes = YETT_CA_CLIENT },
		    false, false, 0, YETT_VERIFIED, SPRING + 100000000 + 1 },
		{ "for both",
		    { .common_name = "x",
			.purposes = YETT_CA_CLIENT | YETT_CA_SERVER },
		    false, false, 0, YETT_VERIFIED, SPRING + 100000000 + 1 },
		{ "for anything", { .common_name = "x" }, false, false, 0,
		    YETT_VERIFIED, SPRING + 100000000 + 1 },
		{ "for servers",
		    { .common_name = "x", .purposes = YETT_CA_SERVER }, false,
		    false, 0, YETT_VERIFY_WRONG_PURPOSE, INT64_MAX },
		{ "below", { .common_name = "x" }, true, false, 1,
		    YETT_VERIFIED, SPRING + 100000000 + 1 },
		{ "too deep", { .common_name = "x" }, true, false, 0,
		    YETT_VERIFY_TOO_DEEP, INT64_MAX },
		{ "of another CA", { .common_name = "x" }, false, true, 9,
		    YETT_VERIFY_UNTRUSTED, INT64_MAX },
		{ "last second", { .common_name = "x", .not_after = SPRING },
		    false, false, 0, YETT_VERIFIED, SPRING + 1 },
		{ "too old", { .common_name = "x", .not_after = SPRING - 1 },
		    false, false, 0, YETT_VERIFY_EXPIRED, 2493072001 },
		{ "too new", { .common_name = "x", .not_before = SPRING + 9 },
		    false, false, 0, YETT_VERIFY_EXPIRED, SPRING + 9 },
		{ "too old, of another CA",
		    { .common_name = "x", .not_after = SPRING - 1 }, false,
		    true, 9, YETT_VERIFY_UNTRUSTED, INT64_MAX },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		const struct yett_ca *ca = cases[k].below ? issuing
		    : cases[k].of_other                   ? world.other
							  : world.staff;
		struct yett_trust_store *store;
		struct yett_trust_result got;
		struct identity identity;

		identity_make(&identity, ca, &cases[k].request);
		assert_int_equal(open_trust(&store, "staff.ca", NULL,
				     cases[k].depth, NULL, NULL),
		    YETT_OK);
		got = judge(store, &identity, SPRING);
		if (got.verification != cases[k].want ||
		    got.valid_until != cases[k].valid_until)
			fail_msg("%s: %d, until %lld", cases[k].name,
			    got.verification, (long long)got.valid_until);
		yett_trust_store_close(store);
		identity_clear(&identity);
	}
}

static void
write_crl(const char *file, const struct yett_ca *ca, uint32_t serial,
    int64_t from, int64_t to)
{
	struct yett_buf pem = { 0 };

	assert_int_equal(yett_ca_crl(ca, &serial, 1, from, to, &pem, NULL),
	    YETT_OK);
	world_write(&world, file, &pem);
	yett_buf_clear(&pem);
}

/* Lists as they come: good ones, and one that soon needs a successor. */
static void
write_crls(void)
{
	struct yett_ca *forger;
	struct yett_buf pem = { 0 };

	write_crl("root.crl", world.staff, 999, SPRING - 10, SPRING + 1000);
	write_crl("root-50.crl", world.staff, 50, SPRING - 10, SPRING + 1000);
	write_crl("issuing.crl", issuing, 998, SPRING - 10, SPRING + 1000);
	write_crl("issuing-7.crl", issuing, 7, SPRING - 10, SPRING + 1000);
	write_crl("brief.crl", issuing, 998, SPRING - 10, SPRING + 5);
	write_crl("stale.crl", issuing, 998, SPRING - 1000, SPRING - 500);
	write_crl("future.crl", issuing, 998, SPRING + 50, SPRING + 1000);
	/* A forger has the name, but not the key. */
	assert_int_equal(yett_ca_new(&forger, "Staff CA", NULL), YETT_OK);
	write_crl("forged-root.crl", forger, 50, SPRING - 10, SPRING + 1000);
	yett_ca_free(forger);
	assert_int_equal(yett_ca_new(&forger, "Issuing CA", NULL), YETT_OK);
	write_crl("forged.crl", forger, 7, SPRING - 10, SPRING + 1000);
	write_crl("forged-good.crl", forger, 998, SPRING - 10, SPRING + 1000);
	yett_ca_free(forger);
	assert_int_equal(yett_buf_append(&pem, YETT_LIT("no list\n")), YETT_OK);
	world_write(&world, "text.crl", &pem);
	yett_buf_clear(&pem);
}

static void
test_revocation(void **state)
{
	static const struct {
		const char *name;
		const char *crl[3];
		int64_t later;
		enum yett_verification want;
	} cases[] = {
		{ "both there", { "root.crl", "issuing.crl" }, 0,
		    YETT_VERIFIED },
		{ "leaf revoked", { "root.crl", "issuing-7.crl" }, 0,
		    YETT_VERIFY_REVOKED },
		{ "intermediate revoked", { "root-50.crl", "issuing.crl" }, 0,
		    YETT_VERIFY_REVOKED },
		{ "none of the leaf's issuer", { "root.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
		{ "none of the root", { "issuing.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
		{ "revoked, and one missing", { "issuing-7.crl" }, 0,
		    YETT_VERIFY_REVOKED },
		{ "until its date", { "root.crl", "brief.crl" },
		    5 + YETT_CRL_GRACE_S - 1, YETT_VERIFIED },
		{ "past its date", { "root.crl", "brief.crl" },
		    5 + YETT_CRL_GRACE_S, YETT_VERIFY_CRL_UNAVAILABLE },
		{ "stale at once", { "root.crl", "stale.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
		{ "of the future", { "root.crl", "future.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
		{ "forged, revoking", { "root.crl", "forged.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
		{ "forged, acquitting", { "root.crl", "forged-good.crl" }, 0,
		    YETT_VERIFY_CRL_UNAVAILABLE },
	};
	static const struct yett_ca_request request = { .common_name = "x",
		.serial = 7,
		.purposes = YETT_CA_CLIENT };
	struct identity identity;

	(void)state;
	write_crls();
	identity_make(&identity, issuing, &request);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_trust_store *store;
		struct yett_trust_result got;

		if (open_trust(&store, "staff.ca", cases[k].crl, 1, NULL,
			&fault) != YETT_OK)
			fail_msg("%s: %s", cases[k].name, fault.what);
		got = judge(store, &identity, SPRING + cases[k].later);
		if (got.verification != cases[k].want)
			fail_msg("%s: %d", cases[k].name, got.verification);
		yett_trust_store_close(store);
	}
	identity_clear(&identity);
}

static void
test_an_answer_holds_until_the_next_list(void **state)
{
	static const char *const crl[] = { "root.crl", "brief.crl", NULL };
	static const struct yett_ca_request request = { .common_name = "x" };
	struct yett_trust_store *store;
	struct yett_trust_result got;
	struct identity identity;

	(void)state;
	identity_make(&identity, issuing, &request);
	assert_int_equal(open_trust(&store, "staff.ca", crl, 1, NULL, NULL),
	    YETT_OK);
	got = judge(store, &identity, SPRING);
	assert_int_equal(got.verification, YETT_VERIFIED);
	assert_int_equal(got.valid_until, SPRING + 5 + YETT_CRL_GRACE_S);
	yett_trust_store_close(store);
	identity_clear(&identity);
}

/* How the lists stand at `now`; fails unless `index` is the worst one's. */
static enum yett_crl_state
state_at(const struct yett_trust_store *store, int64_t now, int64_t to)
{
	struct yett_trust_dates dates = { .to = 0 };
	enum yett_crl_state state = yett_trust_store_crls(store, now, &dates);

	assert_int_equal(dates.to, to);
	return state;
}

static void
test_how_lists_stand(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const two[] = { "root.crl", "brief.crl", NULL };
	static const char *const followed[] = { "brief.crl", "root.crl",
		"issuing.crl", NULL };
	static const char *const gap[] = { "brief.crl", "root.crl",
		"future.crl", NULL };
	const int64_t end = SPRING + 1000, brief = SPRING + 5;
	struct yett_trust_store *store;

	(void)state;
	assert_int_equal(open_trust(&store, "staff.ca", none, 1, NULL, NULL),
	    YETT_OK);
	assert_int_equal(state_at(store, SPRING, 0), YETT_CRL_NONE);
	yett_trust_store_close(store);
	assert_int_equal(open_trust(&store, "staff.ca", two, 1, NULL, NULL),
	    YETT_OK);
	/* Its fifteen seconds: due in the last three. */
	assert_int_equal(state_at(store, brief - 4, brief), YETT_CRL_CURRENT);
	assert_int_equal(state_at(store, brief - 3, brief), YETT_CRL_DUE);
	assert_int_equal(state_at(store, brief + YETT_CRL_GRACE_S - 1, brief),
	    YETT_CRL_DUE);
	assert_int_equal(state_at(store, brief + YETT_CRL_GRACE_S, brief),
	    YETT_CRL_STALE);
	yett_trust_store_close(store);
	/* One with a successor beside it is none to wait for. */
	assert_int_equal(open_trust(&store, "staff.ca", followed, 1, NULL,
			     NULL),
	    YETT_OK);
	assert_int_equal(state_at(store, brief, end), YETT_CRL_CURRENT);
	assert_int_equal(state_at(store, end - 252, end), YETT_CRL_DUE);
	yett_trust_store_close(store);
	/* One that begins only later leaves a gap: that is told. */
	assert_int_equal(open_trust(&store, "staff.ca", gap, 1, NULL, NULL),
	    YETT_OK);
	assert_int_equal(state_at(store, brief - 3, brief), YETT_CRL_DUE);
	yett_trust_store_close(store);
}

/* What cannot be read, or is none of it, refuses those whom it would let in,
 * and nobody else. */
static void
test_what_is_missing(void **state)
{
	static const struct {
		const char *ca, *crl[3];
		uint32_t element;
		const char *says;
		enum yett_verification want;
		int64_t until;
	} cases[] = {
		{ "nowhere.ca", { NULL }, 1, "nowhere.ca",
		    YETT_VERIFY_UNTRUSTED, INT64_MAX },
		{ "site.key", { NULL }, 1, "holds no CA certificate",
		    YETT_VERIFY_UNTRUSTED, INT64_MAX },
		{ "pkcs11:token=nobody?pin-value=8642", { NULL }, 1,
		    "pkcs11:token=nobody holds no CA", YETT_VERIFY_UNTRUSTED,
		    INT64_MAX },
		{ "staff.ca", { "root.crl", "nowhere.crl" }, 2, "nowhere.crl",
		    YETT_VERIFY_CRL_UNAVAILABLE, SPRING + 1060 },
		{ "staff.ca", { "text.crl" }, 1, "holds no revocation list",
		    YETT_VERIFY_CRL_UNAVAILABLE, SPRING + 100000001 },
		{ "staff.ca", { "forged-root.crl" }, 0,
		    "not signed by the CA it names",
		    YETT_VERIFY_CRL_UNAVAILABLE, SPRING + 100000001 },
	};
	static const struct yett_ca_request request = { .common_name = "x" };
	struct identity identity;

	(void)state;
	identity_make(&identity, world.staff, &request);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_trust_store *store = NULL;
		struct yett_trust_problem problem;
		struct yett_trust_result got;

		assert_int_equal(open_trust(&store, cases[k].ca, cases[k].crl,
				     1, NULL, NULL),
		    YETT_OK);
		assert_true(yett_trust_store_problem(store, 0, &problem));
		assert_int_equal(problem.is_crl, cases[k].crl[0] != NULL);
		assert_int_equal(problem.element, cases[k].element);
		if (strstr(problem.what, cases[k].says) == NULL)
			fail_msg("%zu: %s", k, problem.what);
		assert_false(yett_trust_store_problem(store, 1, &problem));
		got = judge(store, &identity, SPRING);
		assert_int_equal(got.verification, cases[k].want);
		assert_int_equal(got.valid_until, cases[k].until);
		yett_trust_store_close(store);
	}
	identity_clear(&identity);
}

static void
test_spiffe_domain(void **state)
{
	static const struct {
		const char *uri[3];
		enum yett_verification want;
	} cases[] = {
		{ { "spiffe://prod.test/api" }, YETT_VERIFIED },
		{ { "spiffe://prod.test" }, YETT_VERIFY_SPIFFE_DOMAIN },
		{ { "spiffe://prod.test.evil/api" },
		    YETT_VERIFY_SPIFFE_DOMAIN },
		{ { "spiffe://evil/prod.test/" }, YETT_VERIFY_SPIFFE_DOMAIN },
		{ { "https://prod.test/api" }, YETT_VERIFY_SPIFFE_DOMAIN },
		{ { "spiffe://prod.test/api", "spiffe://prod.test/b" },
		    YETT_VERIFY_SPIFFE_DOMAIN },
		{ { NULL }, YETT_VERIFY_SPIFFE_DOMAIN },
	};
	struct yett_trust_store *store;

	(void)state;
	assert_int_equal(open_trust(&store, "staff.ca", NULL, 0, "prod.test",
			     NULL),
	    YETT_OK);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_ca_request request = { .common_name = "x",
			.uri = cases[k].uri };
		struct identity identity;

		identity_make(&identity, world.staff, &request);
		if (judge(store, &identity, SPRING).verification !=
		    cases[k].want)
			fail_msg("%zu: %s", k, cases[k].uri[0]);
		identity_clear(&identity);
	}
	yett_trust_store_close(store);
}

/* A chain of `count` certificates: the leaf and CAs below one another. */
static void
make_long(struct identity *identity, unsigned count)
{
	static const struct yett_ca_request request = { .common_name = "x" };
	struct yett_ca *ca = world.staff;

	for (unsigned i = 1; i < count; i++) {
		struct yett_ca *next;
		char name[16];

		snprintf(name, sizeof(name), "CA %u", i);
		assert_int_equal(yett_ca_new_below(&next, ca, name, i, NULL),
		    YETT_OK);
		if (ca != world.staff)
			yett_ca_free(ca);
		ca = next;
	}
	identity_make(identity, ca, &request);
	if (ca != world.staff)
		yett_ca_free(ca);
}

static void
test_long_chains(void **state)
{
	static const struct {
		unsigned count;
		enum yett_verification want;
	} cases[] = {
		{ 1, YETT_VERIFIED },
		{ 9, YETT_VERIFIED },
		{ 10, YETT_VERIFIED },
		{ 11, YETT_VERIFY_TOO_LARGE },
		{ 16, YETT_VERIFY_TOO_LARGE },
		{ 17, YETT_VERIFY_TOO_LARGE },
		{ 60, YETT_VERIFY_TOO_LARGE },
		{ 200, YETT_VERIFY_TOO_LARGE },
	};
	struct yett_trust_store *store;

	(void)state;
	assert_int_equal(open_trust(&store, "staff.ca", NULL, 250, NULL, NULL),
	    YETT_OK);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct identity identity;

		make_long(&identity, cases[k].count);
		if (judge(store, &identity, SPRING).verification !=
		    cases[k].want)
			fail_msg("%u", cases[k].count);
		identity_clear(&identity);
	}
	yett_trust_store_close(store);
}

static void
test_chains_in_disorder(void **state)
{
	struct yett_trust_store *store;
	struct yett_trust_result got;
	struct identity identity;
	struct yett_slice der[4];
	struct chain chain;

	(void)state;
	make_long(&identity, 3);
	chain_read(&chain, &identity.cert);
	assert_int_equal(open_trust(&store, "staff.ca", NULL, 9, NULL, NULL),
	    YETT_OK);
	/* RFC 8446, section 4.4.2: be prepared for any order but the leaf's. */
	der[0] = chain.der[0];
	der[1] = chain.der[2];
	der[2] = chain.der[1];
	verify(store, der, 3, SPRING, &got);
	assert_int_equal(got.verification, YETT_VERIFIED);
	der[1] = chain.der[1];
	der[2] = YETT_LIT("not a certificate");
	verify(store, der, 3, SPRING, &got);
	assert_int_equal(got.verification, YETT_VERIFY_UNTRUSTED);
	verify(store, der, 0, SPRING, &got);
	assert_int_equal(got.verification, YETT_VERIFY_UNTRUSTED);
	yett_trust_store_close(store);
	chain_clear(&chain);
	identity_clear(&identity);
}

static void
test_digests_tell_all_the_ids_only_cas(void **state)
{
	static const char *const crl[] = { "root.crl", NULL };
	static const struct {
		const char *ca;
		const char *const *crl;
		uint32_t depth;
		bool same_id, same_digest;
	} cases[] = {
		{ "staff.ca", NULL, 1, true, true },
		{ "staff.ca", NULL, 2, true, false },
		{ "staff.ca", crl, 1, true, false },
		{ "other.ca", NULL, 1, false, false },
	};
	struct yett_trust_store *first;

	(void)state;
	assert_int_equal(open_trust(&first, "staff.ca", NULL, 1, NULL, NULL),
	    YETT_OK);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_trust_store *store;

		assert_int_equal(open_trust(&store, cases[k].ca, cases[k].crl,
				     cases[k].depth, NULL, NULL),
		    YETT_OK);
		assert_int_equal(yett_trust_store_id(store) ==
			yett_trust_store_id(first),
		    cases[k].same_id);
		assert_int_equal(memcmp(yett_trust_store_digest(store),
				     yett_trust_store_digest(first),
				     YETT_SHA256_LEN) == 0,
		    cases[k].same_digest);
		yett_trust_store_close(store);
	}
	yett_trust_store_close(first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates_purpose_and_depth),
		cmocka_unit_test(test_revocation),
		cmocka_unit_test(test_an_answer_holds_until_the_next_list),
		cmocka_unit_test(test_how_lists_stand),
		cmocka_unit_test(test_what_is_missing),
		cmocka_unit_test(test_spiffe_domain),
		cmocka_unit_test(test_long_chains),
		cmocka_unit_test(test_chains_in_disorder),
		cmocka_unit_test(test_digests_tell_all_the_ids_only_cas),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
