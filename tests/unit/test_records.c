/* SPDX-License-Identifier: Apache-2.0 */
/* After the handshake: data under back-pressure, and records that annoy. */
#include "unit/tls_group.h"

#include <stdlib.h>
#include <string.h>

static const struct world_policy policy = {
	.site = { { "open.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
	    { 0 } } },
};

/* Send all of `bytes` from the session and read it at the client. */
static void
pour(struct pair *pair, struct yett_slice bytes)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	size_t sent = 0, got = 0;
	bool was_full = false;
	char at[16384];

	for (unsigned round = 0; got < bytes.len && round < 10000; round++) {
		struct yett_slice rest = { bytes.at + sent, bytes.len - sent };
		size_t took = 0, len;

		if (rest.len > 0 &&
		    yett_session_write(pair->session, rest, &took, &fault) ==
			YETT_SESSION_FAILED)
			fail_msg("%s", fault.what);
		sent += took;
		if (yett_session_flush(pair->session, &fault) ==
		    YETT_SESSION_AGAIN) {
			assert_true(yett_session_wants_write(pair->session));
			was_full = true;
		}
		while ((was_full || sent == bytes.len) &&
		    (len = pair_client_read(pair, at, sizeof(at))) > 0) {
			assert_memory_equal(at, bytes.at + got, len);
			got += len;
		}
	}
	assert_int_equal(got, bytes.len);
	assert_true(was_full == (bytes.len > 1024 * 1024));
}

static void
test_data_both_ways(void **state)
{
	size_t most = 2 * 1024 * 1024;
	char *bytes = malloc(most);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < most; i++)
		bytes[i] = (char)(i * 31 + i / 977);
	for
		EACH_VERSION(i)
		{
			const struct client_options options = { .sni =
								    "open.test",
				.priority = versions[i] };
			struct yett_fault fault = YETT_FAULT_NONE;
			char at[7];
			struct pair pair;
			size_t got;

			pair_open(&pair, &world, &options);
			assert_int_equal(pair.result, YETT_SESSION_DONE);
			assert_int_equal(yett_session_read(pair.session, at,
					     sizeof(at), &got, &fault),
			    YETT_SESSION_AGAIN);
			assert_int_equal(gnutls_record_send(pair.client,
					     "ping pong", 9),
			    9);
			(void)!yett_session_flush(pair.session, &fault);
			assert_int_equal(yett_session_read(pair.session, at,
					     sizeof(at), &got, &fault),
			    YETT_SESSION_DONE);
			assert_int_equal(got, 7);
			assert_true(yett_session_pending(pair.session));
			assert_int_equal(yett_session_read(pair.session, at,
					     sizeof(at), &got, &fault),
			    YETT_SESSION_DONE);
			assert_int_equal(got, 2);
			assert_false(yett_session_pending(pair.session));
			pour(&pair, YETT_LIT("hello"));
			pour(&pair, (struct yett_slice){ bytes, most });
			assert_false(yett_session_wants_write(pair.session));
			gnutls_bye(pair.client, GNUTLS_SHUT_WR);
			(void)!yett_session_flush(pair.session, &fault);
			assert_int_equal(yett_session_read(pair.session, at,
					     sizeof(at), &got, &fault),
			    YETT_SESSION_EOF);
			pair_close(&pair);
		}
	free(bytes);
}

/* What two connections have under way does not mix in the shared buffers. */
static void
test_sessions_share_buffers(void **state)
{
	const struct client_options options = { .sni = "open.test" };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct pair one, two;
	char at[32], back[32];
	size_t got, took;

	(void)state;
	pair_open(&one, &world, &options);
	pair_open(&two, &world, &options);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(gnutls_record_send(one.client, "one", 3), 3);
		assert_int_equal(gnutls_record_send(two.client, "two", 3), 3);
	}
	/* No flush between the two: the second takes the buffers away. */
	for (int i = 0; i < 3; i++) {
		assert_int_equal(yett_session_read(one.session, at, 32, &got,
				     &fault),
		    YETT_SESSION_DONE);
		assert_memory_equal(at, "one", 3);
		assert_int_equal(yett_session_write(one.session,
				     YETT_LIT("ONE"), &took, &fault),
		    YETT_SESSION_DONE);
		assert_int_equal(yett_session_read(two.session, at, 32, &got,
				     &fault),
		    YETT_SESSION_DONE);
		assert_memory_equal(at, "two", 3);
		assert_int_equal(yett_session_write(two.session,
				     YETT_LIT("TWO"), &took, &fault),
		    YETT_SESSION_DONE);
		assert_false(yett_session_is_stuck(one.session));
	}
	assert_int_equal(yett_session_flush(one.session, &fault),
	    YETT_SESSION_DONE);
	assert_int_equal(yett_session_flush(two.session, &fault),
	    YETT_SESSION_DONE);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(pair_client_read(&one, back, 32), 3);
		assert_memory_equal(back, "ONE", 3);
		assert_int_equal(pair_client_read(&two, back, 32), 3);
		assert_memory_equal(back, "TWO", 3);
	}
	pair_close(&one);
	pair_close(&two);
}

