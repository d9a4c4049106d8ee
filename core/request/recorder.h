/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recorder.h - the lines of decisions that a worker has not written yet.
 *
 * A decision costs one append to memory; the file is written when the memory
 * is full or a second old. Worker-owned.
 */
#ifndef YETT_REQUEST_RECORDER_H
#define YETT_REQUEST_RECORDER_H

#include "io/loop.h"
#include "request/counters.h"
#include "rollout/record.h"
#include "rollout/record_line.h"

struct yett_recorder {
	struct yett_buf lines;
	uint32_t count;
	struct yett_record *record; /* where the lines go; counted */
	struct yett_loop *loop;
	struct yett_counters *counters; /* of the worker */
	struct yett_deadline deadline;
};

/* `counters` are told what is lost. Both must outlive it. */
void yett_recorder_init(struct yett_recorder *recorder, struct yett_loop *loop,
    struct yett_counters *counters);

/* Hand over what there is. All zero is fine. */
void yett_recorder_clear(struct yett_recorder *recorder);

/* Take down a decision for `record`. A line for which there is no memory is
 * lost. */
void yett_recorder_hello(struct yett_recorder *recorder,
    struct yett_record *record, const struct yett_record_source *source,
    const struct yett_hello *hello, const struct yett_hello_decision *decision);
void yett_recorder_request(struct yett_recorder *recorder,
    struct yett_record *record, const struct yett_record_source *source,
    struct yett_slice id, const struct yett_request *request,
    const struct yett_record_trusts *trusts,
    const struct yett_decision *decision);

#endif
