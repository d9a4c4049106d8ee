/* SPDX-License-Identifier: Apache-2.0 */
/* The pool: which link is taken, which is kept, and when one goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "policy/draft.h"
#include "unit/pool_play.h"
#include "upstream/spare_bufs.h"

static void
test_latest_link_is_taken_first(void **state)
{
	struct yett_link *first, *second, *given;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	first = pool_play_connect(&fixture, fixture.tcp, NULL);
	second = pool_play_connect(&fixture, fixture.tcp, NULL);
	given = first;
	yett_pool_give(&given);
	assert_null(given);
	given = second;
	yett_pool_give(&given);
	assert_int_equal(yett_pool_idle(fixture.pool), 2);
	assert_ptr_equal(pool_play_take(&fixture, fixture.tcp), second);
	assert_ptr_equal(pool_play_take(&fixture, fixture.tcp), first);
	assert_true(first->is_reused);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	assert_int_equal(yett_pool_idle(fixture.pool), 0);
	assert_int_equal(yett_pool_links(fixture.pool), 2);
	yett_pool_drop(&first);
	yett_pool_drop(&first);
	yett_pool_drop(&second);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

static void
test_idle_links_are_bounded(void **state)
{
	struct yett_link *link[3], *given;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 2, 60000);
	for (size_t i = 0; i < 3; i++)
		link[i] = pool_play_connect(&fixture, fixture.tcp, NULL);
	for (size_t i = 0; i < 3; i++) {
		given = link[i];
		yett_pool_give(&given);
	}
	assert_int_equal(yett_pool_links(fixture.pool), 2);
	given = pool_play_take(&fixture, fixture.tcp);
	assert_ptr_equal(given, link[2]);
	yett_pool_drop(&given);
	given = pool_play_take(&fixture, fixture.tcp);
	assert_ptr_equal(given, link[1]); /* the oldest went */
	yett_pool_give(&given);
	pool_play_end(&fixture);
}

