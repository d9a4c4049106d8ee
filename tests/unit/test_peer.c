/* SPDX-License-Identifier: Apache-2.0 */
/* A client's certificate as facts, its judgement remembered, its headers. */
#include "tls/peer.h"

#include <stdio.h>
#include <string.h>

#include "unit/tls_group.h"

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 250, NULL },
	    { "other", "other.ca", NULL, 1, NULL } },
	.site = { { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff",
	    { 0 } } },
};

static struct yett_peer *
peer_of(const struct identity *identity)
{
	struct yett_peer *peer;
	struct chain chain;

	chain_read(&chain, &identity->cert);
	assert_int_equal(yett_peer_new(&peer, &chain.chain, NULL), YETT_OK);
	chain_clear(&chain);
	return peer;
}

static struct yett_peer *
issue(const struct yett_ca_request *request)
{
	struct identity identity;
	struct yett_peer *peer;

	identity_make(&identity, world.staff, request);
	peer = peer_of(&identity);
	identity_clear(&identity);
	return peer;
}

static enum yett_verification
verify(struct yett_peer *peer, uint32_t trust, uint64_t now)
{
	struct yett_peer_facts facts;

	yett_peer_facts(peer, world.credentials, now, &facts);
	return facts.verify(facts.arg, yett_generation_trust(world.gen, trust));
}

#define EQ(slice, text) assert_true(yett_slice_eq(slice, YETT_LIT(text)))

static void
test_facts_of_a_leaf(void **state)
{
	static const char *const dns[] = { "Alice.Test", "b.test", NULL };
	static const char *const email[] = { "alice@staff.test", NULL };
	static const char *const uri[] = { "spiffe://prod/alice", NULL };
	static const struct yett_ca_request request = {
		.subject = "CN=Alice \\, the first,O=Yett",
		.dns = dns,
		.email = email,
		.uri = uri,
		.serial = 0x1a2b,
	};
	struct yett_peer *peer = issue(&request);
	const struct yett_certificate *leaf;
	struct yett_peer_facts facts;

	(void)state;
	yett_peer_facts(peer, world.credentials, world.now, &facts);
	leaf = facts.leaf;
	assert_non_null(leaf);
	EQ(leaf->subject, "CN=Alice \\, the first,O=Yett");
	EQ(leaf->issuer, "CN=Staff CA");
	EQ(leaf->serial, "1a2b");
	assert_int_equal(leaf->fingerprint.len, 64);
	assert_int_equal(leaf->dns_count, 2);
	EQ(leaf->dns[0], "alice.test");
	EQ(leaf->dns[1], "b.test");
	assert_int_equal(leaf->email_count, 1);
	EQ(leaf->email[0], "alice@staff.test");
	assert_int_equal(leaf->uri_count, 1);
	EQ(leaf->uri[0], "spiffe://prod/alice");
	assert_int_equal(leaf->not_before, SPRING - 100000000);
	assert_int_equal(leaf->not_after, SPRING + 100000000);
	yett_peer_free(peer);
}

static void
test_names_with_controls_are_none(void **state)
{
	static const struct {
		struct yett_slice name;
		uint32_t count;
	} cases[] = {
		{ { "good.test", 9 }, 1 },
		{ { "admin.test\0.evil", 16 }, 0 },
		{ { "admin.test\r\nX: 1", 16 }, 0 },
		{ { "\0", 1 }, 0 },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_ca_request request = { .common_name = "x",
			.raw_dns = cases[k].name };
		struct yett_peer *peer = issue(&request);
		struct yett_peer_facts facts;

		yett_peer_facts(peer, world.credentials, world.now, &facts);
		assert_int_equal(facts.leaf->dns_count, cases[k].count);
		yett_peer_free(peer);
	}
}

/* RFC 4514 escapes what is not printable, so that it stays one value; what
 * cannot be written so is no subject. */
