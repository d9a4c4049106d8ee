/* SPDX-License-Identifier: Apache-2.0 */
/* What a policy can reach ends in bounded time and changes nothing that others
 * use. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/clock.h"
#include "script/host.h"
#include "script/sandbox.h"

struct play {
	struct yett_policy_source source;
	struct yett_host host;
	struct yett_vm *vm;
};

/* Make the sandbox the globals, so that a chunk runs in it. */
static int
enter_sandbox(lua_State *L)
{
	yett_sandbox_push(L);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "_G");
	lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
	yett_sandbox_seal(L);
	return 0;
}

static int
open_play(void **state)
{
	static const struct yett_vm_limits roomy = { .memory = 64 << 20 };
	static const struct yett_vm_limits limits = {
		.memory = 8 << 20,
		.allocation = YETT_VM_ALLOCATION,
		.string = YETT_VM_STRING,
		.instructions = 100000,
		.time = 1000 * YETT_NS_PER_MS,
	};
	static struct play play;

	play.host = (struct yett_host){ .source = &play.source };
	if (yett_vm_open(&play.vm, &roomy, &play.host, NULL) != YETT_OK ||
	    yett_vm_call(play.vm, enter_sandbox, NULL, NULL) != YETT_OK)
		return -1;
	yett_vm_limit(play.vm, &limits);
	*state = &play;
	return 0;
}

static int
close_play(void **state)
{
	struct play *play = *state;

	yett_vm_close(play->vm);
	return 0;
}

static int
run_text(lua_State *L)
{
	const char *text = lua_touserdata(L, 1);

	if (luaL_loadbufferx(L, text, strlen(text), "@play.lua", "t") != LUA_OK)
		return lua_error(L);
	lua_call(L, 0, 0);
	return 0;
}

static enum yett_status
run(struct play *play, const char *text, struct yett_fault *fault)
{
	uint64_t start = yett_clock_monotonic();
	enum yett_status status = yett_vm_call(play->vm, run_text,
	    (void *)(uintptr_t)text, fault); /* it is only read */

	if (yett_clock_monotonic() - start > 5 * YETT_NS_PER_S)
		fail_msg("takes too long: %s", text);
	return status;
}

/* Each of these must raise. */
static void
test_refused(void **state)
{
	static const struct {
		const char *text, *what;
	} cases[] = {
		/* what is not there */
		{ "load('return 1')", "global 'load'" },
		{ "loadfile('x')", "global 'loadfile'" },
		{ "dofile('x')", "global 'dofile'" },
		{ "require('x')", "global 'require'" },
		{ "coroutine.create(error)", "global 'coroutine'" },
		{ "os.exit()", "global 'os'" },
		{ "io.open('x')", "global 'io'" },
		{ "debug.sethook()", "global 'debug'" },
		{ "package.loadlib()", "global 'package'" },
		{ "collectgarbage()", "global 'collectgarbage'" },
		{ "rawset({}, 1, 1)", "global 'rawset'" },
		{ "xpcall(error, error)", "global 'xpcall'" },
		{ "print('x')", "global 'print'" },
		{ "string.dump(error)", "field 'dump'" },
		{ "math.random()", "field 'random'" },
		{ "table.move({}, 1, 1e8, 2)", "field 'move'" },
		/* patterns */
		{ "('x'):match('(.-)(.-)(.-)(.-)y')", "patterns" },
		{ "string.gmatch('x', '.')", "patterns" },
		{ "('x'):gsub('.', '')", "patterns" },
		{ "('x'):pack(1)", "method 'pack'" },
		/* bounds */
		{ "('x'):rep(200e6 // 1 | 0)", "longer than 65536" },
		{ "('x'):rep(math.maxinteger)", "longer than 65536" },
		{ "('x'):rep(2, ('y'):rep(65536))", "longer than 65536" },
		{ "table.unpack({}, 1, 1e7 // 1 | 0)", "at most 250" },
		{ "table.concat({ {} })", "element 1 is a table" },
		{ "table.concat({}, '', 1, 1e8 // 1 | 0)", "out of bounds" },
		{ "table.insert({}, 5, 1)", "out of bounds" },
		{ "table.remove({ 1 }, 3)", "out of bounds" },
		{ "string.format('%5.2f', 1)", "format knows" },
		{ "string.format('%', 1)", "format knows" },
		{ "string.format('%d')", "bad argument" },
		{ "string.format('%s')", "no value" },
		{ "string.format('%s %s', 1)", "no value" },
		/* metatables, and what all share */
		{ "setmetatable({}, { __gc = error })", "__gc" },
		{ "setmetatable({}, { __close = error })", "__close" },
		{ "setmetatable({}, { __mode = 'k' })", "__mode" },
		{ "setmetatable(string, {})", "protected" },
		{ "setmetatable('', {})", "table expected" },
		{ "getmetatable('').__index = nil",
		    "attempt to index a string" },
		{ "string.find = nil", "read-only" },
		{ "table.insert = nil", "read-only" },
		{ "math.pi = 3", "read-only" },
		{ "table.insert(string, 1)", "read-only" },
		{ "table.sort(setmetatable({}, {}))", "without metatable" },
		{ "local s = 'x' s.find = 1", "index" },
		{ "return ('x'):under('')", "empty name" },
		{ "local t = setmetatable({}, { __index = function(t, k) "
		  "return t[k + 1] end }) return t[1]",
		    "C stack overflow" },
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		if (run(play, cases[i].text, &fault) != YETT_E_SCRIPT)
			fail_msg("did not raise: %s", cases[i].text);
		if (strstr(fault.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].text, fault.what);
	}
}

