/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tickets.h - the key that seals the session tickets of one scope.
 *
 * A ticket resumes only where everything that led to it is the same: server
 * name, ALPN, what was asked, for which CAs and CRLs. All of that goes into
 * the key, so a ticket of another scope cannot be decrypted, and TLS falls
 * back to a full handshake.
 */
#ifndef YETT_TLS_TICKETS_H
#define YETT_TLS_TICKETS_H

#include "policy/rules.h"
#include "tls/library.h"

#define YETT_TICKET_KEY_LEN 64

/* The secret of the process: made once at start, survives reloads. Frozen. */
struct yett_ticket_root {
	uint8_t byte[64];
};

/* Where a ticket is good. Lent for one call. */
struct yett_ticket_scope {
	struct yett_slice sni;  /* canonical; empty without SNI */
	struct yett_slice alpn; /* chosen; empty without */
	enum yett_need need;
	/* yett_trust_store_digest() of each asked trust, in any order. */
	const uint8_t *const *trust;
	uint32_t trust_count;
	struct yett_slice priority; /* the priority string in force */
};

/* A root of random bytes. YETT_E_TLS: there are none. */
YETT_MUST_USE
enum yett_status
yett_ticket_root_make(struct yett_ticket_root *out, struct yett_fault *fault);

/*
 * Derive the key of `scope` by HKDF-SHA-256 (RFC 5869).
 * YETT_E_TLS: GnuTLS refused; `out` must not be used.
 */
YETT_MUST_USE
enum yett_status yett_ticket_key(const struct yett_ticket_root *root,
    const struct yett_ticket_scope *scope, uint8_t out[YETT_TICKET_KEY_LEN]);

#endif
