/* SPDX-License-Identifier: Apache-2.0 */
#include "script/text.h"

#include <stdio.h>

/* Bytes that a search looks at in the time of one instruction. */
#define BYTES_PER_INSTRUCTION 16

struct yett_slice
yett_text_check(lua_State *L, int index)
{
	struct yett_slice text;

	text.at = luaL_checklstring(L, index, &text.len);
	return text;
}

struct yett_slice
yett_text_optional(lua_State *L, int index)
{
	struct yett_slice text;

	text.at = luaL_optlstring(L, index, "", &text.len);
	return text;
}

void
yett_text_bound(lua_State *L, size_t len)
{
	if (len > YETT_VM_STRING)
		luaL_error(L, "the text would be longer than %d bytes",
		    YETT_VM_STRING);
}

/* find(text, what [, start]): plain, never a pattern. */
static int
text_find(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);
	struct yett_slice what = yett_text_check(L, 2);
	lua_Integer start = luaL_optinteger(L, 3, 1);
	const char *found;
	size_t skip;

	if (start < 0)
		start = start < -(lua_Integer)text.len
		    ? 1
		    : (lua_Integer)text.len + start + 1;
	skip = start < 1 ? 0 : (size_t)start - 1;
	if (skip > text.len)
		return 0;
	yett_vm_charge(L, (text.len - skip) / BYTES_PER_INSTRUCTION);
	found = memmem(text.at + skip, text.len - skip, what.at, what.len);
	if (found == NULL)
		return 0;
	lua_pushinteger(L, found - text.at + 1);
	lua_pushinteger(L, found - text.at + (lua_Integer)what.len);
	return 2;
}

static int
text_starts_with(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);

	lua_pushboolean(L, yett_slice_starts_with(text, yett_text_check(L, 2)));
	return 1;
}

static bool
ends_with(struct yett_slice text, struct yett_slice end)
{
	return text.len >= end.len &&
	    memcmp(text.at + text.len - end.len, end.at, end.len) == 0;
}

static int
text_ends_with(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);

	lua_pushboolean(L, ends_with(text, yett_text_check(L, 2)));
	return 1;
}

/* Cut the next segment off `path`, which may start with slashes. */
static struct yett_slice
next_segment(struct yett_slice *path)
{
	struct yett_slice segment;
	const char *slash;

	while (path->len > 0 && path->at[0] == '/')
		*path = (struct yett_slice){ path->at + 1, path->len - 1 };
	segment = *path;
	slash = memchr(path->at, '/', path->len);
	if (slash != NULL)
		segment.len = (size_t)(slash - path->at);
	path->at += segment.len;
	path->len -= segment.len;
	return segment;
}

/* As rules match: on segment borders, a segment up to its first ';'. */
static bool
path_is_under(struct yett_slice path, struct yett_slice top)
{
	for (;;) {
		struct yett_slice wanted = next_segment(&top);
		struct yett_slice given = next_segment(&path);
		const char *parameter;

		if (wanted.len == 0)
			return true;
		parameter = memchr(given.at, ';', given.len);
		if (parameter != NULL)
			given.len = (size_t)(parameter - given.at);
		if (!yett_slice_eq(given, wanted))
			return false;
	}
}

static bool
name_is_under(struct yett_slice name, struct yett_slice top)
{
	return ends_with(name, top) &&
	    (name.len == top.len || name.at[name.len - top.len - 1] == '.');
}

/* path:under "/admin", sni:under "example.org": it, and what lies below. */
static int
text_under(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);
	struct yett_slice top = yett_text_check(L, 2);

	luaL_argcheck(L, top.len > 0, 2, "nothing is under an empty name");
	yett_vm_charge(L, text.len / BYTES_PER_INSTRUCTION);
	lua_pushboolean(L,
	    top.at[0] == '/'
		? text.len > 0 && text.at[0] == '/' && path_is_under(text, top)
		: name_is_under(text, top));
	return 1;
}

/* sni:label(1) is the first label; label(-1) the last; nil when there are
 * not as many. */
