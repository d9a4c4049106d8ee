/* SPDX-License-Identifier: Apache-2.0 */
/* A real client and our session: what is asked, kept, refused, and resumed. */
#include "unit/tls_group.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 1, NULL },
	    { "other", "other.ca", NULL, 1, NULL } },
	.site = { { "open.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff", { 0 } },
	    { "shut.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } },
	    { "else.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "other",
		{ 0 } } },
};

static void
test_what_is_asked(void **state)
{
	static const struct {
		const char *sni;
		const struct identity *identity;
		bool asked, sent;
		enum yett_need need;
	} cases[] = {
		{ "open.test", &good, false, false, YETT_NEED_NONE },
		{ "path.test", NULL, true, false, YETT_NEED_REQUEST },
		{ "path.test", &good, true, true, YETT_NEED_REQUEST },
		{ "path.test", &stranger, true, true, YETT_NEED_REQUEST },
		{ "shut.test", &good, true, true, YETT_NEED_REQUIRE },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		for
			EACH_VERSION(i)
			{
				const struct client_options options = {
					.sni = cases[k].sni,
					.priority = versions[i],
					.identity = cases[k].identity,
				};
				struct pair pair;

				pair_open(&pair, &world, &options);
				if (pair.result != YETT_SESSION_DONE)
					fail_msg("%zu: %s", k, pair.fault.what);
				assert_int_equal(pair.client_code, 0);
				assert_int_equal(pair.asked, cases[k].asked);
				assert_int_equal(pair.names,
				    cases[k].asked ? 1 : 0);
				assert_int_equal(yett_session_asked(
						     pair.session)
						     ->need,
				    cases[k].need);
				assert_int_equal(yett_session_peer(
						     pair.session) != NULL,
				    cases[k].sent);
				assert_true(yett_slice_eq(yett_session_hello(
							      pair.session)
							      ->sni,
				    yett_slice_of(cases[k].sni)));
				pair_close(&pair);
			}
	}
}

/* Shakes hands, wants the alert, and wants the session to have failed. */
static void
expect_alert(const struct client_options *options, int alert, const char *name)
{
	struct pair pair;

	pair_open(&pair, &world, options);
	if (pair.alert != alert || pair.result != YETT_SESSION_FAILED)
		fail_msg("%s: alert %d, result %d, %s", name, pair.alert,
		    pair.result, pair.fault.what);
	assert_true(pair.fault.what[0] != '\0');
	assert_string_not_equal(yett_session_alert_name(pair.session), "");
	pair_close(&pair);
}

static void
test_require_says_what_is_wrong(void **state)
{
	static const struct {
		const char *name;
		struct yett_ca_request request;
		bool none, of_other;
		int alert[2];
	} cases[] = {
		{ "none", { .common_name = "x" }, true, false,
		    { GNUTLS_A_HANDSHAKE_FAILURE,
			GNUTLS_A_CERTIFICATE_REQUIRED } },
		{ "of another CA",
		    { .common_name = "x", .purposes = YETT_CA_CLIENT }, false,
		    true, { GNUTLS_A_UNKNOWN_CA, GNUTLS_A_UNKNOWN_CA } },
		{ "for servers",
		    { .common_name = "x", .purposes = YETT_CA_SERVER }, false,
		    false,
		    { GNUTLS_A_BAD_CERTIFICATE, GNUTLS_A_BAD_CERTIFICATE } },
		{ "too old", { .common_name = "x", .not_after = SPRING - 1 },
		    false, false,
		    { GNUTLS_A_CERTIFICATE_EXPIRED,
			GNUTLS_A_CERTIFICATE_EXPIRED } },
		{ "too new", { .common_name = "x", .not_before = SPRING + 1 },
		    false, false,
		    { GNUTLS_A_CERTIFICATE_EXPIRED,
			GNUTLS_A_CERTIFICATE_EXPIRED } },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct identity bad;

		identity_make(&bad,
		    cases[k].of_other ? world.other : world.staff,
		    &cases[k].request);
		for
			EACH_VERSION(i)
		expect_alert(
		    &(struct client_options){
			.sni = "shut.test",
			.priority = versions[i],
			.identity = cases[k].none ? NULL : &bad,
		    },
		    cases[k].alert[i], cases[k].name);
		identity_clear(&bad);
	}
}

static void
test_hello_that_is_refused(void **state)
{
	static const struct {
		const char *name, *sni, *alpn[3];
		int mood;
		int alert[2];
	} cases[] = {
		{ "no name", NULL, { NULL }, WORLD_DECIDES,
		    { GNUTLS_A_UNRECOGNIZED_NAME,
			GNUTLS_A_MISSING_EXTENSION } },
		{ "unknown name", "who.test", { NULL }, WORLD_DECIDES,
		    { GNUTLS_A_UNRECOGNIZED_NAME,
			GNUTLS_A_UNRECOGNIZED_NAME } },
		{ "only HTTP/2", "open.test", { "h2", NULL }, WORLD_DECIDES,
		    { GNUTLS_A_NO_APPLICATION_PROTOCOL,
			GNUTLS_A_NO_APPLICATION_PROTOCOL } },
		{ "refused", "open.test", { NULL }, WORLD_REFUSES,
		    { GNUTLS_A_ACCESS_DENIED, GNUTLS_A_ACCESS_DENIED } },
		{ "failed", "open.test", { NULL }, WORLD_FAILS,
		    { GNUTLS_A_INTERNAL_ERROR, GNUTLS_A_INTERNAL_ERROR } },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		world.mood = cases[k].mood;
		for
			EACH_VERSION(i)
		expect_alert(
		    &(struct client_options){
			.sni = cases[k].sni,
			.alpn = { cases[k].alpn[0] },
			.priority = versions[i],
		    },
		    cases[k].alert[i], cases[k].name);
	}
	world.mood = WORLD_DECIDES;
}

