/* SPDX-License-Identifier: Apache-2.0 */
#include "script/matcher_object.h"

#include <arpa/inet.h>

#include "script/host_state.h"
#include "script/text.h"

#define CIDR_TYPE "cidr"
#define SET_TYPE "set"
#define GLOB_TYPE "glob"
#define MOST_MEMBERS 1000000

struct set_object {
	struct yett_arena arena;
	union {
		struct yett_cidr_set cidr;
		struct yett_string_set string;
	} set;
};

struct glob_object {
	enum yett_glob_style style;
	struct yett_slice pattern; /* kept by user value 1 */
};

static int
set_free(lua_State *L)
{
	struct set_object *object = lua_touserdata(L, 1);

	yett_arena_clear(&object->arena);
	return 0;
}

/* Push an empty set; `contains` is its only method. */
static struct set_object *
push_set(lua_State *L, const char *type, lua_CFunction contains)
{
	struct set_object *object = lua_newuserdatauv(L, sizeof(*object), 0);

	*object = (struct set_object){ 0 };
	if (luaL_newmetatable(L, type)) {
		lua_createtable(L, 0, 1);
		lua_pushcfunction(L, contains);
		lua_setfield(L, -2, "contains");
		lua_setfield(L, -2, "__index");
		lua_pushcfunction(L, set_free);
		lua_setfield(L, -2, "__gc");
		lua_pushliteral(L, "locked");
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
	return object;
}

/* How many members the list in slot 1 has; raises unless sets may be made. */
static uint32_t
member_count(lua_State *L, const char *what)
{
	lua_Integer count;

	if (yett_host_of(L)->sealed)
		luaL_error(L,
		    "%s {} is made once: put it above, outside of the function",
		    what);
	lua_settop(L, 1);
	if (lua_type(L, 1) == LUA_TSTRING) { /* a list of one */
		lua_createtable(L, 1, 0);
		lua_insert(L, 1);
		lua_rawseti(L, 1, 1);
	}
	luaL_argexpected(L,
	    lua_istable(L, 1) || luaL_testudata(L, 1, "data") != NULL, 1,
	    "a list of strings");
	count = luaL_len(L, 1);
	if (count < 0 || count > MOST_MEMBERS)
		luaL_error(L, "%s {} takes at most %d members", what,
		    MOST_MEMBERS);
	return (uint32_t)count;
}

/* Push member `i` of the list in slot 1; absent when it is no string. */
static struct yett_slice
push_member(lua_State *L, uint32_t i)
{
	struct yett_slice text = YETT_SLICE_NONE;

	if (lua_geti(L, 1, (lua_Integer)i + 1) == LUA_TSTRING)
		text.at = lua_tolstring(L, -1, &text.len);
	return text;
}

/* Return nil, what is wrong with member `i`, and its index. */
static int
wrong_member(lua_State *L, const char *what, uint32_t i)
{
	lua_pushnil(L);
	if (what != NULL && what[0] != '\0')
		lua_pushstring(L, what);
	else
		lua_pushliteral(L, "every member must be a string");
	lua_pushinteger(L, (lua_Integer)i + 1);
	return 3;
}

static void *
arena_alloc(lua_State *L, struct yett_arena *arena, size_t size)
{
	void *memory = yett_arena_alloc(arena, size);

	if (memory == NULL)
		luaL_error(L, "memory ran out");
	return memory;
}

/* --- addresses ---------------------------------------------------------- */

static bool
parse_address(struct yett_slice text, struct yett_ip *ip)
{
	struct yett_cidr cidr;

	/* A lone address has no '/', and all its bits. */
	if (memchr(text.at, '/', text.len) != NULL ||
	    yett_cidr_parse(text, &cidr, NULL) != YETT_OK)
		return false;
	*ip = cidr.ip;
	return true;
}

static int
cidr_contains(lua_State *L)
{
	const struct set_object *object = luaL_checkudata(L, 1, CIDR_TYPE);
	struct yett_slice text = yett_text_check(L, 2);
	struct yett_ip ip;

	if (!parse_address(text, &ip))
		return luaL_error(L, "\"%s\" is not an address", text.at);
	lua_pushboolean(L, yett_cidr_set_contains(&object->set.cidr, &ip));
	return 1;
}

int
yett_matcher_cidr(lua_State *L)
{
	uint32_t count = member_count(L, CIDR_TYPE);
	struct set_object *object = push_set(L, CIDR_TYPE, cidr_contains);
	struct yett_cidr *cidr = arena_alloc(L, &object->arena,
	    count * sizeof(*cidr));
	struct yett_fault fault = YETT_FAULT_NONE;

	for (uint32_t i = 0; i < count; i++) {
		struct yett_slice text = push_member(L, i);

		if (text.at == NULL ||
		    yett_cidr_parse(text, &cidr[i], &fault) != YETT_OK)
			return wrong_member(L, fault.what, i);
		lua_pop(L, 1);
	}
	if (yett_cidr_set_build(&object->arena, cidr, count,
		&object->set.cidr) != YETT_OK)
		return luaL_error(L, "memory ran out");
	return 1;
}

/* Append a number below 256; returns the end. */
static char *
write_octet(char *at, unsigned octet)
{
	if (octet >= 100)
		*at++ = (char)('0' + octet / 100);
	if (octet >= 10)
		*at++ = (char)('0' + octet / 10 % 10);
	*at++ = (char)('0' + octet % 10);
	return at;
}

void
yett_address_push(lua_State *L, const struct yett_ip *ip)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
		0xff };
	char text[INET6_ADDRSTRLEN];
	char *at = text;

	if (memcmp(ip->byte, mapped, sizeof(mapped)) != 0) {
		inet_ntop(AF_INET6, ip->byte, text, sizeof(text));
		lua_pushstring(L, text);
		return;
	}
	/* Ten times as fast as inet_ntop(), which goes through printf(). */
	for (int i = 12; i < 16; i++) {
		at = write_octet(at, ip->byte[i]);
		*at++ = '.';
	}
	lua_pushlstring(L, text, (size_t)(at - text) - 1);
}

