/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate may cost: it is looked at before anything is computed
 * with it, in every mode and version, and from servers as well. */
#include "tls/bounds.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tls/client.h"
#include "tls/datum.h"
#include "unit/odd_certificate.h"
#include "unit/socket_pair.h"
#include "unit/tls_group.h"

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 8, NULL } },
	.site = { { "may.test", YETT_NEED_REQUEST, YETT_NEED_REQUIRE, "staff",
		      { 0 } },
	    { "must.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } } },
};

/* More than a handshake takes on a busy machine with a sanitizer, and less
 * than one operation with the keys below. */
#define MOST_S 0.1

/* A sanitizer makes the library's own work several times as slow. */
static double
most_seconds(void)
{
	const char *flags = getenv("SAN_FLAGS");

	return flags != NULL && flags[0] != '\0' ? 10 * MOST_S : MOST_S;
}

#define RSA(kind, modulus, exponent)                                           \
	{                                                                      \
		.key = (kind), .modulus_bits = (modulus),                      \
		.exponent_bits = (exponent)                                    \
	}

static const struct sample {
	const char *name;
	struct odd_certificate certificate;
	enum yett_bound bound;
} samples[] = {
	{ "rsa", RSA(ODD_RSA, 2048, 17), YETT_BOUND_KEPT },
	{ "rsa at the bound", RSA(ODD_RSA, 8192, 64), YETT_BOUND_KEPT },
	{ "modulus", RSA(ODD_RSA, 8193, 17), YETT_BOUND_RSA_MODULUS },
	{ "large modulus", RSA(ODD_RSA, 65536, 65535), YETT_BOUND_RSA_MODULUS },
	{ "exponent", RSA(ODD_RSA, 2048, 65), YETT_BOUND_RSA_EXPONENT },
	{ "large exponent", RSA(ODD_RSA, 8192, 8191), YETT_BOUND_RSA_EXPONENT },
	{ "pss", RSA(ODD_RSA_PSS, 16384, 16383), YETT_BOUND_RSA_MODULUS },
	{ "exponent of pss", RSA(ODD_RSA_PSS, 4096, 4095),
	    YETT_BOUND_RSA_EXPONENT },
	{ "p256", { .key = ODD_P256 }, YETT_BOUND_KEPT },
	{ "p521", { .key = ODD_P521 }, YETT_BOUND_KEPT },
	{ "ed448", { .key = ODD_ED448 }, YETT_BOUND_KEPT },
	{ "p192", { .key = ODD_P192 }, YETT_BOUND_CURVE },
	{ "brainpool", { .key = ODD_BRAINPOOL }, YETT_BOUND_CURVE },
	{ "explicit", { .key = ODD_EXPLICIT }, YETT_BOUND_CURVE },
	{ "dsa", { .key = ODD_DSA }, YETT_BOUND_ALGORITHM },
	{ "unknown", { .key = ODD_UNKNOWN }, YETT_BOUND_ALGORITHM },
};
#define EACH_SAMPLE(i)                                                         \
	(size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)

static void
test_keys(void **state)
{
	(void)state;
	for
		EACH_SAMPLE(i)
		{
			struct yett_buf der = { 0 };
			struct yett_slice whole;

			odd_write(&der, &samples[i].certificate);
			whole = yett_buf_slice(&der);
			if (yett_bounds_look(whole, 0) != samples[i].bound)
				fail_msg("%s", samples[i].name);
			/* Whatever is cut off is no certificate. */
			for (size_t len = 0; len < whole.len;
			     len += 1 + len / 64)
				assert_int_not_equal(yett_bounds_look(
							 (struct yett_slice){
							     whole.at, len },
							 0),
				    YETT_BOUND_KEPT);
			yett_buf_clear(&der);
		}
}

/* subjectAltName with `count` names; the last of them has `tail`. */
static void
put_names(struct yett_buf *der, size_t count, struct yett_slice tail)
{
	size_t extension = odd_begin(der, 0x30), value, list;

	odd_put(der, 0x06, YETT_LIT("\x55\x1d\x11"));
	value = odd_begin(der, 0x04);
	list = odd_begin(der, 0x30);
	while (count-- > 0)
		odd_put(der, 0x82, YETT_LIT("a"));
	assert_int_equal(yett_buf_append(der, tail), YETT_OK);
	odd_end(der, list);
	odd_end(der, value);
	odd_end(der, extension);
}

/* Names are counted wherever a parser may find them, also behind what cannot
 * be read. */
static void
test_names(void **state)
{
	static const struct {
		size_t count;
		struct yett_slice tail;
		enum yett_bound bound;
	} cases[] = {
		{ 1000, { NULL, 0 }, YETT_BOUND_KEPT },
		{ 1600, { NULL, 0 }, YETT_BOUND_ELEMENTS },
		{ 10000, { NULL, 0 }, YETT_BOUND_ELEMENTS },
		{ 1, { "\x82\x7f", 2 }, YETT_BOUND_KEPT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct odd_certificate certificate = { .key = ODD_P256 };
		struct yett_buf names = { 0 }, der = { 0 };

		put_names(&names, cases[i].count, cases[i].tail);
		certificate.extensions = yett_buf_slice(&names);
		odd_write(&der, &certificate);
		if (yett_bounds_look(yett_buf_slice(&der), 0) != cases[i].bound)
			fail_msg("%zu names", cases[i].count);
		yett_buf_clear(&names);
		yett_buf_clear(&der);
	}
}

static void
test_names_behind_nonsense(void **state)
{
	struct odd_certificate certificate = { .key = ODD_P256 };
	struct yett_buf names = { 0 }, list = { 0 }, der = { 0 };

	(void)state;
	/* A tag of two bytes, then names. */
	assert_int_equal(yett_buf_append(&list, YETT_LIT("\x9f\x81\x01\x00")),
	    YETT_OK);
	for (int i = 0; i < 1600; i++)
		odd_put(&list, 0x82, YETT_LIT("a"));
	put_names(&names, 1, yett_buf_slice(&list));
	certificate.extensions = yett_buf_slice(&names);
	odd_write(&der, &certificate);
	assert_int_equal(yett_bounds_look(yett_buf_slice(&der), 0),
	    YETT_BOUND_ELEMENTS);
	yett_buf_clear(&names);
	yett_buf_clear(&list);
	yett_buf_clear(&der);
}

static void
test_bound_of_a_trust(void **state)
{
	const struct odd_certificate certificate = RSA(ODD_RSA, 16384, 17);
	struct yett_buf der = { 0 };

	(void)state;
	odd_write(&der, &certificate);
	assert_int_equal(yett_bounds_look(yett_buf_slice(&der), 16384),
	    YETT_BOUND_KEPT);
	assert_int_equal(yett_bounds_look(yett_buf_slice(&der), 16383),
	    YETT_BOUND_RSA_MODULUS);
	yett_buf_clear(&der);
}

static void
test_authority_of_a_trust(void **state)
{
	static const struct {
		struct odd_certificate certificate;
		uint32_t rsa_bits;
		const char *why; /* NULL: taken */
	} cases[] = {
		{ RSA(ODD_RSA, 8192, 17), 0, NULL },
		{ RSA(ODD_RSA, 8193, 17), 0,
		    "the authority \"CN=Odd\" has an RSA key that is too "
		    "large: "
		    "raise rsa_bits" },
		{ RSA(ODD_RSA, 16384, 17), 16384, NULL },
		{ RSA(ODD_RSA, 4096, 17), 3072,
		    "the authority \"CN=Odd\" has an RSA key that is too "
		    "large: "
		    "raise rsa_bits" },
		{ RSA(ODD_RSA, 2048, 2047), 16384,
		    "the authority \"CN=Odd\" has an RSA key whose exponent is "
		    "too large" },
		/* Costs nothing, for nobody can check with it. */
		{ { .key = ODD_BRAINPOOL }, 0, NULL },
	};
	char path[128];
	struct yett_slice file = { path, 0 };

	(void)state;
	file.len = (size_t)snprintf(path, sizeof(path), "%s/odd.ca",
	    world.folder);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct yett_trust trust = { .name = YETT_LIT("odd"),
			.ca = &file,
			.ca_count = 1,
			.rsa_bits = cases[i].rsa_bits };
		struct yett_trust_store *store = NULL;
		struct yett_trust_problem problem = { .what = "" };
		struct yett_buf der = { 0 };

		odd_write(&der, &cases[i].certificate);
		world_write(&world, "odd.ca", &der);
		yett_buf_clear(&der);
		assert_int_equal(yett_trust_store_open(&store, &trust, NULL,
				     NULL),
		    YETT_OK);
		assert_int_equal(yett_trust_store_problem(store, 0, &problem),
		    cases[i].why != NULL);
		assert_string_equal(problem.what,
		    cases[i].why == NULL ? "" : cases[i].why);
		yett_trust_store_close(store);
	}
}

/* --- handshakes ----------------------------------------------------------- */

static double spent, began;

static double
cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
clock_server(bool to_server)
{
	if (to_server)
		began = cpu();
	else
		spent += cpu() - began;
}

/* A client of the site `sni` that sends `chain`, and signs with some key. */
static void
attack(const char *name, const char *sni, const char *version,
    const struct yett_chain *chain, const struct identity *signer)
{
	const struct client_options options = { .sni = sni,
		.priority = version,
		.identity = signer,
		.chain = chain };
	struct pair pair;

	spent = 0;
	world.before_server = clock_server;
	pair_open(&pair, &world, &options);
	world.before_server = NULL;
	if (pair.result != YETT_SESSION_FAILED ||
	    pair.alert != GNUTLS_A_BAD_CERTIFICATE || spent > most_seconds())
		fail_msg("%s, %s, %s: result %d, alert %d, %.3f s", name, sni,
		    version, (int)pair.result, pair.alert, spent);
	assert_string_not_equal(pair.fault.what, "");
	if (strstr(pair.fault.what, "a certificate of the client") == NULL)
		fail_msg("%s: %s", name, pair.fault.what);
	pair_close(&pair);
}

static void
each_attack(bool is_leaf)
{
	static const struct yett_ca_request rsa = { .common_name = "x",
		.purposes = YETT_CA_CLIENT,
		.key = YETT_CA_RSA };
	struct identity signer;
	struct chain good_chain;

	identity_make(&signer, world.staff, &rsa);
	chain_read(&good_chain, &signer.cert);
	for
		EACH_SAMPLE(i)
		{
			struct yett_buf der = { 0 };
			struct yett_slice list[2];

			if (samples[i].bound == YETT_BOUND_KEPT)
				continue;
			odd_write(&der, &samples[i].certificate);
			list[0] = good_chain.der[0];
			list[is_leaf ? 0 : 1] = yett_buf_slice(&der);
		for
			EACH_VERSION(k)
			{
				const struct yett_chain chain = { list,
					is_leaf ? 1 : 2 };

				attack(samples[i].name, "may.test", versions[k],
				    &chain, &signer);
				attack(samples[i].name, "must.test",
				    versions[k], &chain, &signer);
			}
		yett_buf_clear(&der);
		}
	chain_clear(&good_chain);
	identity_clear(&signer);
}

static void
test_leaf_of_a_client(void **state)
{
	(void)state;
	each_attack(true);
}

/* 30 KB that take GnuTLS 17 ms each time that it parses them. */
static void
test_certificate_of_many_names(void **state)
{
	struct odd_certificate certificate = { .key = ODD_P256 };
	struct yett_buf names = { 0 }, der = { 0 };
	struct yett_slice list;

	(void)state;
	put_names(&names, 10000, YETT_SLICE_NONE);
	certificate.extensions = yett_buf_slice(&names);
	odd_write(&der, &certificate);
	list = yett_buf_slice(&der);
	for
		EACH_VERSION(k)
		{
			const struct yett_chain chain = { &list, 1 };

			attack("names", "may.test", versions[k], &chain, &good);
			attack("names", "must.test", versions[k], &chain,
			    &good);
		}
	yett_buf_clear(&names);
	yett_buf_clear(&der);
}

/* What a search found to cost most (bench/certificate_cost.c): names, as many
 * as the bounds let in. */
static void
test_costliest_chain(void **state)
{
	struct odd_certificate certificate = { .key = ODD_P256 };
	struct yett_buf names = { 0 }, der = { 0 };
	struct yett_slice list[3];

	(void)state;
	put_names(&names, 1280, YETT_SLICE_NONE);
	certificate.extensions = yett_buf_slice(&names);
	odd_write(&der, &certificate);
	for (int i = 0; i < 3; i++)
		list[i] = yett_buf_slice(&der);
	for
		EACH_VERSION(k)
		{
			const struct yett_chain chain = { list, 3 };
			const struct client_options options = { .sni =
								    "may.test",
				.priority = versions[k],
				.identity = &good,
				.chain = &chain };
			struct pair pair;

			spent = 0;
			world.before_server = clock_server;
			pair_open(&pair, &world, &options);
			world.before_server = NULL;
			if (spent > most_seconds())
				fail_msg("%s: %.3f s", versions[k], spent);
			assert_string_not_equal(pair.fault.what,
			    "a certificate of the client has too many names or "
			    "other "
			    "parts");
			pair_close(&pair);
		}
	yett_buf_clear(&names);
	yett_buf_clear(&der);
}

static void
test_member_of_a_chain(void **state)
{
	(void)state;
	each_attack(false);
}

/* --- servers that we connect to ------------------------------------------- */

static struct yett_slice served;

static int
serve(gnutls_session_t tls, const struct gnutls_cert_retr_st *request,
    gnutls_pcert_st **chain, unsigned *chain_count, gnutls_ocsp_data_st **ocsp,
    unsigned *ocsp_count, gnutls_privkey_t *key, unsigned *flags)
{
	(void)tls;
	(void)request;
	world_chain(gnutls_session_get_ptr(tls),
	    &(struct yett_chain){ &served, 1 }, chain, chain_count, key);
	*ocsp = NULL;
	*ocsp_count = 0;
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}

static gnutls_session_t
open_server(int fd, const char *version,
    gnutls_certificate_credentials_t credentials, struct identity *signer)
{
	gnutls_session_t tls;

	assert_int_equal(gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NONBLOCK), 0);
	assert_int_equal(gnutls_priority_set_direct(tls, version, NULL), 0);
	gnutls_certificate_set_retrieve_function3(credentials, serve);
	gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_session_set_ptr(tls, signer);
	gnutls_transport_set_int(tls, fd);
	return tls;
}

