/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gateway.h - the whole: what is in force, the workers, the applications.
 *
 * Implements the gateway half of yett.h, whose comments are the contract.
 * Shared: `lock` serializes loading, starting and ending; `worker_lock` guards
 * the array of workers, so that a stop can cut a drain that holds `lock`.
 */
#ifndef YETT_GATEWAY_GATEWAY_H
#define YETT_GATEWAY_GATEWAY_H

#include "gateway/caretaker.h"
#include "gateway/follower.h"
#include "gateway/resolver.h"
#include "gateway/worker.h"

struct yett_gateway {
	pthread_mutex_t lock;
	struct yett_current current;
	struct yett_ticket_keeper tickets;
	struct yett_caretaker caretaker;
	struct yett_crl_store *lists;
	struct yett_worker_env env; /* Frozen once workers run */
	struct yett_apps apps;      /* Frozen after the first load */
	pthread_mutex_t worker_lock;
	struct yett_resolver *resolver; /* NULL: not started */
	struct yett_follower *follower; /* the same */
	uint32_t worker_count;          /* 0: not started */
	struct yett_worker **worker;
	bool draining; /* that was told; under worker_lock */
	/* One set per worker; they outlive the workers. Written once, under
	 * worker_lock, before the workers start. */
	uint32_t counter_count;
	struct yett_counters *counters;
	uint64_t made; /* wall clock, nanoseconds */
	atomic_uint_fast64_t loads, loads_refused;
	bool loaded;
	bool is_strict;     /* Frozen after the first load */
	atomic_bool ending; /* a drain or stop began: a load gives up */
};

/* Add an in-process application, before the first load. Its door is closed
 * when the gateway is freed, after the workers have ended; by the caller if
 * this fails.
 * YETT_E_ARGUMENT: a policy was loaded, or the name is bad or taken. */
YETT_MUST_USE
enum yett_status
yett_gateway_add_app(struct yett_gateway *gateway, struct yett_slice name,
    const struct yett_app_door *door, struct yett_fault *fault);

#endif
