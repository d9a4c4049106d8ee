/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_state.h - what a session keeps of its handshake, and the handshake
 * fills in. Of this folder only.
 */
#ifndef YETT_TLS_SESSION_STATE_H
#define YETT_TLS_SESSION_STATE_H

#include <gnutls/gnutls.h>

#include "policy/facts.h"
#include "tls/peer.h"
#include "tls/server_key.h"
#include "tls/session_facts.h"

/* What a connection keeps. */
struct yett_session_facts {
	struct yett_hello hello;
	struct yett_asked asked;
	struct yett_slice site_name;
	struct yett_peer *peer;
	struct yett_chain_cache *chains; /* of the environment; lent */
	bool resumed;
	struct yett_server_key_terms shown; /* our certificate, if it was */
	bool judged; /* a chain came, and fared so with what was asked for: */
	enum yett_verification verification;
	void *hello_memory; /* of the texts in `hello` */
	void *asked_memory; /* of the ids in `asked`, and of `site_name` */
	/* What we sent, or the client did; 0 is close_notify. */
	gnutls_alert_description_t alert;
	bool has_alert, alert_came; /* it was the client's */
};

/* Free what the facts hold. */
void yett_session_facts_clear(struct yett_session_facts *facts);

#endif