static void
test_http1_is_chosen(void **state)
{
	(void)state;
	for
		EACH_VERSION(i)
		{
			const struct client_options options = {
				.sni = "OPEN.test.",
				.alpn = { "h2", "http/1.1" },
				.priority = versions[i]
			};
			const struct yett_hello *hello;
			gnutls_datum_t chosen;
			struct pair pair;

			pair_open(&pair, &world, &options);
			assert_int_equal(pair.result, YETT_SESSION_DONE);
			assert_int_equal(gnutls_alpn_get_selected_protocol(
					     pair.client, &chosen),
			    0);
			assert_memory_equal(chosen.data, "http/1.1", 8);
			hello = yett_session_hello(pair.session);
			assert_true(
			    yett_slice_eq(hello->sni, YETT_LIT("open.test")));
			assert_int_equal(hello->alpn_count, 2);
			assert_true(
			    yett_slice_eq(hello->alpn[0], YETT_LIT("h2")));
			assert_int_equal(hello->version,
			    i == 0 ? 0x0303 : 0x0304);
			assert_int_equal(yett_session_version(pair.session),
			    hello->version);
			assert_int_equal(hello->client_port, 4711);
			assert_false(hello->offers_post_handshake_auth);
			pair_close(&pair);
		}
}

/* The hello, each byte as a record of its own; what follows is encrypted, and
 * cannot be cut. */
struct first {
	bool gone;
};
static void
split_first(void *arg, int fd, const char *record, size_t len)
{
	struct first *first = arg;
	char *pieces = malloc(6 * len);

	assert_non_null(pieces);
	if (first->gone) {
		assert_int_equal(send(fd, record, len, 0), len);
	} else {
		for (size_t i = 5; i < len; i++) {
			char one[6] = { record[0], record[1], record[2], 0, 1,
				record[i] };

			memcpy(pieces + 6 * (i - 5), one, 6);
		}
		assert_int_equal(send(fd, pieces, 6 * (len - 5), 0),
		    6 * (len - 5));
	}
	first->gone = true;
	free(pieces);
}

static void
test_hello_in_pieces(void **state)
{
	(void)state;
	for
		EACH_VERSION(i)
		{
			struct first first = { false };
			const struct client_options options = { .sni =
								    "path.test",
				.priority = versions[i],
				.identity = &good,
				.meddle = split_first,
				.arg = &first };
			struct pair pair;

			pair_open(&pair, &world, &options);
			assert_int_equal(pair.result, YETT_SESSION_DONE);
			assert_true(pair.asked);
			assert_int_equal(pair_verify(&pair), YETT_VERIFIED);
			pair_close(&pair);
		}
}

/* The second ClientHello in clear text, with another name of equal length. */
struct second {
	unsigned hellos;
	bool rename;
};
static void
rename_second(void *arg, int fd, const char *record, size_t len)
{
	struct second *second = arg;
	char *copy = malloc(len);
	char *name;

	assert_non_null(copy);
	memcpy(copy, record, len);
	if (len > 5 && record[0] == 22 && record[5] == 1)
		second->hellos++;
	name = memmem(copy, len, "open.test", 9);
	if (second->rename && second->hellos == 2 && name != NULL)
		memcpy(name, "shut", 4);
	assert_int_equal(send(fd, copy, len, 0), len);
	free(copy);
}

static void
test_hello_retry_request(void **state)
{
	static const struct {
		bool rename;
		unsigned asked_times;
		enum yett_session_result result;
		int alert;
	} cases[] = {
		{ false, 2, YETT_SESSION_DONE, -1 },
		{ true, 1, YETT_SESSION_FAILED, GNUTLS_A_ILLEGAL_PARAMETER },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct second second = { 0, cases[k].rename };
		/* The only key share is of a group we do not have. */
		const struct client_options options = { .sni = "open.test",
			.priority = TLS13
			":-GROUP-ALL:+GROUP-FFDHE2048:+GROUP-X25519",
			.flags = GNUTLS_KEY_SHARE_TOP,
			.meddle = rename_second,
			.arg = &second };
		struct pair pair;

		world.asked_times = 0;
		pair_open(&pair, &world, &options);
		assert_int_equal(second.hellos, 2);
		assert_int_equal(world.asked_times, cases[k].asked_times);
		assert_int_equal(pair.result, cases[k].result);
		assert_int_equal(pair.alert, cases[k].alert);
		pair_close(&pair);
	}
}

