/* SPDX-License-Identifier: Apache-2.0 */
/*
 * priorities.h - the priority strings of all sites of a generation, each
 * distinct one compiled once. Frozen after open.
 */
#ifndef YETT_TLS_PRIORITIES_H
#define YETT_TLS_PRIORITIES_H

#include "policy/generation.h"
#include "tls/priority.h"

struct yett_priorities; /* opaque */

/*
 * Compile those of the sites of `gen`, which lends its texts.
 * YETT_E_POLICY: one is wrong; `where` is its site.
 */
YETT_MUST_USE
enum yett_status yett_priorities_open(struct yett_priorities **out,
    const struct yett_generation *gen, struct yett_fault *fault);
void yett_priorities_close(struct yett_priorities *priorities);

/* What `site` speaks. */
const struct yett_priority *
yett_priorities_of(const struct yett_priorities *priorities,
    const struct yett_site *site);

#endif
