/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listener.h - the listening sockets of one `listen`, one per worker.
 *
 * Counted, because generations that declare the same address share it: a
 * reload then opens nothing and no waiting connection is lost. Shared; `fd[i]`
 * is touched by worker i alone once the listener is published.
 */
#ifndef YETT_ROLLOUT_LISTENER_H
#define YETT_ROLLOUT_LISTENER_H

#include <stdatomic.h>

#include "io/address.h"
#include "policy/rules.h"

struct yett_listener {
	atomic_uint refs;
	char *name; /* of a socket that was handed over; NULL: none */
	struct yett_address declared; /* port 0: the kernel chose */
	struct yett_address bound;
	uint32_t worker_count;
	int fd[]; /* one per worker, -1: closed */
};

/*
 * Open one socket per worker, all at one address.
 * YETT_E_POLICY: the address is not numeric. YETT_E_SYSTEM: it is in use, or
 * not permitted; YETT_E_NOT_FOUND: no such socket was handed over. No socket
 * stays open. The fault's `where` is the place.
 */
YETT_MUST_USE
enum yett_status
yett_listener_open(struct yett_listener **out, const struct yett_listen *listen,
    uint32_t worker_count, struct yett_fault *fault);

/* Whether its address is taken by sockets of this user that share it, as those
 * of a gateway that runs do. Nothing is listened to. */
bool yett_listener_is_shared(const struct yett_listen *listen);

/* One more reference. */
struct yett_listener *yett_listener_ref(struct yett_listener *listener);

/* Release and forget; the last one closes the sockets that are still open. */
void yett_listener_unref(struct yett_listener **listener);

/* Whether this is what `listen` declares. */
bool yett_listener_is(const struct yett_listener *listener,
    const struct yett_listen *listen);

#endif