static struct yett_client_terms *
open_terms(void)
{
	char path[128];
	struct yett_slice file = { path, 0 };
	struct yett_trust trust = { .name = YETT_LIT("backend"),
		.ca = &file,
		.ca_count = 1,
		.depth = 8 };
	const struct yett_trust *trusts[1] = { &trust };
	const struct yett_client_declared declared = { .trust = trusts,
		.trust_count = 1 };
	struct yett_client_terms *terms;

	file.len = (size_t)snprintf(path, sizeof(path), "%s/staff.ca",
	    world.folder);
	assert_int_equal(yett_client_terms_open(&terms, &declared, SPRING,
			     NULL),
	    YETT_OK);
	return terms;
}

static void
connect_to(const char *name, const char *version, struct identity *signer,
    struct yett_client_env *env, const struct yett_client_terms *terms)
{
	static const uint8_t scope[YETT_SHA256_LEN];
	struct yett_client_order order = { .terms = terms,
		.name = YETT_LIT("b.internal"),
		.scope = scope };
	struct yett_fault fault = YETT_FAULT_NONE;
	gnutls_certificate_credentials_t credentials;
	enum yett_io io = YETT_IO_AGAIN;
	gnutls_session_t tls;
	struct yett_client *client;
	int fd[2], code = GNUTLS_E_AGAIN;

