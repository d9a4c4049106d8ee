/* SPDX-License-Identifier: Apache-2.0 */
#include "request/recorder.h"

#include "base/clock.h"

#define FULL ((size_t)64 * 1024)

static void
hand_over(struct yett_recorder *recorder)
{
	if (recorder->count > 0)
		yett_count_add(recorder->counters, YETT_COUNT_RECORD_LOST,
		    yett_record_append(recorder->record,
			yett_buf_slice(&recorder->lines), recorder->count));
	yett_buf_consume(&recorder->lines, yett_buf_len(&recorder->lines));
	recorder->count = 0;
}

static void
on_second(struct yett_deadline *deadline)
{
	struct yett_recorder *recorder = deadline->arg;

	hand_over(recorder);
	/* An idle worker holds on to nothing. */
	yett_buf_clear(&recorder->lines);
	yett_record_unref(&recorder->record);
}

/* Lines of another record go first. */
static void
turn_to(struct yett_recorder *recorder, struct yett_record *record)
{
	if (recorder->record == record)
		return;
	hand_over(recorder);
	yett_record_unref(&recorder->record);
	recorder->record = yett_record_ref(record);
}

/* A line was written behind `before` bytes; or not, and goes again. */
static void
settle(struct yett_recorder *recorder, size_t before, enum yett_status status)
{
	if (status != YETT_OK) {
		recorder->lines.end = recorder->lines.start + before;
		yett_count(recorder->counters, YETT_COUNT_RECORD_LOST);
		return;
	}
	if (recorder->count++ == 0)
		yett_deadline_set(&recorder->deadline,
		    yett_loop_now(recorder->loop) + YETT_NS_PER_S);
	if (yett_buf_len(&recorder->lines) >= FULL)
		hand_over(recorder);
}

void
yett_recorder_init(struct yett_recorder *recorder, struct yett_loop *loop,
    struct yett_counters *counters)
{
	*recorder = (struct yett_recorder){ .loop = loop,
		.counters = counters };
	yett_deadline_init(&recorder->deadline, loop, on_second, recorder);
}

void
yett_recorder_clear(struct yett_recorder *recorder)
{
	if (recorder->loop != NULL)
		yett_deadline_clear(&recorder->deadline);
	hand_over(recorder);
	yett_buf_clear(&recorder->lines);
	yett_record_unref(&recorder->record);
}

void
yett_recorder_hello(struct yett_recorder *recorder, struct yett_record *record,
    const struct yett_record_source *source, const struct yett_hello *hello,
    const struct yett_hello_decision *decision)
{
	size_t before;

	turn_to(recorder, record);
	before = yett_buf_len(&recorder->lines);
	settle(recorder, before,
	    yett_record_write_hello(&recorder->lines, source, hello, decision));
}

void
yett_recorder_request(struct yett_recorder *recorder,
    struct yett_record *record, const struct yett_record_source *source,
    struct yett_slice id, const struct yett_request *request,
    const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	size_t before;

	turn_to(recorder, record);
	before = yett_buf_len(&recorder->lines);
	settle(recorder, before,
	    yett_record_write_request(&recorder->lines, source, id, request,
		trusts, decision));
}
