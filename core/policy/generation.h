/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generation.h - one immutable, compiled policy.
 *
 * A draft is written by one thread and then frozen. A frozen generation never
 * changes again, so any number of threads read it without a lock; the last
 * release frees it. Nothing here knows about Lua, TLS or sockets.
 */
#ifndef YETT_POLICY_GENERATION_H
#define YETT_POLICY_GENERATION_H

#include "base/arena.h"
#include "base/status.h"
#include "policy/rules.h"

struct yett_generation;
struct yett_draft;

/* --- writing: one thread, load time --------------------------------- */

/* NULL when memory is out. Free with yett_draft_free() unless frozen. */
struct yett_draft *yett_draft_new(void);
void yett_draft_free(struct yett_draft *draft);

/* Where everything that is added must live; lent. */
struct yett_arena *yett_draft_arena(struct yett_draft *draft);

/* The process settings, at their defaults; the loader overwrites. Lent. */
struct yett_settings *yett_draft_settings(struct yett_draft *draft);

/*
 * Add what was declared. The struct must live in the draft's arena; `index`
 * members are set here.
 * YETT_E_POLICY: it contradicts what was added before (a name twice) or itself
 * (two rules that tie, a pattern that can never match); the fault's `where` is
 * its place.
 * YETT_E_NOMEM: nothing was added.
 */
YETT_MUST_USE
enum yett_status yett_draft_add_listen(struct yett_draft *draft,
    const struct yett_listen *listen, struct yett_fault *fault);
YETT_MUST_USE
enum yett_status yett_draft_add_trust(struct yett_draft *draft,
    struct yett_trust *trust, struct yett_fault *fault);
YETT_MUST_USE
enum yett_status yett_draft_add_upstream(struct yett_draft *draft,
    struct yett_upstream *upstream, struct yett_fault *fault);
YETT_MUST_USE
enum yett_status yett_draft_add_site(struct yett_draft *draft,
    struct yett_site *site, struct yett_fault *fault);

/* SHA-256 over the policy's text and data, set by the loader; 32 bytes. */
void yett_draft_set_digest(struct yett_draft *draft, const uint8_t digest[32]);

/*
 * Turn the draft into a generation with one reference, which the caller owns.
 * Derives each site's handshake: any path that may need a certificate makes
 * the handshake ask.
 * The draft is consumed and *draft set to NULL, whether this succeeds or not.
 *
 * YETT_E_POLICY: a site-level require with a weaker path; handshake "never"
 * with require on the site or a client_hello function; identity without
 * require; a need without a trust.
 * YETT_E_ARGUMENT: a trust set that is not ascending or names no trust.
 */
YETT_MUST_USE
enum yett_status yett_draft_freeze(struct yett_draft **draft,
    struct yett_generation **out, struct yett_fault *fault);

/*
 * Before the generation is shared: hang the upper layer's compiled form (open
 * credentials) on it. `release` runs when the last reference goes, before the
 * rules are freed. At most once.
 */
void yett_generation_attach(struct yett_generation *gen, void *held,
    void (*release)(void *held));

/* Before it is shared: tell what a trust's CA certificates digest to. */
void yett_generation_set_trust_id(struct yett_generation *gen, uint32_t trust,
    uint64_t id);

/* --- sharing: any thread -------------------------------------------- */

struct yett_generation *yett_generation_ref(struct yett_generation *gen);

/* Release and forget: *gen becomes NULL. NULL inside is fine. */
void yett_generation_unref(struct yett_generation **gen);

/* From 1, growing, unique in the process. */
uint64_t yett_generation_id(const struct yett_generation *gen);
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
