/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acceptors.h - where a worker accepts connections, and which.
 *
 * One acceptor watches one of the worker's listening sockets. What comes is let
 * in while there is room for connections, of which all workers together have
 * as many as the limit says, and descriptors are left; else the sockets are
 * left alone until there is room, and the kernel's queue fills. Who comes from
 * an address that has its limit of connections is closed at once. Worker-owned:
 * called in the worker's thread, or before and after it.
 */
#ifndef YETT_GATEWAY_ACCEPTORS_H
#define YETT_GATEWAY_ACCEPTORS_H

#include "gateway/worker.h"

/* Accept where the rollout in force says, and nowhere else; of a worker that
 * drains nowhere at all. Sockets that are left are closed. Who waits for room
 * looks again. */
void yett_acceptors_follow(struct yett_worker *worker);

/* Count a connection of `client`. False: its address has as many as may be,
 * which was counted and logged. */
YETT_MUST_USE
bool yett_acceptors_tally(struct yett_worker *worker,
    const struct yett_address *client);

/* Close all sockets. */
void yett_acceptors_clear(struct yett_worker *worker);

#endif
