/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h - the C functions that the modules of lua/ use instead of io, os and
 * debug.
 *
 * Every state of this folder has a `struct yett_host` as its owner.
 */
#ifndef YETT_SCRIPT_HOST_H
#define YETT_SCRIPT_HOST_H

#include "script/host_state.h"

/*
 * Open the libraries and push the host table: now, folder, read_json, exists,
 * read_module, idn, normal_path, address, cidr, set, glob, load, caller,
 * sandbox, verdicts.
 * Without `loading` there is no now and no exists.
 */
void yett_host_push(lua_State *L);

/*
 * Push what the embedded module `name` returns, running it the first time;
 * raises when there is no such module. Modules find this as `require`.
 */
void yett_host_require(lua_State *L, const char *name);

/* Push the policy's files as { { name =, text = } ... }; with `modules` also
 * what they use, behind them. */
void yett_host_push_files(lua_State *L, bool modules);

#endif
