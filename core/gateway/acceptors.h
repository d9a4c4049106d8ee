/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acceptors.h - where a worker accepts connections, and which.
 *
 * One acceptor watches one of the worker's listening sockets. What comes is let
 * in while the worker's share of the limits lasts: of connections, of an
 * address's connections, of descriptors; then the sockets are left alone until
 * there is room, and the kernel's queue fills. Worker-owned: called in the
 * worker's thread, or before and after it.
 */
#ifndef YETT_GATEWAY_ACCEPTORS_H
#define YETT_GATEWAY_ACCEPTORS_H

#include "gateway/worker.h"

/* Accept where the rollout in force says, and nowhere else; of a worker that
 * drains nowhere at all. Sockets that are left are closed. */
void yett_acceptors_follow(struct yett_worker *worker);

/* Watch the sockets, or leave them alone when the worker is full. */
void yett_acceptors_watch(struct yett_worker *worker);

/* Whether the worker has its share of connections. */
bool yett_acceptors_are_full(const struct yett_worker *worker);

/* Count a connection of `client`. False: its address has its share of them,
 * which was counted and logged. */
YETT_MUST_USE
bool yett_acceptors_tally(struct yett_worker *worker,
    const struct yett_address *client);

/* Close all sockets. */
void yett_acceptors_clear(struct yett_worker *worker);

#endif
