/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.h - compiles the table that lua/ made of a policy into a draft.
 *
 * Resolves what is inherited (a rule from its site), names of trusts and
 * relative file names, and shares equal upstreams. Does not repeat the checks
 * of lua/.
 */
#ifndef YETT_SCRIPT_COMPILE_H
#define YETT_SCRIPT_COMPILE_H

#include "policy/draft.h"
#include "script/source.h"
#include "script/vm.h"

/*
 * Write the declarations in the table on top of the stack into `draft`.
 * Raises what is wrong; then *fault holds what the draft said, if it did.
 */
void yett_compile(lua_State *L, struct yett_draft *draft,
    struct yett_policy_source *source, struct yett_fault *fault);

#endif
