/* SPDX-License-Identifier: Apache-2.0 */
#include "script/verdict.h"

#include "script/host_state.h"
#include "script/sandbox.h"
#include "script/text.h"

#define TYPE "verdict"
#define MOST_TRUSTS 8
#define MOST_LOCATION 8192

enum kind { ASK, REFUSE, ALLOW, DENY, NEED_CERTIFICATE, REDIRECT };

enum field {
	FIELD_WHY = 1 << 0,
	FIELD_TELL = 1 << 1,
	FIELD_TRUST = 1 << 2,
	FIELD_STATUS = 1 << 3,
	FIELD_LOCATION = 1 << 4,
};

/* One function that makes verdicts. */
struct form {
	const char *name;
	enum kind kind;
	enum yett_need need;
	unsigned fields; /* a set of enum field */
	uint32_t status, least, most;
};

static const struct form asks[] = {
	{ "none", ASK, YETT_NEED_NONE, FIELD_WHY, 0, 0, 0 },
	{ "request", ASK, YETT_NEED_REQUEST, FIELD_WHY | FIELD_TRUST, 0, 0, 0 },
	{ "require", ASK, YETT_NEED_REQUIRE, FIELD_WHY | FIELD_TRUST, 0, 0, 0 },
};
static const struct form forms[] = {
	{ "refuse", REFUSE, 0, FIELD_WHY, 0, 0, 0 },
	{ "allow", ALLOW, 0, FIELD_WHY, 0, 0, 0 },
	{ "deny", DENY, 0, FIELD_WHY | FIELD_TELL | FIELD_STATUS, 403, 400,
	    599 },
	{ "need_certificate", NEED_CERTIFICATE, 0,
	    FIELD_WHY | FIELD_TELL | FIELD_TRUST, 0, 0, 0 },
	{ "redirect", REDIRECT, 0, FIELD_WHY | FIELD_STATUS | FIELD_LOCATION,
	    307, 301, 308 },
};

/* User value 1 is `why`, 2 `location`: strings or nil. */
struct verdict {
	const struct form *form;
	uint32_t status;
	bool tell;
	uint32_t trust_count;
	uint32_t trust[MOST_TRUSTS]; /* indices, ascending */
};

static unsigned
field_of(const char *name)
{
	static const struct {
		const char *name;
		enum field field;
	} known[] = {
		{ "why", FIELD_WHY },
		{ "tell", FIELD_TELL },
		{ "trust", FIELD_TRUST },
		{ "status", FIELD_STATUS },
		{ "location", FIELD_LOCATION },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].field;
	return 0;
}

/* --- making: slot 1 is the table, 2 the verdict ------------------------ */

static uint32_t
trust_index(lua_State *L, struct yett_slice name)
{
	const struct yett_policy_source *source = yett_host_of(L)->source;

	for (uint32_t i = 0; i < source->trust_count; i++)
		if (yett_slice_eq(source->trust[i], name))
			return i;
	return (uint32_t)luaL_error(L, "no trust named \"%s\"", name.at);
}

/* Add the trust whose name is on top, keeping the order; pops it. */
static void
add_trust(lua_State *L, struct verdict *verdict)
{
	struct yett_slice name;
	uint32_t index, at;

	if (lua_type(L, -1) != LUA_TSTRING)
		luaL_error(L, "trust must be a name or a list of names");
	name.at = lua_tolstring(L, -1, &name.len);
	/* While a policy loads its trusts are not all known yet. */
	if (yett_host_of(L)->loading) {
		lua_pop(L, 1);
		return;
	}
	index = trust_index(L, name);
	lua_pop(L, 1);
	for (at = 0; at < verdict->trust_count; at++)
		if (verdict->trust[at] >= index)
			break;
	if (at < verdict->trust_count && verdict->trust[at] == index)
		return;
	if (verdict->trust_count == MOST_TRUSTS)
		luaL_error(L, "a verdict names at most %d trusts", MOST_TRUSTS);
	memmove(verdict->trust + at + 1, verdict->trust + at,
	    (verdict->trust_count - at) * sizeof(verdict->trust[0]));
	verdict->trust[at] = index;
	verdict->trust_count++;
}

static void
read_trusts(lua_State *L, struct verdict *verdict)
{
	lua_Integer count;

	if (!lua_istable(L, -1)) {
		lua_pushvalue(L, -1);
		add_trust(L, verdict);
		return;
	}
	count = (lua_Integer)lua_rawlen(L, -1);
	if (count == 0)
		luaL_error(L, "trust must be a name or a list of names");
	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, -1, i);
		add_trust(L, verdict);
	}
}

