/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.h - the table that lua/ made of a policy becomes a draft.
 *
 * Resolves what is inherited (a rule from its site), names of trusts, relative
 * file names, and shares equal upstreams. Checks nothing that lua/ checked.
 */
#ifndef YETT_SCRIPT_COMPILE_H
#define YETT_SCRIPT_COMPILE_H

#include "policy/draft.h"
#include "script/source.h"
#include "script/vm.h"

/* One compilation; lives while yett_compile() runs. */
struct yett_compile {
	lua_State *L;
	struct yett_draft *draft;
	struct yett_policy_source *source; /* learns trusts and functions */
	struct yett_arena *arena;          /* the draft's */
	struct yett_slice *file;           /* names of source->file, in arena */
	int upstreams;     /* slot of the table of upstreams by their names */
	int32_t functions; /* how many have their ordinal */
	struct yett_fault *fault;
};

/*
 * Write the declarations in the table on top of the stack into `draft`.
 * Raises what is wrong; then *fault holds what the draft said, if it did.
 */
void yett_compile(lua_State *L, struct yett_draft *draft,
    struct yett_policy_source *source, struct yett_fault *fault);

/* --- between compile.c and compile_rule.c -------------------------------- */

/* Raise unless `status` is YETT_OK. */
void
yett_compile_must(const struct yett_compile *compile, enum yett_status status);

/* The absolute form of a file name that is already in the arena. */
struct yett_slice
yett_compile_path(const struct yett_compile *compile, struct yett_slice path);

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
