/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - the certificates a client sent: raw chain, and facts of the leaf.
 *
 * Owns copies, so it outlives the handshake and any generation. They are
 * verified per trust of the generation in force; the result is kept until a
 * date or a reload can change it. Worker-owned.
 */
#ifndef YETT_TLS_PEER_H
#define YETT_TLS_PEER_H

#include "base/buf.h"
#include "tls/chain_cache.h"
#include "tls/credentials.h"

struct yett_peer; /* opaque */

/*
 * Copy `chain`. `cache`, which may be NULL, is asked before a signature is
 * checked; lent until the peer is freed. A chain that breaks the bounds of
 * parsed_chain.h keeps its leaf only and is too large for every trust.
 */
YETT_MUST_USE
enum yett_status yett_peer_new(struct yett_peer **out,
    const struct yett_chain *chain, struct yett_chain_cache *cache);

/*
 * The same from `pem`: the leaf first, then its chain. What else is in it, such
 * as a key, is passed over.
 * YETT_E_POLICY: it holds no certificate.
 */
YETT_MUST_USE
enum yett_status yett_peer_from_pem(struct yett_peer **out,
    struct yett_slice pem, struct yett_fault *fault);
void yett_peer_free(struct yett_peer *peer);

/* The handshake is over: keep what takes little. Until then, and of a peer that
 * nobody settles, the chain is parsed once for all questions. */
void yett_peer_settle(struct yett_peer *peer);

/* How the chain fares against a trust of `credentials`. */
void yett_peer_verify(struct yett_peer *peer,
    const struct yett_credentials *credentials, uint32_t trust, uint64_t now,
    struct yett_trust_result *out);

/*
 * The facts for a decision at `now` (wall clock, nanoseconds), judged by
 * `current`. They hold while `peer` and `current` do and until the next call.
 * A NULL peer gives the facts of a client that sent nothing.
 */
void
yett_peer_facts(struct yett_peer *peer, const struct yett_credentials *current,
    uint64_t now, struct yett_peer_facts *out);

/* Certificate number `index` of the chain, the leaf first; absent: there are
 * not so many. Lent. */
struct yett_slice yett_peer_der(const struct yett_peer *peer, uint32_t index);

/* What the leaf says, believed or not; NULL: it cannot be read. Lent. */
const struct yett_certificate *yett_peer_leaf(struct yett_peer *peer);

/* Append the value of Client-Cert, Client-Cert-Chain (RFC 9440). The chain is
 * without the leaf, and nothing is appended when that leaves nothing. */
YETT_MUST_USE
enum yett_status
yett_peer_write_client_cert(const struct yett_peer *peer, struct yett_buf *out);
YETT_MUST_USE
enum yett_status yett_peer_write_client_cert_chain(const struct yett_peer *peer,
    struct yett_buf *out);

#endif
