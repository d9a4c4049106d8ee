/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates a rule means, and whose domain they are of. */
#include "unit/policy_builder.h"

#include "policy/identity.h"
#include "policy/judge.h"

static const struct yett_slice dns[] = { { "web.shop.test", 13 },
	{ "API.shop.test", 13 } };
static const struct yett_slice email[] = { { "ada@shop.test", 13 } };
static const struct yett_slice uri[] = { { "spiffe://shop.test/web", 22 },
	{ "https://shop.test/", 18 } };
static const struct yett_certificate ada = {
	.subject = { "CN=Ada,O=Shop", 13 },
	.fingerprint = { "00ff", 4 },
	.dns = dns,
	.dns_count = 2,
	.email = email,
	.email_count = 1,
	.uri = uri,
	.uri_count = 1,
};

static void
test_one_kind(void **state)
{
	static const struct {
		enum yett_identity_kind kind;
		const char *glob;
		bool want;
	} cases[] = {
		{ YETT_IDENTITY_DNS, "*.shop.test", true },
		{ YETT_IDENTITY_DNS, "api.shop.test", true },
		{ YETT_IDENTITY_DNS, "shop.test", false },
		{ YETT_IDENTITY_EMAIL, "*@shop.test", true },
		{ YETT_IDENTITY_EMAIL, "*@shop", false },
		{ YETT_IDENTITY_URI, "spiffe://**", true },
		{ YETT_IDENTITY_URI, "https://**", false },
		{ YETT_IDENTITY_SPIFFE, "spiffe://shop.test/*", true },
		{ YETT_IDENTITY_SPIFFE, "spiffe://shop.test/api", false },
		{ YETT_IDENTITY_SUBJECT, "CN=*,O=Shop", true },
		{ YETT_IDENTITY_SUBJECT, "CN=*", false },
		{ YETT_IDENTITY_FINGERPRINT, "00FF", true },
		{ YETT_IDENTITY_FINGERPRINT, "00f*", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_slice globs[] = { YETT_LIT("nobody"),
			yett_slice_of(cases[i].glob) };
		struct yett_identity identity = { 0 };

		identity.list[cases[i].kind].glob = globs;
		identity.list[cases[i].kind].count = COUNT(globs);
		if (yett_identity_matches(&identity, &ada) != cases[i].want)
			fail_msg("%s", cases[i].glob);
	}
}

static void
test_every_list_must_match(void **state)
{
	struct yett_slice good = YETT_LIT("*.shop.test");
	struct yett_slice bad = YETT_LIT("eve@*");
	struct yett_identity identity = {
		.list = { [YETT_IDENTITY_DNS] = { &good, 1 } },
	};

	(void)state;
	assert_true(yett_identity_matches(&identity, &ada));
	identity.list[YETT_IDENTITY_EMAIL].glob = &bad;
	identity.list[YETT_IDENTITY_EMAIL].count = 1;
	assert_false(yett_identity_matches(&identity, &ada));
}

static void
test_spiffe_needs_exactly_one_uri(void **state)
{
	struct yett_certificate two = ada, other = ada, none = ada;

	(void)state;
	two.uri_count = 2;
	none.uri_count = 0;
	other.uri = uri + 1;
	assert_non_null(yett_certificate_spiffe(&ada).at);
	assert_null(yett_certificate_spiffe(&two).at);
	assert_null(yett_certificate_spiffe(&none).at);
	assert_null(yett_certificate_spiffe(&other).at);
}

static void
test_domains(void **state)
{
	static const struct {
		const char *domain;
		bool want;
	} cases[] = {
		{ "shop.test", true },
		{ "spiffe://shop.test", true },
		{ "shop.tes", false },
		{ "shop.test.evil", false },
		{ "shop.test/web", true },
		{ "shop.test/w", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(yett_certificate_is_of_domain(&ada,
				     yett_slice_of(cases[i].domain)),
		    cases[i].want);
}

static enum yett_verification
verify_all(void *arg, const struct yett_trust *trust)
{
	(void)arg, (void)trust;
	return YETT_VERIFIED;
}

static void
test_a_trust_believes_its_domain_only(void **state)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_trust *trust = trust_new(draft, "mesh", 1);
	struct yett_peer_facts peer = { &ada, verify_all, NULL };
	struct yett_trust_set set = trusts(draft, 1);
	struct yett_generation *gen;
	struct yett_judgement judgement;

	(void)state;
	assert_int_equal(yett_draft_add_trust(draft, trust, NULL), YETT_OK);
	gen = freeze(draft);
	trust->spiffe = YETT_LIT("shop.test");
	judgement = yett_judge_peer(gen, &set, &peer);
	assert_ptr_equal(judgement.verified, trust);
	trust->spiffe = YETT_LIT("other.test");
	judgement = yett_judge_peer(gen, &set, &peer);
	assert_null(judgement.verified);
	assert_int_equal(judgement.reason, YETT_REASON_UNTRUSTED);
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_kind),
		cmocka_unit_test(test_every_list_must_match),
		cmocka_unit_test(test_spiffe_needs_exactly_one_uri),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_a_trust_believes_its_domain_only),
	};

	return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