static void
test_subjects_are_escaped_or_none(void **state)
{
	static const struct {
		struct yett_slice name;
		const char *want; /* NULL: any without a control */
	} cases[] = {
		{ { "admin\0.evil", 11 }, NULL },
		{ { "admin\0", 6 }, NULL },
		{ { "a\r\nX-Admin: 1", 13 }, NULL },
		{ { "a,O=b", 5 }, "CN=a\\,O=b" },
		{ { "a+b", 3 }, "CN=a\\+b" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		const struct yett_ca_request request = {
			.raw_common_name = cases[k].name
		};
		struct yett_peer *peer = issue(&request);
		struct yett_peer_facts facts;
		struct yett_slice subject;

		yett_peer_facts(peer, world.credentials, world.now, &facts);
		assert_non_null(facts.leaf);
		subject = facts.leaf->subject;
		for (size_t i = 0; i < subject.len; i++)
			if ((unsigned char)subject.at[i] < 0x20)
				fail_msg("%zu: a control at %zu", k, i);
		/* Nor what stands before a NUL. */
		assert_false(yett_slice_eq(subject, YETT_LIT("CN=admin")));
		if (cases[k].want != NULL &&
		    !yett_slice_eq(subject, yett_slice_of(cases[k].want)))
			fail_msg("%.*s", YETT_ARG(subject));
		yett_peer_free(peer);
	}
}

static void
test_none_sent(void **state)
{
	struct yett_peer_facts facts;

	(void)state;
	yett_peer_facts(NULL, world.credentials, world.now, &facts);
	assert_null(facts.leaf);
	yett_peer_free(NULL);
}

static void
test_judged_by_each_trust_and_moment(void **state)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.not_after = SPRING + 10 };
	struct yett_peer *peer = issue(&request);
	uint64_t later = world.now + UINT64_C(11000000000);

	(void)state;
	for (int again = 0; again < 2; again++) {
		assert_int_equal(verify(peer, 0, world.now), YETT_VERIFIED);
		assert_int_equal(verify(peer, 1, world.now),
		    YETT_VERIFY_UNTRUSTED);
	}
	assert_int_equal(verify(peer, 0, later), YETT_VERIFY_EXPIRED);
	yett_peer_free(peer);
}

static void
test_judged_anew_after_a_reload(void **state)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.serial = 5 };
	static const uint32_t serial[] = { 5 };
	struct world_policy listed = policy;
	struct yett_peer *peer = issue(&request);
	struct yett_buf crl = { 0 };

	(void)state;
	assert_int_equal(verify(peer, 0, world.now), YETT_VERIFIED);
	assert_int_equal(yett_ca_crl(world.staff, serial, 1, SPRING - 10,
			     SPRING + 10, &crl, NULL),
	    YETT_OK);
	world_write(&world, "staff.crl", &crl);
	yett_buf_clear(&crl);
	listed.trust[0].crl = "staff.crl";
	world_load(&world, &listed);
	assert_int_equal(verify(peer, 0, world.now), YETT_VERIFY_REVOKED);
	world_load(&world, &policy);
	assert_int_equal(verify(peer, 0, world.now), YETT_VERIFIED);
	yett_peer_free(peer);
}

/* Issue below `count` - 1 intermediates. */
static void
make_long(struct identity *identity, unsigned count)
{
	static const struct yett_ca_request request = { .common_name = "x" };
	struct yett_ca *ca = NULL;

	for (unsigned i = 1; i < count; i++) {
		struct yett_ca *next;

		assert_int_equal(yett_ca_new_below(&next,
				     ca == NULL ? world.staff : ca, "Below", i,
				     NULL),
		    YETT_OK);
		yett_ca_free(ca);
		ca = next;
	}
	identity_make(identity, ca == NULL ? world.staff : ca, &request);
	yett_ca_free(ca);
}

