/* SPDX-License-Identifier: Apache-2.0 */
#include "script/hello_view.h"

#include "script/matcher_object.h"
#include "script/text.h"

#define TYPE "client hello"

/* --- for all views ------------------------------------------------------ */

static int
refuse_write(lua_State *L)
{
	return luaL_error(L, "a %s cannot be changed",
	    lua_tostring(L, lua_upvalueindex(1)));
}

/* Upvalue 1: members by name, 2: what `index` of the type does. The metatable
 * is locked, so that this is reached with a view of the type and a key only. */
static int
look_up(lua_State *L)
{
	lua_pushvalue(L, 2);
	if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TFUNCTION)
		return 1;
	return lua_tocfunction(L, lua_upvalueindex(2))(L);
}

void
yett_view_set_type(lua_State *L, const char *type, lua_CFunction index,
    const struct yett_view_member *members)
{
	if (luaL_newmetatable(L, type)) {
		lua_newtable(L);
		for (; members->name != NULL; members++) {
			if (members->field != 0)
				lua_pushinteger(L, members->field);
			else
				lua_pushcfunction(L, members->method);
			lua_setfield(L, -2, members->name);
		}
		lua_pushcfunction(L, index);
		lua_pushcclosure(L, look_up, 2);
		lua_setfield(L, -2, "__index");
		lua_pushstring(L, type);
		lua_pushcclosure(L, refuse_write, 1);
		lua_setfield(L, -2, "__newindex");
		lua_pushliteral(L, "locked");
		lua_setfield(L, -2, "__metatable");
	}
	lua_setmetatable(L, -2);
}

void
yett_view_push_list(lua_State *L, const struct yett_slice *list, uint32_t count)
{
	lua_createtable(L, count < 64 ? (int)count : 64, 0);
	for (uint32_t i = 0; i < count; i++) {
		yett_text_push(L, list[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

/* --- the hello ---------------------------------------------------------- */

void
yett_hello_push_field(lua_State *L, const struct yett_hello *hello,
    enum yett_hello_field field, uint32_t *read)
{
	switch (field) {
	case YETT_HELLO_SNI:
		*read |= YETT_FACT_SNI;
		yett_text_push(L, hello->sni);
		return;
	case YETT_HELLO_ALPN:
		*read |= YETT_FACT_ALPN;
		yett_view_push_list(L, hello->alpn, hello->alpn_count);
		return;
	case YETT_HELLO_VERSION:
		*read |= YETT_FACT_VERSION;
		lua_pushstring(L, hello->version >= 0x0304 ? "1.3" : "1.2");
		return;
	case YETT_HELLO_CLIENT_IP:
		*read |= YETT_FACT_CLIENT_IP;
		yett_address_push(L, &hello->client_ip);
		return;
	case YETT_HELLO_CLIENT_PORT:
		*read |= YETT_FACT_CLIENT_IP;
		lua_pushinteger(L, hello->client_port);
		return;
	case YETT_HELLO_POST_HANDSHAKE_AUTH:
		*read |= YETT_FACT_VERSION;
		lua_pushboolean(L, hello->offers_post_handshake_auth);
		return;
	case YETT_HELLO_FIELDS: break;
	}
	lua_pushnil(L);
}

void
yett_hello_push_offers(lua_State *L, const struct yett_hello *hello,
    struct yett_slice protocol, uint32_t *read)
{
	bool offers = false;

	*read |= YETT_FACT_ALPN;
	for (uint32_t i = 0; i < hello->alpn_count && !offers; i++)
		offers = yett_slice_eq(hello->alpn[i], protocol);
	lua_pushboolean(L, offers);
}

static const struct yett_hello_view *
check_lent(lua_State *L, const struct yett_hello_view *view)
{
	if (view->hello == NULL)
		luaL_error(L,
		    "a client hello was used after its function returned");
	return view;
}

/* hello:offers_alpn "h2" */
static int
offers_alpn(lua_State *L)
{
	const struct yett_hello_view *view = check_lent(L,
	    luaL_checkudata(L, 1, TYPE));

	yett_hello_push_offers(L, view->hello, yett_text_check(L, 2),
	    view->read);
	return 1;
}

/* E303: the time of a fact is part of its type. */
static int
no_field(lua_State *L)
{
	static const char *const later[] = { "certificate", "headers", "host",
		"method", "path", "query" };
	const char *key = luaL_tolstring(L, 2, NULL);

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (strcmp(key, later[i]) == 0)
			return luaL_error(L,
			    "a client hello has no field '%s': it is known "
			    "after the handshake only, use a request function",
			    key);
	return luaL_error(L, "a client hello has no field '%s'", key);
}

static int
hello_index(lua_State *L)
{
	const struct yett_hello_view *view = check_lent(L,
	    lua_touserdata(L, 1));

	if (lua_isnil(L, 3))
		return no_field(L);
	yett_hello_push_field(L, view->hello,
	    (enum yett_hello_field)lua_tointeger(L, 3), view->read);
	return 1;
}

struct yett_hello_view *
yett_hello_view_push(lua_State *L)
{
	static const struct yett_view_member members[] = {
		{ "alpn", YETT_HELLO_ALPN, NULL },
		{ "client_ip", YETT_HELLO_CLIENT_IP, NULL },
		{ "client_port", YETT_HELLO_CLIENT_PORT, NULL },
		{ "offers_alpn", 0, offers_alpn },
		{ "offers_post_handshake_auth", YETT_HELLO_POST_HANDSHAKE_AUTH,
		    NULL },
		{ "sni", YETT_HELLO_SNI, NULL },
		{ "version", YETT_HELLO_VERSION, NULL },
		{ NULL, 0, NULL },
	};
	struct yett_hello_view *view = lua_newuserdatauv(L, sizeof(*view), 0);

	*view = (struct yett_hello_view){ 0 };
	yett_view_set_type(L, TYPE, hello_index, members);
	return view;
}