	assert_true(socket_pair(fd));
	assert_int_equal(gnutls_certificate_allocate_credentials(&credentials),
	    0);
	tls = open_server(fd[1], version, credentials, signer);
	order.fd = fd[0];
	assert_int_equal(yett_client_new(&client, env, &order, NULL), YETT_OK);
	spent = 0;
	for (int i = 0; i < 20 && io == YETT_IO_AGAIN; i++) {
		clock_server(true);
		io = yett_client_handshake(client, SPRING, &fault);
		clock_server(false);
		if (code == GNUTLS_E_AGAIN)
			code = gnutls_handshake(tls);
	}
	if (code != GNUTLS_E_FATAL_ALERT_RECEIVED)
		code = gnutls_handshake(tls);
	if (io != YETT_IO_FAILED || spent > most_seconds() ||
	    code != GNUTLS_E_FATAL_ALERT_RECEIVED ||
	    gnutls_alert_get(tls) != GNUTLS_A_BAD_CERTIFICATE ||
	    strstr(fault.what, "TLS: a certificate of it has a") == NULL)
		fail_msg("%s, %s: %d, %s, %s, %.3f s", name, version, (int)io,
		    fault.what, gnutls_strerror(code), spent);
	yett_client_free(client);
	gnutls_deinit(tls);
	gnutls_certificate_free_credentials(credentials);
	close(fd[0]);
	close(fd[1]);
}

