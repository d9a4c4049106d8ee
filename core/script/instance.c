/* SPDX-License-Identifier: Apache-2.0 */
#include "script/instance.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "script/hello_view.h"
#include "script/host.h"
#include "script/rendering.h"
#include "script/request_view.h"
#include "script/sandbox.h"
#include "script/verdict.h"

/* While the policy runs again: as roomy as when it was loaded. */
#define START_MEMORY ((size_t)1024 * 1024 * 1024)
#define START_TIME (60 * YETT_NS_PER_S)

/* Making a state runs the whole policy, in a worker: not more often. */
#define REPLACE_EVERY YETT_NS_PER_S

/* CPU time of one call. */
#define CALL_TIME (10 * YETT_NS_PER_MS)

struct yett_instance {
	struct yett_policy_source *source;
	struct yett_host host;
	struct yett_functions functions;
	struct yett_vm *vm; /* NULL: none is needed, or it could not be made */
	int *function;      /* registry slots, by ordinal */
	int kept;           /* slot of the last verdict, whose text is lent */
	int hello_slot, request_slot;
	int environment;               /* slot of what the functions see */
	struct yett_hello_view *hello; /* what these slots hold */
	struct yett_request_view *request;
	struct yett_fault fault; /* of the last call */
	char error[1024];
	uint64_t errors;
	uint64_t replaced; /* when it was tried last; 0: never */
};

/* --- making a state ------------------------------------------------------- */

/* Keep function `name` of the site on top as the next ordinal; `wanted`: it
 * was there when the policy was loaded. */
static void
keep_function(lua_State *L, struct yett_instance *instance, const char *name,
    bool wanted, uint32_t *ordinal)
{
	bool has = lua_getfield(L, -1, name) == LUA_TFUNCTION;

	if (has != wanted)
		luaL_error(L,
		    "a %s function %s: a policy must declare the same "
		    "functions each time it runs",
		    name, has ? "appeared" : "is gone");
	if (has)
		instance->function[(*ordinal)++] = luaL_ref(L,
		    LUA_REGISTRYINDEX);
	else
		lua_pop(L, 1);
}

/* Keep the functions in the table on top, { [site] = { client_hello =,
 * request = } }, in the order in which the loader counted them. */
static void
keep_functions(lua_State *L, struct yett_instance *instance)
{
	const struct yett_policy_source *source = instance->source;
	uint32_t ordinal = 0;

	for (uint32_t i = 0; i < source->site_count; i++) {
		bool has = lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TTABLE;
		const struct yett_source_site *site = &source->site[i];

		if (!has) {
			lua_pop(L, 1);
			lua_newtable(L);
		}
		keep_function(L, instance, "client_hello", site->hello,
		    &ordinal);
		keep_function(L, instance, "request", site->request, &ordinal);
		lua_pop(L, 1);
	}
	lua_rawgeti(L, -1, (lua_Integer)source->site_count + 1);
	if (!lua_isnil(L, -1))
		luaL_error(L,
		    "a site appeared: a policy must declare the "
		    "same sites each time it runs");
	lua_pop(L, 1);
}

/* Body of yett_vm_call(): run the policy, keep its functions, close the lid. */
static int
prepare(lua_State *L)
{
	struct yett_instance *instance = lua_touserdata(L, 1);

	yett_host_push(L);
	yett_host_require(L, "yett.language.instance");
	lua_insert(L, -2);
	yett_host_push_files(L, false);
	lua_call(L, 2, 2);
	instance->environment = luaL_ref(L, LUA_REGISTRYINDEX);
	luaL_checktype(L, -1, LUA_TTABLE);
	keep_functions(L, instance);
	instance->hello = yett_hello_view_push(L);
	instance->hello_slot = luaL_ref(L, LUA_REGISTRYINDEX);
	instance->request = yett_request_view_push(L);
	instance->request_slot = luaL_ref(L, LUA_REGISTRYINDEX);
	lua_pushboolean(L, 0);
	instance->kept = luaL_ref(L, LUA_REGISTRYINDEX);
	yett_sandbox_seal(L);
	instance->host.sealed = true;
	lua_settop(L, 1);
	lua_gc(L, LUA_GCCOLLECT);
	return 0;
}

static enum yett_status
make_state(struct yett_instance *instance, struct yett_fault *fault)
{
	static const struct yett_vm_limits roomy = {
		.memory = START_MEMORY,
		.time = START_TIME,
	};
	struct yett_vm_limits limits = {
		.memory = instance->source->memory,
		.allocation = YETT_VM_ALLOCATION,
		.string = YETT_VM_STRING,
		.instructions = instance->source->instructions,
		.time = CALL_TIME,
	};
	enum yett_status status;

	instance->host = (struct yett_host){ .source = instance->source,
		.loading = false };
	status = yett_vm_open(&instance->vm, &roomy, &instance->host, fault);
	if (status != YETT_OK)
		return status;
	status = yett_vm_call(instance->vm, prepare, instance, fault);
	if (status != YETT_OK) {
		yett_vm_close(instance->vm);
		instance->vm = NULL;
		return status;
	}
	yett_vm_limit(instance->vm, &limits);
	return YETT_OK;
}

