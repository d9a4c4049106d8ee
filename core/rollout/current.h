/* SPDX-License-Identifier: Apache-2.0 */
/*
 * current.h - the rollout in force.
 *
 * One writer publishes; each worker keeps its own reference and looks here
 * once per turn of its loop, which costs one atomic load unless something
 * changed. Shared: the lock guards `rollout`; `id` is atomic.
 */
#ifndef YETT_ROLLOUT_CURRENT_H
#define YETT_ROLLOUT_CURRENT_H

#include <pthread.h>
#include <stdatomic.h>

#include "rollout/rollout.h"

struct yett_current {
	pthread_mutex_t lock;
	struct yett_rollout *rollout; /* NULL before the first publish */
	atomic_uint_fast64_t id;      /* of its generation; 0: none */
};

/* Nothing is in force. Clear it once no other thread uses it. */
void yett_current_init(struct yett_current *current);
void yett_current_clear(struct yett_current *current);

/* Put *rollout in force; takes the reference and nulls it. Cannot fail. */
void yett_current_publish(struct yett_current *current,
    struct yett_rollout **rollout);

/* A new reference to what is in force; NULL before the first publish. */
struct yett_rollout *yett_current_ref(struct yett_current *current);

/* Whether something other than generation `id` is in force. */
bool yett_current_differs(struct yett_current *current, uint64_t id);

#endif
