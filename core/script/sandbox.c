/* SPDX-License-Identifier: Apache-2.0 */
#include "script/sandbox.h"

#include "script/text.h"

/* More elements than this are work for a matcher. */
#define MOST_SORTED 4096
#define MOST_UNPACKED 250

/* The registry slot of the table of safe string functions. */
static const char strings_key;

static int
refuse_write(lua_State *L)
{
	return luaL_error(L, "a read-only table cannot be changed");
}

void
yett_sandbox_freeze(lua_State *L)
{
	lua_newtable(L);
	lua_createtable(L, 0, 3);
	lua_rotate(L, -3, -1); /* view, metatable, table */
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, refuse_write);
	lua_setfield(L, -2, "__newindex");
	lua_pushliteral(L, "locked");
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
}

/* --- base ------------------------------------------------------------- */

/* setmetatable without the metamethods that run behind the script's back. */
static int
set_metatable(lua_State *L)
{
	static const char *const refused[] = { "__gc", "__close", "__mode" };

	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_argexpected(L,
	    lua_type(L, 2) == LUA_TNIL || lua_type(L, 2) == LUA_TTABLE, 2,
	    "nil or table");
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		return luaL_error(L, "a protected metatable cannot be changed");
	for (size_t i = 0; i < 3 && lua_istable(L, 2); i++) {
		lua_pushstring(L, refused[i]);
		if (lua_rawget(L, 2) != LUA_TNIL)
			return luaL_error(L,
			    "a metatable with %s is not allowed", refused[i]);
		lua_pop(L, 1);
	}
	lua_settop(L, 2);
	lua_setmetatable(L, 1);
	return 1;
}

/* --- table ------------------------------------------------------------ */

/* The length of the plain table in slot 1: one without length or index
 * functions, so that the loops below run no script. */
static lua_Integer
table_len(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
		luaL_argerror(L, 1, "a read-only table");
	return (lua_Integer)lua_rawlen(L, 1);
}

static int
table_insert(lua_State *L)
{
	lua_Integer at, last = table_len(L) + 1;

	if (lua_gettop(L) == 2) {
		lua_rawseti(L, 1, last);
		return 0;
	}
	if (lua_gettop(L) != 3)
		return luaL_error(L, "insert takes two or three arguments");
	at = luaL_checkinteger(L, 2);
	luaL_argcheck(L, at >= 1 && at <= last, 2, "position out of bounds");
	yett_vm_charge(L, (size_t)(last - at));
	for (lua_Integer i = last; i > at; i--) {
		lua_rawgeti(L, 1, i - 1);
		lua_rawseti(L, 1, i);
	}
	lua_rawseti(L, 1, at);
	return 0;
}

static int
table_remove(lua_State *L)
{
	lua_Integer len = table_len(L);
	lua_Integer at = luaL_optinteger(L, 2, len);

	if (len == 0)
		return 0;
	luaL_argcheck(L, at >= 1 && at <= len, 2, "position out of bounds");
	lua_settop(L, 1);
	lua_rawgeti(L, 1, at); /* 2: the result */
	yett_vm_charge(L, (size_t)(len - at));
	for (lua_Integer i = at; i < len; i++) {
		lua_rawgeti(L, 1, i + 1);
		lua_rawseti(L, 1, i);
	}
	lua_pushnil(L);
	lua_rawseti(L, 1, len);
	return 1;
}

static int
table_concat(lua_State *L)
{
	lua_Integer len = table_len(L);
	struct yett_slice between = yett_text_optional(L, 2);
	lua_Integer first = luaL_optinteger(L, 3, 1);
	lua_Integer last = luaL_optinteger(L, 4, len);
	luaL_Buffer text;

	luaL_argcheck(L, first >= 1 && last <= len, 3, "out of bounds");
	lua_settop(L, 2); /* keep the separator */
	if (first <= last)
		yett_vm_charge(L, (size_t)(last - first) + 1);
	luaL_buffinit(L, &text);
	for (lua_Integer i = first; i <= last; i++) {
		if (i > first)
			luaL_addlstring(&text, between.at, between.len);
		lua_rawgeti(L, 1, i);
		if (!lua_isstring(L, -1))
			return luaL_error(L, "element %I is a %s, not a text",
			    (LUAI_UACINT)i, luaL_typename(L, -1));
		luaL_addvalue(&text);
		yett_text_bound(L, luaL_bufflen(&text));
	}
	luaL_pushresult(&text);
	return 1;
}

static int
table_unpack(lua_State *L)
{
	lua_Integer len = table_len(L);
	lua_Integer first = luaL_optinteger(L, 2, 1);
	lua_Integer last = luaL_optinteger(L, 3, len);

	if (first > last)
		return 0;
	if (first < 1 || last - first >= MOST_UNPACKED)
		return luaL_error(L,
		    "unpack gives at most %d values, from 1 on", MOST_UNPACKED);
	luaL_checkstack(L, MOST_UNPACKED, NULL);
	for (lua_Integer i = first; i <= last; i++)
		lua_rawgeti(L, 1, i);
	return (int)(last - first) + 1;
}

