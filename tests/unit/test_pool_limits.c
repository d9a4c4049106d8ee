/* SPDX-License-Identifier: Apache-2.0 */
/* The pool where there may be so many links only, and others have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/pool_play.h"
#include "upstream/pool_state.h"

static void
test_links_of_an_endpoint_are_bounded(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_link *link[2], *more;
	struct pool_play fixture;
	struct yett_pool_wish wish;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 2;
	wish = (struct yett_pool_wish){ fixture.tcp, &fixture.limits, NULL,
		false, fixture.events };
	link[0] = pool_play_connect(&fixture, fixture.tcp, NULL);
	link[1] = pool_play_connect(&fixture, fixture.tcp, NULL);
	assert_int_equal(yett_pool_connect(fixture.pool, &wish, &more, &fault),
	    YETT_E_NOT_FOUND);
	assert_string_equal(fault.what, "all 2 connections are in use");
	yett_pool_drop(&link[1]);
	link[1] = pool_play_connect(&fixture, fixture.tcp, NULL);
	assert_int_equal(yett_shelf_busy(fixture.tcp), 2);
	yett_pool_drop(&link[0]);
	yett_pool_drop(&link[1]);
	assert_int_equal(yett_slots_links(&fixture.tcp->endpoint->slots), 0);
	pool_play_end(&fixture);
}

/* Another worker's pool over the same targets. */
struct other {
	struct yett_loop *loop;
	struct yett_pool *pool;
	struct yett_pool_wish wish;
};

static void
begin_other(struct other *other, const struct pool_play *fixture)
{
	struct yett_candidates *candidates;

	assert_int_equal(yett_loop_open(&other->loop, NULL), YETT_OK);
	assert_int_equal(yett_pool_open(&other->pool, other->loop), YETT_OK);
	candidates = yett_candidates_of(other->pool, fixture->targets, 0);
	assert_non_null(candidates);
	other->wish = (struct yett_pool_wish){ candidates->shelf[0],
		&fixture->limits, NULL, false, fixture->events };
}

static void
end_other(struct other *other)
{
	yett_pool_close(other->pool);
	yett_loop_close(other->loop);
}

/* An idle link keeps no request of another worker out: it is closed. */
static void
test_idle_links_of_other_pools_are_given_up(void **state)
{
	struct yett_link *idle[2], *used, *kept, *more;
	struct yett_slots *slots;
	struct pool_play fixture;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 2;
	begin_other(&other, &fixture);
	slots = &fixture.tcp->endpoint->slots;
	for (size_t i = 0; i < 2; i++)
		idle[i] = pool_play_connect(&fixture, fixture.tcp, NULL);
	kept = idle[1];
	yett_pool_give(&idle[0]);
	yett_pool_give(&idle[1]);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &used,
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_slots_links(slots), 2);
	pool_play_run(&fixture, 2); /* here the loop hears of it */
	assert_int_equal(yett_pool_links(fixture.pool), 1);
	assert_ptr_equal(pool_play_take(&fixture, fixture.tcp), kept);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &more,
			     NULL),
	    YETT_E_NOT_FOUND);
	yett_pool_drop(&kept);
	yett_pool_drop(&used);
	assert_int_equal(yett_slots_links(slots), 0);
	end_other(&other);
	pool_play_end(&fixture);
}

/* Also when its own worker wants it before the loop heard that it is claimed,
 * or closes it without having heard. */
static void
test_claimed_link_is_not_used_again(void **state)
{
	struct yett_link *idle, *used;
	struct yett_slots *slots;
	struct pool_play fixture;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 1;
	begin_other(&other, &fixture);
	slots = &fixture.tcp->endpoint->slots;
	idle = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&idle);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &used,
			     NULL),
	    YETT_OK);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_run(&fixture, 2); /* what it hears now is over */
	assert_int_equal(yett_slots_links(slots), 1);
	yett_pool_give(&used);

	idle = pool_play_connect(&fixture, fixture.tcp, NULL);
	end_other(&other);
	assert_int_equal(yett_slots_links(slots), 1);
	yett_pool_drop(&idle);
	assert_int_equal(yett_slots_links(slots), 0);
	pool_play_end(&fixture);
}

/* A link from before the limit is offered when it is wanted, and goes with a
 * claim that its holder has not answered yet. */
