/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - one thread, its loop, and everything that it alone touches.
 *
 * Workers share what is in force (current.h) and what counts for all of them
 * (worker_env), and nothing else: each has its own
 * listening sockets, connections, upstream links, TLS environment, instance
 * and scratch memory. Worker-owned, but for what is said of the functions.
 */
#ifndef YETT_GATEWAY_WORKER_H
#define YETT_GATEWAY_WORKER_H

#include "gateway/tally.h"
#include "http/date.h"
#include "http/head.h"
#include "io/loop.h"
#include "request/learned.h"
#include "request/recorder.h"
#include "rollout/current.h"
#include "tls/session.h"
#include "upstream/pool.h"

/* The most fields a head may have, whatever the policy says. */
#define YETT_WORKER_FIELDS 256
/* Fields that forwarding adds to a head. */
#define YETT_WORKER_FIELDS_ADDED 24

/* A rollout that this worker uses, and how many requests began under it. A
 * plain count: the worker holds the one reference. */
struct yett_hold {
	struct yett_list node; /* of worker->held */
	struct yett_rollout *rollout;
	uint32_t pins;
};

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

/* Memory that is used within one call and holds nothing between two. */
struct yett_scratch {
	struct yett_field parsed[YETT_WORKER_FIELDS];
	struct yett_field
	    forwarded[YETT_WORKER_FIELDS + YETT_WORKER_FIELDS_ADDED];
	struct yett_header header[YETT_WORKER_FIELDS];
	struct yett_buf text, body;
	struct yett_buf path; /* the normal path of the request at hand */
	/* Lent to the connection that is being stepped, so that idle ones hold
	 * no buffers and busy ones cost no allocation. */
	struct yett_buf spare_in, spare_out;
};

struct yett_worker {
	const struct yett_worker_env *env;
	uint32_t index;
	pthread_t thread;
	bool has_thread;
	struct yett_loop *loop;
	struct yett_wakeup wakeup;
	struct yett_deadline drain_end;
	struct yett_session_env *sessions;
	struct yett_pool *pool;
	struct yett_counters *counters; /* of this worker; lent */
	struct yett_hold *hold;         /* in force here */
	struct yett_list held;          /* all holds, newest last */
	struct yett_list acceptors;
	struct yett_list connections;
	uint32_t connection_count;
	struct yett_tally_waiter waiter; /* for room for connections */
	bool is_waiting;                 /* as this worker knows */
	uint64_t full_told;              /* when that was told last */
	uint32_t decision_count;         /* for decision ids */
	uint32_t connection_serial;      /* for connection ids */
	struct yett_recorder recorder;
	bool draining;
	atomic_bool drain_asked, stop_asked;   /* set by other threads */
	atomic_uint limits_told, limits_heard; /* how often */
	uint64_t date_second;
	char date[YETT_DATE_LEN];
	struct yett_scratch scratch;
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

/* What is in force, brought up to date; one atomic load when nothing changed.
 */
struct yett_hold *yett_worker_hold(struct yett_worker *worker);

/* A request began, ended, under `hold`. */
void yett_hold_pin(struct yett_hold *hold);
void yett_worker_unpin(struct yett_worker *worker, struct yett_hold *hold);

/* A number that is of this run and worker, and of `serial` in it. */
uint64_t yett_worker_id(const struct yett_worker *worker, uint32_t serial);

/* The Date field of now. */
struct yett_slice yett_worker_date(struct yett_worker *worker);

/* A connection closed, of `client` if that was counted, else NULL: others may
 * accept, end the drain. */
void yett_worker_closed(struct yett_worker *worker,
    const struct yett_address *client);

#endif
