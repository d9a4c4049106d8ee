/* SPDX-License-Identifier: Apache-2.0 */
/* A state keeps its limits, whatever the script tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "script/vm.h"

#define MIB ((size_t)1024 * 1024)

static int
open_base(lua_State *L)
{
	luaL_requiref(L, "_G", luaopen_base, 1);
	luaL_requiref(L, "string", luaopen_string, 1);
	return 0;
}

static struct yett_vm *
open_vm(const struct yett_vm_limits *limits)
{
	static const struct yett_vm_limits roomy = { .memory = 64 * MIB };
	struct yett_vm *vm;

	assert_int_equal(yett_vm_open(&vm, &roomy, NULL, NULL), YETT_OK);
	assert_int_equal(yett_vm_call(vm, open_base, NULL, NULL), YETT_OK);
	yett_vm_limit(vm, limits);
	return vm;
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

/* Run `text`; it must not take longer than a slow machine needs. */
static enum yett_status
run(struct yett_vm *vm, const char *text, struct yett_fault *fault)
{
	uint64_t start = yett_clock_monotonic();
	/* The body reads it only. */
	enum yett_status status = yett_vm_call(vm, run_text,
	    (void *)(uintptr_t)text, fault);

	assert_true(yett_clock_monotonic() - start < 5 * YETT_NS_PER_S);
	return status;
}

static const struct yett_vm_limits call_limits = {
	.memory = 8 * MIB,
	.allocation = YETT_VM_ALLOCATION,
	.string = YETT_VM_STRING,
	.instructions = 100000,
	.time = 1000 * YETT_NS_PER_MS,
};

static void
test_budgets(void **state)
{
	static const struct {
		const char *text;
		enum yett_status status;
		const char *where, *what;
	} cases[] = {
		{ "local x = 1", YETT_OK, "", "" },
		{ "\n\nwhile true do end", YETT_E_LIMIT, "play.lua:3",
		    "the call used its budget of 100000 instructions" },
		{ "while true do pcall(function() while true do end end) end",
		    YETT_E_LIMIT, "play.lua:1",
		    "the call used its budget of 100000 instructions" },
		{ "pcall(function() while true do end end)", YETT_E_LIMIT,
		    "play.lua:1",
		    "the call used its budget of 100000 instructions" },
		{ "local t = {}\nfor i = 1, 1e5 do t[i] = {} end", YETT_E_LIMIT,
		    "play.lua:2",
		    "the call used its budget of 1048576 bytes of new memory" },
		/* Where no step comes before the end, no line is known. */
		{ "local s = ('x'):rep(200e6)", YETT_E_LIMIT, "",
		    "the call used its budget of 1048576 bytes of new memory" },
		{ "local s = ('x'):rep(60000)\ns = s .. s\n"
		  "for i = 1, 1000 do end",
		    YETT_E_LIMIT, "play.lua:3",
		    "the call made a string longer than 65536 bytes" },
		{ "local s = ('x'):rep(60000)\ns = s .. s", YETT_E_LIMIT, "",
		    "the call made a string longer than 65536 bytes" },
		{ "local s = ('x'):rep(60000)\npcall(function()\n"
		  "while true do s = s .. s end end)\nreturn 1",
		    YETT_E_LIMIT, "",
		    "the call made a string longer than 65536 bytes" },
		{ "local s = 'x'\nfor i = 1, 1000 do\n"
		  "pcall(function() while true do s = s .. s end end)\nend",
		    YETT_E_LIMIT, "play.lua:3",
		    "the call made a string longer than 65536 bytes" },
		{ "local s = ('x'):rep(60000)\n"
		  "while true do pcall(function() s = s .. s end) end",
		    YETT_E_LIMIT, "play.lua:2",
		    "the call made a string longer than 65536 bytes" },
		{ "local function f() return 1 + f() end f()", YETT_E_LIMIT,
		    "play.lua:1",
		    "the call used its budget of 1048576 bytes of new memory" },
		{ "error('no')", YETT_E_SCRIPT, "play.lua:1", "no" },
		{ "error({})", YETT_E_SCRIPT, "play.lua:1",
		    "the error is a table, not a text" },
		{ "\nlocal x = nil + 1", YETT_E_SCRIPT, "play.lua:2",
		    "attempt to perform arithmetic on a nil value" },
	};
	struct yett_vm *vm = open_vm(&call_limits);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		assert_int_equal(run(vm, cases[i].text, &fault),
		    cases[i].status);
		assert_string_equal(fault.where, cases[i].where);
		assert_non_null(strstr(fault.what, cases[i].what));
		/* The next call has its whole budget again. */
		assert_int_equal(run(vm, "for i = 1, 1000 do end", NULL),
		    YETT_OK);
	}
	/* Whatever a call wasted, the state is as good as before. */
	assert_false(yett_vm_is_exhausted(vm));
	yett_vm_close(vm);
}

/* Calls that keep nothing never run out, however much the state holds. */
static void
test_garbage_is_no_memory(void **state)
{
	struct yett_vm_limits limits = call_limits;
	struct yett_vm_limits roomy = { .memory = 64 * MIB };
	struct yett_vm *vm = open_vm(&roomy);

	(void)state;
	limits.memory = 1 * MIB;
	assert_int_equal(run(vm, "kept = {} for i = 1, 1e5 do kept[i] = {} end",
			     NULL),
	    YETT_OK);
	yett_vm_limit(vm, &limits);
	for (int i = 0; i < 500; i++)
		assert_int_equal(run(vm,
				     "local t = {} "
				     "for i = 1, 1000 do t[i] = {} end",
				     NULL),
		    YETT_OK);
	assert_false(yett_vm_is_exhausted(vm));
	yett_vm_close(vm);
}