/* Lua's own sort (upvalue 1) on few elements without an index function. */
static int
table_sort(lua_State *L)
{
	lua_Integer len = table_len(L);

	if (len > MOST_SORTED)
		return luaL_error(L, "sort takes at most %d elements",
		    MOST_SORTED);
	if (lua_getmetatable(L, 1))
		return luaL_error(L, "sort takes a table without metatable");
	yett_vm_charge(L, (size_t)len * 16);
	lua_settop(L, 2);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, 2, 0);
	return 0;
}

/* --- assembly ----------------------------------------------------------- */

/* Set in the table on top the `names` of the global library table `from`,
 * or of the globals when NULL. */
static void
copy_functions(lua_State *L, const char *from, const char *const names[])
{
	if (from == NULL)
		lua_pushglobaltable(L);
	else
		lua_getglobal(L, from);
	for (size_t i = 0; names[i] != NULL; i++) {
		lua_getfield(L, -1, names[i]);
		lua_setfield(L, -3, names[i]);
	}
	lua_pop(L, 1);
}

static void
push_table_library(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "concat", table_concat },
		{ "insert", table_insert },
		{ "remove", table_remove },
		{ "unpack", table_unpack },
		{ NULL, NULL },
	};

	luaL_newlib(L, functions);
	lua_getglobal(L, "table");
	lua_getfield(L, -1, "sort");
	lua_pushcclosure(L, table_sort, 1);
	lua_setfield(L, -3, "sort");
	lua_pop(L, 1);
}

static void
push_math_library(lua_State *L)
{
	static const char *const names[] = { "abs", "ceil", "floor", "fmod",
		"huge", "max", "maxinteger", "min", "mininteger", "pi",
		"tointeger", "type", "ult", NULL };

	lua_newtable(L);
	copy_functions(L, "math", names);
}

/* `index` of the string metatable while modules and policies share a state:
 * upvalue 1 is all of `string`, 2 what is safe. A module's chunk is named
 * "=yett.language.load", a policy's "@file.lua". */
static int
string_index(lua_State *L)
{
	lua_Debug at;
	bool trusted = lua_getstack(L, 1, &at) != 0 &&
	    lua_getinfo(L, "S", &at) != 0 && at.source[0] == '=' &&
	    at.what[0] != 'C';

	lua_settop(L, 2);
	if (trusted) {
		lua_pushvalue(L, 2);
		if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
			return 1;
	}
	lua_settop(L, 2);
	lua_rawget(L, lua_upvalueindex(2));
	return 1;
}

/* Give strings a metatable of ours; the safe functions are on top. */
static void
set_string_metatable(lua_State *L)
{
	lua_pushliteral(L, "");
	lua_createtable(L, 0, 2);
	lua_getglobal(L, "string");
	lua_pushvalue(L, -4);
	lua_pushcclosure(L, string_index, 2);
	lua_setfield(L, -2, "__index");
	lua_pushliteral(L, "locked");
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
	lua_pop(L, 1);
}

static void
open_libraries(lua_State *L)
{
	static const luaL_Reg libraries[] = {
		{ LUA_GNAME, luaopen_base },
		{ LUA_TABLIBNAME, luaopen_table },
		{ LUA_STRLIBNAME, luaopen_string },
		{ LUA_MATHLIBNAME, luaopen_math },
		{ LUA_UTF8LIBNAME, luaopen_utf8 },
		{ NULL, NULL },
	};
	static const char *const files[] = { "dofile", "load", "loadfile",
		"print", "warn" };

	for (const luaL_Reg *library = libraries; library->name != NULL;
	     library++) {
		luaL_requiref(L, library->name, library->func, 1);
		lua_pop(L, 1);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		lua_pushnil(L);
		lua_setglobal(L, files[i]);
	}
}

void
yett_sandbox_push(lua_State *L)
{
	static const char *const names[] = { "assert", "error", "getmetatable",
		"ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
		"rawlen", "select", "tonumber", "tostring", "type", NULL };
	static const char *const text_names[] = { "byte", "char", "len",
		"lower", "reverse", "sub", "upper", NULL };

	open_libraries(L);
	lua_newtable(L);
	copy_functions(L, NULL, names);
	lua_pushcfunction(L, set_metatable);
	lua_setfield(L, -2, "setmetatable");

	yett_text_push_library(L);
	copy_functions(L, "string", text_names);
	lua_pushvalue(L, -1);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &strings_key);
	set_string_metatable(L);
	yett_sandbox_freeze(L);
	lua_setfield(L, -2, "string");

	push_table_library(L);
	yett_sandbox_freeze(L);
	lua_setfield(L, -2, "table");
	push_math_library(L);
	yett_sandbox_freeze(L);
	lua_setfield(L, -2, "math");
}

void
yett_sandbox_seal(lua_State *L)
{
	lua_pushliteral(L, "");
	lua_getmetatable(L, -1);
	lua_rawgetp(L, LUA_REGISTRYINDEX, &strings_key);
	lua_setfield(L, -2, "__index");
	lua_pop(L, 2);
}
