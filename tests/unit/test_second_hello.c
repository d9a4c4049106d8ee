/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes after a HelloRetryRequest is decided like the first hello, or not
 * at all: a client that shows a ticket of an open site in both, and in the
 * second the name of a closed one, gets nowhere.
 */
#include "unit/tls_group.h"

#include <string.h>

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 8, NULL } },
	.site = {
	    { "open.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "also.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff", { 0 } },
	    { "shut.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } },
	},
};

/* The only key share is of a group we do not have. */
#define ASKS_FOR_RETRY TLS13 ":-GROUP-ALL:+GROUP-FFDHE2048:+GROUP-X25519"

/* The name that the client's second hello has; NULL: that of the first. */
static const char *second_name;
static unsigned hellos;

/* A client that means it: its second hello is bound to the ticket anew. */
static int
on_client_message(gnutls_session_t client, unsigned type, unsigned when,
    unsigned incoming, const gnutls_datum_t *message)
{
	(void)when;
	(void)message;
	if (incoming || type != GNUTLS_HANDSHAKE_CLIENT_HELLO)
		return 0;
	hellos++;
	if (hellos == 1 && second_name != NULL)
		return gnutls_server_name_set(client, GNUTLS_NAME_DNS,
		    second_name, strlen(second_name));
	return 0;
}

static void
watch(gnutls_session_t client)
{
	hellos = 0;
	gnutls_handshake_set_hook_function(client, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_POST, on_client_message);
}

static gnutls_datum_t
ticket_of(const char *sni)
{
	const struct client_options options = { .sni = sni,
		.priority = TLS13,
		.identity = &good };
	gnutls_datum_t ticket;
	struct pair pair;

	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_DONE);
	ticket = pair_ticket(&pair);
	pair_close(&pair);
	return ticket;
}

static void
test_a_ticket_and_another_name(void **state)
{
	static const struct {
		const char *first, *second;
		bool with_ticket, resumes;
		enum yett_session_result result;
		int alert;
	} cases[] = {
		/* Without the trick it is a resumption like any other. */
		{ "open.test", NULL, true, true, YETT_SESSION_DONE, -1 },
		{ "open.test", "open.test", true, true, YETT_SESSION_DONE, -1 },
		{ "open.test", NULL, false, false, YETT_SESSION_DONE, -1 },
		{ "open.test", "shut.test", true, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "open.test", "shut.test", false, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "open.test", "path.test", true, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "open.test", "also.test", true, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "open.test", "nobody.test", true, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
		{ "shut.test", "open.test", true, false, YETT_SESSION_FAILED,
		    GNUTLS_A_ILLEGAL_PARAMETER },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = cases[k].first,
			.priority = ASKS_FOR_RETRY,
			.flags = GNUTLS_KEY_SHARE_TOP,
			.prepare = watch };
		struct pair pair;

		if (cases[k].with_ticket)
			options.ticket = ticket_of(cases[k].first);
		second_name = cases[k].second;
		pair_open(&pair, &world, &options);
		if (hellos != 2 || pair.result != cases[k].result ||
		    pair.resumed != cases[k].resumes ||
		    pair.alert != cases[k].alert)
			fail_msg("%zu: %u hellos, result %d, resumed %d, "
				 "alert %d: %s",
			    k, hellos, pair.result, pair.resumed, pair.alert,
			    pair.fault.what);
		assert_false(pair.asked);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
	}
}

/* --- big hellos --------------------------------------------------------- */

static size_t extra;

static int
ignore_answer(gnutls_session_t client, const unsigned char *at, size_t len)
{
	(void)client;
	(void)at;
	(void)len;
	return 0;
}

static int
send_extra(gnutls_session_t client, gnutls_buffer_t out)
{
	static const unsigned char bytes[1024];

	(void)client;
	for (size_t left = extra; left > 0;) {
		size_t len = left < sizeof(bytes) ? left : sizeof(bytes);

		if (gnutls_buffer_append_data(out, bytes, len) < 0)
			return GNUTLS_E_MEMORY_ERROR;
		left -= len;
	}
	return (int)extra;
}

static void
grow(gnutls_session_t client)
{
	assert_int_equal(gnutls_session_ext_register(client, "padding of ours",
			     0xfe0d, GNUTLS_EXT_TLS, ignore_answer, send_extra,
			     NULL, NULL, NULL,
			     GNUTLS_EXT_FLAG_CLIENT_HELLO |
				 GNUTLS_EXT_FLAG_TLS),
	    0);
}

/* Of any size a hello is decided alike, also when it is sent twice. */
static void
test_big_hellos(void **state)
{
	static const size_t sizes[] = { 1, 1200, 4000, 16000, 40000 };
	static const struct {
		const char *sni, *priority;
		bool asked;
		enum yett_session_result result;
	} cases[] = {
		{ "open.test", TLS13, false, YETT_SESSION_DONE },
		{ "open.test", TLS12, false, YETT_SESSION_DONE },
		{ "open.test", ASKS_FOR_RETRY, false, YETT_SESSION_DONE },
		{ "path.test", TLS13, true, YETT_SESSION_DONE },
		{ "shut.test", TLS13, true, YETT_SESSION_FAILED },
		{ "shut.test", TLS12, true, YETT_SESSION_FAILED },
		{ "shut.test", ASKS_FOR_RETRY, true, YETT_SESSION_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
			const struct client_options options = {
				.sni = cases[k].sni,
				.priority = cases[k].priority,
				.flags = GNUTLS_KEY_SHARE_TOP,
				.prepare = grow
			};
			struct pair pair;

			extra = sizes[i];
			pair_open(&pair, &world, &options);
			if (pair.result != cases[k].result ||
			    pair.asked != cases[k].asked)
				fail_msg("%zu bytes, %s: result %d: %s",
				    sizes[i], cases[k].sni, pair.result,
				    pair.fault.what);
			pair_close(&pair);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ticket_and_another_name),
		cmocka_unit_test(test_big_hellos),
	};

	return RUN_IN_WORLD(tests, &policy);
}