/* Each of these must be stopped, and soon. */
static void
test_stopped(void **state)
{
	static const char *const cases[] = {
		"while true do pcall(error) end",
		"while true do pcall(pcall, pcall, error) end",
		"local t = {} for i = 1, 2000 do t[i] = 'xxxxxxxxxxxxxxxx' end "
		"while true do local s = table.concat(t) end",
		"local s = ('x'):rep(65536) while true do s:find('y') end",
		"local s, n = ('a'):rep(65536), ('a'):rep(32768) .. 'b' "
		"while true do s:find(n) end",
		"local s = ('x'):rep(65536) while true do s:lower() end",
		"local s = ('x'):rep(40000) while true do local t = s .. s end",
		"local s = '' while true do s = s .. 'xxxxxxxxxxxxxxxx' end",
		"local t = {} for i = 1, 4000 do t[i] = i end "
		"while true do table.sort(t) end",
		"local t = {} for i = 1, 4000 do t[i] = i end "
		"while true do table.insert(t, 1, 1) end",
		"local t = {} for i = 1, 4000 do t[i] = i end "
		"while true do table.remove(t, 1) t[#t + 1] = 1 end",
		"local s = ('.'):rep(65536) while true do s:label(-1) end",
		"local s = ('/'):rep(65536) while true do s:under('/a/b') end",
		"local s = ('%%'):rep(30000) while true do s:format() end",
		"local t = setmetatable({}, {}) getmetatable(t).__close = "
		"function() while true do end end "
		"while true do pcall(function() local x <close> = t end) end",
		"local function f(...) return f(1, ...) end f()",
		"local s = ('x'):rep(65536) while true do s:byte(1, -1) end",
		"while true do pcall(string.rep, 'x', 65536) end",
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		if (run(play, cases[i], &fault) != YETT_E_LIMIT)
			fail_msg("not stopped: %s: %s", cases[i], fault.what);
	}
}

/* Chunks that check themselves. */
static void
test_works(void **state)
{
	static const char *const cases[] = {
		"assert(('a.b.c'):label(1) == 'a')",
		"assert(('a.b.c'):label(-1) == 'c')",
		"assert(('a.b.c'):label(4) == nil)",
		"assert((''):label(1) == nil)",
		"assert(('/a/b'):under '/a')",
		"assert(('/a'):under '/a/')",
		"assert(('/a;v=1/b'):under '/a')",
		"assert(not ('/ab'):under '/a')",
		"assert(not ('/A'):under '/a')",
		"assert(('/x'):under '/')",
		"assert(not ('x'):under '/')",
		"assert(('a.b.example'):under 'b.example')",
		"assert(('b.example'):under 'b.example')",
		"assert(not ('ab.example'):under 'b.example')",
		"assert(select('#', ('x'):find 'y') == 0)",
		"local a, b = ('a.b'):find '.b' assert(a == 2 and b == 3)",
		"assert(('abab'):find('a', 2) == 3)",
		"assert(('abab'):find('b', -1) == 4)",
		"assert(('ab'):find('', 3) == 3)",
		"assert(('ab'):find('', 4) == nil)",
		"assert(('abc'):starts_with 'ab')",
		"assert(('abc'):ends_with 'bc')",
		"assert(not ('c'):ends_with 'bc')",
		"assert(('ab'):rep(3, '-') == 'ab-ab-ab')",
		"assert(('ab'):rep(0) == '')",
		"assert(string.format('%s=%d %x%%', 'a', 7, 255) == 'a=7 ff%')",
		"assert(('aBc'):upper() == 'ABC' and #('abc') == 3)",
		"assert(table.concat({ 1, 'b', 2 }, ',') == '1,b,2')",
		"local t = { 1, 3 } table.insert(t, 2, 2) table.insert(t, 4) "
		"assert(table.concat(t) == '1234')",
		"local t = { 1, 2, 3 } assert(table.remove(t, 1) == 1) "
		"assert(table.remove(t) == 3 and #t == 1)",
		"assert(table.remove({}) == nil)",
		"local a, b = table.unpack { 1, 2 } assert(a == 1 and b == 2)",
		"local t = { 3, 1, 2 } "
		"table.sort(t, function(a, b) return a > b end) "
		"assert(table.concat(t) == '321')",
		"local C = {} C.__index = C function C.f() return 1 end "
		"assert(setmetatable({}, C).f() == 1)",
		"assert(getmetatable('') == 'locked')",
		"assert(math.floor(1.5) == 1)",
		"assert(not pcall(error, 'x'))",
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		if (run(play, cases[i], &fault) != YETT_OK)
			fail_msg("%s: %s", cases[i], fault.what);
	}
}

