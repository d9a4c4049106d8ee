/* SPDX-License-Identifier: Apache-2.0 */
#include "script/data.h"

#define TYPE "data"

struct data {
	const json_t *node; /* an object or an array */
};

static const json_t *
check(lua_State *L, int index)
{
	struct data *data = luaL_checkudata(L, index, TYPE);

	return data->node;
}

/* The member that the key in slot 2 names, or NULL. */
static const json_t *
member(lua_State *L, const json_t *node)
{
	size_t len;
	const char *key;
	lua_Integer at;

	if (json_is_array(node)) {
		at = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;
		return at < 1 ? NULL : json_array_get(node, (size_t)at - 1);
	}
	if (lua_type(L, 2) != LUA_TSTRING)
		return NULL;
	key = lua_tolstring(L, 2, &len);
	return strlen(key) == len ? json_object_get(node, key) : NULL;
}

static int
data_index(lua_State *L)
{
	yett_data_push(L, member(L, check(L, 1)));
	return 1;
}

static int
data_newindex(lua_State *L)
{
	return luaL_error(L, "data is read-only");
}

static int
data_len(lua_State *L)
{
	const json_t *node = check(L, 1);

	lua_pushinteger(L,
	    (lua_Integer)(json_is_array(node) ? json_array_size(node)
					      : json_object_size(node)));
	return 1;
}

static int
data_eq(lua_State *L)
{
	lua_pushboolean(L, check(L, 1) == check(L, 2));
	return 1;
}

/* next(data, key) */
static int
data_next(lua_State *L)
{
	const json_t *node = check(L, 1);
	lua_Integer at;
	void *member_at;
	/* Walking needs no right to write, but jansson asks for it. */
	json_t *object = (json_t *)(uintptr_t)node;

	lua_settop(L, 2);
	if (json_is_array(node)) {
		at = luaL_optinteger(L, 2, 0);
		if (at < 0 || (size_t)at >= json_array_size(node))
			return 0;
		lua_pushinteger(L, at + 1);
		yett_data_push(L, json_array_get(node, (size_t)at));
		return 2;
	}
	if (lua_isnil(L, 2))
		member_at = json_object_iter(object);
	else
		member_at = json_object_iter_next(object,
		    json_object_iter_at(object, luaL_checkstring(L, 2)));
	if (member_at == NULL)
		return 0;
	lua_pushstring(L, json_object_iter_key(member_at));
	yett_data_push(L, json_object_iter_value(member_at));
	return 2;
}

static int
data_pairs(lua_State *L)
{
	(void)check(L, 1); /* raises unless it is data */
	lua_pushcfunction(L, data_next);
	lua_pushvalue(L, 1);
	lua_pushnil(L);
	return 3;
}

static void
push_object(lua_State *L, const json_t *node)
{
	static const luaL_Reg methods[] = {
		{ "__eq", data_eq },
		{ "__index", data_index },
		{ "__len", data_len },
		{ "__newindex", data_newindex },
		{ "__pairs", data_pairs },
		{ NULL, NULL },
	};
	struct data *data = lua_newuserdatauv(L, sizeof(*data), 0);

	data->node = node;
	if (luaL_newmetatable(L, TYPE)) {
		luaL_setfuncs(L, methods, 0);
		lua_pushliteral(L, "locked");
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
}

void
yett_data_push(lua_State *L, const json_t *node)
{
	if (node == NULL) {
		lua_pushnil(L);
		return;
	}
	switch (json_typeof(node)) {
	case JSON_OBJECT:
	case JSON_ARRAY: push_object(L, node); return;
	case JSON_STRING:
		lua_pushlstring(L, json_string_value(node),
		    json_string_length(node));
		return;
	case JSON_INTEGER: lua_pushinteger(L, json_integer_value(node)); return;
	case JSON_REAL: lua_pushnumber(L, json_real_value(node)); return;
	case JSON_TRUE:
	case JSON_FALSE: lua_pushboolean(L, json_is_true(node)); return;
	case JSON_NULL: break;
	}
	lua_pushnil(L);
}