static void
read_status(lua_State *L, struct verdict *verdict)
{
	const struct form *form = verdict->form;
	lua_Integer status = lua_tointeger(L, -1);

	if (!lua_isinteger(L, -1) || status < form->least ||
	    status > form->most)
		luaL_error(L, "status of %s must be a number from %d to %d",
		    form->name, (int)form->least, (int)form->most);
	verdict->status = (uint32_t)status;
}

/* A location goes into a header: visible ASCII only. */
static void
read_location(lua_State *L)
{
	struct yett_slice location;

	if (lua_type(L, -1) != LUA_TSTRING)
		luaL_error(L, "location must be a string");
	location.at = lua_tolstring(L, -1, &location.len);
	if (!yett_slice_starts_with(location, YETT_LIT("https://")) &&
	    !yett_slice_starts_with(location, YETT_LIT("/")))
		luaL_error(L, "location must start with https:// or with /");
	if (location.len > MOST_LOCATION)
		luaL_error(L, "location is longer than %d bytes",
		    MOST_LOCATION);
	for (size_t i = 0; i < location.len; i++)
		if (location.at[i] <= ' ' || location.at[i] >= 127)
			luaL_error(L,
			    "location must be visible ASCII, "
			    "everything else percent-encoded");
	lua_pushvalue(L, -1);
	lua_setiuservalue(L, 2, 2);
}

/* The field `key` has the value on top. */
static void
read_field(lua_State *L, struct verdict *verdict, const char *key)
{
	unsigned field = field_of(key) & verdict->form->fields;

	switch (field) {
	case FIELD_WHY:
		if (lua_type(L, -1) != LUA_TSTRING)
			luaL_error(L, "why must be a string");
		lua_pushvalue(L, -1);
		lua_setiuservalue(L, 2, 1);
		return;
	case FIELD_TELL:
		if (!lua_isboolean(L, -1))
			luaL_error(L, "tell must be true or false");
		verdict->tell = lua_toboolean(L, -1);
		return;
	case FIELD_TRUST: read_trusts(L, verdict); return;
	case FIELD_STATUS: read_status(L, verdict); return;
	case FIELD_LOCATION: read_location(L); return;
	default:
		luaL_error(L, "%s has no field '%s'", verdict->form->name, key);
	}
}

/* deny { status = 404 }: upvalue 1 is the form. */
static int
make(lua_State *L)
{
	const struct form *form = lua_touserdata(L, lua_upvalueindex(1));
	struct verdict *verdict;

	if (!lua_isnoneornil(L, 1) && !lua_istable(L, 1))
		return luaL_error(L, "%s takes a table, got a %s", form->name,
		    luaL_typename(L, 1));
	lua_settop(L, 1);
	verdict = lua_newuserdatauv(L, sizeof(*verdict), 2);
	*verdict = (struct verdict){ .form = form, .status = form->status };
	luaL_setmetatable(L, TYPE);
	if (lua_istable(L, 1)) {
		lua_pushnil(L);
		while (lua_next(L, 1) != 0) {
			if (lua_type(L, -2) != LUA_TSTRING)
				return luaL_error(L,
				    "%s { FIELD = VALUE }: a value has no name",
				    form->name);
			read_field(L, verdict, lua_tostring(L, -2));
			lua_pop(L, 1);
		}
	}
	if (form->kind == REDIRECT && lua_getiuservalue(L, 2, 2) != LUA_TSTRING)
		return luaL_error(L, "redirect needs a location");
	lua_settop(L, 2);
	return 1;
}

/* --- reading what was returned ------------------------------------------ */

/* The verdict in slot `index`, NULL for nil; raises for everything else. */
static const struct verdict *
returned(lua_State *L, int index, const char *function)
{
	const struct verdict *verdict;

	if (lua_isnil(L, index))
		return NULL;
	verdict = luaL_testudata(L, index, TYPE);
	if (verdict != NULL)
		return verdict;
	if (lua_type(L, index) == LUA_TSTRING)
		luaL_error(L,
		    "a %s function must return a verdict, got the string "
		    "\"%s\"",
		    function, lua_tostring(L, index));
	luaL_error(L, "a %s function must return a verdict, got a %s", function,
	    luaL_typename(L, index));
	return NULL;
}

/* The string in user value `n`, or an absent slice. */
static struct yett_slice
text_of(lua_State *L, int index, int n)
{
	struct yett_slice text = YETT_SLICE_NONE;

	if (lua_getiuservalue(L, index, n) == LUA_TSTRING)
		text.at = lua_tolstring(L, -1, &text.len);
	lua_pop(L, 1); /* the verdict keeps it */
	return text;
}

static struct yett_trust_set
trusts_of(const struct verdict *verdict)
{
	return (struct yett_trust_set){
		verdict->trust_count == 0 ? NULL : verdict->trust,
		verdict->trust_count,
	};
}

