/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_rule.h - what sites and paths have in common becomes a rule. For
 * compile.c only.
 */
#ifndef YETT_SCRIPT_COMPILE_RULE_H
#define YETT_SCRIPT_COMPILE_RULE_H

#include "script/compile_state.h"

/*
 * Read what sites and paths have in common from the table on top, into a rule
 * that has its label and place; what is not
 * given is taken from `site`, which is NULL for a site itself.
 */
void yett_compile_rule(struct yett_compile *compile, struct yett_rule *rule,
    const struct yett_rule *site);

/* The list `name` of the table on top: the trusts of each verdict that a
 * function may return. */
struct yett_sayings
yett_compile_sayings(const struct yett_compile *compile, const char *name);

#endif
