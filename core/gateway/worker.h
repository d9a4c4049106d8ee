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

#include "gateway/tally.h"
#include "request/context.h"
#include "tls/session.h"

/* What all workers of a gateway share; lent, Frozen but for
 * what those say of themselves that are Shared. */
struct yett_worker_env {
	struct yett_current *current;
	struct yett_ticket_keeper *tickets; /* Shared */
	struct yett_learned *learned;       /* Shared */
	struct yett_tally *tally;           /* Shared */
	uint64_t id_base; /* random: decision ids of two runs differ */
	struct yett_counters *counters; /* one per worker; atomic */
};

struct yett_worker {
	struct yett_context context;
	const struct yett_worker_env *env;
	pthread_t thread;
	bool has_thread;
	struct yett_wakeup wakeup;
	struct yett_deadline drain_end;
	struct yett_session_env *sessions;
	struct yett_list acceptors;
	struct yett_list connections;
	uint32_t connection_count;
	struct yett_tally_waiter waiter;       /* for room for connections */
	bool is_waiting;                       /* as this worker knows */
	uint64_t full_told;                    /* when that was told last */
	uint32_t connection_serial;            /* for connection ids */
	atomic_bool drain_asked, stop_asked;   /* set by other threads */
	atomic_uint limits_told, limits_heard; /* how often */
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
/* Accept no more, close idle connections, end when the last one is gone or the
 * drain deadline has passed. */
void yett_worker_drain(struct yett_worker *worker);
/* End now. */
void yett_worker_stop(struct yett_worker *worker);
/* Wait for its end. */
void yett_worker_join(struct yett_worker *worker);

/* --- from its own thread ------------------------------------------------ */

/* A connection closed, of `client` if that was counted, else NULL: others may
 * accept, end the drain. */
void yett_worker_closed(struct yett_worker *worker,
    const struct yett_address *client);

#endif
