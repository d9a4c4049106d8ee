/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/current.h"

void
yett_current_init(struct yett_current *current)
{
	pthread_mutex_init(&current->lock, NULL);
	current->rollout = NULL;
	atomic_init(&current->id, 0);
}

void
yett_current_clear(struct yett_current *current)
{
	yett_rollout_unref(&current->rollout);
	pthread_mutex_destroy(&current->lock);
}

void
yett_current_publish(struct yett_current *current,
    struct yett_rollout **rollout)
{
	struct yett_rollout *old;

	pthread_mutex_lock(&current->lock);
	old = current->rollout;
	current->rollout = *rollout;
	*rollout = NULL;
	atomic_store_explicit(&current->id,
	    yett_generation_id(current->rollout->gen), memory_order_release);
	pthread_mutex_unlock(&current->lock);
	yett_rollout_unref(&old);
}

struct yett_rollout *
yett_current_ref(struct yett_current *current)
{
	struct yett_rollout *rollout;

	pthread_mutex_lock(&current->lock);
	rollout = yett_rollout_ref(current->rollout);
	pthread_mutex_unlock(&current->lock);
	return rollout;
}

bool
yett_current_differs(struct yett_current *current, uint64_t id)
{
	return atomic_load_explicit(&current->id, memory_order_acquire) != id;
}
