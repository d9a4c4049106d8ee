/* SPDX-License-Identifier: Apache-2.0 */
/*
 * downstream.h - the client's connection, as far as its requests need to know:
 * who it is from, where it came in, and what its handshake proved.
 *
 * One for all transactions of a connection, which owns and outlives it.
 * Worker-owned.
 */
#ifndef YETT_REQUEST_DOWNSTREAM_H
#define YETT_REQUEST_DOWNSTREAM_H

#include "io/address.h"
#include "tls/session.h"
#include "upstream/login_links.h"

struct yett_downstream {
	struct yett_session *session;
	/* Links to upstreams that are this client's alone; lent. Once one was
	 * lost, so is what the client proved, and its connection is to end. */
	struct yett_login_links *logins;
	uint64_t id;                      /* of this run, worker, connection */
	const struct yett_address *peer;  /* the client's; lent */
	struct yett_slice client, server; /* numeric; lent */
	uint16_t server_port;
	/* Where clear text leads; 0: to a listener of ours. */
	uint16_t redirect_port;
	/* Many requests at once: a login that belongs to the connection would
	 * be all of theirs (RFC 9113 has no such thing). */
	bool is_multiplexed;
};

#endif