int
yett_address_normal(lua_State *L)
{
	struct yett_ip ip;

	if (!parse_address(yett_text_check(L, 1), &ip))
		return 0;
	yett_address_push(L, &ip);
	return 1;
}

/* --- strings ------------------------------------------------------------ */

static int
set_contains(lua_State *L)
{
	const struct set_object *object = luaL_checkudata(L, 1, SET_TYPE);

	lua_pushboolean(L,
	    yett_string_set_contains(&object->set.string,
		yett_text_check(L, 2)));
	return 1;
}

int
yett_matcher_set(lua_State *L)
{
	uint32_t count = member_count(L, SET_TYPE);
	struct set_object *object = push_set(L, SET_TYPE, set_contains);
	/* The list's own copies, for the members may be made as we read. */
	struct set_object *read = push_set(L, SET_TYPE, set_contains);
	struct yett_slice *member = arena_alloc(L, &read->arena,
	    count * sizeof(*member));

	for (uint32_t i = 0; i < count; i++) {
		struct yett_slice text = push_member(L, i);

		if (text.at == NULL)
			return wrong_member(L, NULL, i);
		member[i] = yett_arena_copy(&read->arena, text);
		if (member[i].at == NULL)
			return luaL_error(L, "memory ran out");
		lua_pop(L, 1);
	}
	if (yett_string_set_build(&object->arena, member, count,
		&object->set.string) != YETT_OK)
		return luaL_error(L, "memory ran out");
	yett_arena_clear(&read->arena);
	lua_pop(L, 1);
	return 1;
}

/* --- globs -------------------------------------------------------------- */

static enum yett_glob_style
style_of(struct yett_slice pattern)
{
	if (memchr(pattern.at, '/', pattern.len) != NULL)
		return YETT_GLOB_URI;
	if (memchr(pattern.at, '@', pattern.len) != NULL)
		return YETT_GLOB_EMAIL;
	if (memchr(pattern.at, '=', pattern.len) != NULL)
		return YETT_GLOB_SUBJECT;
	return YETT_GLOB_DNS;
}

static int
glob_matches(lua_State *L)
{
	const struct glob_object *glob = luaL_checkudata(L, 1, GLOB_TYPE);
	struct yett_slice text = yett_text_check(L, 2);

	/* A glob takes time in proportion to pattern times text. */
	yett_vm_charge(L, glob->pattern.len * text.len / 16);
	lua_pushboolean(L, yett_glob_matches(glob->pattern, glob->style, text));
	return 1;
}

static int
glob_text(lua_State *L)
{
	const struct glob_object *glob = luaL_checkudata(L, 1, GLOB_TYPE);

	yett_text_push(L, glob->pattern);
	return 1;
}

int
yett_matcher_glob(lua_State *L)
{
	struct yett_slice pattern = yett_text_check(L, 1);
	struct glob_object *glob;

	if (pattern.len > YETT_GLOB_MOST)
		return luaL_error(L, "a glob is at most %d bytes long",
		    YETT_GLOB_MOST);
	glob = lua_newuserdatauv(L, sizeof(*glob), 1);
	*glob = (struct glob_object){ style_of(pattern), pattern };
	lua_pushvalue(L, 1);
	lua_setiuservalue(L, -2, 1);
	if (luaL_newmetatable(L, GLOB_TYPE)) {
		lua_createtable(L, 0, 1);
		lua_pushcfunction(L, glob_matches);
		lua_setfield(L, -2, "matches");
		lua_setfield(L, -2, "__index");
		lua_pushcfunction(L, glob_text);
		lua_setfield(L, -2, "__tostring");
		lua_pushliteral(L, "locked");
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
	return 1;
}

struct yett_slice
yett_matcher_pattern(lua_State *L, int index)
{
	const struct glob_object *glob = luaL_testudata(L, index, GLOB_TYPE);

	return glob != NULL ? glob->pattern : yett_text_check(L, index);
}
