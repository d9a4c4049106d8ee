/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: which link is taken, which is kept, and when one goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "stub_origin.h"
#include "upstream/pool.h"

static const struct stub_reply no_script[] = { { .text = NULL } };

struct fixture {
	struct yett_loop *loop;
	struct yett_pool *pool;
	struct stub_origin origin;
	struct yett_apps apps;
	struct yett_targets *targets;
	const struct yett_target *tcp, *local, *app;
	struct yett_link_events events;
	uint32_t ready_count;
	char path[64];
};

static void
on_ready(void *arg, bool readable, bool writable)
{
	struct fixture *fixture = arg;

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

static void
begin(struct fixture *fixture, uint32_t idle_per_target, uint32_t idle_ms)
{
	const struct yett_pool_limits limits = { idle_per_target, idle_ms };
	struct stub_origin *origin = &fixture->origin;
	const char *text[3];

	*fixture = (struct fixture){ .ready_count = 0 };
	snprintf(fixture->path, sizeof(fixture->path),
	    "unix:/tmp/yett-test-pool-%d", (int)getpid());
	assert_int_equal(yett_loop_open(&fixture->loop, NULL), YETT_OK);
	assert_int_equal(yett_pool_open(&fixture->pool, fixture->loop, &limits),
	    YETT_OK);
	assert_ptr_equal(yett_pool_loop(fixture->pool), fixture->loop);
	stub_origin_open(origin, fixture->loop, NULL, no_script);
	assert_int_equal(yett_apps_add(&fixture->apps, YETT_LIT("stub"),
			     &(struct yett_app_door){ stub_origin_connect, NULL,
				 origin },
			     NULL),
	    YETT_OK);
	text[0] = origin->text;
	text[1] = fixture->path;
	text[2] = "app:stub";
	fixture->targets = stub_targets_open(&fixture->apps, text, 3);
	fixture->tcp = &yett_targets_of(fixture->targets, 0)->target[0];
	fixture->local = fixture->tcp + 1;
	fixture->app = fixture->tcp + 2;
	fixture->events = (struct yett_link_events){ on_ready, on_expiry,
		fixture };
}

static void
end(struct fixture *fixture)
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

static void
run_for(struct fixture *fixture, uint64_t ms)
{
	struct yett_deadline deadline;

	yett_deadline_init(&deadline, fixture->loop, stop_loop, NULL);
	yett_deadline_set(&deadline,
	    yett_clock_monotonic() + ms * YETT_NS_PER_MS);
	yett_loop_run(fixture->loop);
	yett_deadline_clear(&deadline);
}

static struct yett_link *
connect_to(struct fixture *fixture, const struct yett_target *target,
    const struct yett_address *client)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_link *link;

	if (yett_pool_connect(fixture->pool, target, 0, client,
		&fixture->events, &link, &fault) != YETT_OK)
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

static struct yett_link *
take(struct fixture *fixture, const struct yett_target *target)
{
	return yett_pool_take(fixture->pool, target, NULL, &fixture->events);
}

static void
test_latest_link_is_taken_first(void **state)
{
	struct yett_link *first, *second, *given;
	struct fixture fixture;

	(void)state;
	begin(&fixture, 8, 60000);
	assert_null(take(&fixture, fixture.tcp));
	first = connect_to(&fixture, fixture.tcp, NULL);
	second = connect_to(&fixture, fixture.tcp, NULL);
	given = first;
	yett_pool_give(&given);
	assert_null(given);
	given = second;
	yett_pool_give(&given);
	assert_int_equal(yett_pool_idle(fixture.pool), 2);
	assert_ptr_equal(take(&fixture, fixture.tcp), second);
	assert_ptr_equal(take(&fixture, fixture.tcp), first);
	assert_true(first->is_reused);
	assert_null(take(&fixture, fixture.tcp));
	assert_int_equal(yett_pool_idle(fixture.pool), 0);
	assert_int_equal(yett_pool_links(fixture.pool), 2);
	yett_pool_drop(&first);
	yett_pool_drop(&first);
	yett_pool_drop(&second);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

static void
test_idle_links_are_bounded(void **state)
{
	struct yett_link *link[3], *given;
	struct fixture fixture;

	(void)state;
	begin(&fixture, 2, 60000);
	for (size_t i = 0; i < 3; i++)
		link[i] = connect_to(&fixture, fixture.tcp, NULL);
	for (size_t i = 0; i < 3; i++) {
		given = link[i];
		yett_pool_give(&given);
	}
	assert_int_equal(yett_pool_links(fixture.pool), 2);
	given = take(&fixture, fixture.tcp);
	assert_ptr_equal(given, link[2]);
	yett_pool_drop(&given);
	given = take(&fixture, fixture.tcp);
	assert_ptr_equal(given, link[1]); /* the oldest went */
	yett_pool_give(&given);
	end(&fixture);
}

static void
test_nothing_is_kept_when_the_bound_is_0(void **state)
{
	struct fixture fixture;
	struct yett_link *link;

	(void)state;
	begin(&fixture, 0, 60000);
	link = connect_to(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

/* I-14: bytes that nobody asked for are not the answer to the next request. */
static void
test_unasked_bytes_close_an_idle_link(void **state)
{
	struct fixture fixture;
	struct yett_link *link;

	(void)state;
	begin(&fixture, 8, 60000);
	link = connect_to(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	run_for(&fixture, 2); /* the origin accepts */
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	stub_origin_say(&fixture.origin, "HTTP/1.1 200 OK\r\n\r\n");
	run_for(&fixture, 5);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

static void
test_link_with_leftover_bytes_is_not_kept(void **state)
{
	struct fixture fixture;
	struct yett_link *link;

	(void)state;
	begin(&fixture, 8, 60000);
	link = connect_to(&fixture, fixture.tcp, NULL);
	assert_int_equal(yett_buf_append(&link->in, YETT_LIT("x")), YETT_OK);
	yett_pool_give(&link);
	assert_null(link);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

static void
test_end_of_stream_closes_an_idle_link(void **state)
{
	struct fixture fixture;
	struct yett_link *link;

	(void)state;
	begin(&fixture, 8, 60000);
	link = connect_to(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	run_for(&fixture, 2);
	stub_origin_close(&fixture.origin);
	run_for(&fixture, 5);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

static void
test_idle_link_expires(void **state)
{
	struct fixture fixture;
	struct yett_link *link;

	(void)state;
	begin(&fixture, 8, 60);
	link = connect_to(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	run_for(&fixture, 2);
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	/* While it is in use no idle deadline runs. */
	link = take(&fixture, fixture.tcp);
	run_for(&fixture, 100);
	yett_pool_give(&link);
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	run_for(&fixture, 100);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	end(&fixture);
}

static void
test_targets_are_kept_apart(void **state)
{
	struct stub_origin origin;
	struct fixture fixture;
	struct yett_link *link, *taken;

	(void)state;
	begin(&fixture, 8, 60000);
	stub_origin_open(&origin, fixture.loop, fixture.path + strlen("unix:"),
	    no_script);
	link = connect_to(&fixture, fixture.local, NULL);
	taken = link;
	yett_pool_give(&taken);
	assert_null(take(&fixture, fixture.tcp));
	taken = take(&fixture, fixture.local);
	assert_ptr_equal(taken, link);
	yett_pool_drop(&taken);
	stub_origin_close(&origin);
	end(&fixture);
}

/* The pool outlives generations: the same text is the same target, but an
 * address that the name no longer has is not used again. */
static void
test_target_of_another_generation(void **state)
{
	struct yett_target again, moved;
	struct yett_link *link, *taken;
	struct yett_address address;
	struct fixture fixture;

	(void)state;
	begin(&fixture, 8, 60000);
	again = moved = *fixture.tcp;
	assert_int_equal(yett_address_parse(&address, YETT_LIT("127.0.0.2"), 1,
			     NULL),
	    YETT_OK);
	moved.address = &address;
	link = connect_to(&fixture, fixture.tcp, NULL);
	taken = link;
	yett_pool_give(&taken);
	assert_null(take(&fixture, &moved));
	taken = take(&fixture, &again);
	assert_ptr_equal(taken, link);
	yett_pool_drop(&taken);
	end(&fixture);
}

/* An application is told the client once per link, so that one client's link
 * must not carry another's requests. */
static void
test_application_link_belongs_to_its_client(void **state)
{
	struct yett_address alice, bob;
	struct yett_link *link, *taken;
	struct fixture fixture;

	(void)state;
	begin(&fixture, 8, 60000);
	assert_int_equal(yett_address_parse(&alice, YETT_LIT("192.0.2.1"), 7,
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_address_parse(&bob, YETT_LIT("192.0.2.2"), 7,
			     NULL),
	    YETT_OK);
	link = connect_to(&fixture, fixture.app, &alice);
	assert_int_equal(fixture.origin.accepted, 1);
	taken = link;
	yett_pool_give(&taken);
	assert_null(
	    yett_pool_take(fixture.pool, fixture.app, &bob, &fixture.events));
	taken = yett_pool_take(fixture.pool, fixture.app, &alice,
	    &fixture.events);
	assert_ptr_equal(taken, link);
	yett_pool_drop(&taken);
	end(&fixture);
}

static void
test_turns(void **state)
{
	struct fixture fixture;

	(void)state;
	begin(&fixture, 8, 60000);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(yett_pool_turn(fixture.pool, 0, 3), i % 3);
		assert_int_equal(yett_pool_turn(fixture.pool, 1000, 2), i % 2);
		assert_int_equal(yett_pool_turn(fixture.pool, 1, 1), 0);
	}
	end(&fixture);
}

static void
test_spares_are_used_again(void **state)
{
	struct fixture fixture;
	struct yett_buf buf = { 0 };
	void *memory;

	(void)state;
	begin(&fixture, 8, 60000);
	memory = yett_pool_take_memory(fixture.pool, 100);
	assert_non_null(memory);
	yett_pool_give_memory(fixture.pool, memory);
	assert_ptr_equal(yett_pool_take_memory(fixture.pool, 100), memory);
	yett_pool_give_memory(fixture.pool, memory);
	yett_pool_take_buf(fixture.pool, &buf);
	assert_int_equal(buf.cap, 0);
	assert_int_equal(yett_buf_reserve(&buf, YETT_LINK_READ), YETT_OK);
	memory = buf.memory;
	yett_pool_give_buf(fixture.pool, &buf);
	assert_int_equal(buf.cap, 0);
	yett_pool_take_buf(fixture.pool, &buf);
	assert_ptr_equal(buf.memory, memory);
	yett_pool_give_buf(fixture.pool, &buf);
	end(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_latest_link_is_taken_first),
		cmocka_unit_test(test_idle_links_are_bounded),
		cmocka_unit_test(test_nothing_is_kept_when_the_bound_is_0),
		cmocka_unit_test(test_unasked_bytes_close_an_idle_link),
		cmocka_unit_test(test_link_with_leftover_bytes_is_not_kept),
		cmocka_unit_test(test_end_of_stream_closes_an_idle_link),
		cmocka_unit_test(test_idle_link_expires),
		cmocka_unit_test(test_targets_are_kept_apart),
		cmocka_unit_test(test_target_of_another_generation),
		cmocka_unit_test(test_application_link_belongs_to_its_client),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_spares_are_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
