/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - the string functions of a policy: no patterns, bounded results.
 *
 * Paths and server names are plain strings in a policy; `under` and `label`
 * are what makes them comfortable.
 */
#ifndef YETT_SCRIPT_TEXT_H
#define YETT_SCRIPT_TEXT_H

#include "script/vm.h"

/* Push a new table with our string functions. */
void yett_text_push_library(lua_State *L);

/* The text in slot `index`, or an empty one when there is none; raises when
 * it is something else. Lent while the slot holds it. */
struct yett_slice yett_text_optional(lua_State *L, int index);

/* The text in slot `index`; raises when it is none. */
struct yett_slice yett_text_check(lua_State *L, int index);

/* Raise when a result of `len` bytes is longer than a string may be. */
void yett_text_bound(lua_State *L, size_t len);

/* Push a copy; what is absent is empty. */
static inline void
yett_text_push(lua_State *L, struct yett_slice text)
{
	lua_pushlstring(L, text.at == NULL ? "" : text.at, text.len);
}

#endif
