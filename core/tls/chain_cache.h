/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chain_cache.h - chains that were verified recently, so that a client that
 * returns with a new handshake costs no signature checks of its chain again.
 *
 * Keeps only good results, each for one chain and one trust with everything
 * that the result depends on (CAs, CRLs, depth), and none beyond the first
 * date in it. Of a fixed size; a newer chain replaces an older one. Every
 * handshake proves anew that the client owns the key. Worker-owned.
 */
#ifndef YETT_TLS_CHAIN_CACHE_H
#define YETT_TLS_CHAIN_CACHE_H

#include "tls/trust.h"

/* How many judgements are kept: 64 KiB of them. */
#define YETT_CHAIN_CACHE_ENTRIES 512

struct yett_chain_cache;

/* What a judgement is about: two digests, which nobody can make collide. */
struct yett_chain_cache_key {
	uint8_t chain[YETT_SHA256_LEN]; /* of all certificates, in order */
	uint8_t store[YETT_SHA256_LEN]; /* yett_trust_store_digest() */
};

/* NULL: memory is out. */
struct yett_chain_cache *yett_chain_cache_new(void);
void yett_chain_cache_free(struct yett_chain_cache *cache);

/* True: the chain was verified, and still is at `now` (seconds since 1970). */
bool yett_chain_cache_find(const struct yett_chain_cache *cache,
    const struct yett_chain_cache_key *key, int64_t now,
    struct yett_trust_result *out);

/* Keep `result` if it is good. */
void yett_chain_cache_keep(struct yett_chain_cache *cache,
    const struct yett_chain_cache_key *key,
    const struct yett_trust_result *result);

#endif
