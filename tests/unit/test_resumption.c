/* SPDX-License-Identifier: Apache-2.0 */
/* Where a ticket resumes, and that nowhere else anybody gets in by it. */
#include "unit/tls_group.h"

#include <string.h>
#include <time.h>

static const struct world_policy policy = {
	.trust = { { "staff", "staff.ca", NULL, 1, NULL } },
	.site = { { "open.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "free.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL, { 0 } },
	    { "path.test", YETT_NEED_NONE, YETT_NEED_REQUIRE, "staff", { 0 } },
	    { "shut.test", YETT_NEED_REQUIRE, YETT_NEED_REQUIRE, "staff",
		{ 0 } } },
};

static bool
has_ticket(struct pair *pair)
{
	return (gnutls_session_get_flags(pair->client) &
		   GNUTLS_SFLAGS_SESSION_TICKET) != 0;
}

/* Shake hands at `sni` and give the session's data. */
static gnutls_datum_t
ticket_of(const char *sni, const char *priority,
    const struct identity *identity)
{
	const struct client_options options = { .sni = sni,
		.priority = priority,
		.identity = identity };
	gnutls_datum_t data;
	struct pair pair;

	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_DONE);
	assert_true(has_ticket(&pair));
	data = pair_ticket(&pair);
	pair_close(&pair);
	return data;
}

static void
test_a_ticket_is_good_where_it_came_from_only(void **state)
{
	static const struct {
		const char *from, *to, *priority;
		const struct identity *first, *second;
		bool resumes;
		enum yett_session_result result;
	} cases[] = {
		{ "open.test", "open.test", TLS12, NULL, NULL, true,
		    YETT_SESSION_DONE },
		{ "open.test", "open.test", TLS13, NULL, NULL, true,
		    YETT_SESSION_DONE },
		{ "path.test", "path.test", TLS13, &good, NULL, true,
		    YETT_SESSION_DONE },
		{ "shut.test", "shut.test", TLS13, &good, NULL, true,
		    YETT_SESSION_DONE },
		/* To a stronger site: a full handshake, and no entry. */
		{ "open.test", "shut.test", TLS12, NULL, NULL, false,
		    YETT_SESSION_FAILED },
		{ "open.test", "shut.test", TLS13, NULL, NULL, false,
		    YETT_SESSION_FAILED },
		{ "path.test", "shut.test", TLS13, &good, NULL, false,
		    YETT_SESSION_FAILED },
		{ "open.test", "shut.test", TLS12, NULL, &good, false,
		    YETT_SESSION_DONE },
		{ "open.test", "shut.test", TLS13, NULL, &good, false,
		    YETT_SESSION_DONE },
		{ "open.test", "path.test", TLS12, NULL, NULL, false,
		    YETT_SESSION_DONE },
		{ "open.test", "path.test", TLS13, NULL, NULL, false,
		    YETT_SESSION_DONE },
		/* And back, and to an equal one. */
		{ "shut.test", "open.test", TLS13, &good, NULL, false,
		    YETT_SESSION_DONE },
		{ "shut.test", "path.test", TLS13, &good, NULL, false,
		    YETT_SESSION_DONE },
		{ "open.test", "free.test", TLS12, NULL, NULL, false,
		    YETT_SESSION_DONE },
		{ "open.test", "free.test", TLS13, NULL, NULL, false,
		    YETT_SESSION_DONE },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		bool asks = strcmp(cases[k].to, "shut.test") == 0 ||
		    strcmp(cases[k].to, "path.test") == 0;
		struct client_options options = { .sni = cases[k].to,
			.priority = cases[k].priority,
			.identity = cases[k].second };
		struct pair pair;

		options.ticket = ticket_of(cases[k].from, cases[k].priority,
		    cases[k].first);
		pair_open(&pair, &world, &options);
		if (pair.result != cases[k].result ||
		    pair.resumed != cases[k].resumes ||
		    pair.asked != (asks && !cases[k].resumes))
			fail_msg("%zu: %s to %s: result %d, resumed %d, asked "
				 "%d: %s",
			    k, cases[k].from, cases[k].to, pair.result,
			    pair.resumed, pair.asked, pair.fault.what);
		assert_true(pair.result != YETT_SESSION_DONE ||
		    yett_session_resumed(pair.session) == pair.resumed);
		/* Who it is comes from here or from the scope. */
		if (pair.result == YETT_SESSION_DONE)
			assert_int_equal(yett_session_peer(pair.session) !=
				NULL,
			    asks &&
				(cases[k].second != NULL || cases[k].resumes));
		if (pair.resumed && asks)
			assert_int_equal(pair_verify(&pair), YETT_VERIFIED);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
	}
}

