/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.h - one client: accept, the head of a load balancer, handshake,
 * requests, a gentle end.
 *
 * Owns the socket, the TLS session, the deadline and the codec on top, and
 * frees itself when it is over. Worker-owned.
 */
#ifndef YETT_GATEWAY_CONNECTION_H
#define YETT_GATEWAY_CONNECTION_H

#include "gateway/worker.h"

struct yett_connection;

/*
 * Take over the accepted socket *fd, which becomes -1 whatever happens. `peer`
 * was counted, unless `listen` says that the client's address comes with the
 * head of a load balancer. When there is no memory the socket is closed; the
 * worker hears of either end by yett_worker_closed().
 */
void yett_connection_begin(struct yett_worker *worker, int *fd,
    const struct yett_address *peer, const struct yett_listen *listen);

/* Let the request under way end, then close; the one that is idle closes
 * now. */
void yett_connection_drain_all(struct yett_worker *worker);

/* Cut every connection of the worker. */
void yett_connection_cut_all(struct yett_worker *worker);

/* What the TLS layer asks about a ClientHello; `arg` is the connection. */
void yett_connection_ask(void *arg, struct yett_hello *hello,
    struct yett_hello_decision *decision,
    const struct yett_credentials **credentials);

#endif