/* In mode request a chain that is too long is untrusted, not an alert. */
static void
test_long_chains_in_a_handshake(void **state)
{
	static const struct {
		unsigned count;
		enum yett_verification want;
	} cases[] = {
		{ 10, YETT_VERIFIED },
		{ 11, YETT_VERIFY_TOO_LARGE },
		{ 16, YETT_VERIFY_TOO_LARGE },
		{ 17, YETT_VERIFY_TOO_LARGE },
		{ 60, YETT_VERIFY_TOO_LARGE },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct identity identity;

		make_long(&identity, cases[k].count);
		for (int i = 0; i < 2; i++) {
			const struct client_options options = {
				.sni = "path.test",
				.priority = i == 0 ? TLS12 : TLS13,
				.identity = &identity,
			};
			struct pair pair;

			pair_open(&pair, &world, &options);
			if (pair.result != YETT_SESSION_DONE)
				fail_msg("%u: %s", cases[k].count,
				    pair.fault.what);
			assert_int_equal(pair_verify(&pair), cases[k].want);
			pair_close(&pair);
		}
		identity_clear(&identity);
	}
}

static void
test_headers_of_rfc_9440(void **state)
{
	static const struct {
		const char *der[3];
		const char *cert, *chain;
	} cases[] = {
		{ { "leaf" }, ":bGVhZg==:", "" },
		{ { "leaf", "one" }, ":bGVhZg==:", ":b25l:" },
		{ { "leaf", "one", "two!" },
		    ":bGVhZg==:", ":b25l:, :dHdvIQ==:" },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct yett_buf cert = { 0 }, chain = { 0 };
		struct yett_slice der[3];
		struct yett_peer *peer;
		uint32_t count = 0;

		for (; count < 3 && cases[k].der[count] != NULL; count++)
			der[count] = yett_slice_of(cases[k].der[count]);
		assert_int_equal(yett_peer_new(&peer,
				     &(struct yett_chain){ der, count }, NULL),
		    YETT_OK);
		assert_int_equal(yett_peer_write_client_cert(peer, &cert),
		    YETT_OK);
		assert_int_equal(yett_peer_write_client_cert_chain(peer,
				     &chain),
		    YETT_OK);
		assert_true(yett_slice_eq(yett_buf_slice(&cert),
		    yett_slice_of(cases[k].cert)));
		assert_true(yett_slice_eq(yett_buf_slice(&chain),
		    yett_slice_of(cases[k].chain)));
		yett_buf_clear(&cert);
		yett_buf_clear(&chain);
		yett_peer_free(peer);
	}
}

static void
test_what_cannot_be_read_is_untrusted(void **state)
{
	struct yett_slice der = YETT_LIT("no certificate");
	struct yett_peer_facts facts;
	struct yett_peer *peer;

	(void)state;
	assert_int_equal(yett_peer_new(&peer, &(struct yett_chain){ &der, 1 },
			     NULL),
	    YETT_OK);
	yett_peer_facts(peer, world.credentials, world.now, &facts);
	assert_non_null(facts.leaf); /* it was sent */
	assert_int_equal(facts.leaf->subject.len, 0);
	assert_int_equal(verify(peer, 0, world.now), YETT_VERIFY_UNTRUSTED);
	yett_peer_free(peer);
}

/* A chain that the worker verified for one connection is known to another one,
 * until a date in it has passed; a reload with other CAs knows nothing. */
static void
test_verified_chains_are_known_to_the_worker(void **state)
{
	const struct yett_ca_request ada = { .common_name = "ada",
		.purposes = YETT_CA_CLIENT,
		.not_before = SPRING - 10,
		.not_after = SPRING + 10 };
	const uint64_t later = world.now + 20 * UINT64_C(1000000000);
	struct yett_chain_cache *cache = yett_chain_cache_new();
	struct identity identity;
	struct chain chain;
	struct yett_peer *peer[2];

	(void)state;
	identity_make(&identity, world.staff, &ada);
	chain_read(&chain, &identity.cert);
	for (int i = 0; i < 2; i++)
		assert_int_equal(yett_peer_new(&peer[i], &chain.chain, cache),
		    YETT_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(verify(peer[i], 0, world.now), YETT_VERIFIED);
		assert_int_equal(verify(peer[i], 1, world.now),
		    YETT_VERIFY_UNTRUSTED);
		assert_int_equal(verify(peer[i], 0, later),
		    YETT_VERIFY_EXPIRED);
	}
	for (int i = 0; i < 2; i++)
		yett_peer_free(peer[i]);
	chain_clear(&chain);
	identity_clear(&identity);
	yett_chain_cache_free(cache);
}

