/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff_settings.h - what two policies declare differently that decides nothing.
 *
 * diff.h compares who is asked and who is let in. It does not look at where
 * requests go then, how much they may carry and how long that may take, and
 * what is told on the way: of that, this names the fields that differ, as the
 * policy language does. Pure.
 */
#ifndef YETT_POLICY_DIFF_SETTINGS_H
#define YETT_POLICY_DIFF_SETTINGS_H

#include "policy/generation.h"

#define YETT_DIFF_SETTINGS_MOST 11

/* Names of fields; static. */
struct yett_diff_settings {
	const char *name[YETT_DIFF_SETTINGS_MOST];
	uint32_t count;
};

/* Of two rules, each of its generation. */
void yett_diff_settings_rule(const struct yett_generation *old_gen,
    const struct yett_rule *old, const struct yett_generation *new_gen,
    const struct yett_rule *now, struct yett_diff_settings *out);

/* Of two sites, but for what the rules say; adds to `out`. */
void yett_diff_settings_site(const struct yett_site *old,
    const struct yett_site *now, struct yett_diff_settings *out);

/* Of two policies, but for their sites. */
void yett_diff_settings_gateway(const struct yett_generation *old,
    const struct yett_generation *now, struct yett_diff_settings *out);

/* Whether `name` is among them. */
bool yett_diff_settings_has(const struct yett_diff_settings *settings_differ,
    const char *name);

#endif
