/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_set.h - questions about sets of trusts.
 */
#ifndef YETT_POLICY_TRUST_SET_H
#define YETT_POLICY_TRUST_SET_H

#include "policy/facts.h"
#include "policy/generation.h"

/* Whether both sets, of one generation, have a member in common. */
bool yett_trust_sets_meet(const struct yett_trust_set *a,
    const struct yett_trust_set *b);

/* Whether sets of two generations, or of one, have the same names. */
bool yett_trust_sets_eq(const struct yett_generation *a_gen,
    const struct yett_trust_set *a, const struct yett_generation *b_gen,
    const struct yett_trust_set *b);

/* Whether one of the trusts was among those a handshake asked for. */
bool yett_trust_set_was_asked(const struct yett_generation *gen,
    const struct yett_trust_set *set, const struct yett_asked *asked);

/*
 * Write the names, quoted and with ", " between them, into `out` of `size`
 * bytes, cut where they do not fit, and return `out`.
 */
const char *yett_trust_set_write(char *out, size_t size,
    const struct yett_generation *gen, const struct yett_trust_set *set);

#endif
