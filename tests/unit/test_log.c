/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of one event are bounded per second; what was dropped is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"

#define THREADS 4
#define LINES_EACH 5000

static atomic_uint lines, told; /* written; the sum of their suppressed= */

static void
count(void *arg, enum yett_log_level level, const char *line, size_t len)
{
	const char *mark;

	(void)arg;
	(void)level;
	assert_int_equal(line[len], '\0');
	atomic_fetch_add(&lines, 1);
	mark = strstr(line, " suppressed=");
	if (mark != NULL)
		atomic_fetch_add(&told,
		    (unsigned)strtoul(mark + strlen(" suppressed="), NULL, 10));
}

static int
set_up(void **state)
{
	(void)state;
	yett_log_set(count, NULL, YETT_LOG_INFO);
	lines = told = 0;
	return 0;
}

/* Budgets are a second's: begin with a new one. */
static void
await_second(void)
{
	const struct timespec nap = { .tv_nsec = 5000000 };
	uint64_t second = yett_clock_coarse() / YETT_NS_PER_S;

	while (yett_clock_coarse() / YETT_NS_PER_S == second)
		nanosleep(&nap, NULL);
}

static void
test_a_second_has_its_budget(void **state)
{
	const uint64_t before = yett_log_suppressed();

	(void)state;
	await_second();
	for (int i = 0; i < YETT_LOG_BUDGET + 20; i++)
		yett_log(YETT_LOG_INFO, "budgeted", "i=%d", i);
	assert_int_equal(lines, YETT_LOG_BUDGET);
	assert_int_equal(yett_log_suppressed() - before, 20);
	/* Another event has its own. */
	assert_true(yett_log_has_room(YETT_LOG_INFO, "other"));
	yett_log(YETT_LOG_INFO, "other", "n=1");
	assert_int_equal(lines, YETT_LOG_BUDGET + 1);
	/* Asked for room, a line that is not made counts as dropped, too. */
	assert_false(yett_log_has_room(YETT_LOG_INFO, "budgeted"));
	await_second();
	assert_true(yett_log_has_room(YETT_LOG_INFO, "budgeted"));
	yett_log(YETT_LOG_INFO, "budgeted", "n=1");
	assert_int_equal(told, 21);
}

static void
test_names_are_compared_by_their_text(void **state)
{
	char copy[] = "copied", same[] = "copied";

	(void)state;
	await_second();
	for (int i = 0; i < YETT_LOG_BUDGET; i++)
		yett_log(YETT_LOG_INFO, copy, "n=1");
	assert_false(yett_log_has_room(YETT_LOG_INFO, same));
}

static void
test_levels(void **state)
{
	(void)state;
	assert_false(yett_log_has_room(YETT_LOG_DEBUG, "detail"));
	yett_log(YETT_LOG_DEBUG, "detail", "n=1");
	assert_int_equal(lines, 0);
}

static void *
write_many(void *arg)
{
	(void)arg;
	for (int i = 0; i < LINES_EACH; i++)
		yett_log(YETT_LOG_INFO, "crowded", "n=1");
	return NULL;
}

static void
test_threads_lose_no_count(void **state)
{
	pthread_t thread[THREADS];
	unsigned most;

	(void)state;
	await_second();
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, write_many,
				     NULL),
		    0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	await_second();
	yett_log(YETT_LOG_INFO, "crowded", "n=1");
	/* Every line was written or is told as dropped, in few seconds. */
	assert_int_equal(lines + told, THREADS * LINES_EACH + 1);
	most = 30 * (YETT_LOG_BUDGET + THREADS);
	assert_in_range(lines, YETT_LOG_BUDGET, most);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_second_has_its_budget, set_up),
		cmocka_unit_test_setup(test_names_are_compared_by_their_text,
		    set_up),
		cmocka_unit_test_setup(test_levels, set_up),
		cmocka_unit_test_setup(test_threads_lose_no_count, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
