/* SPDX-License-Identifier: Apache-2.0 */
#include "script/workbench.h"

#include <stdlib.h>

#include "base/clock.h"
#include "script/host.h"
#include "script/text.h"

#define MOST_MEMORY ((size_t)1024 * 1024 * 1024)
#define MOST_TIME (600 * YETT_NS_PER_S)

struct yett_workbench {
	struct yett_host host; /* the owner of the state: stays first */
	struct yett_vm *vm;
	const struct yett_workbench_function *functions;
	void *arg;

	/* The host function that runs. */
	struct yett_message in, out;
	/* What the last one failed with; YETT_OK: it did not. */
	enum yett_status failed;
	struct yett_fault fault;
};

/* One yett_workbench_run(). */
struct run {
	const char *module, *function;
	const struct yett_message *arguments;
	int result;
};

/* --- messages ----------------------------------------------------------- */

/* Add the value on top; raises when it is no text, number or boolean. */
static void
add_value(lua_State *L, struct yett_message *message, const char *name)
{
	struct yett_slice text;

	switch (lua_type(L, -1)) {
	case LUA_TSTRING: break;
	case LUA_TNUMBER:
	case LUA_TBOOLEAN:
		luaL_tolstring(L, -1, NULL);
		lua_replace(L, -2);
		break;
	default:
		luaL_error(L, "field '%s' cannot be a %s", name,
		    luaL_typename(L, -1));
	}
	text.at = lua_tolstring(L, -1, &text.len);
	if (yett_message_add(message, name, text) != YETT_OK)
		luaL_error(L, "memory ran out");
}

static void
add_list(lua_State *L, struct yett_message *message, const char *name)
{
	lua_Integer count = (lua_Integer)lua_rawlen(L, -1);

	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, -1, i);
		add_value(L, message, name);
		lua_pop(L, 1);
	}
}

/* Make a message of the table in slot `index`. */
static void
read_table(lua_State *L, int index, struct yett_message *message)
{
	for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
		const char *name;

		if (lua_type(L, -2) != LUA_TSTRING)
			luaL_error(L, "a field has no name");
		name = lua_tostring(L, -2);
		if (lua_istable(L, -1))
			add_list(L, message, name);
		else
			add_value(L, message, name);
	}
}

/* Put the text on top into the table below it: a second one of a name makes a
 * list of both. */
static void
put_text(lua_State *L, const char *name)
{
	switch (lua_getfield(L, -2, name)) {
	case LUA_TNIL:
		lua_pop(L, 1);
		lua_setfield(L, -2, name);
		return;
	case LUA_TTABLE: break;
	default:
		lua_createtable(L, 2, 0);
		lua_insert(L, -2);
		lua_rawseti(L, -2, 1);
		lua_pushvalue(L, -1);
		lua_setfield(L, -4, name);
	}
	lua_insert(L, -2);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	lua_pop(L, 1);
}

static void
push_message(lua_State *L, const struct yett_message *message)
{
	lua_newtable(L);
	for (const struct yett_message_field *field =
		 message != NULL ? message->first : NULL;
	     field != NULL; field = field->next) {
		yett_text_push(L, field->text);
		put_text(L, field->name.at);
	}
}

/* --- inside the state --------------------------------------------------- */

static struct yett_workbench *
bench_of(lua_State *L)
{
	return (struct yett_workbench *)yett_host_of(L);
}

/* A function of the table; its place in it is the upvalue. The messages are
 * the bench's, so that what is raised leaks nothing. */
static int
call_function(lua_State *L)
{
	struct yett_workbench *bench = bench_of(L);
	lua_Integer index = lua_tointeger(L, lua_upvalueindex(1));

	yett_message_clear(&bench->in);
	yett_message_clear(&bench->out);
	bench->fault = (struct yett_fault)YETT_FAULT_NONE;
	lua_settop(L, 1);
	if (!lua_isnil(L, 1)) {
		luaL_checktype(L, 1, LUA_TTABLE);
		read_table(L, 1, &bench->in);
	}
	bench->failed = bench->functions[index].call(bench->arg, &bench->in,
	    &bench->out, &bench->fault);
	if (bench->failed != YETT_OK) {
		lua_pushstring(L,
		    bench->fault.what[0] != '\0'
			? bench->fault.what
			: yett_status_text(bench->failed));
		return lua_error(L);
	}
	push_message(L, &bench->out);
	return 1;
}

/* Push the host table with the functions of the bench. */
static void
push_host(lua_State *L)
{
	const struct yett_workbench *bench = bench_of(L);

	yett_host_push(L);
	for (lua_Integer i = 0; bench->functions[i].name != NULL; i++) {
		lua_pushinteger(L, i);
		lua_pushcclosure(L, call_function, 1);
		lua_setfield(L, -2, bench->functions[i].name);
	}
}

/* Body of yett_vm_call(). */
static int
run_module(lua_State *L)
{
	struct run *run = lua_touserdata(L, 1);

	push_host(L); /* 2 */
	yett_host_require(L, run->module);
	if (run->function != NULL)
		lua_getfield(L, -1, run->function);
	lua_pushvalue(L, 2);
	push_message(L, run->arguments);
	lua_call(L, 2, 1);
	run->result = (int)lua_tointeger(L, -1);
	return 0;
}

/* --- public ------------------------------------------------------------- */

enum yett_status
yett_workbench_open(struct yett_workbench **out,
    const struct yett_workbench_function *functions, void *arg,
    struct yett_fault *fault)
{
	static const struct yett_vm_limits limits = {
		.memory = MOST_MEMORY,
		.time = MOST_TIME,
	};
	struct yett_workbench *bench = calloc(1, sizeof(*bench));
	enum yett_status status = YETT_E_NOMEM;

	if (bench == NULL)
		return YETT_E_NOMEM;
	bench->functions = functions;
	bench->arg = arg;
	bench->host.loading = true;
	status = yett_policy_source_from_text(&bench->host.source, "tool", ".",
	    YETT_LIT(""));
	if (status == YETT_OK)
		status = yett_vm_open(&bench->vm, &limits, &bench->host, fault);
	if (status != YETT_OK) {
		yett_policy_source_unref(&bench->host.source);
		free(bench);
		return status;
	}
	*out = bench;
	return YETT_OK;
}

void
yett_workbench_close(struct yett_workbench *bench)
{
	if (bench == NULL)
		return;
	yett_vm_close(bench->vm);
	yett_policy_source_unref(&bench->host.source);
	yett_message_clear(&bench->in);
	yett_message_clear(&bench->out);
	free(bench);
}

enum yett_status
yett_workbench_run(struct yett_workbench *bench, const char *module,
    const char *function, const struct yett_message *arguments, int *result,
    struct yett_fault *fault)
{
	struct run run = { module, function, arguments, 0 };
	struct yett_fault raised = YETT_FAULT_NONE;
	enum yett_status status;

	bench->failed = YETT_OK;
	status = yett_vm_call(bench->vm, run_module, &run, &raised);
	if (status == YETT_OK) {
		if (result != NULL)
			*result = run.result;
		return YETT_OK;
	}
	if (status == YETT_E_SCRIPT && bench->failed != YETT_OK) {
		raised = bench->fault;
		status = bench->failed;
	}
	yett_fault_where(fault, "%s", raised.where);
	return yett_fail(fault, status, "%s", raised.what);
}

void
yett_workbench_hurry(struct yett_workbench *bench, uint64_t time)
{
	yett_vm_hurry(bench->vm, time);
}
