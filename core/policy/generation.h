/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generation.h - one immutable, compiled policy.
 *
 * A draft (draft.h) is frozen into it. It never changes again, so any number of
 * threads read it without a lock; the last release frees it. Nothing here knows
 * about Lua, TLS or sockets.
 */
#ifndef YETT_POLICY_GENERATION_H
#define YETT_POLICY_GENERATION_H

#include "base/status.h"
#include "http/refusal.h"
#include "policy/rules.h"

struct yett_generation;

/* --- while nobody else sees it: load time ------------------------------- */

/*
 * Hang the upper layer's compiled form (open credentials) on it. `release` runs
 * when the last reference goes, before the rules are freed. At most once.
 */
void yett_generation_attach(struct yett_generation *gen, void *held,
    void (*release)(void *held));

/* Tell what a trust's CA certificates digest to. */
void yett_generation_set_trust_id(struct yett_generation *gen, uint32_t trust,
    uint64_t id);

/* --- sharing: any thread -------------------------------------------- */

/* One more reference. */
struct yett_generation *yett_generation_ref(struct yett_generation *gen);

/* Whether the caller's reference is the only one. */
bool yett_generation_is_alone(const struct yett_generation *gen);

/* Release and forget: *gen becomes NULL. NULL inside is fine. */
void yett_generation_unref(struct yett_generation **gen);

/* From 1, growing, unique in the process. */
uint64_t yett_generation_id(const struct yett_generation *gen);

/* SHA-256 over the policy's text and data; 32 bytes, lent. */
const uint8_t *yett_generation_digest(const struct yett_generation *gen);

/* --- reading: any thread, no allocation, cannot fail ------------------- */

const struct yett_settings *
yett_generation_settings(const struct yett_generation *gen);
uint32_t yett_generation_listen_count(const struct yett_generation *gen);
const struct yett_listen *
yett_generation_listen(const struct yett_generation *gen, uint32_t index);
uint32_t yett_generation_trust_count(const struct yett_generation *gen);
const struct yett_trust *
yett_generation_trust(const struct yett_generation *gen, uint32_t index);
uint32_t yett_generation_upstream_count(const struct yett_generation *gen);
const struct yett_upstream *
yett_generation_upstream(const struct yett_generation *gen, uint32_t index);
uint32_t yett_generation_site_count(const struct yett_generation *gen);
const struct yett_site *
yett_generation_site_at(const struct yett_generation *gen, uint32_t index);

/*
 * The site of a canonical server name: exact beats "*.parent" (exactly one
 * label) beats "*". An empty name finds only "*". NULL: none.
 */
const struct yett_site *
yett_generation_site(const struct yett_generation *gen, struct yett_slice name);

/* Whether a site other than "*" covers `name`. */
bool yett_generation_declares(const struct yett_generation *gen,
    struct yett_slice name);

/* The rule of a normal path: exact, else most segments, else, from the left, a
 * literal before a glob's star, else the site's fallback. Never NULL. */
const struct yett_rule *
yett_site_rule(const struct yett_site *site, struct yett_slice path);

#endif
