/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The page of each code is true: its wrong code is told just that code, its
 * right code is not.
 */
#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "script/loader.h"
#include "unit/load_output.h"

static void
load(struct yett_slice text, struct load_output *told)
{
	struct yett_load_options options = { .sink = load_output_add,
		.arg = told,
		.format = "short",
		.time = YETT_NS_PER_S / 2,
		.notes = true };
	struct yett_loaded loaded = { NULL, NULL };

	*told = (struct load_output){ .len = 0 };
	if (yett_load_text(&loaded, "page.lua", ".", text, &options, NULL) ==
	    YETT_OK)
		yett_loaded_clear(&loaded);
}

static bool
tells(const struct load_output *told, const char *code)
{
	char mark[16];

	snprintf(mark, sizeof(mark), "[%s]", code);
	return strstr(told->text, mark) != NULL;
}

/* How many errors there are that have another code. */
static unsigned
other_errors(const struct load_output *told, const char *code)
{
	unsigned count = 0;
	const char *at = told->text;

	while ((at = strstr(at, ": error: ")) != NULL) {
		const char *end = strchr(at, '\n');
		const char *mark = end != NULL ? end - strlen("E000]") : at;

		count += strncmp(mark, code, 4) != 0;
		at++;
	}
	return count;
}

/* The pages, in slot 1; page.policy in slot 2. */
static lua_State *
open_pages(void)
{
	const char *top = getenv("TOP_SRCDIR");
	lua_State *L = luaL_newstate();

	assert_non_null(L);
	luaL_openlibs(L);
	lua_pushfstring(L,
	    "package.path = '%s/lua/?.lua'\n"
	    "return require 'yett.diagnosis.error_pages', "
	    "require('yett.diagnosis.explain_code').policy",
	    top != NULL ? top : ".");
	if (luaL_loadstring(L, lua_tostring(L, -1)) != LUA_OK ||
	    lua_pcall(L, 0, 2, 0) != LUA_OK)
		fail_msg("%s", lua_tostring(L, -1));
	lua_remove(L, 1);
	return L;
}

/* Load the `which` of the page on top; false: it is not to be loaded. */
static bool
load_part(lua_State *L, const char *which, struct load_output *told)
{
	struct yett_slice text;
	bool loads;

	lua_pushvalue(L, 2);
	lua_getfield(L, -2, "frame");
	lua_getfield(L, -3, which);
	lua_call(L, 2, 1);
	loads = lua_type(L, -1) == LUA_TSTRING;
	if (loads) {
		text.at = lua_tolstring(L, -1, &text.len);
		load(text, told);
	}
	lua_pop(L, 1);
	return loads;
}

static void
test_pages(void **state)
{
	lua_State *L = open_pages();
	static struct load_output told;
	unsigned loaded = 0;

	(void)state;
	lua_pushnil(L);
	while (lua_next(L, 1) != 0) {
		const char *code = lua_tostring(L, 3);

		if (load_part(L, "wrong", &told)) {
			if (!tells(&told, code) || other_errors(&told, code))
				fail_msg("%s, wrong:\n%s", code, told.text);
			loaded++;
		}
		if (load_part(L, "right", &told) &&
		    (tells(&told, code) || other_errors(&told, "")))
			fail_msg("%s, right:\n%s", code, told.text);
		lua_pop(L, 1);
	}
	lua_close(L);
	assert_true(loaded >= 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
	};

	return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
