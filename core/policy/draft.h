/* SPDX-License-Identifier: Apache-2.0 */
/*
 * draft.h - a policy under construction.
 *
 * Declarations are added one by one, each contradiction is reported at once,
 * and then the draft is frozen into a generation. One thread, load time.
 */
#ifndef YETT_POLICY_DRAFT_H
#define YETT_POLICY_DRAFT_H

#include "base/arena.h"
#include "policy/generation.h"

struct yett_draft;

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

#endif