static void
test_an_answer_that_changes_ends_the_retry(void **state)
{
	struct second second = { 0, false };
	const struct client_options options = { .sni = "path.test",
		.priority = TLS13 ":-GROUP-ALL:+GROUP-FFDHE2048:+GROUP-X25519",
		.flags = GNUTLS_KEY_SHARE_TOP,
		.meddle = rename_second,
		.arg = &second };
	struct pair pair;

	(void)state;
	world.asked_times = 0;
	world.mood = WORLD_CHANGES;
	pair_open(&pair, &world, &options);
	world.mood = WORLD_DECIDES;
	assert_int_equal(world.asked_times, 2);
	assert_int_equal(pair.result, YETT_SESSION_FAILED);
	assert_int_equal(pair.alert, GNUTLS_A_ILLEGAL_PARAMETER);
	pair_close(&pair);
}

static void
test_old_versions_are_refused(void **state)
{
	(void)state;
	expect_alert(&(struct client_options){ .sni = "open.test",
			 .priority = "NORMAL:-VERS-ALL:+VERS-TLS1.1:"
				     "%ALLOW_SMALL_RECORDS" },
	    GNUTLS_A_PROTOCOL_VERSION, "TLS 1.1");
	expect_alert(&(struct client_options){ .sni = "open.test",
			 .priority = TLS12 ":-KX-ALL:+RSA" },
	    GNUTLS_A_HANDSHAKE_FAILURE, "RSA key exchange");
}

static void
test_key_by_what_the_client_can_check(void **state)
{
	static const struct world_policy two_keys = {
		.site = { { "two.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
		    { "rsa", "site", NULL } } },
	};
	static const struct {
		const char *priority;
		int algorithm;
	} cases[] = {
		{ TLS13, GNUTLS_PK_ECDSA },
		{ TLS12, GNUTLS_PK_ECDSA },
		{ TLS13 ":-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256", GNUTLS_PK_RSA },
		{ TLS12 ":-KX-ALL:+ECDHE-RSA", GNUTLS_PK_RSA },
	};
	struct yett_ca_request request = { .common_name = "two",
		.key = YETT_CA_RSA };
	struct identity rsa;

	(void)state;
	identity_make(&rsa, world.other, &request);
	world_write(&world, "rsa.pem", &rsa.cert);
	world_write(&world, "rsa.key", &rsa.key);
	world_load(&world, &two_keys);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		const struct client_options options = { .sni = "two.test",
			.priority = cases[k].priority };
		struct pair pair;

		pair_open(&pair, &world, &options);
		if (pair.result != YETT_SESSION_DONE)
			fail_msg("%zu: %s", k, pair.fault.what);
		assert_int_equal(pair_server_key(&pair), cases[k].algorithm);
		pair_close(&pair);
	}
	identity_clear(&rsa);
	world_load(&world, &policy);
}

/* The generation of the handshake may go while the connection stays. */
static void
test_a_connection_outlives_its_generation(void **state)
{
	const struct client_options options = { .sni = "path.test",
		.identity = &good };
	struct pair pair;
	char at[16];
	size_t took;

	(void)state;
	pair_open(&pair, &world, &options);
	world_load(&world, &policy);
	assert_true(yett_session_asked(pair.session)->generation <
	    yett_generation_id(world.gen));
	assert_int_equal(yett_session_asked(pair.session)->trust_id[0],
	    yett_generation_trust(world.gen, 0)->id);
	assert_int_equal(pair_verify(&pair), YETT_VERIFIED);
	assert_int_equal(yett_session_write(pair.session,
			     YETT_LIT("still here"), &took, NULL),
	    YETT_SESSION_DONE);
	assert_int_equal(yett_session_flush(pair.session, NULL),
	    YETT_SESSION_DONE);
	assert_int_equal(pair_client_read(&pair, at, sizeof(at)), 10);
	pair_close(&pair);
}

static void
test_a_handshake_outlives_its_generation(void **state)
{
	const struct client_options options = { .sni = "shut.test",
		.identity = &good };
	struct pair pair;

	(void)state;
	world.mood = WORLD_RELOADS;
	world.policy = &policy;
	pair_open(&pair, &world, &options);
	world.mood = WORLD_DECIDES;
	assert_int_equal(pair.result, YETT_SESSION_DONE);
	pair_close(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_asked),
		cmocka_unit_test(test_require_says_what_is_wrong),
		cmocka_unit_test(test_hello_that_is_refused),
		cmocka_unit_test(test_http1_is_chosen),
		cmocka_unit_test(test_hello_in_pieces),
		cmocka_unit_test(test_hello_retry_request),
		cmocka_unit_test(test_an_answer_that_changes_ends_the_retry),
		cmocka_unit_test(test_old_versions_are_refused),
		cmocka_unit_test(test_key_by_what_the_client_can_check),
		cmocka_unit_test(test_a_connection_outlives_its_generation),
		cmocka_unit_test(test_a_handshake_outlives_its_generation),
	};

	return RUN_IN_WORLD(tests, &policy);
}
