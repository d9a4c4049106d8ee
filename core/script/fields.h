/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h - reads the fields of a table of declarations into an arena.
 *
 * The modules of lua/ have checked every field, so a wrong one is a mistake of
 * ours: it raises. The table is on top of the stack and stays there.
 */
#ifndef YETT_SCRIPT_FIELDS_H
#define YETT_SCRIPT_FIELDS_H

#include "base/arena.h"
#include "script/vm.h"

/* `size` zeroed bytes of `arena`; raises when memory is out. */
void *yett_field_alloc(lua_State *L, struct yett_arena *arena, size_t size);

/* A copy in `arena`; absent stays absent. */
struct yett_slice
yett_field_copy(lua_State *L, struct yett_arena *arena, struct yett_slice text);

/* The string `name`, absent when there is none. */
struct yett_slice
yett_field_text(lua_State *L, struct yett_arena *arena, const char *name);

/* The strings of the list `name`; NULL and 0 when there is none. */
struct yett_slice *yett_field_list(lua_State *L, struct yett_arena *arena,
    const char *name, uint32_t *count);

/* The whole number `name`, or `absent`. */
uint64_t yett_field_number(lua_State *L, const char *name, uint64_t absent);

/* Whether `name` is there and true. */
bool yett_field_flag(lua_State *L, const char *name);
/* `otherwise` when there is no such field. */
bool yett_field_flag_or(lua_State *L, const char *name, bool otherwise);

/* The index of the string `name` among `words`, which NULL ends, or `absent`.
 */
unsigned yett_field_choice(lua_State *L, const char *name,
    const char *const words[], unsigned absent);

/* Push the table `name` and its length; false, and nothing pushed, when there
 * is none. */
bool yett_field_enter(lua_State *L, const char *name, uint32_t *count);

#endif
