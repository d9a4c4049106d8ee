/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_state.h - what the parts of a compilation share. For compile.c and
 * compile_rule.c only.
 */
#ifndef YETT_SCRIPT_COMPILE_STATE_H
#define YETT_SCRIPT_COMPILE_STATE_H

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

/* Raise unless `status` is YETT_OK. */
void
yett_compile_must(const struct yett_compile *compile, enum yett_status status);

/* The absolute form of a file name that is already in the arena. */
struct yett_slice
yett_compile_path(const struct yett_compile *compile, struct yett_slice path);

#endif
