/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.h - decides which handshakes are refused, and with which alert.
 *
 * Facts in, answer out: a handshake calls it, and so does `yett explain`. Any
 * thread, except for the peer's memory.
 */
#ifndef YETT_TLS_GATE_H
#define YETT_TLS_GATE_H

#include "policy/decide.h"
#include "tls/peer.h"

/* Why a handshake ends. All text is static. */
struct yett_gate_refusal {
	unsigned alert;   /* RFC 8446, section 6 */
	const char *name; /* of the alert, "certificate_required" */
	const char *why;  /* for a person */
};

/* Whether what was decided about `hello` lets it go on. */
YETT_MUST_USE
bool yett_gate_decision(const struct yett_hello *hello,
    const struct yett_hello_decision *decision, struct yett_gate_refusal *out);

/* The protocol of ALPN (RFC 7301) that `site` chooses of those the client
 * offers; static text, empty without one. */
struct yett_slice
yett_gate_alpn(const struct yett_hello *hello, const struct yett_site *site);

/* Whether the client speaks a protocol that is spoken here: it offers it, or
 * offers nothing in particular. */
YETT_MUST_USE
bool yett_gate_protocol(const struct yett_hello *hello,
    const struct yett_site *site, struct yett_gate_refusal *out);

/* How `peer` fares with the best of `trusts`. */
void yett_gate_judge(struct yett_peer *peer,
    const struct yett_credentials *credentials,
    const struct yett_trust_set *trusts, uint64_t now,
    struct yett_trust_result *out);

/*
 * Whether `peer` satisfies a handshake that requires a certificate of one of
 * `trusts`. NULL `peer`: none was sent.
 */
YETT_MUST_USE
bool yett_gate_peer(struct yett_peer *peer,
    const struct yett_credentials *credentials,
    const struct yett_trust_set *trusts, uint64_t now, bool tls13,
    struct yett_gate_refusal *out);

#endif
