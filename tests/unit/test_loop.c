/* SPDX-License-Identifier: Apache-2.0 */
/* The event loop: readiness, lazy deadlines, wake-ups, the end of a turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include "io/loop.h"
#include "io/socket.h"
#include "unit/socket_pair.h"

#define MS YETT_NS_PER_MS

static struct yett_loop *
open_loop(void)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_loop *loop;

	assert_int_equal(yett_loop_open(&loop, &fault), YETT_OK);
	return loop;
}

static void
read_and_stop(struct yett_watcher *watcher, bool readable, bool writable)
{
	char *got = watcher->arg;
	size_t len;

	assert_true(readable);
	assert_false(writable);
	assert_int_equal(yett_socket_recv(watcher->io.fd, got, 1, &len, NULL),
	    YETT_IO_DONE);
	yett_loop_stop(watcher->loop);
}

static void
test_watcher_tells_readable(void **state)
{
	struct yett_loop *loop = open_loop();
	struct yett_watcher watcher;
	char got = '\0';
	size_t sent;
	int pair[2];

	(void)state;
	assert_true(socket_pair(pair));
	yett_watcher_init(&watcher, loop, pair[0], read_and_stop, &got);
	yett_watcher_want(&watcher, true, true);
	yett_watcher_want(&watcher, true, false);
	assert_int_equal(yett_socket_send(pair[1], YETT_LIT("x"), &sent, NULL),
	    YETT_IO_DONE);
	yett_loop_run(loop);
	assert_int_equal(got, 'x');
	yett_watcher_clear(&watcher);
	yett_watcher_clear(&watcher);
	yett_loop_close(loop);
	yett_socket_close(&pair[0]);
	yett_socket_close(&pair[1]);
}

static void
count_write_then_read(struct yett_watcher *watcher, bool readable,
    bool writable)
{
	int *count = watcher->arg;

	assert_true(writable != readable);
	++*count;
	if (readable)
		yett_loop_stop(watcher->loop);
	yett_watcher_want(watcher, true, false);
}

static void
test_watcher_changes_its_interest(void **state)
{
	struct yett_loop *loop = open_loop();
	struct yett_watcher watcher;
	int count = 0;
	size_t sent;
	int pair[2];

	(void)state;
	assert_true(socket_pair(pair));
	assert_int_equal(yett_socket_send(pair[1], YETT_LIT("x"), &sent, NULL),
	    YETT_IO_DONE);
	yett_watcher_init(&watcher, loop, pair[0], count_write_then_read,
	    &count);
	yett_watcher_want(&watcher, false, true);
	yett_loop_run(loop);
	assert_int_equal(count, 2);
	yett_watcher_clear(&watcher);
	yett_loop_close(loop);
	yett_socket_close(&pair[0]);
	yett_socket_close(&pair[1]);
}

/* What happened to a deadline. */
struct expiry {
	int count;
	uint64_t at;
};

static void
note_expiry(struct yett_deadline *deadline)
{
	struct expiry *expiry = deadline->arg;

	expiry->count++;
	expiry->at = yett_clock_monotonic();
	yett_loop_stop(deadline->loop);
}

