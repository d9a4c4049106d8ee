/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox.h - the part of Lua's library that a policy can use.
 *
 * Every function ends in a time that its bounded input allows: there are no
 * string patterns, nothing that loads code, no coroutines, no input or output.
 * Load time and call time have the same functions.
 */
#ifndef YETT_SCRIPT_SANDBOX_H
#define YETT_SCRIPT_SANDBOX_H

#include "script/vm.h"

/*
 * Open Lua's own libraries for our modules, and push the table of what a
 * policy may use of them. The string metatable serves both: a module finds
 * all of `string` in it, a policy only what is safe.
 */
void yett_sandbox_push(lua_State *L);

/* From now on the string metatable serves policies only. */
void yett_sandbox_seal(lua_State *L);

/* Replace the table on top by a read-only view of it. */
void yett_sandbox_freeze(lua_State *L);

#endif