static void
test_no_ticket_for_what_was_refused(void **state)
{
	static const struct {
		const char *sni, *priority;
		const struct identity *identity;
		bool ticket;
	} cases[] = {
		{ "open.test", TLS12, NULL, true },
		{ "open.test", TLS13, NULL, true },
		{ "path.test", TLS13, &good, true },
		{ "path.test", TLS13, NULL, false },
		{ "path.test", TLS13, &stranger, false },
		{ "path.test", TLS12, NULL, false },
		{ "path.test", TLS12, &stranger, false },
		/* GnuTLS could not keep the others from one in TLS 1.2. */
		{ "path.test", TLS12, &good, false },
		{ "shut.test", TLS12, &good, false },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		const struct client_options options = { .sni = cases[k].sni,
			.priority = cases[k].priority,
			.identity = cases[k].identity };
		struct pair pair;

		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		if (has_ticket(&pair) != cases[k].ticket)
			fail_msg("%zu: %s", k, cases[k].sni);
		pair_close(&pair);
	}
}

/* No session id either: the session's data are worth nothing. */
static void
test_no_session_cache(void **state)
{
	struct client_options options = { .sni = "path.test",
		.priority = TLS12,
		.identity = &good };
	struct pair pair;

	(void)state;
	pair_open(&pair, &world, &options);
	options.ticket = pair_ticket(&pair);
	pair_close(&pair);
	pair_open(&pair, &world, &options);
	assert_int_equal(pair.result, YETT_SESSION_DONE);
	assert_false(pair.resumed);
	assert_true(pair.asked);
	pair_close(&pair);
	gnutls_free(options.ticket.data);
}

static void
write_crl(const uint32_t *serial, uint32_t count)
{
	struct yett_buf crl = { 0 };

	assert_int_equal(yett_ca_crl(world.staff, serial, count,
			     SPRING - 400000000, SPRING + 100000000, &crl,
			     NULL),
	    YETT_OK);
	world_write(&world, "staff.crl", &crl);
	yett_buf_clear(&crl);
}

static void
test_a_reload_voids_what_it_changes(void **state)
{
	struct world_policy listed = policy;
	const uint32_t serial[] = { 99 };
	static const struct {
		const char *sni;
		bool same_policy, resumes;
	} cases[] = {
		{ "shut.test", true, true },
		{ "shut.test", false, false },
		{ "path.test", false, false },
		{ "open.test", false, true },
	};

	(void)state;
	write_crl(serial, 1);
	listed.trust[0].crl = "staff.crl";
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = cases[k].sni,
			.identity = &good };
		struct pair pair;

		options.ticket = ticket_of(cases[k].sni, TLS13, &good);
		world_load(&world, cases[k].same_policy ? &policy : &listed);
		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		if (pair.resumed != cases[k].resumes)
			fail_msg("%zu: %s", k, cases[k].sni);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
		world_load(&world, &policy);
	}
}

