/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.h - what the client proves in a handshake, and whether it suffices.
 *
 * A chain counts only if it came in this handshake, or with a ticket of its
 * scope. In mode `request` everything passes here: HTTP reports what is wrong,
 * where a person can read it. Of this folder only.
 */
#ifndef YETT_TLS_PROOF_H
#define YETT_TLS_PROOF_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "base/status.h"

struct yett_handshake_state;

/* Look at the client's Certificate message, before GnuTLS does. 0, or refused:
 * it breaks a bound (bounds.h). */
int yett_proof_note(struct yett_handshake_state *handshake,
    const gnutls_datum_t *message);

/* The verify function of a session; GnuTLS calls it also when no certificate
 * came, but not on resumption. */
int yett_proof_on_verify(gnutls_session_t tls);

/* Judge a resumed session's chain as if it had come now. False: refused. */
YETT_MUST_USE
bool yett_proof_resume(struct yett_handshake_state *handshake);

/* Whether nothing was asked, or what came is good. A refusal must not stick:
 * no ticket remembers it. */
bool yett_proof_is_good(const struct yett_handshake_state *handshake);

#endif
