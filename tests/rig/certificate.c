/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate.c - authorities and what they issue, as files for a play.
 */
#include "rig/rig.h"

#include <string.h>
#include <time.h>

#include "tls/ca.h"

#define TYPE "rig.authority"
#define NAMES_MAX 31
#define DAY (24 * 3600)

struct authority {
	struct yett_ca *ca;
};

struct names {
	const char *at[NAMES_MAX + 1];
};

static void
must(lua_State *L, enum yett_status status, const struct yett_fault *fault)
{
	if (status != YETT_OK)
		luaL_error(L, "%s",
		    fault->what[0] != '\0' ? fault->what
					   : yett_status_text(status));
}

static struct authority *
push_authority(lua_State *L)
{
	struct authority *authority = lua_newuserdatauv(L, sizeof(*authority),
	    0);

	authority->ca = NULL;
	luaL_setmetatable(L, TYPE);
	return authority;
}

static struct authority *
to_authority(lua_State *L)
{
	return luaL_checkudata(L, 1, TYPE);
}

/* rig.root(common_name) -> authority */
static int
root(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);
	struct yett_fault fault = YETT_FAULT_NONE;

	must(L, yett_ca_new(&push_authority(L)->ca, name, &fault), &fault);
	return 1;
}

/* authority:below(common_name, serial) -> authority that it signed */
static int
authority_below(lua_State *L)
{
	struct authority *parent = to_authority(L);
	const char *name = luaL_checkstring(L, 2);
	uint32_t serial = (uint32_t)luaL_optinteger(L, 3, 0);
	struct yett_fault fault = YETT_FAULT_NONE;

	must(L,
	    yett_ca_new_below(&push_authority(L)->ca, parent->ca, name, serial,
		&fault),
	    &fault);
	return 1;
}

/* A list of names, or one; the strings stay with the table at `index`. */
static const char *const *
names_field(lua_State *L, int index, const char *name, struct names *names)
{
	int count = 0;

	if (lua_getfield(L, index, name) == LUA_TSTRING)
		names->at[count++] = lua_tostring(L, -1);
	else if (lua_istable(L, -1))
		for (; count < NAMES_MAX; count++) {
			lua_rawgeti(L, -1, count + 1);
			names->at[count] = lua_tostring(L, -1);
			lua_pop(L, 1);
			if (names->at[count] == NULL)
				break;
		}
	names->at[count] = NULL;
	lua_pop(L, 1);
	return count > 0 ? names->at : NULL;
}

static unsigned
purposes_field(lua_State *L, int index)
{
	static const char *const words[] = { "none", "client", "server", "both",
		NULL };
	unsigned purposes;

	lua_getfield(L, index, "purpose");
	purposes = (unsigned)luaL_checkoption(L, -1, "client", words);
	lua_pop(L, 1);
	return purposes; /* the words stand in the order of the bits */
}

static enum yett_ca_key
key_field(lua_State *L, int index)
{
	static const char *const words[] = { "ecdsa", "rsa", "ed25519", NULL };
	static const enum yett_ca_key keys[] = { YETT_CA_ECDSA, YETT_CA_RSA,
		YETT_CA_ED25519 };
	int choice;

	lua_getfield(L, index, "key");
	choice = luaL_checkoption(L, -1, "ecdsa", words);
	lua_pop(L, 1);
	return keys[choice];
}

/* authority:issue { cn, subject, dns, ip, email, uri, raw_dns, purpose, key,
 * serial, from, to } -> certificate chain and key, as PEM. `from` and `to` are
 * seconds from now. */
static int
authority_issue(lua_State *L)
{
	struct authority *authority = to_authority(L);
	struct yett_buf cert = { 0 }, key = { 0 };
	struct names dns, ip, email, uri;
	int64_t now = (int64_t)time(NULL);
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status;
	struct yett_ca_request request;
	const char *raw = rig_text_field(L, 2, "raw_dns");

	request = (struct yett_ca_request){
		.common_name = rig_text_field(L, 2, "cn"),
		.subject = rig_text_field(L, 2, "subject"),
		.dns = names_field(L, 2, "dns", &dns),
		.ip = names_field(L, 2, "ip", &ip),
		.email = names_field(L, 2, "email", &email),
		.uri = names_field(L, 2, "uri", &uri),
		.raw_dns = YETT_SLICE_NONE,
		.purposes = purposes_field(L, 2),
		.not_before = now + rig_number_field(L, 2, "from", -DAY),
		.not_after = now + rig_number_field(L, 2, "to", DAY),
		.key = key_field(L, 2),
		.serial = (uint32_t)rig_number_field(L, 2, "serial", 0),
	};
	if (raw != NULL) {
		lua_getfield(L, 2, "raw_dns");
		request.raw_dns = (struct yett_slice){ raw, lua_rawlen(L, -1) };
	}
	status = yett_ca_issue(authority->ca, &request, &cert, &key, &fault);
	lua_pushlstring(L, cert.memory, yett_buf_len(&cert));
	lua_pushlstring(L, key.memory, yett_buf_len(&key));
	yett_buf_clear(&cert);
	yett_buf_clear(&key);
	must(L, status, &fault);
	return 2;
}

/* authority:certificate() -> its own, as PEM */
static int
authority_certificate(lua_State *L)
{
	struct authority *authority = to_authority(L);
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf pem = { 0 };
	enum yett_status status = yett_ca_write(authority->ca, &pem, &fault);

	lua_pushlstring(L, pem.memory, yett_buf_len(&pem));
	yett_buf_clear(&pem);
	must(L, status, &fault);
	return 1;
}

/* authority:crl({ serial, ... }, from, to) -> PEM; dates in seconds from now */
static int
authority_crl(lua_State *L)
{
	struct authority *authority = to_authority(L);
	int64_t now = (int64_t)time(NULL);
	int64_t from = now + luaL_optinteger(L, 3, -DAY);
	int64_t to = now + luaL_optinteger(L, 4, DAY);
	struct yett_fault fault = YETT_FAULT_NONE;
	uint32_t serials[NAMES_MAX];
	struct yett_buf pem = { 0 };
	enum yett_status status;
	uint32_t count;

	luaL_checktype(L, 2, LUA_TTABLE);
	for (count = 0; count < NAMES_MAX; count++) {
		bool last = lua_rawgeti(L, 2, (lua_Integer)count + 1) ==
		    LUA_TNIL;

		if (last)
			break;
		serials[count] = (uint32_t)luaL_checkinteger(L, -1);
		lua_pop(L, 1);
	}
	status = yett_ca_crl(authority->ca, serials, count, from, to, &pem,
	    &fault);
	lua_pushlstring(L, pem.memory, yett_buf_len(&pem));
	yett_buf_clear(&pem);
	must(L, status, &fault);
	return 1;
}

static int
authority_gc(lua_State *L)
{
	struct authority *authority = to_authority(L);

	yett_ca_free(authority->ca);
	authority->ca = NULL;
	return 0;
}

void
rig_open_certificate(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "below", authority_below },
		{ "issue", authority_issue },
		{ "certificate", authority_certificate },
		{ "crl", authority_crl },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, authority_gc);
	lua_pushcfunction(L, root);
	lua_setfield(L, -2, "root");
}
