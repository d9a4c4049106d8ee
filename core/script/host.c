/* SPDX-License-Identifier: Apache-2.0 */
#include "script/host.h"

#include <idn2.h>
#include <unistd.h>

#include "base/clock.h"
#include "policy/name.h"
#include "script/data.h"
#include "script/matcher_object.h"
#include "script/module.h"
#include "script/sandbox.h"
#include "script/text.h"
#include "script/verdict.h"

/* The registry's table of what modules returned. */
#define MODULES "yett.modules"

/* now() -> seconds since 1970. */
static int
host_now(lua_State *L)
{
	lua_pushinteger(L, (lua_Integer)(yett_clock_wall() / YETT_NS_PER_S));
	return 1;
}

/* read_json(path) -> data, or nil and what is wrong. */
static int
host_read_json(lua_State *L)
{
	struct yett_host *host = yett_host_of(L);
	struct yett_slice path = yett_text_check(L, 1);
	struct yett_fault fault = YETT_FAULT_NONE;
	const json_t *root = yett_policy_source_data(host->source, path);
	enum yett_status status = YETT_E_NOT_FOUND;

	if (root == NULL && host->loading)
		status = yett_policy_source_read(host->source, path, &root,
		    &fault);
	if (root != NULL) {
		yett_data_push(L, root);
		return 1;
	}
	lua_pushnil(L);
	lua_pushstring(L,
	    fault.what[0] != '\0' ? fault.what : yett_status_text(status));
	return 2;
}

/* read_module(path, name) -> text, or nil and what is wrong. */
static int
host_read_module(lua_State *L)
{
	struct yett_host *host = yett_host_of(L);
	struct yett_slice path = yett_text_check(L, 1);
	struct yett_slice name = yett_text_check(L, 2);
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_slice text = yett_policy_source_module(host->source, path);
	enum yett_status status = YETT_E_NOT_FOUND;

	if (text.at == NULL && host->loading)
		status = yett_policy_source_read_module(host->source, path,
		    name, &text, &fault);
	if (text.at != NULL) {
		yett_text_push(L, text);
		return 1;
	}
	lua_pushnil(L);
	lua_pushstring(L,
	    status == YETT_E_NOT_FOUND  ? "there is no such file"
		: fault.what[0] != '\0' ? fault.what
					: yett_status_text(status));
	return 2;
}

/* exists(path) -> whether it can be read. */
static int
host_exists(lua_State *L)
{
	struct yett_slice path = yett_text_check(L, 1);

	if (path.at[0] != '/')
		path.at = lua_pushfstring(L, "%s/%s",
		    yett_host_of(L)->source->folder.at, path.at);
	lua_pushboolean(L, access(path.at, R_OK) == 0);
	return 1;
}

/* Whether idn2 has nothing to do. */
static bool
is_ascii(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name >= 0x80)
			return false;
	return true;
}

/* The A-labels of `name` in `out`; NULL, or why there are none. */
static const char *
to_a_labels(const char *name, char out[256])
{
	uint8_t *labels;
	int result = idn2_lookup_u8((const uint8_t *)name, &labels,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	bool fits;

	if (result != IDN2_OK)
		return idn2_strerror(result);
	fits = strlen((const char *)labels) < 256;
	if (fits)
		strcpy(out, (const char *)labels);
	idn2_free(labels);
	return fits ? NULL : "the name is too long";
}

/* The canonical form of `name` in `out`; NULL, or why it has none. */
static const char *
to_host_name(const char *name, char out[256])
{
	char labels[256];
	const char *wrong = NULL;
	size_t len;

	if (!is_ascii(name)) {
		wrong = to_a_labels(name, labels);
		name = labels;
	}
	if (wrong == NULL &&
	    !yett_policy_server_name(yett_slice_of(name), out, 256, &len))
		wrong = "it is no host name";
	return wrong;
}

/* idn("Bücher.example") -> "xn--bcher-kva.example", or nil and why not. */
static int
host_idn(lua_State *L)
{
	char name[256];
	const char *wrong = to_host_name(luaL_checkstring(L, 1), name);

	if (wrong == NULL) {
		lua_pushstring(L, name);
		return 1;
	}
	lua_pushnil(L);
	lua_pushfstring(L, "cannot be used: %s", wrong);
	return 2;
}

/* normal_path("/a//b") -> "/a/b", or nil and why not. */
static int
host_normal_path(lua_State *L)
{
	struct yett_slice path = yett_text_check(L, 1);
	luaL_Buffer normal;
	char *out = luaL_buffinitsize(L, &normal, path.len + 1);
	const char *wrong;
	size_t len;

	wrong = yett_policy_normal_path(path, out, &len);
	luaL_pushresultsize(&normal, wrong == NULL ? len : 0);
	if (wrong == NULL)
		return 1;
	lua_pushnil(L);
	lua_pushfstring(L, "can never be asked for: %s", wrong);
	return 2;
}

/* load(text, "@file", environment) -> function, or nil and Lua's message. */
static int
host_load(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);
	const char *name = luaL_checkstring(L, 2);

	luaL_checktype(L, 3, LUA_TTABLE);
	/* '=' is how the string metatable tells modules from policies. */
	luaL_argcheck(L, name[0] == '@', 2, "the name must start with @");
	if (luaL_loadbufferx(L, text.at, text.len, name, "t") != LUA_OK) {
		lua_pushnil(L);
		lua_insert(L, -2);
		return 2;
	}
	lua_pushvalue(L, 3);
	lua_setupvalue(L, -2, 1); /* a chunk's first upvalue is _ENV */
	return 1;
}

