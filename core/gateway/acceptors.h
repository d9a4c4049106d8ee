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

#include "gateway/connection.h"

struct yett_acceptors {
	struct yett_context *context;
	struct yett_connections *connections;
	struct yett_connection_limit_waiter
	    waiter;         /* for room for connections */
	bool is_waiting;    /* as this worker knows */
	uint64_t full_told; /* when that was told last */
	struct yett_list list;
};

/* The lent members must be set, and the waiter's wake-up. */
void yett_acceptors_init(struct yett_acceptors *acceptors);

/* Accept where the rollout in force says, and nowhere else; of a worker that
 * drains nowhere at all. Sockets that are left are closed. Who waits for room
 * looks again. */
void yett_acceptors_follow(struct yett_acceptors *acceptors);

/* Close all sockets. */
void yett_acceptors_clear(struct yett_acceptors *acceptors);

#endif