static void
test_nothing_is_kept_when_the_bound_is_0(void **state)
{
	struct pool_play fixture;
	struct yett_link *link;

	(void)state;
	pool_play_begin(&fixture, 0, 60000);
	link = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

/* Bytes that nobody asked for are not the answer to the next request. */
static void
test_unasked_bytes_close_an_idle_link(void **state)
{
	struct pool_play fixture;
	struct yett_link *link;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	link = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	pool_play_run(&fixture, 2); /* the origin accepts */
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	stub_origin_say(&fixture.origin, "HTTP/1.1 200 OK\r\n\r\n");
	pool_play_run(&fixture, 5);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

static void
test_link_with_leftover_bytes_is_not_kept(void **state)
{
	struct pool_play fixture;
	struct yett_link *link;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	link = pool_play_connect(&fixture, fixture.tcp, NULL);
	assert_int_equal(yett_buf_append(&link->in, YETT_LIT("x")), YETT_OK);
	yett_pool_give(&link);
	assert_null(link);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

static void
test_end_of_stream_closes_an_idle_link(void **state)
{
	struct pool_play fixture;
	struct yett_link *link;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	link = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	pool_play_run(&fixture, 2);
	stub_origin_close(&fixture.origin);
	pool_play_run(&fixture, 5);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

static void
test_idle_link_expires(void **state)
{
	struct pool_play fixture;
	struct yett_link *link;

	(void)state;
	pool_play_begin(&fixture, 8, 60);
	link = pool_play_connect(&fixture, fixture.tcp, NULL);
	yett_pool_give(&link);
	pool_play_run(&fixture, 2);
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	/* While it is in use no idle deadline runs. */
	link = pool_play_take(&fixture, fixture.tcp);
	pool_play_run(&fixture, 100);
	yett_pool_give(&link);
	assert_int_equal(yett_pool_idle(fixture.pool), 1);
	pool_play_run(&fixture, 100);
	assert_int_equal(yett_pool_links(fixture.pool), 0);
	pool_play_end(&fixture);
}

static void
test_targets_are_kept_apart(void **state)
{
	struct stub_origin origin;
	struct pool_play fixture;
	struct yett_link *link, *taken;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	stub_origin_open(&origin, fixture.loop, fixture.path + strlen("unix:"),
	    pool_play_no_script);
	link = pool_play_connect(&fixture, fixture.local, NULL);
	taken = link;
	yett_pool_give(&taken);
	assert_null(pool_play_take(&fixture, fixture.tcp));
	taken = pool_play_take(&fixture, fixture.local);
	assert_ptr_equal(taken, link);
	yett_pool_drop(&taken);
	stub_origin_close(&origin);
	pool_play_end(&fixture);
}

/* Two targets of a policy, one of them a name that `resolve` knows. */
static struct yett_targets *
open_named(const char *other, const struct yett_targets *previous,
    yett_resolve *resolve)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_arena *arena = yett_draft_arena(draft);
	struct yett_upstream *upstream = yett_arena_alloc(arena,
	    sizeof(*upstream));
	struct yett_slice target[2] = { YETT_LIT("http://b.test:80"),
		yett_slice_of(other) };
	struct yett_targets *targets;
	struct yett_generation *gen;

	upstream->target = target;
	upstream->count = 2;
	assert_int_equal(yett_draft_add_upstream(draft, upstream, NULL),
	    YETT_OK);
	assert_int_equal(yett_draft_freeze(&draft, &gen, NULL), YETT_OK);
	assert_int_equal(yett_targets_open(&targets, gen,
			     &(struct yett_targets_env){ .previous = previous,
				 .lookup.resolve = resolve },
			     NULL),
	    YETT_OK);
	yett_generation_unref(&gen);
	return targets;
}

/* What b.test resolves to: so many addresses from 127.0.0.FIRST on. */
static unsigned resolved_first, resolved_count;
static bool resolved_alike; /* all of them are the first */

static enum yett_status
resolve_some(struct yett_address *out, size_t most, size_t *count,
    struct yett_slice host, uint16_t port, struct yett_fault *fault)
{
	if (yett_address_parse(out, host, port, NULL) == YETT_OK) {
		*count = 1;
		return YETT_OK;
	}
	assert_true(yett_slice_eq(host, YETT_LIT("b.test")));
	assert_true(resolved_count <= most);
	if (resolved_count == 0)
		return yett_fail(fault, YETT_E_NOT_FOUND, "nobody knows it");
	*count = resolved_count;
	for (unsigned i = 0; i < resolved_count; i++) {
		char text[16];

		snprintf(text, sizeof(text), "127.0.0.%u",
		    resolved_first + (resolved_alike ? 0 : i));
		assert_int_equal(yett_address_parse(&out[i],
				     yett_slice_of(text), port, NULL),
		    YETT_OK);
	}
	return YETT_OK;
}

static bool
never(void *arg)
{
	(void)arg;
	return false;
}

/* The pool outlives generations: what both name has one shelf, also when the
 * rest is another. */
static void
test_generations_share_endpoints(void **state)
{
	struct yett_targets *before, *after;
	struct yett_candidates *candidates;
	struct yett_shelf *shelf[2];
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	resolved_first = 1;
	resolved_count = 1;
	before = open_named("http://127.0.0.9", NULL, resolve_some);
	candidates = yett_candidates_of(fixture.pool, before, 0);
	assert_int_equal(candidates->count, 2);
	shelf[0] = candidates->shelf[0];
	shelf[1] = candidates->shelf[1];
	assert_ptr_equal(yett_candidates_of(fixture.pool, before, 0),
	    candidates);
	after = open_named("http://127.0.0.8", before, resolve_some);
	yett_targets_close(before);
	candidates = yett_candidates_of(fixture.pool, after, 0);
	assert_int_equal(candidates->count, 2);
	assert_ptr_equal(candidates->shelf[0], shelf[0]);
	assert_ptr_not_equal(candidates->shelf[1], shelf[1]);
	yett_targets_close(after);
	pool_play_end(&fixture);
}

/* An address that stays keeps what is known of it; one that goes is not
 * tried any more; a name that nobody knows keeps what it had. */
static void
test_names_are_resolved_again(void **state)
{
	struct yett_targets *targets;
	struct yett_candidates *candidates;
	struct yett_shelf *second;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	resolved_first = 1;
	resolved_count = 2;
	targets = open_named("http://127.0.0.9", NULL, resolve_some);
	candidates = yett_candidates_of(fixture.pool, targets, 0);
	assert_int_equal(candidates->count, 3);
	second = candidates->shelf[1];
	candidates->turn = 77;

	yett_targets_refresh(targets, resolve_some, never, NULL);
	assert_ptr_equal(yett_candidates_of(fixture.pool, targets, 0),
	    candidates);

	resolved_first = 2;
	yett_targets_refresh(targets, resolve_some, never, NULL);
	candidates = yett_candidates_of(fixture.pool, targets, 0);
	assert_int_equal(candidates->count, 3);
	assert_ptr_equal(candidates->shelf[0], second);
	assert_int_equal(candidates->turn, 77);

	resolved_count = 0;
	yett_targets_refresh(targets, resolve_some, never, NULL);
	yett_targets_refresh(targets, resolve_some, never, NULL);
	assert_ptr_equal(yett_candidates_of(fixture.pool, targets, 0),
	    candidates);

	/* One that is told twice is one; the other is gone. */
	resolved_count = 2;
	resolved_alike = true;
	yett_targets_refresh(targets, resolve_some, never, NULL);
	resolved_alike = false;
	candidates = yett_candidates_of(fixture.pool, targets, 0);
	assert_int_equal(candidates->count, 2);
	assert_ptr_equal(candidates->shelf[0], second);
	yett_targets_close(targets);
	pool_play_end(&fixture);
}

/* An exchange that is choosing keeps the candidates that it began with. */
static void
test_candidates_is_kept_while_in_use(void **state)
{
	struct yett_targets *targets;
	struct yett_candidates *kept;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	resolved_first = 1;
	resolved_count = 2;
	targets = open_named("http://127.0.0.9", NULL, resolve_some);
	kept = yett_candidates_of(fixture.pool, targets, 0);
	yett_candidates_keep(kept);
	resolved_first = 5;
	yett_targets_refresh(targets, resolve_some, never, NULL);
	assert_ptr_not_equal(yett_candidates_of(fixture.pool, targets, 0),
	    kept);
	assert_int_equal(kept->count, 3);
	assert_non_null(kept->shelf[0]->endpoint);
	yett_candidates_drop(fixture.pool, &kept);
	assert_null(kept);
	yett_targets_close(targets);
	pool_play_end(&fixture);
}

/* An application is told the client once per link, so that one client's link
 * must not carry another's requests. */
static void
test_application_link_belongs_to_its_client(void **state)
{
	struct yett_address alice, bob;
	struct yett_link *link, *taken;
	struct yett_pool_wish wish;
	struct pool_play fixture;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	assert_int_equal(yett_address_parse(&alice, YETT_LIT("192.0.2.1"), 7,
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_address_parse(&bob, YETT_LIT("192.0.2.2"), 7,
			     NULL),
	    YETT_OK);
	link = pool_play_connect(&fixture, fixture.app, &alice);
	assert_int_equal(fixture.origin.accepted, 1);
	taken = link;
	yett_pool_give(&taken);
	wish = (struct yett_pool_wish){ fixture.app, &fixture.limits, &bob,
		false, fixture.events };
	assert_null(yett_pool_take(&wish));
	wish.client = &alice;
	taken = yett_pool_take(&wish);
	assert_ptr_equal(taken, link);
	yett_pool_drop(&taken);
	pool_play_end(&fixture);
}

/* What came meanwhile is not known before the loop turns: who cannot ask twice
 * looks himself. */
static void
test_idle_link_is_looked_at(void **state)
{
	struct pool_play fixture;
	struct yett_pool_wish wish;
	struct yett_link *link, *taken;

	(void)state;
	for (int i = 0; i < 4; i++) {
		bool is_dead = (i & 1) != 0, is_once = (i & 2) != 0;

		pool_play_begin(&fixture, 8, 60000);
		link = taken = pool_play_connect(&fixture, fixture.tcp, NULL);
		yett_pool_give(&taken);
		link->idle_since--;
		if (is_dead)
			stub_origin_say(&fixture.origin, "x");
		wish = (struct yett_pool_wish){ fixture.tcp, &fixture.limits,
			NULL, is_once, fixture.events };
		taken = yett_pool_take(&wish);
		assert_ptr_equal(taken, is_dead && is_once ? NULL : link);
		yett_pool_drop(&taken);
		assert_int_equal(yett_pool_links(fixture.pool), 0);
		pool_play_end(&fixture);
	}
}

static void
test_spares_are_used_again(void **state)
{
	struct pool_play fixture;
	struct yett_spare_bufs spares = { 0 };
	struct yett_buf buf = { 0 };
	void *memory;

	(void)state;
	pool_play_begin(&fixture, 8, 60000);
	memory = yett_pool_take_memory(fixture.pool, 100);
	assert_non_null(memory);
	yett_pool_give_memory(fixture.pool, memory);
	assert_ptr_equal(yett_pool_take_memory(fixture.pool, 100), memory);
	yett_pool_give_memory(fixture.pool, memory);
	yett_spare_bufs_take(&spares, &buf);
	assert_int_equal(buf.cap, 0);
	assert_int_equal(yett_buf_reserve(&buf, YETT_LINK_READ), YETT_OK);
	memory = buf.memory;
	yett_spare_bufs_give(&spares, &buf, YETT_LINK_MEMORY);
	assert_int_equal(buf.cap, 0);
	yett_spare_bufs_take(&spares, &buf);
	assert_ptr_equal(buf.memory, memory);
	yett_spare_bufs_give(&spares, &buf, YETT_LINK_MEMORY);
	yett_spare_bufs_clear(&spares);
	pool_play_end(&fixture);
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
		cmocka_unit_test(test_generations_share_endpoints),
		cmocka_unit_test(test_names_are_resolved_again),
		cmocka_unit_test(test_candidates_is_kept_while_in_use),
		cmocka_unit_test(test_application_link_belongs_to_its_client),
		cmocka_unit_test(test_idle_link_is_looked_at),
		cmocka_unit_test(test_spares_are_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