/* Time is a limit of its own: the count alone would allow hours. */
static void
test_time(void **state)
{
	struct yett_vm_limits limits = {
		.memory = 8 * MIB,
		.time = 50 * YETT_NS_PER_MS,
	};
	struct yett_vm *vm = open_vm(&limits);
	struct yett_fault fault = YETT_FAULT_NONE;

	(void)state;
	assert_int_equal(run(vm, "while true do end", &fault), YETT_E_LIMIT);
	assert_string_equal(fault.what, "the call used its budget of 50 ms");
	assert_false(yett_vm_is_exhausted(vm));
	yett_vm_close(vm);
}

/* What a call leaves behind counts against the memory of the state. */
static void
test_memory_of_the_state(void **state)
{
	struct yett_vm_limits limits = call_limits;
	struct yett_vm *vm;
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status = YETT_OK;
	int calls = 0;

	(void)state;
	limits.memory = 2 * MIB;
	vm = open_vm(&limits);
	assert_int_equal(run(vm, "kept = {}", NULL), YETT_OK);
	while (status == YETT_OK && ++calls < 1000)
		status = run(vm,
		    "for i = 1, 1000 do kept[#kept + 1] = { i } end", &fault);
	assert_int_equal(status, YETT_E_LIMIT);
	assert_true(calls > 5);
	assert_non_null(strstr(fault.what, "the state needs more than its"));
	assert_true(yett_vm_is_exhausted(vm));
	yett_vm_close(vm);
}

static void
test_too_small_for_a_state(void **state)
{
	struct yett_vm_limits limits = { .memory = 1000 };
	struct yett_vm *vm = NULL;

	(void)state;
	assert_int_equal(yett_vm_open(&vm, &limits, NULL, NULL), YETT_E_LIMIT);
	assert_null(vm);
	yett_vm_close(NULL);
}

/* Ask the allocator for more than a call may have, as Lua would while it moves
 * its stack; tell whether it used Lua, which would set another hook. */
static int
allocate_too_much(lua_State *L)
{
	bool *untouched = lua_touserdata(L, 1);
	void *arg;
	lua_Alloc alloc = lua_getallocf(L, &arg);
	lua_Hook hook = lua_gethook(L);
	int step = lua_gethookcount(L);

	assert_null(alloc(arg, NULL, LUA_TTABLE, 4 * YETT_VM_ALLOCATION));
	*untouched = lua_gethook(L) == hook && lua_gethookcount(L) == step;
	return 0;
}

static void
test_allocator_uses_nothing_of_lua(void **state)
{
	struct yett_vm *vm = open_vm(&call_limits);
	bool untouched = false;

	(void)state;
	assert_int_equal(yett_vm_call(vm, allocate_too_much, &untouched, NULL),
	    YETT_E_LIMIT);
	assert_true(untouched);
	yett_vm_close(vm);
}

static int
run_blamed(lua_State *L)
{
	luaL_loadstring(L, lua_touserdata(L, 1));
	lua_call(L, 0, 1);
	lua_pushvalue(L, -1);
	yett_vm_blame(L, luaL_ref(L, LUA_REGISTRYINDEX));
	lua_call(L, 0, 0);
	return 0;
}

/* Memory that is refused has no line: the function's own is told. */
static void
test_refusal_is_told_at_the_function(void **state)
{
	static const char text[] = "\n\nreturn function()\n"
				   "local s = ('x'):rep(60000)\n"
				   "while true do s = s .. s end end";
	struct yett_vm *vm = open_vm(&call_limits);
	struct yett_fault fault = YETT_FAULT_NONE;

	(void)state;
	assert_int_equal(yett_vm_call(vm, run_blamed, (void *)(uintptr_t)text,
			     &fault),
	    YETT_E_LIMIT);
	assert_non_null(strstr(fault.where, ":3"));
	yett_vm_close(vm);
}

static int
charge(lua_State *L)
{
	yett_vm_charge(L, 60000);
	return 0;
}

static int
charge_twice(lua_State *L)
{
	lua_pushcfunction(L, charge);
	lua_call(L, 0, 0);
	*(int *)lua_touserdata(L, 1) = 1;
	lua_pushcfunction(L, charge);
	lua_call(L, 0, 0);
	*(int *)lua_touserdata(L, 1) = 2;
	return 0;
}

/* Work of C functions is charged to the same budget. */
static void
test_charge(void **state)
{
	struct yett_vm *vm = open_vm(&call_limits);
	int reached = 0;

	(void)state;
	assert_int_equal(yett_vm_call(vm, charge_twice, &reached, NULL),
	    YETT_E_LIMIT);
	assert_int_equal(reached, 1);
	yett_vm_close(vm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budgets),
		cmocka_unit_test(test_garbage_is_no_memory),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_memory_of_the_state),
		cmocka_unit_test(test_too_small_for_a_state),
		cmocka_unit_test(test_allocator_uses_nothing_of_lua),
		cmocka_unit_test(test_refusal_is_told_at_the_function),
		cmocka_unit_test(test_charge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