static void
test_dates_are_judged_again(void **state)
{
	static const struct {
		const char *sni;
		enum yett_session_result result;
		int alert;
	} cases[] = {
		{ "shut.test", YETT_SESSION_FAILED,
		    GNUTLS_A_CERTIFICATE_EXPIRED },
		{ "path.test", YETT_SESSION_DONE, -1 },
	};
	static const struct yett_ca_request request = { .common_name = "brief",
		.not_after = SPRING + 2 };
	uint64_t before = world.now;
	struct identity brief;

	(void)state;
	identity_make(&brief, world.staff, &request);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = cases[k].sni };
		struct pair pair;

		options.ticket = ticket_of(cases[k].sni, TLS13, &brief);
		world.now = before + UINT64_C(3000000000);
		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, cases[k].result);
		assert_int_equal(pair.alert, cases[k].alert);
		assert_false(pair.asked);
		if (pair.result == YETT_SESSION_DONE) {
			assert_int_equal(pair_verify(&pair),
			    YETT_VERIFY_EXPIRED);
			/* And it does not get a fresh ticket. */
			assert_false(has_ticket(&pair));
		}
		pair_close(&pair);
		gnutls_free(options.ticket.data);
		world.now = before;
	}
	identity_clear(&brief);
}

/* Seven hours later GnuTLS finds the ticket too old, after reading it. */
static time_t
later(time_t *out)
{
	time_t now = time(NULL) + 7 * 3600;

	if (out != NULL)
		*out = now;
	return now;
}

/* The server lives `later`, the client does not. */
static void
shift_server(bool to_server)
{
	gnutls_global_set_time_function(to_server ? later : time);
}

static void
test_an_expired_ticket_proves_nothing(void **state)
{
	static const struct {
		const char *sni;
		const struct identity *identity;
		enum yett_session_result result;
		bool sent;
		enum yett_verification verification;
	} cases[] = {
		{ "path.test", NULL, YETT_SESSION_DONE, false, 0 },
		{ "path.test", &good, YETT_SESSION_DONE, true, YETT_VERIFIED },
		{ "path.test", &stranger, YETT_SESSION_DONE, true,
		    YETT_VERIFY_UNTRUSTED },
		{ "shut.test", NULL, YETT_SESSION_FAILED, false, 0 },
		{ "shut.test", &stranger, YETT_SESSION_FAILED, true,
		    YETT_VERIFY_UNTRUSTED },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = cases[k].sni,
			.identity = cases[k].identity };
		struct pair pair;

		options.ticket = ticket_of(cases[k].sni, TLS13, &good);
		world.before_server = shift_server;
		pair_open(&pair, &world, &options);
		world.before_server = NULL;
		assert_true(pair.asked);
		assert_false(pair.resumed);
		assert_int_equal(pair.result, cases[k].result);
		assert_int_equal(yett_session_peer(pair.session) != NULL,
		    cases[k].sent);
		if (cases[k].sent)
			assert_int_equal(pair_verify(&pair),
			    cases[k].verification);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
	}
}

/* The policy decides before the ticket is looked at: whom it refuses a ticket
 * does not help, and whom it asks for more goes through a full handshake. */
static void
test_the_policy_is_asked_before_a_ticket_is_looked_at(void **state)
{
	static const struct {
		const char *priority;
		int mood, alert;
		bool resumes;
	} cases[] = {
		{ TLS13, WORLD_DECIDES, -1, true },
		{ TLS12, WORLD_DECIDES, -1, true },
		{ TLS13, WORLD_REFUSES, GNUTLS_A_ACCESS_DENIED, false },
		{ TLS12, WORLD_REFUSES, GNUTLS_A_ACCESS_DENIED, false },
		{ TLS13, WORLD_FAILS, GNUTLS_A_INTERNAL_ERROR, false },
		{ TLS12, WORLD_FAILS, GNUTLS_A_INTERNAL_ERROR, false },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = "open.test",
			.priority = cases[k].priority };
		struct pair pair;

		options.ticket = ticket_of("open.test", cases[k].priority,
		    NULL);
		world.mood = cases[k].mood;
		world.asked_times = 0;
		pair_open(&pair, &world, &options);
		world.mood = WORLD_DECIDES;
		assert_int_equal(world.asked_times, 1);
		assert_int_equal(pair.alert, cases[k].alert);
		assert_int_equal(pair.resumed, cases[k].resumes);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
	}
}

