/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake.h - from the ClientHello to the facts of a connection.
 *
 * Lives during the handshake, uses GnuTLS's hooks, and keeps the generation
 * that decided. What remains afterwards is struct yett_session_facts. Of this
 * folder only; Worker-owned.
 */
#ifndef YETT_TLS_HANDSHAKE_H
#define YETT_TLS_HANDSHAKE_H

#include "tls/session_state.h"
#include "tls/ticket_keeper.h"

struct yett_handshake_state; /* opaque */

/*
 * Hang on `tls`, whose session pointer becomes ours. `facts` already knows the
 * client's address. All arguments must outlive the handshake.
 */
YETT_MUST_USE
enum yett_status yett_handshake_attach(struct yett_handshake_state **out,
    gnutls_session_t tls, struct yett_ticket_user *tickets,
    yett_session_ask ask, void *arg, struct yett_session_facts *facts);

/* Let go of `tls` and of the generation; NULL inside is fine. */
void yett_handshake_detach(struct yett_handshake_state **handshake);

/* Before each gnutls_handshake(): its time, in nanoseconds. */
void
yett_handshake_set_now(struct yett_handshake_state *handshake, uint64_t now);

/*
 * gnutls_handshake() is through: judge a resumed session as its first one was,
 * and send tickets where nothing was asked or what came was good. False:
 * refused after all; an alert is sent.
 */
YETT_MUST_USE
bool yett_handshake_finish(struct yett_handshake_state *handshake);

/* Why it was refused by us; empty text when it was not. Lent. */
const struct yett_fault *
yett_handshake_fault(const struct yett_handshake_state *handshake);

#endif
