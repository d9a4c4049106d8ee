/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket_keeper.h - the ring of ticket keys in force, through reloads and
 * rotations.
 *
 * One per gateway. Shared: `lock` guards all but `id`, for moments; users read
 * `id` and take the lock only after a change.
 */
#ifndef YETT_TLS_TICKET_KEEPER_H
#define YETT_TLS_TICKET_KEEPER_H

#include <pthread.h>

#include "policy/rules.h"
#include "tls/ticket_ring.h"

struct yett_ticket_keeper {
	pthread_mutex_t lock;
	struct yett_ticket_ring *own;       /* made here */
	struct yett_ticket_ring *from_file; /* NULL: no file is in force */
	struct yett_file_stamp looked_at;   /* the file, as last seen */
	uint64_t turned;                    /* when `own` was, monotonic */
	uint64_t period;                    /* nanoseconds until it is again */
	bool off;
	atomic_uint_fast64_t id; /* changes with what is in force */
};

/* The ring as one user sees it. All zero but for `keeper` is a valid start;
 * Worker-owned. */
struct yett_ticket_user {
	struct yett_ticket_keeper *keeper;
	struct yett_ticket_ring *ring; /* a reference */
	uint_fast64_t id;              /* of `ring`; 0: never looked */
};

/* A ring of this process alone is in force. */
YETT_MUST_USE
enum yett_status yett_ticket_keeper_open(struct yett_ticket_keeper *keeper,
    struct yett_fault *fault);

/* Once no worker and no caretaker uses it. */
void yett_ticket_keeper_close(struct yett_ticket_keeper *keeper);

/* Follow `settings`; *from_file, the ring of the file that they name, is taken
 * and nulled. Cannot fail. */
void yett_ticket_keeper_follow(struct yett_ticket_keeper *keeper,
    const struct yett_settings *settings, struct yett_ticket_ring **from_file);

/* Turn the ring at its time, read the file again when it changed; logs. Call
 * once a second. Blocks for the file. */
void yett_ticket_keeper_tend(struct yett_ticket_keeper *keeper, uint64_t now);

/* The ring in force, lent until the next call; NULL: no tickets. */
const struct yett_ticket_ring *
yett_ticket_user_ring(struct yett_ticket_user *user);
void yett_ticket_user_clear(struct yett_ticket_user *user);

#endif
