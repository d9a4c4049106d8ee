/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - one thread, its loop, and everything that it alone touches.
 *
 * Workers share what is in force (rollout/current.h) and what counts for all of
 * them (worker_env), and nothing else: each has its own listening sockets,
 * connections and TLS environment, and what it lends (request/context.h).
 * Worker-owned, but for what is said of the functions.
 */
#ifndef YETT_GATEWAY_WORKER_H
#define YETT_GATEWAY_WORKER_H

#include "gateway/acceptors.h"
#include "request/context.h"

/* What all workers of a gateway share; lent, Frozen but for
 * what those say of themselves that are Shared. */
struct yett_worker_env {
	struct yett_current *current;
	struct yett_ticket_keeper *tickets;             /* Shared */
	struct yett_learned *learned;                   /* Shared */
	struct yett_connection_limit *limit, *choosing; /* Shared */
	uint64_t id_base; /* random: decision ids of two runs differ */
	struct yett_counters *counters; /* one per worker; atomic */
};

struct yett_worker {
	struct yett_context context;
	const struct yett_worker_env *env;
	pthread_t thread;
	bool has_thread;
	struct yett_wakeup wakeup;
	struct yett_deadline drain_delay, drain_end;
	struct yett_connections connections;
	struct yett_acceptors acceptors;
	atomic_bool drain_asked, stop_asked;   /* set by other threads */
	atomic_uint limits_told, limits_heard; /* how often */
	atomic_uint turns_asked, turns_taken;
};

/*
 * A worker that follows env->current; its thread is started by
 * yett_worker_start(). `env` is lent until it is freed.
 */
YETT_MUST_USE
enum yett_status
yett_worker_new(struct yett_worker **out, const struct yett_worker_env *env,
    uint32_t index, struct yett_fault *fault);

/* The thread must have ended. NULL is fine. */
void yett_worker_free(struct yett_worker *worker);

/* YETT_E_SYSTEM: no thread could be made. */
YETT_MUST_USE
enum yett_status
yett_worker_start(struct yett_worker *worker, struct yett_fault *fault);

/* --- from other threads ------------------------------------------------ */

/* Look at what is in force now. */
void yett_worker_wake(struct yett_worker *worker);
/* Links that are idle shall count where limits came; true: they do since. */
void yett_worker_tell_limits(struct yett_worker *worker);
bool yett_worker_heard_limits(struct yett_worker *worker);
/* Whether it has taken a turn since it was asked to; asks it again. */
bool yett_worker_is_turning(struct yett_worker *worker);
/* After timeouts.drain_delay accept no more but who is in the queue, close idle
 * connections, end when the last one is gone or the drain deadline has passed.
 */
void yett_worker_drain(struct yett_worker *worker);
/* End now. */
void yett_worker_stop(struct yett_worker *worker);
/* Wait for its end. */
void yett_worker_join(struct yett_worker *worker);

#endif