/* Turn the ring `times` times; the clock stands, so that nothing grows old. */
static void
turn_ring(int times)
{
	struct yett_settings settings;
	struct yett_ticket_ring *none = NULL;

	yett_settings_init(&settings);
	settings.tickets.rotate = 0;
	yett_ticket_keeper_follow(&world.tickets, &settings, &none);
	for (int i = 0; i < times; i++)
		yett_ticket_keeper_tend(&world.tickets, world.tickets.turned);
}

/* A ticket resumes until its root has left the ring, and then there is a full
 * handshake; elsewhere it resumes at no time. */
static void
test_older_roots_open_tickets(void **state)
{
	static const struct {
		const char *from, *to, *priority;
		int turns;
		bool resumes, renewed;
	} cases[] = {
		{ "open.test", "open.test", TLS13, 0, true, true },
		{ "open.test", "open.test", TLS13, 1, true, false },
		{ "open.test", "open.test", TLS13, 7, true, false },
		{ "open.test", "open.test", TLS13, 8, false, true },
		{ "open.test", "open.test", TLS12, 7, true, false },
		{ "open.test", "open.test", TLS12, 8, false, true },
		{ "shut.test", "shut.test", TLS13, 7, true, false },
		{ "shut.test", "shut.test", TLS13, 8, false, true },
		{ "open.test", "shut.test", TLS13, 1, false, true },
		{ "shut.test", "open.test", TLS13, 1, false, true },
		{ "open.test", "path.test", TLS12, 1, false, false },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct client_options options = { .sni = cases[k].to,
			.priority = cases[k].priority,
			.identity = &good };
		struct pair pair;

		options.ticket = ticket_of(cases[k].from, cases[k].priority,
		    &good);
		turn_ring(cases[k].turns);
		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		if (pair.resumed != cases[k].resumes)
			fail_msg("%zu: resumed %d", k, pair.resumed);
		/* No older root seals. */
		if (has_ticket(&pair) != cases[k].renewed)
			fail_msg("%zu: ticket %d", k, has_ticket(&pair));
		pair_close(&pair);
		gnutls_free(options.ticket.data);
	}
}

static void
test_tickets_that_are_off(void **state)
{
	static const char *const priority[] = { TLS12, TLS13 };
	struct yett_settings settings;

	(void)state;
	yett_settings_init(&settings);
	for (size_t k = 0; k < 2; k++) {
		struct yett_ticket_ring *none = NULL;
		struct client_options options = { .sni = "open.test",
			.priority = priority[k] };
		struct pair pair;

		options.ticket = ticket_of("open.test", priority[k], NULL);
		settings.tickets.off = true;
		yett_ticket_keeper_follow(&world.tickets, &settings, &none);
		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		assert_false(pair.resumed);
		assert_false(has_ticket(&pair));
		gnutls_free(options.ticket.data);
		/* Nor by the number of a session. */
		options.ticket = pair_ticket(&pair);
		pair_close(&pair);
		pair_open(&pair, &world, &options);
		assert_int_equal(pair.result, YETT_SESSION_DONE);
		assert_false(pair.resumed);
		pair_close(&pair);
		gnutls_free(options.ticket.data);
		settings.tickets.off = false;
		yett_ticket_keeper_follow(&world.tickets, &settings, &none);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_ticket_is_good_where_it_came_from_only),
		cmocka_unit_test(test_no_ticket_for_what_was_refused),
		cmocka_unit_test(
		    test_the_policy_is_asked_before_a_ticket_is_looked_at),
		cmocka_unit_test(test_no_session_cache),
		cmocka_unit_test(test_tickets_that_are_off),
		cmocka_unit_test(test_older_roots_open_tickets),
		cmocka_unit_test(test_a_reload_voids_what_it_changes),
		cmocka_unit_test(test_dates_are_judged_again),
		cmocka_unit_test(test_an_expired_ticket_proves_nothing),
	};

	return RUN_IN_WORLD(tests, &policy);
}
