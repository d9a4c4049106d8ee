/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/worker.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/thread.h"
#include "gateway/acceptors.h"
#include "gateway/connection.h"

/* --- what is in force --- */

static void
drop_hold(struct yett_hold *hold)
{
	yett_list_remove(&hold->node);
	yett_rollout_unref(&hold->rollout);
	free(hold);
}

/* Hold what is in force; when memory is out what was stays in force here.
 * Listeners follow with the wake-up that comes with it: this may be the
 * request or the accepting of one of them. */
static void
refresh(struct yett_worker *worker)
{
	struct yett_hold *old = worker->hold;
	struct yett_hold *hold = calloc(1, sizeof(*hold));

	if (hold == NULL)
		return;
	yett_list_init(&hold->node);
	hold->rollout = yett_current_ref(worker->env->current);
	yett_list_append(&worker->held, &hold->node);
	worker->hold = hold;
	if (old != NULL && old->pins == 0)
		drop_hold(old);
}

struct yett_hold *
yett_worker_hold(struct yett_worker *worker)
{
	if (yett_current_differs(worker->env->current,
		yett_generation_id(worker->hold->rollout->gen)))
		refresh(worker);
	return worker->hold;
}

void
yett_hold_pin(struct yett_hold *hold)
{
	hold->pins++;
}

void
yett_worker_unpin(struct yett_worker *worker, struct yett_hold *hold)
{
	if (--hold->pins == 0 && hold != worker->hold)
		drop_hold(hold);
}

uint64_t
yett_worker_id(const struct yett_worker *worker, uint32_t serial)
{
	return worker->env->id_base | (uint64_t)(worker->index & 0xff) << 32 |
	    serial;
}

struct yett_slice
yett_worker_date(struct yett_worker *worker)
{
	uint64_t second = yett_loop_wall(worker->loop) / YETT_NS_PER_S;

	if (second != worker->date_second) {
		worker->date_second = second;
		(void)yett_date_write(worker->date, (int64_t)second);
	}
	return (struct yett_slice){ worker->date, YETT_DATE_LEN };
}

/* --- the end --- */

static void
stop_when_drained(struct yett_worker *worker)
{
	if (worker->draining && worker->connection_count == 0)
		yett_loop_stop(worker->loop);
}

void
yett_worker_closed(struct yett_worker *worker,
    const struct yett_address *client)
{
	worker->connection_count--;
	yett_count_add(worker->counters, YETT_COUNT_OPEN, UINT64_MAX);
	if (client != NULL)
		yett_tally_remove(worker->env->tally, client);
	yett_tally_leave(worker->env->tally);
	stop_when_drained(worker);
}

static void
on_drain_end(struct yett_deadline *deadline)
{
	struct yett_worker *worker = deadline->arg;

	yett_log(YETT_LOG_WARN, "drain-cut", "worker=%u connections=%u",
	    worker->index, worker->connection_count);
	yett_loop_stop(worker->loop);
}

static void
begin_drain(struct yett_worker *worker)
{
	uint32_t ms = yett_generation_settings(worker->hold->rollout->gen)
			  ->timeouts.drain;

	worker->draining = true;
	yett_acceptors_follow(worker);
	yett_deadline_set(&worker->drain_end,
	    yett_loop_now(worker->loop) + (uint64_t)ms * YETT_NS_PER_MS);
	yett_connection_drain_all(worker);
	stop_when_drained(worker);
}

/* What was told before now is heard. */
static void
hear_limits(struct yett_worker *worker)
{
	unsigned told = atomic_load(&worker->limits_told);

	if (told == atomic_load(&worker->limits_heard))
		return;
	yett_pool_follow_limits(worker->pool);
	atomic_store(&worker->limits_heard, told);
}

static void
on_wakeup(struct yett_wakeup *wakeup)
{
	struct yett_worker *worker = wakeup->arg;

	if (atomic_load(&worker->stop_asked)) {
		yett_loop_stop(worker->loop);
		return;
	}
	hear_limits(worker);
	(void)yett_worker_hold(worker);
	yett_acceptors_follow(worker);
	if (atomic_load(&worker->drain_asked) && !worker->draining)
		begin_drain(worker);
}

static void *
run(void *arg)
{
	struct yett_worker *worker = arg;

	yett_acceptors_follow(worker);
	yett_loop_run(worker->loop);
	yett_connection_cut_all(worker);
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
	worker->index = index;
	worker->waiter.wakeup = &worker->wakeup;
	worker->counters = &env->counters[index];
	yett_list_init(&worker->held);
	yett_list_init(&worker->acceptors);
	yett_list_init(&worker->connections);
	status = yett_loop_open(&worker->loop, fault);
	if (status == YETT_OK)
		status = yett_session_env_open(&worker->sessions, env->tickets,
		    yett_connection_ask, fault);
	if (status == YETT_OK)
		status = yett_pool_open(&worker->pool, worker->loop);
	if (status != YETT_OK)
		goto fail;
	yett_wakeup_init(&worker->wakeup, worker->loop, on_wakeup, worker);
	yett_deadline_init(&worker->drain_end, worker->loop, on_drain_end,
	    worker);
	yett_recorder_init(&worker->recorder, worker->loop, worker->counters);
	refresh(worker);
	if (worker->hold == NULL) {
		status = YETT_E_NOMEM;
		goto fail;
	}
	*out = worker;
	return YETT_OK;
fail:
	yett_worker_free(worker);
	return status;
}

void
yett_worker_free(struct yett_worker *worker)
{
	if (worker == NULL)
		return;
	yett_acceptors_clear(worker);
	yett_recorder_clear(&worker->recorder);
	yett_deadline_clear(&worker->drain_end);
	yett_wakeup_clear(&worker->wakeup);
	if (worker->pool != NULL)
		yett_pool_close(worker->pool);
	if (worker->sessions != NULL)
		yett_session_env_close(worker->sessions);
	while (!yett_list_is_empty(&worker->held))
		drop_hold(YETT_LIST_ELEMENT(worker->held.next, struct yett_hold,
		    node));
	if (worker->loop != NULL)
		yett_loop_close(worker->loop);
	yett_buf_clear(&worker->scratch.text);
	yett_buf_clear(&worker->scratch.body);
	yett_buf_clear(&worker->scratch.path);
	yett_buf_clear(&worker->scratch.spare_in);
	yett_buf_clear(&worker->scratch.spare_out);
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
