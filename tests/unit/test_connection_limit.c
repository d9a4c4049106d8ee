/* SPDX-License-Identifier: Apache-2.0 */
/* Counting all connections, and those of each client address. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/connection_limit.h"

static struct yett_address
address(const char *text)
{
	struct yett_address parsed;

	assert_int_equal(yett_address_parse(&parsed, yett_slice_of(text), 443,
			     NULL),
	    YETT_OK);
	return parsed;
}

static struct yett_connection_limit *
make(void)
{
	struct yett_connection_limit *limit;

	assert_int_equal(yett_connection_limit_new(&limit, NULL), YETT_OK);
	return limit;
}

/* Each address has its own share, and gets it back. */
static void
test_shares(void **state)
{
	struct yett_address one = address("192.0.2.1"),
			    other = address("192.0.2.2");
	struct yett_connection_limit *limit = make();

	(void)state;
	assert_true(yett_connection_limit_add(limit, &one, 2));
	assert_true(yett_connection_limit_add(limit, &one, 2));
	assert_false(yett_connection_limit_add(limit, &one, 2));
	assert_true(yett_connection_limit_add(limit, &other, 2));
	yett_connection_limit_remove(limit, &one);
	assert_true(yett_connection_limit_add(limit, &one, 2));
	assert_false(yett_connection_limit_add(limit, &one, 2));
	yett_connection_limit_remove(limit, &one);
	yett_connection_limit_remove(limit, &one);
	yett_connection_limit_remove(limit, &other);
	yett_connection_limit_free(limit);
}

static void
test_networks(void **state)
{
	static const struct {
		const char *one, *other;
		bool is_same;
	} cases[] = {
		{ "2001:db8::1", "2001:db8::2", true },
		{ "2001:db8::1", "2001:db8:0:0:ffff::1", true },
		{ "2001:db8::1", "2001:db8:0:1::1", false },
		{ "::ffff:192.0.2.1", "192.0.2.1", true },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_address one = address(cases[i].one),
				    other = address(cases[i].other);
		struct yett_connection_limit *limit = make();

		assert_true(yett_connection_limit_add(limit, &one, 1));
		if (yett_connection_limit_add(limit, &other, 1) ==
		    cases[i].is_same)
			fail_msg("%s and %s", cases[i].one, cases[i].other);
		yett_connection_limit_free(limit);
	}
}

static void
test_many(void **state)
{
	struct yett_connection_limit *limit = make();
	char text[32];

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 5000; i++) {
			struct yett_address one;

			snprintf(text, sizeof(text), "10.0.%d.%d", i / 250,
			    i % 250);
			one = address(text);
			if (round == 0)
				assert_true(
				    yett_connection_limit_add(limit, &one, 1));
			else
				yett_connection_limit_remove(limit, &one);
		}
	yett_connection_limit_free(limit);
}

#define MOST 250
#define TRIES 100
#define THREADS 4

struct player {
	struct yett_connection_limit *limit;
	struct yett_address address;
	atomic_uint *in; /* of all players */
	unsigned entered, added;
	bool too_many;
};

/* Get in as often as may be, and stay. */
static void *
get_in(void *arg)
{
	struct player *player = arg;

	for (int i = 0; i < TRIES; i++) {
		player->entered += yett_connection_limit_enter(player->limit,
		    MOST);
		player->added += yett_connection_limit_add(player->limit,
		    &player->address, MOST);
	}
	return NULL;
}

/* Come and go where there is room for two at once. */
static void *
come_and_go(void *arg)
{
	struct player *player = arg;

	for (int i = 0; i < 50 * TRIES; i++) {
		if (!yett_connection_limit_enter(player->limit, MOST + 2))
			continue;
		if (yett_connection_limit_add(player->limit, &player->address,
			MOST + 2)) {
			if (atomic_fetch_add(player->in, 1) >= 2)
				player->too_many = true;
			atomic_fetch_sub(player->in, 1);
			yett_connection_limit_remove(player->limit,
			    &player->address);
		}
		yett_connection_limit_leave(player->limit);
	}
	return NULL;
}

static void
play(struct player player[THREADS], void *(*move)(void *))
{
	pthread_t thread[THREADS];

	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, move,
				     &player[i]),
		    0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

/* Of all threads together as many get in as may be, not one less or more. */
static void
test_threads_share_a_limit(void **state)
{
	struct yett_connection_limit *limit = make();
	struct player player[THREADS];
	unsigned entered = 0, added = 0;
	atomic_uint in = 0;

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		player[i] = (struct player){ .limit = limit,
			.address = address("192.0.2.1"),
			.in = &in };
	play(player, get_in);
	for (size_t i = 0; i < THREADS; i++) {
		entered += player[i].entered;
		added += player[i].added;
	}
	assert_int_equal(entered, MOST);
	assert_int_equal(added, MOST);

	play(player, come_and_go);
	for (size_t i = 0; i < THREADS; i++)
		assert_false(player[i].too_many);
	for (unsigned i = 0; i < MOST; i++) {
		yett_connection_limit_leave(limit);
		yett_connection_limit_remove(limit, &player[0].address);
	}
	assert_true(yett_connection_limit_enter(limit, 1));
	assert_false(yett_connection_limit_enter(limit, 1));
	assert_true(yett_connection_limit_add(limit, &player[0].address, 1));
	assert_false(yett_connection_limit_add(limit, &player[0].address, 1));
	assert_false(yett_connection_limit_add(limit, &player[0].address, 0));
	yett_connection_limit_free(limit);
}

static void
on_wakeup(struct yett_wakeup *wakeup)
{
	++*(int *)wakeup->arg;
	yett_loop_stop(wakeup->loop);
}

static void *
leave(void *limit)
{
	yett_connection_limit_leave(limit);
	return NULL;
}

/* Who waits for room is woken by whoever makes some, once. */
static void
test_who_waits_is_woken(void **state)
{
	struct yett_connection_limit *limit = make();
	struct yett_connection_limit_waiter waiter[2] = { 0 };
	struct yett_wakeup wakeup;
	struct yett_loop *loop;
	pthread_t thread;
	int woken = 0;

	(void)state;
	assert_int_equal(yett_loop_open(&loop, NULL), YETT_OK);
	yett_wakeup_init(&wakeup, loop, on_wakeup, &woken);
	waiter[0].wakeup = waiter[1].wakeup = &wakeup;
	assert_true(yett_connection_limit_enter(limit, 1));
	assert_false(yett_connection_limit_await(limit, &waiter[0], 2));
	assert_true(yett_connection_limit_await(limit, &waiter[0], 1));
	assert_true(yett_connection_limit_await(limit, &waiter[0], 1));
	assert_true(yett_connection_limit_await(limit, &waiter[1], 1));
	yett_connection_limit_forget(limit, &waiter[1]);
	yett_connection_limit_forget(limit, &waiter[1]);
	assert_int_equal(pthread_create(&thread, NULL, leave, limit), 0);
	yett_loop_run(loop);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(woken, 1);
	assert_false(yett_connection_limit_await(limit, &waiter[0], 1));
	yett_wakeup_clear(&wakeup);
	yett_loop_close(loop);
	yett_connection_limit_free(limit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_networks),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_threads_share_a_limit),
		cmocka_unit_test(test_who_waits_is_woken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