#define NAMES_MOST 4096

/* Append the functions of the table on top, as "prefix.name" each in a line. */
static void
list_functions(lua_State *L, const char *prefix, char names[NAMES_MOST])
{
	for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
		size_t used = strlen(names);

		if (lua_iscfunction(L, -1))
			snprintf(names + used, NAMES_MOST - used, "%s%s\n",
			    prefix, lua_tostring(L, -2));
	}
}

/* What a script finds: globals, and what frozen libraries stand before. */
static int
list_all(lua_State *L)
{
	char *names = lua_touserdata(L, 1), prefix[64];

	lua_pushglobaltable(L);
	list_functions(L, "", names);
	for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
		if (!lua_istable(L, -1) || !lua_getmetatable(L, -1))
			continue;
		lua_getfield(L, -1, "__index");
		snprintf(prefix, sizeof(prefix), "%s.", lua_tostring(L, -4));
		list_functions(L, prefix, names);
		lua_pop(L, 2);
	}
	return 0;
}

/* The worst that a script can hand over, made anew for each function. */
static const char *const arguments[] = {
	"('a'):rep(65536)",
	"('a'):rep(32768) .. 'b'",
	"('%'):rep(65536)",
	"{} for i = 1, 4096 do A[4][i] = -i end",
	("setmetatable({}, { __index = function() return 1 end, "
	 "__len = function() return 1 << 40 end })"),
	"1 << 40",
	"-1",
	"2",
	"function() return true end",
	"false",
};
#define ARGUMENTS 10

static void
make_arguments(struct play *play)
{
	char text[200];

	assert_int_equal(run(play, "A = {}", NULL), YETT_OK);
	for (int i = 0; i < ARGUMENTS; i++) {
		snprintf(text, sizeof(text), "A[%d] = %s", i + 1, arguments[i]);
		assert_int_equal(run(play, text, NULL), YETT_OK);
	}
}

/* No C function that a script can call runs longer than its bounded
 * input allows: each one there is, with the worst arguments in all places. */
static void
test_no_c_function_runs_long(void **state)
{
	static char names[NAMES_MOST];
	struct play *play = *state;
	char *name, *rest;
	unsigned count = 0;

	assert_int_equal(yett_vm_call(play->vm, list_all, names, NULL),
	    YETT_OK);
	for (name = strtok_r(names, "\n", &rest); name != NULL;
	     name = strtok_r(NULL, "\n", &rest), count++) {
		make_arguments(play);
		for (int i = 0; i < ARGUMENTS * ARGUMENTS * ARGUMENTS; i++) {
			uint64_t start = yett_clock_cpu();
			char text[200];

			snprintf(text, sizeof(text),
			    "pcall(%s, A[%d], A[%d], A[%d], A[%d])", name,
			    i % ARGUMENTS + 1, i / ARGUMENTS % ARGUMENTS + 1,
			    i / ARGUMENTS / ARGUMENTS + 1, i % 7);
			(void)run(play, text, NULL); /* or it is refused */
			if (yett_clock_cpu() - start > YETT_NS_PER_S / 2)
				fail_msg("runs long: %s", text);
		}
	}
	assert_in_range(count, 35, 100);
}

/* What is set in a metatable later makes no finalizer, and ends nothing
 * when the state is closed. */
static void
test_no_finalizer_later(void **state)
{
	struct play *play = *state;

	assert_int_equal(run(play,
			     "local mt = {} for i = 1, 50 do setmetatable({}, "
			     "mt) end "
			     "mt.__gc = function() while true do end end "
			     "for i = 1, 4000 do local x = { {} } end",
			     NULL),
	    YETT_OK);
	assert_int_equal(run(play, "for i = 1, 4000 do local x = { {} } end",
			     NULL),
	    YETT_OK);
}

/* Bytecode never gets in: the one way to compile takes text only. */
static int
load_bytecode(lua_State *L)
{
	lua_settop(L, 0);
	yett_host_push(L);
	lua_getfield(L, 1, "load");
	lua_pushliteral(L, "\x1bLua");
	lua_pushliteral(L, "@x");
	lua_newtable(L);
	lua_call(L, 3, 2);
	if (!lua_isnil(L, -2) ||
	    strstr(lua_tostring(L, -1), "binary chunk") == NULL)
		return luaL_error(L, "it was taken");
	return 0;
}

static void
test_text_chunks_only(void **state)
{
	struct play *play = *state;

	assert_int_equal(yett_vm_call(play->vm, load_bytecode, NULL, NULL),
	    YETT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, open_play,
		    close_play),
		cmocka_unit_test_setup_teardown(test_stopped, open_play,
		    close_play),
		cmocka_unit_test_setup_teardown(test_works, open_play,
		    close_play),
		cmocka_unit_test_setup_teardown(test_no_c_function_runs_long,
		    open_play, close_play),
		cmocka_unit_test_setup_teardown(test_no_finalizer_later,
		    open_play, close_play),
		cmocka_unit_test_setup_teardown(test_text_chunks_only,
		    open_play, close_play),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