static void
test_claim_takes_the_link_that_is_wanted(void **state)
{
	struct other holder, other;
	struct pool_play fixture;
	struct yett_link *idle, *used;
	struct yett_slots *slots;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	begin_other(&holder, &fixture);
	begin_other(&other, &fixture);
	slots = &fixture.tcp->endpoint->slots;
	idle = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&idle);
	assert_int_equal(yett_pool_connect(holder.pool, &holder.wish, &idle,
			     NULL),
	    YETT_OK);
	yett_pool_give(&idle);
	fixture.limits.connections = 2;
	yett_pool_offer_all(holder.wish.shelf);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &used,
			     NULL),
	    YETT_OK);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	assert_int_equal(yett_slots_links(slots), 2);
	yett_pool_drop(&used);
	end_other(&holder);
	end_other(&other);
	assert_int_equal(yett_slots_links(slots), 0);
	pool_play_end(&fixture);
}

/* A slot that was taken, or claimed, for a link that could not be made is free
 * again. */
static void
test_failing_to_connect_takes_no_slot(void **state)
{
	struct stub_origin origin;
	struct yett_link *link;
	struct yett_slots *slots;
	struct pool_play fixture;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 1;
	begin_other(&other, &fixture);
	other.wish.shelf =
	    yett_candidates_of(other.pool, fixture.targets, 0)->shelf[1];
	slots = &fixture.local->endpoint->slots;
	for (int i = 0; i < 2; i++)
		assert_int_equal(yett_pool_connect(other.pool, &other.wish,
				     &link, NULL),
		    YETT_E_SYSTEM);
	assert_int_equal(slots->counts, 0);

	stub_origin_open(&origin, fixture.loop, fixture.path + strlen("unix:"),
	    pool_play_no_script);
	link = pool_play_connect(&fixture, fixture.local, NULL);
	pool_play_run(&fixture, 2);
	yett_pool_give(&link);
	stub_origin_deafen(&origin);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &link,
			     NULL),
	    YETT_E_SYSTEM);
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	assert_int_equal(slots->counts, 0);
	stub_origin_close(&origin);
	end_other(&other);
	pool_play_end(&fixture);
}

/* A pool that had idle links is not told of claims once it is gone. */
static void
test_closed_pool_is_told_nothing(void **state)
{
	struct yett_link *idle, *used;
	struct pool_play fixture;
	struct other gone, other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 1;
	begin_other(&gone, &fixture);
	assert_int_equal(yett_pool_connect(gone.pool, &gone.wish, &used, NULL),
	    YETT_OK);
	yett_pool_give(&used);
	end_other(&gone);
	begin_other(&other, &fixture);
	idle = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&idle);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &used,
			     NULL),
	    YETT_OK);
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	assert_false(yett_list_is_empty(&fixture.tcp->endpoint->slots.holders));
	assert_ptr_equal(fixture.tcp->endpoint->slots.holders.next,
	    fixture.tcp->endpoint->slots.holders.prev);
	yett_pool_drop(&used);
	end_other(&other);
	pool_play_end(&fixture);
}

/* Who has an idle link only after it was claimed, and used before the claim was
 * heard of, hears of the claim, too. */
static void
test_older_claim_takes_a_later_link(void **state)
{
	struct yett_link *early, *late, *claimer;
	struct other other, third;
	struct yett_slots *slots;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 2;
	begin_other(&other, &fixture);
	begin_other(&third, &fixture);
	slots = &fixture.tcp->endpoint->slots;
	late = pool_play_connect(&fixture, fixture.tcp, NULL);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &early,
			     NULL),
	    YETT_OK);
	yett_pool_give(&early);
	assert_int_equal(yett_pool_connect(third.pool, &third.wish, &claimer,
			     NULL),
	    YETT_OK);
	yett_pool_give(&late);
	early = yett_pool_take(&other.wish);
	pool_play_run(&fixture, 2);
	assert_non_null(early);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	assert_int_equal(yett_slots_links(slots), 2);
	yett_pool_drop(&early);
	yett_pool_drop(&claimer);
	assert_int_equal(yett_slots_links(slots), 0);
	end_other(&third);
	end_other(&other);
	pool_play_end(&fixture);
}

/* A reload that lets fewer be holds for those that are idle, too: what is more
 * than may be is closed, in whichever pool. */
static void
test_limit_may_become_less(void **state)
{
	struct yett_link *link[3], *others;
	struct pool_play fixture;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 4;
	begin_other(&other, &fixture);
	for (size_t i = 0; i < 3; i++)
		link[i] = pool_play_connect(&fixture, fixture.tcp, NULL);
	for (size_t i = 0; i < 3; i++)
		yett_pool_give(&link[i]);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &others,
			     NULL),
	    YETT_OK);
	yett_pool_give(&others);
	fixture.limits.connections = 1;
	others = yett_pool_take(&other.wish);
	assert_non_null(others);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	assert_int_equal(yett_slots_links(&fixture.tcp->endpoint->slots), 1);
	yett_pool_drop(&others);
	end_other(&other);
	pool_play_end(&fixture);
}

