/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection.h - one client connection: accept, PROXY head, handshake,
 * requests, an orderly close.
 *
 * Owns the socket, the TLS session, the deadline and the codec on top, and
 * frees itself when it is over. Worker-owned.
 */
#ifndef YETT_GATEWAY_CONNECTION_H
#define YETT_GATEWAY_CONNECTION_H

#include "gateway/connection_limit.h"
#include "request/context.h"
#include "tls/session.h"

/* The connections of one worker. */
struct yett_connections {
	struct yett_context *context;
	struct yett_connection_limit *limit; /* of all workers; Shared */
	/* Of those whose client chooses a certificate; the same. */
	struct yett_connection_limit *choosing;
	struct yett_session_env *sessions;
	struct yett_list list;
	uint32_t count;
	uint32_t serial;              /* for their ids */
	void (*on_closed)(void *arg); /* one is gone */
	void *arg;
};

/* The lent members, and what is to be called, must be set; the rest is made.
 * YETT_E_NOMEM, YETT_E_TLS: it is to be closed even then. */
YETT_MUST_USE
enum yett_status yett_connections_open(struct yett_connections *connections,
    struct yett_ticket_keeper *tickets, struct yett_fault *fault);

/* There are none any more. */
void yett_connections_close(struct yett_connections *connections);

/* Count a connection of `client`. False: its address has as many as may be,
 * which was counted and logged. */
YETT_MUST_USE
bool yett_connections_admit(struct yett_connections *connections,
    const struct yett_address *client);

/*
 * Take over the accepted socket *fd, which becomes -1 whatever happens. `peer`
 * was counted, unless `listen` says that the client's address comes with the
 * head of a load balancer. When there is no memory the socket is closed, as if
 * it had ended.
 */
void yett_connection_begin(struct yett_connections *connections, int *fd,
    const struct yett_address *peer, const struct yett_listen *listen);

/* Let the requests under way end, then close; those that are idle close now. */
void yett_connections_drain(struct yett_connections *connections);

/* Cut them all. */
void yett_connections_cut(struct yett_connections *connections);

#endif