/* --- calling -------------------------------------------------------------- */

/* What a call is about; its body finds it in slot 1. */
struct call {
	struct yett_instance *instance;
	int32_t ordinal;
	struct yett_hello_said *hello_said; /* one of the two */
	struct yett_request_said *request_said;
};

/* Leave what the function returned in slot 2, and keep it until next time. */
static struct call *
run(lua_State *L, bool hello)
{
	struct call *call = lua_touserdata(L, 1);
	const struct yett_instance *instance = call->instance;
	int function = instance->function[call->ordinal];

	yett_vm_blame(L, function);
	lua_rawgeti(L, LUA_REGISTRYINDEX, function);
	lua_rawgeti(L, LUA_REGISTRYINDEX,
	    hello ? instance->hello_slot : instance->request_slot);
	lua_call(L, 1, 1);
	lua_pushvalue(L, 2);
	lua_rawseti(L, LUA_REGISTRYINDEX, instance->kept);
	return call;
}

static int
run_hello(lua_State *L)
{
	struct call *call = run(L, true);

	yett_verdict_read_hello(L, 2, call->hello_said);
	return 0;
}

static int
run_request(lua_State *L)
{
	struct call *call = run(L, false);

	yett_verdict_read_request(L, 2, call->request_said);
	return 0;
}

/* Make a new state, unless that was done a moment ago. */
static enum yett_status
replace_state(struct yett_instance *instance, struct yett_fault *fault)
{
	uint64_t now = yett_clock_monotonic();

	if (instance->replaced != 0 && now - instance->replaced < REPLACE_EVERY)
		return yett_fail(fault, YETT_E_LIMIT,
		    "memory ran out again, and a new state is made once a "
		    "second only");
	instance->replaced = now;
	yett_vm_close(instance->vm);
	instance->vm = NULL;
	return make_state(instance, fault);
}

/* Whether function `ordinal` can be called. */
static bool
is_ready(struct yett_instance *instance, int32_t ordinal)
{
	struct yett_fault *fault = &instance->fault;

	fault->where[0] = fault->what[0] = '\0';
	if (ordinal < 0 ||
	    (uint32_t)ordinal >= instance->source->function_count)
		return false;
	if (instance->vm != NULL && !yett_vm_is_exhausted(instance->vm))
		return true;
	return replace_state(instance, fault) == YETT_OK;
}

/* --- evaluating ------------------------------------------------------------
 */

struct evaluation {
	struct yett_instance *instance;
	struct yett_slice text;
	bool has_hello, has_request;
	char *out;
	size_t size;
};

/* Push the text as a function: what it returns is the value, or it is one. */
static void
push_text(lua_State *L, struct yett_slice text)
{
	static const char name[] = "=line";

	lua_pushliteral(L, "return ");
	lua_pushlstring(L, text.at, text.len);
	lua_concat(L, 2);
	if (luaL_loadbufferx(L, lua_tostring(L, -1), lua_rawlen(L, -1), name,
		"t") != LUA_OK) {
		lua_pop(L, 1);
		if (luaL_loadbufferx(L, text.at, text.len, name, "t") != LUA_OK)
			lua_error(L);
	}
	lua_remove(L, -2);
}

/* Push what it sees: the facts, and behind them what the functions see. */
static void
push_environment(lua_State *L, const struct evaluation *evaluation)
{
	const struct yett_instance *instance = evaluation->instance;

	lua_createtable(L, 0, 2);
	if (evaluation->has_hello) {
		lua_rawgeti(L, LUA_REGISTRYINDEX, instance->hello_slot);
		lua_setfield(L, -2, "hello");
	}
	if (evaluation->has_request) {
		lua_rawgeti(L, LUA_REGISTRYINDEX, instance->request_slot);
		lua_setfield(L, -2, "req");
	}
	/* An assignment fails as it does in the policy. */
	lua_createtable(L, 0, 2);
	lua_rawgeti(L, LUA_REGISTRYINDEX, instance->environment);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, "__index");
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
}

static int
run_text(lua_State *L)
{
	const struct evaluation *evaluation = lua_touserdata(L, 1);

	push_text(L, evaluation->text);
	push_environment(L, evaluation);
	lua_setupvalue(L, -2, 1);
	lua_call(L, 0, 1);
	yett_rendering_push(L, -1);
	snprintf(evaluation->out, evaluation->size, "%s", lua_tostring(L, -1));
	return 0;
}