void
yett_verdict_read_hello(lua_State *L, int index, struct yett_hello_said *said)
{
	const struct verdict *verdict = returned(L, index, "client_hello");

	if (verdict == NULL) {
		said->verdict = YETT_HELLO_DECLARED;
		return;
	}
	said->why = text_of(L, index, 1);
	said->need = verdict->form->need;
	said->trusts = trusts_of(verdict);
	switch (verdict->form->kind) {
	case ASK: said->verdict = YETT_HELLO_ASK; return;
	case REFUSE: said->verdict = YETT_HELLO_REFUSE; return;
	case ALLOW:
	case DENY:
	case NEED_CERTIFICATE:
	case REDIRECT: break;
	}
	luaL_error(L,
	    "a client_hello function cannot return %s: it returns ask.none, "
	    "ask.request, ask.require or refuse",
	    verdict->form->name);
}

void
yett_verdict_read_request(lua_State *L, int index,
    struct yett_request_said *said)
{
	const struct verdict *verdict = returned(L, index, "request");

	if (verdict == NULL) {
		said->verdict = YETT_REQUEST_DECLARED;
		return;
	}
	said->why = text_of(L, index, 1);
	said->location = text_of(L, index, 2);
	said->status = verdict->status;
	said->tell = verdict->tell;
	said->trusts = trusts_of(verdict);
	switch (verdict->form->kind) {
	case ALLOW: said->verdict = YETT_REQUEST_ALLOW; return;
	case DENY: said->verdict = YETT_REQUEST_DENY; return;
	case NEED_CERTIFICATE:
		said->verdict = YETT_REQUEST_NEED_CERTIFICATE;
		return;
	case REDIRECT: said->verdict = YETT_REQUEST_REDIRECT; return;
	case ASK:
	case REFUSE: break;
	}
	luaL_error(L,
	    "a request function cannot return %s%s: it returns allow, deny, "
	    "need_certificate or redirect",
	    verdict->form->kind == ASK ? "ask." : "", verdict->form->name);
}

/* FIELD = "TEXT" of user value `n`, if there is one. */
static void
add_text(lua_State *L, luaL_Buffer *to, const char *field, int index, int n)
{
	struct yett_slice text = text_of(L, index, n);

	if (text.at == NULL)
		return;
	lua_pushfstring(L, " %s = \"%s\",", field, text.at);
	luaL_addvalue(to);
}

static void
add_trusts(lua_State *L, luaL_Buffer *to, const struct verdict *verdict)
{
	const struct yett_policy_source *source = yett_host_of(L)->source;

	for (uint32_t i = 0; i < verdict->trust_count; i++) {
		lua_pushfstring(L, "%s\"%s\"", i == 0 ? " trust = { " : ", ",
		    source->trust[verdict->trust[i]].at);
		luaL_addvalue(to);
	}
	if (verdict->trust_count > 0)
		luaL_addstring(to, " },");
}

bool
yett_verdict_push_text(lua_State *L, int index)
{
	const struct verdict *verdict = luaL_testudata(L, index, TYPE);
	luaL_Buffer text;

	if (verdict == NULL)
		return false;
	index = lua_absindex(L, index);
	luaL_buffinit(L, &text);
	if (verdict->form->kind == ASK)
		luaL_addstring(&text, "ask.");
	luaL_addstring(&text, verdict->form->name);
	luaL_addstring(&text, " {");
	if (verdict->status != 0) {
		lua_pushfstring(L, " status = %d,", (int)verdict->status);
		luaL_addvalue(&text);
	}
	add_text(L, &text, "location", index, 2);
	add_trusts(L, &text, verdict);
	add_text(L, &text, "why", index, 1);
	if (luaL_buffaddr(&text)[luaL_bufflen(&text) - 1] == ',')
		luaL_buffsub(&text, 1);
	luaL_addstring(&text, " }");
	luaL_pushresult(&text);
	return true;
}

/* Set in the table on top the functions that make `form`s. */
static void
set_forms(lua_State *L, const struct form *form, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		/* Only C sees this pointer. */
		lua_pushlightuserdata(L, (void *)(uintptr_t)&form[i]);
		lua_pushcclosure(L, make, 1);
		lua_setfield(L, -2, form[i].name);
	}
}

void
yett_verdict_push_library(lua_State *L)
{
	if (luaL_newmetatable(L, TYPE)) {
		lua_pushliteral(L, "locked");
		lua_setfield(L, -2, "__metatable");
	}
	lua_pop(L, 1);
	lua_newtable(L);
	set_forms(L, forms, sizeof(forms) / sizeof(forms[0]));
	lua_newtable(L);
	set_forms(L, asks, sizeof(asks) / sizeof(asks[0]));
	yett_sandbox_freeze(L);
	lua_setfield(L, -2, "ask");
}