static int
text_label(lua_State *L)
{
	struct yett_slice name = yett_text_check(L, 1);
	lua_Integer wanted = luaL_checkinteger(L, 2);
	lua_Integer count = 1;
	size_t start = 0;

	yett_vm_charge(L, name.len / BYTES_PER_INSTRUCTION);
	for (size_t i = 0; i < name.len; i++)
		count += name.at[i] == '.';
	if (wanted < 0)
		wanted += count + 1;
	if (wanted < 1 || wanted > count || name.len == 0)
		return 0;
	for (size_t i = 0; i <= name.len; i++) {
		if (i < name.len && name.at[i] != '.')
			continue;
		if (--wanted == 0) {
			lua_pushlstring(L, name.at + start, i - start);
			return 1;
		}
		start = i + 1;
	}
	return 0;
}

/* rep(text, times [, between]) */
static int
text_rep(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);
	lua_Integer times = luaL_checkinteger(L, 2);
	struct yett_slice between = yett_text_optional(L, 3);
	luaL_Buffer out;

	if (times <= 0 || text.len + between.len == 0) {
		lua_pushliteral(L, "");
		return 1;
	}
	yett_text_bound(L, text.len);
	yett_text_bound(L, between.len);
	if (times > YETT_VM_STRING)
		times = YETT_VM_STRING + 1; /* too many for any text */
	yett_text_bound(L,
	    (text.len + between.len) * (size_t)times - between.len);
	yett_vm_charge(L, (size_t)times);
	luaL_buffinit(L, &out);
	for (lua_Integer i = 0; i < times; i++) {
		if (i > 0)
			luaL_addlstring(&out, between.at, between.len);
		luaL_addlstring(&out, text.at, text.len);
	}
	luaL_pushresult(&out);
	return 1;
}

/* Append argument `index` as the conversion `letter` wants it. */
static void
add_formatted(lua_State *L, luaL_Buffer *out, char letter, int index)
{
	char number[32];

	switch (letter) {
	case 's': luaL_tolstring(L, index, NULL); break;
	case 'd':
		lua_pushfstring(L, "%I",
		    (LUAI_UACINT)luaL_checkinteger(L, index));
		break;
	case 'x':
		lua_pushlstring(L, number,
		    (size_t)snprintf(number, sizeof(number), "%llx",
			(unsigned long long)luaL_checkinteger(L, index)));
		break;
	default: luaL_error(L, "format knows %%s, %%d, %%x and %%%% only");
	}
	luaL_addvalue(out);
	yett_text_bound(L, luaL_bufflen(out));
}

/* format(text, ...) with %s, %d, %x and %%, without widths. */
static int
text_format(lua_State *L)
{
	struct yett_slice text = yett_text_check(L, 1);
	int index = 1, last = lua_gettop(L);
	luaL_Buffer out;

	yett_vm_charge(L, text.len);
	luaL_buffinit(L, &out); /* which keeps a value above the last */
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '%')
			luaL_addchar(&out, text.at[i]);
		else if (++i < text.len && text.at[i] == '%')
			luaL_addchar(&out, '%');
		else if (++index > last)
			return luaL_argerror(L, index, "no value");
		else
			add_formatted(L, &out, i < text.len ? text.at[i] : '\0',
			    index);
	}
	luaL_pushresult(&out);
	return 1;
}

/* Patterns can take minutes on a path that a client chose. */
static int
no_patterns(lua_State *L)
{
	return luaL_error(L,
	    "string patterns are not offered: use find, starts_with, "
	    "ends_with, under, label, or a glob");
}

void
yett_text_push_library(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "ends_with", text_ends_with },
		{ "find", text_find },
		{ "format", text_format },
		{ "gmatch", no_patterns },
		{ "gsub", no_patterns },
		{ "label", text_label },
		{ "match", no_patterns },
		{ "rep", text_rep },
		{ "starts_with", text_starts_with },
		{ "under", text_under },
		{ NULL, NULL },
	};

	luaL_newlib(L, functions);
}
