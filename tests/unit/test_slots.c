/* SPDX-License-Identifier: Apache-2.0 */
/* Slots: who gets one, and that two threads agree about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "upstream/slots.h"

#define MOST 3
#define STEPS 200000

static void
test_idle_is_not_in_use(void **state)
{
	struct yett_slots slots;

	(void)state;
	yett_slots_init(&slots);
	assert_int_equal(yett_slots_take(&slots, 2), YETT_SLOT_FREE);
	assert_int_equal(yett_slots_take(&slots, 2), YETT_SLOT_FREE);
	assert_int_equal(yett_slots_take(&slots, 2), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_take(&slots, 0), YETT_SLOT_FREE);
	yett_slots_give(&slots);
	assert_false(yett_slots_yield(&slots));

	yett_slots_offer(&slots);
	assert_int_equal(yett_slots_take_back(&slots, 2), YETT_SLOT_FREE);
	yett_slots_offer(&slots);
	assert_int_equal(yett_slots_take(&slots, 2), YETT_SLOT_CLAIMED);
	assert_int_equal(yett_slots_take(&slots, 2), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_links(&slots), 2);
	yett_slots_give(&slots);
	assert_int_equal(yett_slots_links(&slots), 1);
	/* The one that is claimed is not among them. */
	assert_true(yett_slots_yield(&slots));
	assert_false(yett_slots_yield(&slots));
	assert_int_equal(yett_slots_links(&slots), 1);
	yett_slots_clear(&slots);
}

/* However a link goes whose slot was claimed, it goes for the claim. */
static void
test_claim_is_settled_once(void **state)
{
	struct yett_slots slots;

	(void)state;
	for (int how = 0; how < 3; how++) {
		yett_slots_init(&slots);
		assert_int_equal(yett_slots_take(&slots, 1), YETT_SLOT_FREE);
		yett_slots_offer(&slots);
		assert_int_equal(yett_slots_take(&slots, 1), YETT_SLOT_CLAIMED);
		if (how == 0)
			assert_true(yett_slots_yield(&slots));
		else if (how == 1)
			assert_int_equal(yett_slots_take_back(&slots, 1),
			    YETT_SLOT_CLAIMED);
		else
			yett_slots_withdraw(&slots);
		assert_false(yett_slots_yield(&slots));
		assert_int_equal(yett_slots_links(&slots), 1);
		yett_slots_offer(&slots);
		yett_slots_withdraw(&slots);
		assert_int_equal(yett_slots_links(&slots), 0);
		yett_slots_clear(&slots);
	}
}

/* Links that an older limit let in do not come into use, and those that are
 * idle go. */
static void
test_limit_may_become_less(void **state)
{
	struct yett_slots slots;

	(void)state;
	yett_slots_init(&slots);
	for (int i = 0; i < 4; i++)
		assert_int_equal(yett_slots_take(&slots, 4), YETT_SLOT_FREE);
	for (int i = 0; i < 3; i++)
		yett_slots_offer(&slots);
	assert_int_equal(yett_slots_take(&slots, 1), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_take_back(&slots, 1), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_take_back(&slots, 2), YETT_SLOT_FREE);
	assert_int_equal(yett_slots_take_back(&slots, 2), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_take(&slots, 3), YETT_SLOT_CLAIMED);
	assert_int_equal(yett_slots_take(&slots, 3), YETT_SLOT_NONE);
	assert_int_equal(yett_slots_links(&slots), 4);
	yett_slots_offer(&slots);
	assert_true(yett_slots_shed(&slots, 3));
	assert_false(yett_slots_shed(&slots, 3));
	assert_int_equal(yett_slots_links(&slots), 3);
	assert_true(yett_slots_are_claimed(&slots));
	assert_true(yett_slots_yield(&slots));
	assert_true(yett_slots_yield(&slots));
	assert_false(yett_slots_are_claimed(&slots));
	yett_slots_clear(&slots);
}

/* A worker with links, in use or idle, which does what comes to its mind. */
struct player {
	struct yett_slots *slots;
	atomic_uint *in_use; /* of all players */
	unsigned seed, idle, used;
	bool too_many, refused, shed;
};

static unsigned
choose(struct player *player, unsigned below)
{
	player->seed = player->seed * 1103515245 + 12345;
	return player->seed / 65536 % below;
}

/* Count it before the others can see that it is idle, and after they could. */
static void
use(struct player *player)
{
	if (atomic_fetch_add(player->in_use, 1) >= MOST)
		player->too_many = true;
	player->used++;
}

static void
stop_using(struct player *player)
{
	atomic_fetch_sub(player->in_use, 1);
	player->used--;
}

static void
begin_use(struct player *player)
{
	if (player->idle > 0) {
		player->idle--;
		if (yett_slots_take_back(player->slots, MOST) == YETT_SLOT_FREE)
			use(player);
	} else if (yett_slots_take(player->slots, MOST) != YETT_SLOT_NONE) {
		use(player);
	} else {
		player->refused = true;
	}
}

static void *
play(void *arg)
{
	struct player *player = arg;

	for (unsigned i = 0; i < STEPS; i++) {
		unsigned move = choose(player, 9);

		if (move < 3) {
			begin_use(player);
		} else if (move < 6 && player->used > 0) {
			stop_using(player);
			player->idle++;
			yett_slots_offer(player->slots);
		} else if (move == 6 && player->used > 0) {
			stop_using(player);
			yett_slots_give(player->slots);
		} else if (move == 7 && player->idle > 0) {
			player->idle--;
			yett_slots_withdraw(player->slots);
		} else if (move == 8) {
			player->shed |= yett_slots_shed(player->slots,
			    MOST - 1);
		}
		while (player->idle > 0 && yett_slots_yield(player->slots))
			player->idle--;
	}
	while (player->used > 0) {
		stop_using(player);
		yett_slots_give(player->slots);
	}
	for (; player->idle > 0; player->idle--)
		yett_slots_withdraw(player->slots);
	return NULL;
}

static void
test_threads_agree(void **state)
{
	struct yett_slots slots;
	atomic_uint in_use = 0;
	struct player player[3];
	pthread_t thread[3];

	(void)state;
	yett_slots_init(&slots);
	for (unsigned i = 0; i < 3; i++) {
		player[i] = (struct player){ .slots = &slots,
			.in_use = &in_use,
			.seed = i + 1 };
		assert_int_equal(pthread_create(&thread[i], NULL, play,
				     &player[i]),
		    0);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_false(player[i].too_many);
		assert_int_equal(player[i].idle, 0);
	}
	assert_true(player[0].refused);
	assert_true(player[0].shed);
	assert_int_equal(slots.counts, 0);
	yett_slots_clear(&slots);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_idle_is_not_in_use),
		cmocka_unit_test(test_claim_is_settled_once),
		cmocka_unit_test(test_limit_may_become_less),
		cmocka_unit_test(test_threads_agree),
	};

	return cmocka_run_group_tests_name("slots", tests, NULL, NULL);
}
