/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpack.c - reads packed field lists (RFC 7541) for plays. They write their own
 * byte by byte, so that they can be wrong in any way.
 */
#include "rig/rig.h"

#include <nghttp2/nghttp2.h>

#define TYPE "rig.inflater"

struct inflater {
	nghttp2_hd_inflater *hd;
};

/* One field is appended to the list at the top of the stack. */
static void
push_field(lua_State *L, const nghttp2_nv *field)
{
	lua_newtable(L);
	lua_pushlstring(L, (const char *)field->name, field->namelen);
	lua_rawseti(L, -2, 1);
	lua_pushlstring(L, (const char *)field->value, field->valuelen);
	lua_rawseti(L, -2, 2);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* inflater:inflate(block): the fields as { name, value }, or nil */
static int
inflate(lua_State *L)
{
	struct inflater *inflater = luaL_checkudata(L, 1, TYPE);
	size_t len;
	const uint8_t *at = (const uint8_t *)luaL_checklstring(L, 2, &len);
	const uint8_t *end = at + len;
	int flags = 0;

	lua_newtable(L);
	while ((flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
		nghttp2_nv field;
		ssize_t used = nghttp2_hd_inflate_hd2(inflater->hd, &field,
		    &flags, at, (size_t)(end - at), 1);

		if (used < 0)
			return 0;
		at += used;
		if (flags & NGHTTP2_HD_INFLATE_EMIT)
			push_field(L, &field);
		else if (used == 0 && (flags & NGHTTP2_HD_INFLATE_FINAL) == 0)
			return 0;
	}
	nghttp2_hd_inflate_end_headers(inflater->hd);
	return 1;
}

static int
collect(lua_State *L)
{
	struct inflater *inflater = luaL_checkudata(L, 1, TYPE);

	if (inflater->hd != NULL)
		nghttp2_hd_inflate_del(inflater->hd);
	inflater->hd = NULL;
	return 0;
}

/* rig.inflater(): for one connection */
static int
new_inflater(lua_State *L)
{
	struct inflater *inflater = lua_newuserdatauv(L, sizeof(*inflater), 0);

	inflater->hd = NULL;
	luaL_setmetatable(L, TYPE);
	if (nghttp2_hd_inflate_new(&inflater->hd) != 0)
		return luaL_error(L, "no memory");
	return 1;
}

void
rig_open_hpack(lua_State *L)
{
	static const luaL_Reg methods[] = { { "inflate", inflate },
		{ NULL, NULL } };

	rig_type(L, TYPE, methods, collect);
	lua_pushcfunction(L, new_inflater);
	lua_setfield(L, -2, "inflater");
}
