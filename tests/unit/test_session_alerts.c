/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts for what GnuTLS finds wrong: a client's mistake is not our error. */
#include <string.h>
#include <sys/socket.h>

#include "unit/tls_group.h"

#define LAX ":%DEBUG_ALLOW_KEY_USAGE_VIOLATIONS"

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 1, NULL } },
	.site = { { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff",
		      { 0 } },
	    { "shut.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } } },
};

/* Such a certificate cannot even prove its key, so that no mode can go on. */
static void
test_certificate_that_may_not_sign(void **state)
{
	static const struct yett_ca_request request = { .common_name = "x",
		.purposes = YETT_CA_CLIENT,
		.no_signature = true };
	static const char *const priorities[] = { TLS12 LAX, TLS13 LAX };
	static const char *const sites[] = { "path.test", "shut.test" };
	struct identity mute;

	(void)state;
	identity_make(&mute, world.staff, &request);
	for (size_t i = 0; i < 4; i++) {
		const struct client_options options = {
			.sni = sites[i / 2],
			.priority = priorities[i % 2],
			.identity = &mute,
		};
		struct pair pair;

		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_FAILED);
		assert_int_equal(pair.alert, GNUTLS_A_BAD_CERTIFICATE);
		assert_string_equal(yett_session_alert_name(pair.session),
		    "bad_certificate");
		assert_false(yett_session_alert_came(pair.session));
		pair_close(&pair);
	}
	identity_clear(&mute);
}

/* The hello under the content type of data. */
static void
send_as_data(void *arg, int fd, const char *record, size_t len)
{
	char copy[4096];

	(void)arg;
	assert_in_range(len, 6, sizeof(copy));
	memcpy(copy, record, len);
	copy[0] = 23;
	assert_int_equal(send(fd, copy, len, 0), len);
}

static void
test_data_before_the_handshake(void **state)
{
	const struct client_options options = { .sni = "path.test",
		.meddle = send_as_data };
	struct pair pair;

	(void)state;
	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_FAILED);
	assert_int_equal(pair.alert, GNUTLS_A_UNEXPECTED_MESSAGE);
	pair_close(&pair);
}

/* An alert instead of all that follows the hello. */
static void
send_alert(void *arg, int fd, const char *record, size_t len)
{
	static const char internal_error[] = { 21, 3, 3, 0, 2, 2, 80 };

	(void)arg;
	if (record[5] == GNUTLS_HANDSHAKE_CLIENT_HELLO) {
		assert_int_equal(send(fd, record, len, 0), len);
		return;
	}
	/* The peer may be gone by the second one. */
	(void)send(fd, internal_error, sizeof(internal_error), MSG_NOSIGNAL);
}

static void
test_alert_of_the_client(void **state)
{
	const struct client_options options = { .sni = "path.test",
		.priority = TLS12,
		.meddle = send_alert };
	struct pair pair;

	(void)state;
	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_FAILED);
	assert_string_equal(yett_session_alert_name(pair.session),
	    "internal_error");
	assert_true(yett_session_alert_came(pair.session));
	pair_close(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate_that_may_not_sign),
		cmocka_unit_test(test_data_before_the_handshake),
		cmocka_unit_test(test_alert_of_the_client),
	};

	return RUN_IN_WORLD(tests, &policy);
}