/* caller(level) -> nil, line of the function at `level`; 1 is who calls
 * caller(). Nothing when there is no such level. */
static int
host_caller(lua_State *L)
{
	lua_Integer level = luaL_checkinteger(L, 1);
	lua_Debug at;

	if (level < 0 || level > 1000 || !lua_getstack(L, (int)level, &at))
		return 0;
	lua_getinfo(L, "l", &at);
	lua_pushnil(L); /* the file is known: its text runs */
	lua_pushinteger(L, at.currentline < 0 ? 0 : at.currentline);
	return 2;
}

/* getinfo(function) -> { source = "@file", linedefined =, lastlinedefined = }
 */
static int
host_getinfo(lua_State *L)
{
	lua_Debug at;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	lua_pushvalue(L, 1);
	lua_getinfo(L, ">S", &at);
	lua_createtable(L, 0, 3);
	lua_pushstring(L, at.source);
	lua_setfield(L, -2, "source");
	lua_pushinteger(L, at.linedefined);
	lua_setfield(L, -2, "linedefined");
	lua_pushinteger(L, at.lastlinedefined);
	lua_setfield(L, -2, "lastlinedefined");
	return 1;
}

/* --- modules ------------------------------------------------------------ */

static const struct yett_module *
find_module(const char *name)
{
	for (size_t i = 0; i < yett_module_count; i++)
		if (strcmp(yett_modules[i].name, name) == 0)
			return &yett_modules[i];
	return NULL;
}

void
yett_host_require(lua_State *L, const char *name)
{
	const struct yett_module *module;

	luaL_getsubtable(L, LUA_REGISTRYINDEX, MODULES);
	if (lua_getfield(L, -1, name) != LUA_TNIL) {
		lua_remove(L, -2);
		return;
	}
	lua_pop(L, 1);
	module = find_module(name);
	if (module == NULL)
		luaL_error(L, "there is no module '%s'", name);
	lua_pushfstring(L, "=%s", name);
	if (luaL_loadbufferx(L, module->text, module->len, lua_tostring(L, -1),
		"t") != LUA_OK)
		lua_error(L);
	lua_remove(L, -2); /* modules, chunk */
	lua_pushstring(L, name);
	lua_call(L, 1, 1);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		lua_pushboolean(L, 1);
	}
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, name);
	lua_remove(L, -2);
}

static int
require(lua_State *L)
{
	yett_host_require(L, luaL_checkstring(L, 1));
	return 1;
}

/* --- the tables --------------------------------------------------------- */

void
yett_host_push(lua_State *L)
{
	static const luaL_Reg always[] = {
		{ "address", yett_address_normal },
		{ "caller", host_caller },
		{ "cidr", yett_matcher_cidr },
		{ "getinfo", host_getinfo },
		{ "glob", yett_matcher_glob },
		{ "idn", host_idn },
		{ "load", host_load },
		{ "normal_path", host_normal_path },
		{ "read_json", host_read_json },
		{ "read_module", host_read_module },
		{ "set", yett_matcher_set },
		{ NULL, NULL },
	};
	static const luaL_Reg loading[] = {
		{ "exists", host_exists },
		{ "now", host_now },
		{ NULL, NULL },
	};
	const struct yett_host *host = yett_host_of(L);

	lua_newtable(L);
	yett_sandbox_push(L);
	lua_setfield(L, -2, "sandbox");
	lua_pushcfunction(L, require);
	lua_setglobal(L, "require");
	luaL_setfuncs(L, always, 0);
	if (host->loading)
		luaL_setfuncs(L, loading, 0);
	yett_verdict_push_library(L);
	lua_setfield(L, -2, "verdicts");
	yett_text_push(L, host->source->folder);
	lua_setfield(L, -2, "folder");
}

/* Append to the list on top. */
static void
add_file(lua_State *L, const struct yett_source_file *file)
{
	lua_createtable(L, 0, 2);
	yett_text_push(L, file->name);
	lua_setfield(L, -2, "name");
	yett_text_push(L, file->text);
	lua_setfield(L, -2, "text");
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

void
yett_host_push_files(lua_State *L, bool modules)
{
	const struct yett_policy_source *source = yett_host_of(L)->source;
	const struct yett_source_module *module = source->module;

	lua_createtable(L, (int)source->file_count, 0);
	for (uint32_t i = 0; i < source->file_count; i++)
		add_file(L, &source->file[i]);
	for (; modules && module != NULL; module = module->next)
		add_file(L, &module->file);
}