static void
test_servers(void **state)
{
	static const struct yett_ca_request rsa = { .common_name = "x",
		.purposes = YETT_CA_SERVER,
		.key = YETT_CA_RSA };
	struct yett_client_terms *terms = open_terms();
	struct yett_client_env *env;
	struct identity signer;

	(void)state;
	assert_int_equal(yett_client_env_open(&env, NULL), YETT_OK);
	identity_make(&signer, world.staff, &rsa);
	for
		EACH_SAMPLE(i)
		{
			struct yett_buf der = { 0 };

			if (samples[i].bound == YETT_BOUND_KEPT)
				continue;
			odd_write(&der, &samples[i].certificate);
			served = yett_buf_slice(&der);
		for
			EACH_VERSION(k)
		connect_to(samples[i].name, versions[k], &signer, env, terms);
		yett_buf_clear(&der);
		}
	identity_clear(&signer);
	yett_client_env_close(env);
	yett_client_terms_unref(&terms);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_behind_nonsense),
		cmocka_unit_test(test_bound_of_a_trust),
		cmocka_unit_test(test_authority_of_a_trust),
		cmocka_unit_test(test_leaf_of_a_client),
		cmocka_unit_test(test_certificate_of_many_names),
		cmocka_unit_test(test_costliest_chain),
		cmocka_unit_test(test_member_of_a_chain),
		cmocka_unit_test(test_servers),
	};

	return RUN_IN_WORLD(tests, &policy);
}
