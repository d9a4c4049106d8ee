/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/worker.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/thread.h"

/* --- the end --- */

static void
stop_when_drained(void *arg)
{
	struct yett_worker *worker = arg;

	if (worker->context.ending && worker->connections.count == 0)
		yett_loop_stop(worker->context.loop);
}

static void
on_drain_end(struct yett_deadline *deadline)
{
	struct yett_worker *worker = deadline->arg;

	yett_log(YETT_LOG_WARN, "drain-cut", "worker=%u connections=%u",
	    worker->context.index, worker->connections.count);
	yett_loop_stop(worker->context.loop);
}

static const struct yett_settings *
settings_of(const struct yett_worker *worker)
{
	return yett_generation_settings(worker->context.in_force->rollout->gen);
}

static void
set_in_ms(const struct yett_worker *worker, struct yett_deadline *deadline,
    uint32_t ms)
{
	yett_deadline_set(deadline,
	    yett_loop_now(worker->context.loop) +
		(uint64_t)ms * YETT_NS_PER_MS);
}

/* Accept no more, and end what waits for no answer. */
static void
begin_ending(struct yett_worker *worker)
{
	worker->context.ending = true;
	yett_acceptors_follow(&worker->acceptors);
	set_in_ms(worker, &worker->drain_end,
	    settings_of(worker)->timeouts.drain);
	yett_connections_drain(&worker->connections);
	stop_when_drained(worker);
}

static void
on_delay_end(struct yett_deadline *deadline)
{
	begin_ending(deadline->arg);
}

/* Those who send connections here may need a while to hear of it. */
static void
begin_drain(struct yett_worker *worker)
{
	uint32_t delay = settings_of(worker)->timeouts.drain_delay;

	worker->context.draining = true;
	if (delay > 0)
		set_in_ms(worker, &worker->drain_delay, delay);
	else
		begin_ending(worker);
}

/* What was told before now is heard. */
static void
hear_limits(struct yett_worker *worker)
{
	unsigned told = atomic_load(&worker->limits_told);

	if (told == atomic_load(&worker->limits_heard))
		return;
	yett_pool_follow_limits(worker->context.pool);
	atomic_store(&worker->limits_heard, told);
}

static void
on_wakeup(struct yett_wakeup *wakeup)
{
	struct yett_worker *worker = wakeup->arg;

	atomic_store(&worker->turns_taken, atomic_load(&worker->turns_asked));
	if (atomic_load(&worker->stop_asked)) {
		yett_loop_stop(worker->context.loop);
		return;
	}
	hear_limits(worker);
	(void)yett_context_rollout(&worker->context);
	yett_acceptors_follow(&worker->acceptors);
	if (atomic_load(&worker->drain_asked) && !worker->context.draining)
		begin_drain(worker);
}

static void *
run(void *arg)
{
	struct yett_worker *worker = arg;

	yett_acceptors_follow(&worker->acceptors);
	yett_loop_run(worker->context.loop);
	yett_connections_cut(&worker->connections);
	return NULL;
}

/* --- making and ending --- */

enum yett_status
yett_worker_new(struct yett_worker **out, const struct yett_worker_env *env,
    uint32_t index, struct yett_fault *fault)
{
	struct yett_worker *worker = calloc(1, sizeof(*worker));
	enum yett_status status;

	if (worker == NULL)
		return YETT_E_NOMEM;
	worker->env = env;
	worker->context.current = env->current;
	worker->context.learned = env->learned;
	worker->context.counters = &env->counters[index];
	worker->context.id_base = env->id_base;
	worker->context.index = index;
	worker->connections.context = &worker->context;
	worker->connections.limit = env->limit;
	worker->connections.choosing = env->choosing;
	worker->connections.on_closed = stop_when_drained;
	worker->connections.arg = worker;
	worker->acceptors.context = &worker->context;
	worker->acceptors.connections = &worker->connections;
	worker->acceptors.waiter.wakeup = &worker->wakeup;
	yett_acceptors_init(&worker->acceptors);
	status = yett_context_open(&worker->context, fault);
	if (status == YETT_OK)
		status = yett_connections_open(&worker->connections,
		    env->tickets, fault);
	if (status != YETT_OK) {
		yett_worker_free(worker);
		return status;
	}
	yett_wakeup_init(&worker->wakeup, worker->context.loop, on_wakeup,
	    worker);
	yett_deadline_init(&worker->drain_end, worker->context.loop,
	    on_drain_end, worker);
	yett_deadline_init(&worker->drain_delay, worker->context.loop,
	    on_delay_end, worker);
	*out = worker;
	return YETT_OK;
}

void
yett_worker_free(struct yett_worker *worker)
{
	if (worker == NULL)
		return;
	yett_acceptors_clear(&worker->acceptors);
	yett_deadline_clear(&worker->drain_end);
	yett_deadline_clear(&worker->drain_delay);
	yett_wakeup_clear(&worker->wakeup);
	yett_connections_close(&worker->connections);
	yett_context_close(&worker->context);
	free(worker);
}

enum yett_status
yett_worker_start(struct yett_worker *worker, struct yett_fault *fault)
{
	int error = yett_thread_start(&worker->thread, run, worker);

	if (error != 0)
		return yett_fail_errno(fault, error, "cannot start a worker");
	worker->has_thread = true;
	return YETT_OK;
}

void
yett_worker_wake(struct yett_worker *worker)
{
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_tell_limits(struct yett_worker *worker)
{
	atomic_fetch_add(&worker->limits_told, 1);
	yett_wakeup_send(&worker->wakeup);
}

bool
yett_worker_heard_limits(struct yett_worker *worker)
{
	return atomic_load(&worker->limits_heard) ==
	    atomic_load(&worker->limits_told);
}

bool
yett_worker_is_turning(struct yett_worker *worker)
{
	bool turned = atomic_load(&worker->turns_taken) ==
	    atomic_load(&worker->turns_asked);

	atomic_fetch_add(&worker->turns_asked, 1);
	yett_wakeup_send(&worker->wakeup);
	return turned;
}

void
yett_worker_drain(struct yett_worker *worker)
{
	atomic_store(&worker->drain_asked, true);
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_stop(struct yett_worker *worker)
{
	atomic_store(&worker->stop_asked, true);
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_join(struct yett_worker *worker)
{
	if (worker->has_thread)
		pthread_join(worker->thread, NULL);
	worker->has_thread = false;
}
