/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h - ask, refuse, allow, deny, need_certificate and redirect.
 *
 * The values that a function may return. Verdicts are userdata, so a misspelt
 * one is an undefined name and not a silent string. Their tables are read
 * strictly.
 */
#ifndef YETT_SCRIPT_VERDICT_H
#define YETT_SCRIPT_VERDICT_H

#include "policy/decide.h"
#include "script/vm.h"

/* Push the table { ask = { none, request, require }, refuse, allow, ... } of
 * the functions that make verdicts. The owner of the state is its host. */
void yett_verdict_push_library(lua_State *L);

/*
 * Read what a client_hello (request) function returned from slot `index`; nil
 * keeps the declared rule, what is no verdict of that kind raises. Slices and
 * trusts in *said hold as long as the verdict is referenced.
 */
void
yett_verdict_read_hello(lua_State *L, int index, struct yett_hello_said *said);
void yett_verdict_read_request(lua_State *L, int index,
    struct yett_request_said *said);

/* Push the verdict in slot `index` as a policy writes it, `deny { status = 404
 * }`. False: it is none, and nothing is pushed. */
bool yett_verdict_push_text(lua_State *L, int index);

#endif
