/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caretaker.h - a thread that checks, once a second, what changes while
 * workers serve: files that may have been replaced, keys that grow old.
 *
 * So no worker reads a file for that, nor frees a generation, which may have
 * many lists and keys. Shared: `lock` guards `ending`, `hurried` and `kept`,
 * and is held for moments.
 */
#ifndef YETT_GATEWAY_CARETAKER_H
#define YETT_GATEWAY_CARETAKER_H

#include "gateway/renewal.h"
#include "rollout/current.h"
#include "tls/ticket_keeper.h"

struct yett_caretaker {
	struct yett_current *current;       /* lent */
	struct yett_ticket_keeper *tickets; /* lent */
	struct yett_crl_store *lists;       /* lent */
	/* What is or was in force, one reference to each, so that it is not a
	 * worker that frees it. */
	struct yett_kept_rollout *kept;
	struct yett_renewal_watch ends; /* the thread's own */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool has_thread, ending, hurried;
};

/* Prepare; no thread yet. What it is to look after is lent, and must outlive
 * it. Clear it once its thread has ended. */
void yett_caretaker_init(struct yett_caretaker *caretaker,
    struct yett_current *current, struct yett_ticket_keeper *tickets,
    struct yett_crl_store *lists);
void yett_caretaker_clear(struct yett_caretaker *caretaker);

/* Free `rollout` once nobody else has it. Without memory whoever lets go last
 * frees it. */
void yett_caretaker_keep(struct yett_caretaker *caretaker,
    struct yett_rollout *rollout);

/* YETT_E_SYSTEM: no thread could be made. */
YETT_MUST_USE
enum yett_status yett_caretaker_start(struct yett_caretaker *caretaker,
    struct yett_fault *fault);

/* Look now, and not only in a second. Any thread. */
void yett_caretaker_hurry(struct yett_caretaker *caretaker);

/* End it and wait for that; harmless when it was not started. */
void yett_caretaker_stop(struct yett_caretaker *caretaker);

#endif
