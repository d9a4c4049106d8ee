/* SPDX-License-Identifier: Apache-2.0 */
/*
 * besides.h - what two policies declare differently that decides nothing.
 *
 * diff.h compares who is asked and who is let in. It does not look at where
 * requests go then, how much they may carry and how long that may take, and
 * what is told on the way: of that, this names the fields that differ, as the
 * policy language does. Pure.
 */
#ifndef YETT_POLICY_BESIDES_H
#define YETT_POLICY_BESIDES_H

#include "policy/generation.h"

#define YETT_BESIDES_MOST 11

/* Names of fields; static. */
struct yett_besides {
	const char *name[YETT_BESIDES_MOST];
	uint32_t count;
};

/* Of two rules, each of its generation. */
void yett_besides_rule(const struct yett_generation *old_gen,
    const struct yett_rule *old, const struct yett_generation *new_gen,
    const struct yett_rule *now, struct yett_besides *out);

/* Of two sites, but for what the rules say; adds to `out`. */
void yett_besides_site(const struct yett_site *old, const struct yett_site *now,
    struct yett_besides *out);

/* Of two policies, but for their sites. */
void yett_besides_gateway(const struct yett_generation *old,
    const struct yett_generation *now, struct yett_besides *out);

/* Whether `name` is among them. */
bool yett_besides_has(const struct yett_besides *besides, const char *name);

#endif