static void
test_renegotiation_is_refused(void **state)
{
	const struct client_options options = { .sni = "open.test",
		.priority = TLS12 };

	(void)state;
	for (int after_data = 0; after_data < 2; after_data++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct pair pair;
		char at[32];
		size_t got;

		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		if (after_data) {
			gnutls_record_send(pair.client, "x", 1);
			assert_int_equal(yett_session_read(pair.session, at, 32,
					     &got, &fault),
			    YETT_SESSION_DONE);
			(void)!yett_session_flush(pair.session, &fault);
		}
		assert_int_equal(gnutls_handshake(pair.client), GNUTLS_E_AGAIN);
		assert_int_equal(yett_session_read(pair.session, at, 32, &got,
				     &fault),
		    YETT_SESSION_FAILED);
		assert_string_equal(yett_session_alert_name(pair.session),
		    "no_renegotiation");
		assert_int_equal(yett_session_flush(pair.session, &fault),
		    YETT_SESSION_DONE);
		assert_int_equal(gnutls_handshake(pair.client),
		    GNUTLS_E_WARNING_ALERT_RECEIVED);
		assert_int_equal(gnutls_alert_get(pair.client),
		    GNUTLS_A_NO_RENEGOTIATION);
		pair_close(&pair);
	}
}

/* Records without payload: warnings, and changes of key. */
static void
send_nothing(struct pair *pair, size_t version)
{
	if (version == 0)
		gnutls_alert_send(pair->client, GNUTLS_AL_WARNING,
		    GNUTLS_A_USER_CANCELED);
	else
		gnutls_session_key_update(pair->client, 0);
}

static void
test_records_that_carry_nothing(void **state)
{
	(void)state;
	for
		EACH_VERSION(i)
		{
			const struct client_options options = { .sni =
								    "open.test",
				.priority = versions[i] };
			struct yett_fault fault = YETT_FAULT_NONE;
			enum yett_session_result result = YETT_SESSION_AGAIN;
			struct pair pair;
			unsigned sent = 0;
			char at[32];
			size_t got;

			pair_open(&pair, &world, &options);
			while (result == YETT_SESSION_AGAIN && sent < 100) {
				send_nothing(&pair, i);
				sent++;
				result = yett_session_read(pair.session, at, 32,
				    &got, &fault);
				(void)!yett_session_flush(pair.session, &fault);
			}
			assert_int_equal(result, YETT_SESSION_FAILED);
			assert_in_range(sent, 2, 33);
			pair_close(&pair);
		}
}

/* Payload between them makes them harmless. */
static void
test_warnings_between_data_pass(void **state)
{
	const struct client_options options = { .sni = "open.test",
		.priority = TLS12 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct pair pair;
	char at[32];
	size_t got;

	(void)state;
	pair_open(&pair, &world, &options);
	for (int i = 0; i < 100; i++) {
		gnutls_alert_send(pair.client, GNUTLS_AL_WARNING,
		    GNUTLS_A_USER_CANCELED);
		gnutls_record_send(pair.client, "x", 1);
		assert_int_equal(yett_session_read(pair.session, at, 32, &got,
				     &fault),
		    YETT_SESSION_DONE);
		(void)!yett_session_flush(pair.session, &fault);
	}
	pair_close(&pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data_both_ways),
		cmocka_unit_test(test_sessions_share_buffers),
		cmocka_unit_test(test_renegotiation_is_refused),
		cmocka_unit_test(test_records_that_carry_nothing),
		cmocka_unit_test(test_warnings_between_data_pass),
	};

	return RUN_IN_WORLD(tests, &policy);
}
