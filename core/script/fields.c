/* SPDX-License-Identifier: Apache-2.0 */
#include "script/fields.h"

void *
yett_field_alloc(lua_State *L, struct yett_arena *arena, size_t size)
{
	void *memory = yett_arena_alloc(arena, size);

	if (memory == NULL)
		luaL_error(L, "memory ran out");
	return memory;
}

struct yett_slice
yett_field_copy(lua_State *L, struct yett_arena *arena, struct yett_slice text)
{
	struct yett_slice copy;

	if (text.at == NULL)
		return text;
	copy = yett_arena_copy(arena, text);
	if (copy.at == NULL)
		luaL_error(L, "memory ran out");
	return copy;
}

static void
unexpected(lua_State *L, const char *name)
{
	luaL_error(L, "declarations: field '%s' is a %s", name,
	    luaL_typename(L, -1));
}

struct yett_slice
yett_field_text(lua_State *L, struct yett_arena *arena, const char *name)
{
	struct yett_slice text = YETT_SLICE_NONE;

	switch (lua_getfield(L, -1, name)) {
	case LUA_TNIL: break;
	case LUA_TSTRING:
		text.at = lua_tolstring(L, -1, &text.len);
		text = yett_field_copy(L, arena, text);
		break;
	default: unexpected(L, name);
	}
	lua_pop(L, 1);
	return text;
}

bool
yett_field_enter(lua_State *L, const char *name, uint32_t *count)
{
	switch (lua_getfield(L, -1, name)) {
	case LUA_TTABLE: break;
	case LUA_TNIL: lua_pop(L, 1); return false;
	default: unexpected(L, name);
	}
	if (lua_rawlen(L, -1) > UINT32_MAX / 2)
		luaL_error(L, "declarations: list '%s' is too long", name);
	*count = (uint32_t)lua_rawlen(L, -1);
	return true;
}

struct yett_slice *
yett_field_list(lua_State *L, struct yett_arena *arena, const char *name,
    uint32_t *count)
{
	struct yett_slice *list;

	*count = 0;
	if (!yett_field_enter(L, name, count))
		return NULL;
	list = yett_field_alloc(L, arena, *count * sizeof(*list));
	for (uint32_t i = 0; i < *count; i++) {
		struct yett_slice text;

		if (lua_rawgeti(L, -1, (lua_Integer)i + 1) != LUA_TSTRING)
			unexpected(L, name);
		text.at = lua_tolstring(L, -1, &text.len);
		list[i] = yett_field_copy(L, arena, text);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return list;
}

uint64_t
yett_field_number(lua_State *L, const char *name, uint64_t absent)
{
	uint64_t number = absent;

	switch (lua_getfield(L, -1, name)) {
	case LUA_TNIL: break;
	case LUA_TNUMBER:
		if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 0)
			luaL_error(L, "declarations: '%s' is no whole number",
			    name);
		number = (uint64_t)lua_tointeger(L, -1);
		break;
	default: unexpected(L, name);
	}
	lua_pop(L, 1);
	return number;
}

bool
yett_field_flag_or(lua_State *L, const char *name, bool otherwise)
{
	bool flag = otherwise;

	if (lua_getfield(L, -1, name) != LUA_TNIL)
		flag = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return flag;
}

bool
yett_field_flag(lua_State *L, const char *name)
{
	return yett_field_flag_or(L, name, false);
}

unsigned
yett_field_choice(lua_State *L, const char *name, const char *const words[],
    unsigned absent)
{
	unsigned choice = absent;
	const char *word;

	switch (lua_getfield(L, -1, name)) {
	case LUA_TNIL: break;
	case LUA_TSTRING:
		word = lua_tostring(L, -1);
		for (choice = 0; words[choice] != NULL; choice++)
			if (strcmp(words[choice], word) == 0)
				break;
		if (words[choice] == NULL)
			luaL_error(L, "declarations: %s = \"%s\" is unknown",
			    name, word);
		break;
	default: unexpected(L, name);
	}
	lua_pop(L, 1);
	return choice;
}