/* A judgement that rested on a revocation list is not remembered beyond it, nor
 * taken for one by other lists, though the chain and its dates are the same. */
static void
test_verified_chains_are_forgotten_with_their_list(void **state)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.serial = 5 };
	const uint64_t end = world.now +
	    (10 + YETT_CRL_GRACE_S) * UINT64_C(1000000000);
	static const uint32_t serial[] = { 5 };
	struct world_policy listed = policy;
	struct yett_chain_cache *cache = yett_chain_cache_new();
	struct yett_peer *peer[3];
	struct identity identity;
	struct yett_buf crl = { 0 };
	struct chain chain;

	(void)state;
	identity_make(&identity, world.staff, &request);
	chain_read(&chain, &identity.cert);
	for (int i = 0; i < 3; i++)
		assert_int_equal(yett_peer_new(&peer[i], &chain.chain, cache),
		    YETT_OK);
	listed.trust[0].crl = "brief.crl";
	assert_int_equal(yett_ca_crl(world.staff, NULL, 0, SPRING - 10,
			     SPRING + 10, &crl, NULL),
	    YETT_OK);
	world_write(&world, "brief.crl", &crl);
	world_load(&world, &listed);
	assert_int_equal(verify(peer[0], 0, world.now), YETT_VERIFIED);
	assert_int_equal(verify(peer[1], 0, end - 1000000000), YETT_VERIFIED);
	assert_int_equal(verify(peer[1], 0, end), YETT_VERIFY_CRL_UNAVAILABLE);
	yett_buf_clear(&crl);
	assert_int_equal(yett_ca_crl(world.staff, serial, 1, SPRING - 10,
			     SPRING + 10, &crl, NULL),
	    YETT_OK);
	world_write(&world, "brief.crl", &crl);
	world_load(&world, &listed);
	assert_int_equal(verify(peer[2], 0, world.now), YETT_VERIFY_REVOKED);
	for (int i = 0; i < 3; i++)
		yett_peer_free(peer[i]);
	yett_buf_clear(&crl);
	chain_clear(&chain);
	identity_clear(&identity);
	yett_chain_cache_free(cache);
	world_load(&world, &policy);
}

/* A subject of 8 KiB is a subject, or none; it is never a part of one. */
static void
test_a_huge_subject(void **state)
{
	static char name[8192];
	const struct yett_ca_request request = { .raw_common_name = { name,
						     sizeof(name) } };
	struct yett_peer_facts facts;
	struct yett_peer *peer;

	(void)state;
	memset(name, 'a', sizeof(name));
	peer = issue(&request);
	yett_peer_facts(peer, world.credentials, world.now, &facts);
	assert_non_null(facts.leaf);
	assert_true(facts.leaf->subject.len == 0 ||
	    facts.leaf->subject.len == 3 + sizeof(name));
	yett_peer_free(peer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts_of_a_leaf),
		cmocka_unit_test(test_verified_chains_are_known_to_the_worker),
		cmocka_unit_test(
		    test_verified_chains_are_forgotten_with_their_list),
		cmocka_unit_test(test_a_huge_subject),
		cmocka_unit_test(test_names_with_controls_are_none),
		cmocka_unit_test(test_subjects_are_escaped_or_none),
		cmocka_unit_test(test_none_sent),
		cmocka_unit_test(test_judged_by_each_trust_and_moment),
		cmocka_unit_test(test_judged_anew_after_a_reload),
		cmocka_unit_test(test_long_chains_in_a_handshake),
		cmocka_unit_test(test_headers_of_rfc_9440),
		cmocka_unit_test(test_what_cannot_be_read_is_untrusted),
	};

	return RUN_IN_WORLD(tests, &policy);
}
