/* SPDX-License-Identifier: Apache-2.0 */
#include "script/rendering.h"

#include <stdio.h>

#include "script/verdict.h"

#define MOST_FIELDS 32

/* A string in quotes, its controls as escapes. */
static void
add_string(luaL_Buffer *to, struct yett_slice text)
{
	luaL_addchar(to, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		char escape[8];

		if (c < 0x20 || c == 0x7f) {
			snprintf(escape, sizeof(escape), "\\x%02x", c);
			luaL_addstring(to, escape);
			continue;
		}
		if (c == '"' || c == '\\')
			luaL_addchar(to, '\\');
		luaL_addchar(to, (char)c);
	}
	luaL_addchar(to, '"');
}

static void
push_string(lua_State *L, int index)
{
	struct yett_slice text;
	luaL_Buffer buffer;

	text.at = lua_tolstring(L, index, &text.len);
	luaL_buffinit(L, &buffer);
	add_string(&buffer, text);
	luaL_pushresult(&buffer);
}

/* Anything but a table. */
static void
push_plain(lua_State *L, int index)
{
	switch (lua_type(L, index)) {
	case LUA_TNIL: lua_pushliteral(L, "nil"); return;
	case LUA_TBOOLEAN:
		lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
		return;
	case LUA_TNUMBER:
		lua_pushvalue(L, index);
		(void)lua_tostring(L, -1); /* turns it into text */
		return;
	case LUA_TSTRING: push_string(L, index); return;
	case LUA_TUSERDATA:
		if (yett_verdict_push_text(L, index))
			return;
		if (luaL_getmetafield(L, index, "__name") == LUA_TSTRING)
			return;
		break;
	default: break;
	}
	lua_pushfstring(L, "a %s", luaL_typename(L, index));
}

/* KEY = in front of the field whose key is in slot `key`, if that needs it. */
static void
push_key(lua_State *L, int key, lua_Integer place)
{
	if (lua_isinteger(L, key) && lua_tointeger(L, key) == place) {
		lua_pushliteral(L, "");
	} else if (lua_type(L, key) == LUA_TSTRING) {
		lua_pushfstring(L, "%s = ", lua_tostring(L, key));
	} else {
		push_plain(L, key);
		lua_pushfstring(L, "[%s] = ", lua_tostring(L, -1));
		lua_remove(L, -2);
	}
}

static void
push_table(lua_State *L, int index)
{
	lua_Integer place = 0;

	lua_pushliteral(L, "{");
	lua_pushnil(L);
	while (lua_next(L, index) != 0) {
		int key = lua_gettop(L) - 1;

		if (++place > MOST_FIELDS) {
			lua_pop(L, 2);
			lua_pushliteral(L, ", ...");
			lua_concat(L, 2);
			break;
		}
		push_key(L, key, place);
		push_plain(L, key + 1);
		lua_pushfstring(L, "%s%s %s%s", lua_tostring(L, key - 1),
		    place > 1 ? "," : "", lua_tostring(L, -2),
		    lua_tostring(L, -1));
		lua_replace(L, key - 1);
		lua_settop(L, key);
	}
	lua_pushliteral(L, " }");
	lua_concat(L, 2);
}

void
yett_rendering_push(lua_State *L, int index)
{
	index = lua_absindex(L, index);
	luaL_checkstack(L, 16, NULL);
	if (lua_istable(L, index))
		push_table(L, index);
	else
		push_plain(L, index);
}
