/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake_state.h - the state of a handshake, and its refusals.
 *
 * Shared by handshake.c, which receives from the client, and proof.c, which
 * verifies what it proved; nobody else includes it. Worker-owned.
 */
#ifndef YETT_TLS_HANDSHAKE_STATE_H
#define YETT_TLS_HANDSHAKE_STATE_H

#include "tls/credentials_choice.h"
#include "tls/hello.h"
#include "tls/priority.h"
#include "tls/session_state.h"
#include "tls/ticket_keeper.h"

/* What our hooks return to stop a handshake for which an alert was sent. */
#define YETT_HANDSHAKE_STOP GNUTLS_E_USER_ERROR

struct yett_handshake_state {
	struct yett_server_key_choice choice; /* first: the session's pointer */
	gnutls_session_t tls;
	struct yett_ticket_user *tickets; /* of the worker */
	yett_session_ask ask;
	void *arg;
	struct yett_session_facts *facts;
	uint64_t now;

	/* Known once the ClientHello was seen. */
	bool seen;
	uint8_t digest[YETT_SHA256_LEN];
	struct yett_generation *gen; /* a reference: it keeps all below */
	const struct yett_credentials *credentials;
	const struct yett_priority *priority;
	uint16_t version;           /* that will be agreed on */
	struct yett_slice protocol; /* likewise, of ALPN; empty: none; static */
	uint32_t *trust;            /* indexes of the asked ones; ours */
	uint32_t trust_count;

	bool may_send_tickets; /* of the root that seals */
	bool sent; /* a Certificate message came that was not empty */
	struct yett_fault fault;
};

/* One decision of the layer above, with what it refers to. */
struct yett_handshake_answer {
	struct yett_hello_decision decision;
	const struct yett_credentials *credentials;
};

/*
 * Send the fatal `alert` here and now, since GnuTLS would choose another one
 * later, and keep `why`, a static text. Returns what a hook must return.
 */
int yett_handshake_refuse(struct yett_handshake_state *handshake,
    gnutls_alert_description_t alert, const char *why);

/* Copy the hello, or who decided what about it, into the facts. False: memory
 * is out. */
YETT_MUST_USE
bool yett_handshake_keep_hello(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message);
YETT_MUST_USE
bool yett_handshake_keep_answer(struct yett_handshake_state *handshake,
    const struct yett_handshake_answer *answer);

/* Whether TLS 1.3 was agreed on. */
bool yett_handshake_is_tls13(const struct yett_handshake_state *handshake);

#endif