/* Remember why the call failed, for the log. */
static void
remember(struct yett_instance *instance, const struct yett_site *site,
    const char *function)
{
	const struct yett_fault *fault = &instance->fault;

	instance->errors++;
	snprintf(instance->error, sizeof(instance->error),
	    "%s%s%s function of %.*s: %s", fault->where,
	    fault->where[0] != '\0' ? ": " : "", function,
	    YETT_ARG(site->label),
	    fault->what[0] != '\0' ? fault->what : "it cannot be called");
}

static void
call_hello(void *arg, const struct yett_site *site,
    const struct yett_hello *hello, struct yett_hello_said *said,
    uint32_t *read)
{
	struct yett_instance *instance = arg;
	struct call call = {
		.instance = instance,
		.ordinal = site->hello_function,
		.hello_said = said,
	};
	enum yett_status status = YETT_E_SCRIPT;

	*said = (struct yett_hello_said){ .verdict = YETT_HELLO_ERROR };
	if (is_ready(instance, call.ordinal)) {
		*instance->hello = (struct yett_hello_view){ hello, read };
		status = yett_vm_call(instance->vm, run_hello, &call,
		    &instance->fault);
		*instance->hello = (struct yett_hello_view){ NULL, NULL };
	}
	if (status == YETT_OK)
		return;
	*said = (struct yett_hello_said){ .verdict = YETT_HELLO_ERROR };
	remember(instance, site, "client_hello");
}

static void
call_request(void *arg, const struct yett_site *site,
    const struct yett_rule *rule, const struct yett_request *request,
    bool verified, struct yett_request_said *said, uint32_t *read)
{
	struct yett_instance *instance = arg;
	struct call call = {
		.instance = instance,
		.ordinal = site->request_function,
		.request_said = said,
	};
	enum yett_status status = YETT_E_SCRIPT;

	(void)rule; /* the view shows facts, not rules */
	*said = (struct yett_request_said){ .verdict = YETT_REQUEST_ERROR };
	if (is_ready(instance, call.ordinal)) {
		*instance->request = (struct yett_request_view){ request, site,
			verified, read };
		status = yett_vm_call(instance->vm, run_request, &call,
		    &instance->fault);
		*instance->request = (struct yett_request_view){ 0 };
	}
	if (status == YETT_OK)
		return;
	*said = (struct yett_request_said){ .verdict = YETT_REQUEST_ERROR };
	remember(instance, site, "request");
}

/* --- public --------------------------------------------------------------- */

enum yett_status
yett_instance_open(struct yett_instance **out,
    struct yett_policy_source *source, struct yett_fault *fault)
{
	struct yett_instance *instance = calloc(1, sizeof(*instance));
	enum yett_status status = YETT_E_NOMEM;

	if (instance == NULL)
		return YETT_E_NOMEM;
	instance->source = yett_policy_source_ref(source);
	instance->functions = (struct yett_functions){
		.hello = call_hello,
		.request = call_request,
		.arg = instance,
	};
	if (source->function_count > 0) {
		instance->function = calloc(source->function_count,
		    sizeof(*instance->function));
		if (instance->function == NULL)
			goto fail;
		status = make_state(instance, fault);
		if (status != YETT_OK)
			goto fail;
	}
	*out = instance;
	return YETT_OK;
fail:
	yett_instance_close(instance);
	return status;
}

void
yett_instance_close(struct yett_instance *instance)
{
	if (instance == NULL)
		return;
	yett_vm_close(instance->vm);
	yett_policy_source_unref(&instance->source);
	free(instance->function);
	free(instance);
}

const struct yett_functions *
yett_instance_functions(const struct yett_instance *instance)
{
	return &instance->functions;
}

const char *
yett_instance_error(const struct yett_instance *instance)
{
	return instance->error;
}

enum yett_status
yett_instance_evaluate(struct yett_instance *instance, struct yett_slice text,
    const struct yett_hello *hello, const struct yett_site *site,
    const struct yett_request *request, bool verified, char *out, size_t size,
    uint32_t *read, struct yett_fault *fault)
{
	struct evaluation evaluation = { instance, text, hello != NULL,
		request != NULL, out, size };
	enum yett_status status = YETT_OK;

	/* A policy without functions has no state until now. */
	if (instance->vm == NULL || yett_vm_is_exhausted(instance->vm)) {
		yett_vm_close(instance->vm);
		instance->vm = NULL;
		status = make_state(instance, fault);
	}
	if (status != YETT_OK)
		return status;
	*instance->hello = (struct yett_hello_view){ hello, read };
	*instance->request = (struct yett_request_view){ request, site,
		verified, read };
	instance->host.sealed = false; /* it may make matchers, too */
	status = yett_vm_call(instance->vm, run_text, &evaluation, fault);
	instance->host.sealed = true;
	*instance->hello = (struct yett_hello_view){ NULL, NULL };
	*instance->request = (struct yett_request_view){ 0 };
	return status;
}

uint64_t
yett_instance_errors(const struct yett_instance *instance)
{
	return instance->errors;
}