/* A link that only another client could use is of the same pool. */
static void
test_idle_link_of_another_client_is_given_up(void **state)
{
	struct yett_address alice, bob;
	struct yett_link *link, *more;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	fixture.limits.connections = 1;
	assert_int_equal(yett_address_parse(&alice, YETT_LIT("192.0.2.1"), 7,
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_address_parse(&bob, YETT_LIT("192.0.2.2"), 7,
			     NULL),
	    YETT_OK);
	link = pool_play_connect(&fixture, fixture.app, &alice);
	yett_pool_give(&link);
	more = pool_play_connect(&fixture, fixture.app, &bob);
	assert_int_equal(yett_pool_links(fixture.pool), 1);
	yett_pool_drop(&more);
	pool_play_end(&fixture);
}

/* Links of a policy without a limit count once one has a limit: of many that
 * are idle as many come into use as may be, and the rest is closed. */
static void
test_limit_may_come_later(void **state)
{
	struct yett_link *link[3], *more;
	struct pool_play fixture;
	struct yett_slots *slots;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	begin_other(&other, &fixture);
	slots = &fixture.tcp->endpoint->slots;
	for (size_t i = 0; i < 3; i++)
		link[i] = pool_play_connect(&fixture, fixture.tcp, NULL);
	for (size_t i = 0; i < 3; i++)
		yett_pool_give(&link[i]);
	assert_int_equal(slots->counts, 3);
	fixture.limits.connections = 1;
	link[0] = pool_play_take(&fixture, fixture.tcp);
	assert_non_null(link[0]);
	assert_int_equal(yett_pool_links(fixture.pool), 1);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &more,
			     NULL),
	    YETT_E_NOT_FOUND);
	yett_pool_give(&link[0]);
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &more,
			     NULL),
	    YETT_OK);
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_slots_links(slots), 1);
	yett_pool_drop(&more);
	end_other(&other);
	pool_play_end(&fixture);
}

/* Who has no link there is not kept out by idle ones of a time without limits,
 * once their pool was told; nor is a limit passed over with those that another
 * upstream has, which has none. */
static void
test_limit_is_told_to_all_pools(void **state)
{
	struct yett_link_limits unlimited;
	struct yett_link *link[2], *more;
	struct pool_play fixture;
	struct other other;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	unlimited = fixture.limits;
	begin_other(&other, &fixture);
	for (size_t i = 0; i < 2; i++)
		link[i] = pool_play_connect(&fixture, fixture.tcp, NULL);
	for (size_t i = 0; i < 2; i++)
		yett_pool_give(&link[i]);
	yett_slots_limit(&fixture.tcp->endpoint->slots);
	yett_pool_follow_limits(fixture.pool);
	fixture.limits.connections = 1;
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &more,
			     NULL),
	    YETT_OK);
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	yett_pool_drop(&more);

	fixture.limits = unlimited;
	link[0] = pool_play_connect(&fixture, fixture.tcp, NULL);
	link[1] = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link[1]);
	fixture.limits.connections = 1;
	assert_int_equal(yett_pool_connect(other.pool, &other.wish, &more,
			     NULL),
	    YETT_E_NOT_FOUND);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	yett_pool_give(&link[0]);
	link[0] = pool_play_take(&fixture, fixture.tcp);
	assert_non_null(link[0]);
	assert_int_equal(yett_pool_links(fixture.pool), 1);
	yett_pool_drop(&link[0]);
	end_other(&other);
	pool_play_end(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_links_of_an_endpoint_are_bounded),
		cmocka_unit_test(test_idle_links_of_other_pools_are_given_up),
		cmocka_unit_test(test_claimed_link_is_not_used_again),
		cmocka_unit_test(test_claim_takes_the_link_that_is_wanted),
		cmocka_unit_test(test_failing_to_connect_takes_no_slot),
		cmocka_unit_test(test_closed_pool_is_told_nothing),
		cmocka_unit_test(test_older_claim_takes_a_later_link),
		cmocka_unit_test(test_limit_may_become_less),
		cmocka_unit_test(test_idle_link_of_another_client_is_given_up),
		cmocka_unit_test(test_limit_may_come_later),
		cmocka_unit_test(test_limit_is_told_to_all_pools),
	};

	return cmocka_run_group_tests_name("pool limits", tests, NULL, NULL);
}
