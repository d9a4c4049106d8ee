/* SPDX-License-Identifier: Apache-2.0 */
/* Links that a login belongs to: whose they are, and where they never go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/exchange_play.h"

#define OFFER                                                                  \
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n"              \
	"Content-Length: 0\r\n\r\n"
#define LAST_OFFER                                                             \
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM\r\n"              \
	"Connection: close\r\nContent-Length: 0\r\n\r\n"

static const struct stub_reply answers[] = {
	{ .text = OK5 },
	{ .text = OFFER },
	{ .text = OK5 },
	{ .text = OK5 },
	{ .text = OK5 },
	{ .text = NULL },
};

/* A play whose client's connection keeps logins. */
struct login_play {
	struct play play;
	struct yett_login_links links;
	uint32_t lost;
};

static void
on_lost(void *arg)
{
	struct login_play *login = arg;

	login->lost++;
	yett_loop_stop(login->play.loop);
}

static void
begin(struct login_play *login, const struct stub_reply *script)
{
	play_begin(&login->play, script);
	login->lost = 0;
	yett_login_links_init(&login->links, on_lost, login);
	login->play.order.logins = &login->links;
}

static void
end(struct login_play *login)
{
	yett_exchange_close(&login->play.exchange);
	yett_login_links_clear(&login->links);
	play_end(&login->play);
}

static void
get(struct login_play *login, struct yett_login_links *links, bool is_login)
{
	login->play.order.logins = links;
	login->play.order.is_login = is_login;
	play_get(&login->play, GET);
}

/* The link came from the pool; the answer shows that it must not go back. */
static void
test_answer_that_first_shows_a_login(void **state)
{
	struct login_play login;
	struct yett_pool *pool;

	(void)state;
	begin(&login, answers);
	pool = login.play.pool;
	get(&login, &login.links, false);
	assert_int_equal(yett_pool_idle(pool), 1);
	get(&login, &login.links, false);
	assert_string_equal(login.play.statuses, "401");
	assert_true(yett_exchange_is_login(login.play.exchange));
	assert_int_equal(login.play.origin.accepted, 1);
	assert_int_equal(yett_pool_idle(pool), 0);
	assert_int_equal(yett_pool_links(pool), 1);
	assert_int_equal(yett_pool_logins(pool), 1);
	/* A stranger has another one, its client the same. */
	get(&login, NULL, false);
	assert_int_equal(login.play.origin.accepted, 2);
	assert_int_equal(yett_pool_idle(pool), 1);
	get(&login, &login.links, false);
	assert_int_equal(login.play.origin.accepted, 2);
	assert_int_equal(yett_pool_idle(pool), 1);
	assert_int_equal(yett_pool_logins(pool), 1);
	assert_false(login.links.is_lost);
	end(&login);
}

/* Nobody can keep it: it is closed. */
static void
test_owner_without_logins(void **state)
{
	struct login_play login;

	(void)state;
	begin(&login, answers);
	get(&login, NULL, false);
	get(&login, NULL, false);
	assert_string_equal(login.play.statuses, "401");
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	get(&login, NULL, true);
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	end(&login);
}

/* A request that logs in begins on a link that carried nothing. */
static void
test_login_takes_no_link_of_the_pool(void **state)
{
	struct login_play login;

	(void)state;
	begin(&login, answers);
	get(&login, &login.links, false);
	get(&login, &login.links, true);
	assert_int_equal(login.play.origin.accepted, 2);
	assert_int_equal(yett_pool_idle(login.play.pool), 1);
	assert_int_equal(yett_pool_links(login.play.pool), 2);
	end(&login);
}

static void
test_never_repeated(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OFFER },
		{ .text = NULL, .then = STUB_CLOSE },
		{ .text = OK5 },
		{ .text = NULL },
	};
	struct login_play login;

	(void)state;
	begin(&login, script);
	get(&login, &login.links, false);
	get(&login, &login.links, false);
	assert_int_equal(login.play.failure, YETT_FAILURE_CLOSED_EARLY);
	assert_int_equal(login.play.origin.accepted, 1);
	assert_int_equal(login.play.origin.requests, 2);
	assert_true(login.links.is_lost);
	end(&login);
}

static void
test_origin_ends_it_between_requests(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OFFER, .then = STUB_CLOSE },
		{ .text = NULL },
	};
	struct login_play login;

	(void)state;
	begin(&login, script);
	get(&login, &login.links, false);
	while (login.lost == 0 && yett_pool_links(login.play.pool) > 0)
		yett_loop_run(login.play.loop);
	assert_true(login.links.is_lost);
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	end(&login);
}

/* Its owner knows as soon as the head is there. */
static void
test_origin_says_that_it_ends(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = LAST_OFFER },
		{ .text = NULL },
	};
	struct login_play login;

	(void)state;
	begin(&login, script);
	get(&login, &login.links, false);
	assert_string_equal(login.play.statuses, "401");
	assert_true(login.links.is_lost);
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	end(&login);
}

/* Bytes that nobody asked for must not become an answer. */
static void
test_unasked_bytes_end_it(void **state)
{
	struct login_play login;

	(void)state;
	begin(&login, answers + 1);
	get(&login, &login.links, false);
	assert_int_equal(yett_pool_links(login.play.pool), 1);
	stub_origin_say(&login.play.origin, OK5);
	yett_loop_run(login.play.loop);
	assert_int_equal(login.lost, 1);
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	end(&login);
}

/* A client that leaves in the middle takes the link with it. */
static void
test_closed_in_the_middle(void **state)
{
	static const struct stub_reply script[] = {
		{ .text = OFFER },
		{ .text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx" },
		{ .text = NULL },
	};
	struct login_play login;

	(void)state;
	begin(&login, script);
	get(&login, &login.links, false);
	play_start(&login.play, GET);
	yett_exchange_body_done(login.play.exchange);
	(void)yett_exchange_push(login.play.exchange);
	play_run_for(&login.play, 50);
	yett_exchange_close(&login.play.exchange);
	assert_int_equal(yett_pool_links(login.play.pool), 0);
	end(&login);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer_that_first_shows_a_login),
		cmocka_unit_test(test_owner_without_logins),
		cmocka_unit_test(test_login_takes_no_link_of_the_pool),
		cmocka_unit_test(test_never_repeated),
		cmocka_unit_test(test_origin_ends_it_between_requests),
		cmocka_unit_test(test_origin_says_that_it_ends),
		cmocka_unit_test(test_unasked_bytes_end_it),
		cmocka_unit_test(test_closed_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
