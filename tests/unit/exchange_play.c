/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/exchange_play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void
on_guard(struct yett_deadline *guard)
{
	(void)guard;
	fail_msg("nothing happened for too long");
}

static bool
read_heads(struct play *play)
{
	const struct yett_head *head;
	size_t used;

	for (;;) {
		play->result = yett_exchange_head(play->exchange, &head);
		if (play->result != YETT_EXCHANGE_DATA)
			return play->result == YETT_EXCHANGE_END;
		used = strlen(play->statuses);
		if (used < sizeof(play->statuses) - 5)
			snprintf(play->statuses + used, 5, "%s%u",
			    used == 0 ? "" : " ", head->status);
	}
}

void
play_read_body(struct play *play)
{
	struct yett_slice payload;

	for (;;) {
		play->result = yett_exchange_body(play->exchange, &payload);
		if (play->result != YETT_EXCHANGE_DATA)
			return;
		if (payload.len > play->most_payload)
			play->most_payload = payload.len;
		if (play->is_lazy)
			return;
		assert_int_equal(yett_buf_append(&play->body, payload),
		    YETT_OK);
		yett_exchange_consume(play->exchange, payload.len);
	}
}

static void
on_progress(void *arg)
{
	struct play *play = arg;

	play->progress_count++;
	if (read_heads(play))
		play_read_body(play);
	if (play->result == YETT_EXCHANGE_FAILED)
		play->failure = yett_exchange_failure(play->exchange);
	if (play->result == YETT_EXCHANGE_END ||
	    play->result == YETT_EXCHANGE_FAILED)
		yett_loop_stop(play->loop);
}

void
play_begin(struct play *play, const struct stub_reply *script)
{
	const char *text;

	*play = (struct play){ .failure = YETT_FAILURE_NONE };
	assert_int_equal(yett_loop_open(&play->loop, NULL), YETT_OK);
	yett_deadline_init(&play->guard, play->loop, on_guard, play);
	yett_deadline_set(&play->guard,
	    yett_clock_monotonic() + 10 * YETT_NS_PER_S);
	stub_origin_open(&play->origin, play->loop, NULL, script);
	text = play->origin.text;
	play->targets = stub_targets_open(NULL, &text, 1);
	assert_int_equal(yett_pool_open(&play->pool, play->loop), YETT_OK);
	play->order = (struct yett_exchange_order){
		.targets = play->targets,
		.client = &play->client,
		.is_idempotent = true,
		.limits = YETT_HEAD_LIMITS_DEFAULT,
		.fields = YETT_HEAD_FIELDS,
		.connect_ms = 5000,
		.answer_ms = 5000,
		.stall_ms = 5000,
		.on_progress = on_progress,
		.arg = play,
	};
}

void
play_end(struct play *play)
{
	yett_exchange_close(&play->exchange);
	yett_exchange_close(&play->exchange);
	assert_int_equal(yett_pool_links(play->pool),
	    yett_pool_idle(play->pool));
	yett_pool_close(play->pool);
	yett_targets_close(play->targets);
	stub_origin_close(&play->origin);
	yett_deadline_clear(&play->guard);
	yett_loop_close(play->loop);
	yett_buf_clear(&play->body);
}

void
play_start(struct play *play, struct yett_slice request)
{
	yett_exchange_close(&play->exchange);
	play->statuses[0] = '\0';
	play->failure = YETT_FAILURE_NONE;
	yett_buf_consume(&play->body, yett_buf_len(&play->body));
	assert_int_equal(yett_exchange_start(&play->exchange, play->pool,
			     &play->order),
	    YETT_OK);
	assert_int_equal(yett_buf_append(yett_exchange_out(play->exchange),
			     request),
	    YETT_OK);
}

void
play_get(struct play *play, struct yett_slice request)
{
	play_start(play, request);
	yett_exchange_body_done(play->exchange);
	(void)yett_exchange_push(play->exchange);
	yett_loop_run(play->loop);
}

bool
play_body_is(const struct play *play, const char *want)
{
	return yett_slice_eq(yett_buf_slice(&play->body), yett_slice_of(want));
}

static void
stop_loop(struct yett_deadline *deadline)
{
	yett_loop_stop(deadline->loop);
}

void
play_run_for(struct play *play, uint64_t ms)
{
	struct yett_deadline deadline;

	yett_deadline_init(&deadline, play->loop, stop_loop, NULL);
	yett_deadline_set(&deadline,
	    yett_clock_monotonic() + ms * YETT_NS_PER_MS);
	yett_loop_run(play->loop);
	yett_deadline_clear(&deadline);
}

size_t
play_fill_queue(struct play *play, uint32_t most)
{
	static const char zeros[4096];
	struct yett_buf *out = yett_exchange_out(play->exchange);
	size_t queued = 0;

	for (uint32_t i = 0; i < most && queued < YETT_EXCHANGE_QUEUE; i++) {
		assert_int_equal(yett_buf_append(out, YETT_LIT("1000\r\n")),
		    YETT_OK);
		assert_int_equal(yett_buf_append(out,
				     (struct yett_slice){ zeros, 4096 }),
		    YETT_OK);
		assert_int_equal(yett_buf_append(out, YETT_LIT("\r\n")),
		    YETT_OK);
		queued = yett_exchange_push(play->exchange);
	}
	return queued;
}
