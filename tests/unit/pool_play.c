/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/pool_play.h"

const struct stub_reply pool_play_no_script[] = { { .text = NULL } };

static void
on_ready(void *arg, bool readable, bool writable)
{
	struct pool_play *fixture = arg;

	assert_true(writable);
	assert_false(readable);
	fixture->ready_count++;
	yett_loop_stop(fixture->loop);
}

static void
on_expiry(void *arg)
{
	(void)arg;
	fail_msg("an expiry that nobody set");
}

void
pool_play_begin(struct pool_play *fixture, uint32_t idle, uint32_t idle_ms)
{
	struct stub_origin *origin = &fixture->origin;
	struct yett_candidates *candidates;
	const char *text[3];

	*fixture = (struct pool_play){
		.limits = { .idle = idle, .idle_ms = idle_ms },
	};
	snprintf(fixture->path, sizeof(fixture->path),
	    "unix:/tmp/yett-test-pool-%d", (int)getpid());
	assert_int_equal(yett_loop_open(&fixture->loop, NULL), YETT_OK);
	assert_int_equal(yett_pool_open(&fixture->pool, fixture->loop),
	    YETT_OK);
	assert_ptr_equal(yett_pool_loop(fixture->pool), fixture->loop);
	stub_origin_open(origin, fixture->loop, NULL, pool_play_no_script);
	assert_int_equal(yett_apps_add(&fixture->apps, YETT_LIT("stub"),
			     &(struct yett_app_door){ stub_origin_connect, NULL,
				 origin },
			     NULL),
	    YETT_OK);
	text[0] = origin->text;
	text[1] = fixture->path;
	text[2] = "app:stub";
	fixture->targets = stub_targets_open(&fixture->apps, text, 3);
	candidates = yett_candidates_of(fixture->pool, fixture->targets, 0);
	assert_non_null(candidates);
	assert_int_equal(candidates->count, 3);
	fixture->tcp = candidates->shelf[0];
	fixture->local = candidates->shelf[1];
	fixture->app = candidates->shelf[2];
	fixture->events = (struct yett_link_events){ on_ready, on_expiry,
		fixture };
}

void
pool_play_end(struct pool_play *fixture)
{
	yett_pool_close(fixture->pool);
	yett_targets_close(fixture->targets);
	stub_origin_close(&fixture->origin);
	yett_loop_close(fixture->loop);
	unlink(fixture->path + strlen("unix:"));
}

static void
stop_loop(struct yett_deadline *deadline)
{
	yett_loop_stop(deadline->loop);
}

void
pool_play_run(struct pool_play *fixture, uint64_t ms)
{
	struct yett_deadline deadline;

	yett_deadline_init(&deadline, fixture->loop, stop_loop, NULL);
	yett_deadline_set(&deadline,
	    yett_clock_monotonic() + ms * YETT_NS_PER_MS);
	yett_loop_run(fixture->loop);
	yett_deadline_clear(&deadline);
}

struct yett_link *
pool_play_connect(struct pool_play *fixture, struct yett_shelf *shelf,
    const struct yett_address *client)
{
	const struct yett_pool_wish wish = { shelf, &fixture->limits, client,
		false, fixture->events };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_link *link;

	if (yett_pool_connect(fixture->pool, &wish, &link, &fault) != YETT_OK)
		fail_msg("%s", fault.what);
	if (link->is_connecting) {
		fixture->ready_count = 0;
		yett_loop_run(fixture->loop);
		assert_int_equal(fixture->ready_count, 1);
		assert_int_equal(yett_link_connect(link, NULL), YETT_IO_DONE);
		assert_false(link->is_connecting);
		yett_watcher_want(&link->watcher, true, false);
	}
	assert_false(link->is_reused);
	return link;
}

struct yett_link *
pool_play_take(struct pool_play *fixture, struct yett_shelf *shelf)
{
	const struct yett_pool_wish wish = { shelf, &fixture->limits, NULL,
		false, fixture->events };

	return yett_pool_take(&wish);
}