static void
test_deadline_is_not_early(void **state)
{
	/* Each row: set to the first time, then to the second. */
	static const struct {
		const char *name;
		uint64_t first, second;
	} cases[] = {
		{ "once", 0, 10 * MS },
		{ "later: the running timer arms itself anew", 5 * MS,
		    20 * MS },
		{ "earlier: the timer is moved", 4000 * MS, 10 * MS },
		{ "in the past", 4000 * MS, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_loop *loop = open_loop();
		uint64_t start = yett_clock_monotonic();
		struct expiry expiry = { 0 };
		struct yett_deadline deadline;

		yett_deadline_init(&deadline, loop, note_expiry, &expiry);
		if (cases[i].first != 0)
			yett_deadline_set(&deadline, start + cases[i].first);
		yett_deadline_set(&deadline, start + cases[i].second);
		yett_loop_run(loop);
		if (expiry.count != 1 || expiry.at < start + cases[i].second ||
		    expiry.at > start + 3000 * MS)
			fail_msg("%s", cases[i].name);
		yett_deadline_clear(&deadline);
		yett_loop_close(loop);
	}
}

static void
test_moving_a_deadline_is_lazy(void **state)
{
	struct yett_loop *loop = open_loop();
	uint64_t now = yett_loop_now(loop);
	struct expiry expiry = { 0 };
	struct yett_deadline deadline;

	(void)state;
	yett_deadline_init(&deadline, loop, note_expiry, &expiry);
	yett_deadline_set(&deadline, now + 10 * MS);
	for (uint64_t i = 0; i < 100; i++)
		yett_deadline_set(&deadline, now + (20 + i) * MS);
	yett_deadline_cancel(&deadline);
	assert_true(deadline.armed == now + 10 * MS);
	yett_deadline_clear(&deadline);
	yett_loop_close(loop);
}

static void
test_cancelled_deadline_is_silent(void **state)
{
	struct yett_loop *loop = open_loop();
	uint64_t now = yett_loop_now(loop);
	struct expiry cancelled = { 0 }, cleared = { 0 }, last = { 0 };
	struct yett_deadline first, second, third;

	(void)state;
	yett_deadline_init(&first, loop, note_expiry, &cancelled);
	yett_deadline_init(&second, loop, note_expiry, &cleared);
	yett_deadline_init(&third, loop, note_expiry, &last);
	yett_deadline_set(&first, now + 2 * MS);
	yett_deadline_set(&second, now + 2 * MS);
	yett_deadline_set(&third, now + 15 * MS);
	yett_deadline_cancel(&first);
	yett_deadline_clear(&second);
	yett_loop_run(loop);
	assert_int_equal(cancelled.count, 0);
	assert_int_equal(cleared.count, 0);
	assert_int_equal(last.count, 1);
	yett_deadline_clear(&first);
	yett_deadline_clear(&third);
	yett_loop_close(loop);
}

static void
stop_on_wakeup(struct yett_wakeup *wakeup)
{
	bool *woken = wakeup->arg;

	*woken = true;
	yett_loop_stop(wakeup->loop);
}

static void *
send_wakeup(void *arg)
{
	yett_wakeup_send(arg);
	return NULL;
}

static void
test_wakeup_from_another_thread(void **state)
{
	struct yett_loop *loop = open_loop();
	struct yett_wakeup wakeup;
	bool woken = false;
	pthread_t thread;

	(void)state;
	yett_wakeup_init(&wakeup, loop, stop_on_wakeup, &woken);
	assert_int_equal(pthread_create(&thread, NULL, send_wakeup, &wakeup),
	    0);
	yett_loop_run(loop);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(woken);
	yett_wakeup_clear(&wakeup);
	yett_loop_close(loop);
}

/* Deferred work that defers itself until it ran three times. */
struct chore {
	struct yett_deferred deferred;
	struct yett_loop *loop;
	int runs;
};

static void
run_three_times(struct yett_deferred *deferred)
{
	struct chore *chore = deferred->arg;

	if (++chore->runs < 3)
		yett_loop_defer(chore->loop, deferred);
	else
		yett_loop_stop(chore->loop);
}

static void
test_deferred_runs_before_sleep(void **state)
{
	struct yett_loop *loop = open_loop();
	struct chore chore = { .loop = loop }, cleared = { .loop = loop };

	(void)state;
	yett_deferred_init(&chore.deferred, run_three_times, &chore);
	yett_deferred_init(&cleared.deferred, run_three_times, &cleared);
	yett_loop_defer(loop, &chore.deferred);
	yett_loop_defer(loop, &chore.deferred);
	yett_loop_defer(loop, &cleared.deferred);
	yett_deferred_clear(&cleared.deferred);
	/* Nothing else can wake this loop: were it to sleep, it would hang. */
	yett_loop_run(loop);
	assert_int_equal(chore.runs, 3);
	assert_int_equal(cleared.runs, 0);
	yett_loop_close(loop);
}

static void
note_run(struct yett_deferred *deferred)
{
	struct chore *chore = deferred->arg;

	chore->runs++;
}

static void
defer_and_stop(struct yett_deadline *deadline)
{
	struct chore *chore = deadline->arg;

	yett_loop_defer(chore->loop, &chore->deferred);
	yett_loop_stop(chore->loop);
}

static void
test_deferred_runs_in_the_last_turn(void **state)
{
	struct yett_loop *loop = open_loop();
	struct chore chore = { .loop = loop };
	struct yett_deadline deadline;

	(void)state;
	yett_deferred_init(&chore.deferred, note_run, &chore);
	yett_deadline_init(&deadline, loop, defer_and_stop, &chore);
	yett_deadline_set(&deadline, yett_loop_now(loop));
	yett_loop_run(loop);
	assert_int_equal(chore.runs, 1);
	yett_deadline_clear(&deadline);
	yett_loop_close(loop);
	yett_loop_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watcher_tells_readable),
		cmocka_unit_test(test_watcher_changes_its_interest),
		cmocka_unit_test(test_deadline_is_not_early),
		cmocka_unit_test(test_moving_a_deadline_is_lazy),
		cmocka_unit_test(test_cancelled_deadline_is_silent),
		cmocka_unit_test(test_wakeup_from_another_thread),
		cmocka_unit_test(test_deferred_runs_before_sleep),
		cmocka_unit_test(test_deferred_runs_in_the_last_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
