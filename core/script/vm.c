/* SPDX-License-Identifier: Apache-2.0 */
#include "script/vm.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "script/heap.h"

/* How many instructions run between two looks at the clock, and between two
 * steps where the allocator may have noted that the call is spent. */
#define STEP 1000
#define SHORT_STEP 100

/* In per cent of what the state holds: garbage is collected from so much more
 * on, and so fast that the state stays under twice its size. */
#define GC_PAUSE 125
#define GC_STEP 400

/* The registry slot of the message that every instruction of a spent call
 * raises: made once, so that raising it needs no memory. */
static const char spent_key;

enum spent {
	SPENT_NOT,
	SPENT_INSTRUCTIONS,
	SPENT_TIME,
	SPENT_ABANDONED,
	/* From here on the allocator notes it. */
	SPENT_ALLOCATION,
	SPENT_STRING,
	SPENT_MEMORY,
};

struct yett_vm {
	lua_State *L;
	void *owner;
	struct yett_vm_limits limits;
	size_t most; /* bytes the state may hold */
	size_t used; /* bytes it holds */
	struct yett_heap heap;
	bool starved;   /* memory was refused for once */
	bool exhausted; /* without garbage it was too small, too */

	/* The call that runs. */
	bool running;
	int blamed; /* registry slot of a function; LUA_NOREF: none */
	enum spent spent;
	bool settled;     /* spent, and every instruction raises */
	size_t allocated; /* bytes */
	uint64_t counted; /* instructions */
	uint64_t step;    /* instructions between two hooks */
	uint64_t looked;  /* instructions at the last look at the clock */
	uint64_t started; /* CPU time at the first hook; 0: not yet */
	uint64_t begun;   /* the same on the wall, when that is told */
	uint64_t hurry;   /* CPU time at which it is spent; 0: none */
	bool slow;        /* that was told */
	char place[256];  /* "file:line" of what raised or was spent */
	char prefix[LUA_IDSIZE + 16]; /* the same as Lua writes it */
};

static struct yett_vm *
vm_of(lua_State *L)
{
	return *(struct yett_vm **)lua_getextraspace(L);
}

/* Remember the innermost line of Lua that runs. Needs no memory. */
static void
note_place(struct yett_vm *vm)
{
	lua_Debug at;

	for (int level = 0; lua_getstack(vm->L, level, &at) != 0; level++) {
		lua_getinfo(vm->L, "Sl", &at);
		if (at.currentline <= 0)
			continue;
		snprintf(vm->place, sizeof(vm->place), "%s:%d",
		    at.source[0] == '@' || at.source[0] == '=' ? at.source + 1
							       : at.short_src,
		    at.currentline);
		snprintf(vm->prefix, sizeof(vm->prefix),
		    "%s:%d: ", at.short_src, at.currentline);
		return;
	}
}

/* Raise, without allocating. */
static void
raise_message(lua_State *L)
{
	lua_rawgetp(L, LUA_REGISTRYINDEX, &spent_key);
	lua_error(L);
}

static void
on_every_instruction(lua_State *L, lua_Debug *unused)
{
	(void)unused;
	raise_message(L);
}

/*
 * The call is spent: remember where, and from now on let every instruction
 * raise, for a script that catches the error with pcall() must not win another
 * full budget. In hooks and in functions that Lua calls only: the allocator
 * notes what is spent, and must call nothing of Lua.
 */
static void
settle(struct yett_vm *vm)
{
	if (vm->settled)
		return;
	vm->settled = true;
	/* What the allocator refused was nearer to the step before. */
	if (vm->spent < SPENT_ALLOCATION || vm->place[0] == '\0')
		note_place(vm);
	lua_sethook(vm->L, on_every_instruction, LUA_MASKCOUNT, 1);
}

static void
raise_spent(lua_State *L)
{
	settle(vm_of(L));
	raise_message(L);
}

/* What is spent first is the reason. */
static void
spend(struct yett_vm *vm, enum spent how)
{
	if (vm->spent == SPENT_NOT)
		vm->spent = how;
}

/* The call runs for long: tell which line of a policy, whose modules it may
 * have called, does. */
static void
tell_slow(struct yett_vm *vm)
{
	char place[sizeof(vm->place)] = "";
	lua_Debug at;

	for (int level = 0;
	     place[0] == '\0' && lua_getstack(vm->L, level, &at) != 0;
	     level++) {
		lua_getinfo(vm->L, "Sl", &at);
		if (at.currentline > 0 && at.source[0] == '@')
			snprintf(place, sizeof(place), "%s:%d", at.source + 1,
			    at.currentline);
	}
	vm->slow = true;
	vm->limits.slow(vm->limits.slow_arg, place);
}

static void
look_at_clock(struct yett_vm *vm)
{
	const struct yett_vm_limits *limits = &vm->limits;
	uint64_t now = yett_clock_cpu();

	if (vm->started == 0) {
		vm->started = now;
		vm->begun = limits->slow != NULL ? yett_clock_monotonic() : 0;
	}
	if (now - vm->started > limits->time)
		spend(vm, SPENT_TIME);
	else if (limits->slow != NULL && !vm->slow &&
	    yett_clock_monotonic() - vm->begun > limits->patience)
		tell_slow(vm);
}

/* Whether memory may be refused before the next step: a refusal has no place
 * of its own, for Lua calls no message handler for it. */
static bool
is_short(const struct yett_vm *vm)
{
	return vm->used > vm->most / 2 ||
	    (vm->limits.allocation != 0 &&
		vm->allocated > vm->limits.allocation / 2);
}

/* What costs more than a step. */
static void
look_around(struct yett_vm *vm)
{
	const struct yett_vm_limits *limits = &vm->limits;

	vm->looked = vm->counted;
	if (limits->time != 0)
		look_at_clock(vm);
	if (vm->hurry != 0 && yett_clock_cpu() > vm->hurry)
		spend(vm, SPENT_TIME);
	if (limits->abandoned != NULL && atomic_load(limits->abandoned))
		spend(vm, SPENT_ABANDONED);
}

static void
on_step(lua_State *L, lua_Debug *unused)
{
	struct yett_vm *vm = vm_of(L);
	uint64_t most = vm->limits.instructions;

	(void)unused;
	if (vm->spent == SPENT_NOT && is_short(vm))
		note_place(vm);
	vm->counted += vm->step;
	if (most != 0 && vm->counted >= most)
		spend(vm, SPENT_INSTRUCTIONS);
	if (vm->counted - vm->looked >= STEP)
		look_around(vm);
	if (vm->spent != SPENT_NOT)
		raise_spent(L);
}

/*
 * Which budget of the running call `size` more bytes break, or SPENT_NOT.
 * `kind` is the type of the object they are for, where that is known.
 */
static enum spent
overspent(const struct yett_vm *vm, size_t size, int kind)
{
	const struct yett_vm_limits *limits = &vm->limits;

	if (!vm->running)
		return SPENT_NOT;
	/* A string object is a header of some 24 bytes and its bytes. */
	if (kind == LUA_TSTRING && limits->string != 0 &&
	    size > limits->string + 64)
		return SPENT_STRING;
	if (limits->allocation != 0 &&
	    (size > limits->allocation ||
		vm->allocated > limits->allocation - size))
		return SPENT_ALLOCATION;
	return SPENT_NOT;
}

/*
 * Whether `size` more bytes are granted. The first that break a budget of the
 * call are, for the call ends at its next step anyway, and a refusal makes Lua
 * collect the garbage of the whole state: a client must not be able to make it
 * do that. One call gets less than twice its budget.
 */
static bool
grants(struct yett_vm *vm, size_t size, int kind)
{
	enum spent why = overspent(vm, size, kind);
	size_t budget = vm->limits.allocation;

	if (why != SPENT_NOT)
		spend(vm, why);
	if (why != SPENT_NOT && budget != 0 &&
	    (size > budget || vm->allocated > 2 * budget - size))
		return false;
	if (size <= vm->most && vm->used <= vm->most - size) {
		vm->starved = false;
		return true;
	}
	/* Lua itself tries again after a full collection (lmem.c). What is
	 * short then is no garbage. */
	if (vm->starved) {
		vm->exhausted = true;
		if (vm->running)
			spend(vm, SPENT_MEMORY);
	}
	vm->starved = true;
	return false;
}

/*
 * lua_Alloc: for a new object `old` is its type, not a size. It and what it
 * calls must use nothing of Lua, whose state may be halfway through a change
 * (of its stack, for one).
 */
static void *
bounded_alloc(void *arg, void *memory, size_t old, size_t size)
{
	struct yett_vm *vm = arg;
	size_t held = memory == NULL ? 0 : old;
	void *moved;

	if (size == 0) {
		(void)yett_heap_resize(&vm->heap, memory, held, 0);
		vm->used -= held;
		return NULL;
	}
	if (size > held &&
	    !grants(vm, size - held, memory == NULL ? (int)old : LUA_TNONE))
		return NULL;
	moved = yett_heap_resize(&vm->heap, memory, held, size);
	/* Lua relies on shrinking never to fail. */
	if (moved == NULL)
		return size <= held ? memory : NULL;
	if (size > held)
		vm->allocated += size - held;
	vm->used = vm->used - held + size;
	return moved;
}

/* The place of the function that the call is about. */
static void
note_blamed(struct yett_vm *vm)
{
	lua_Debug at;

	if (vm->blamed == LUA_NOREF)
		return;
	lua_rawgeti(vm->L, LUA_REGISTRYINDEX, vm->blamed);
	lua_getinfo(vm->L, ">S", &at);
	snprintf(vm->place, sizeof(vm->place), "%s:%d",
	    at.source[0] == '@' ? at.source + 1 : at.short_src, at.linedefined);
}

/* Message handler: where it was raised, and a string whatever was raised. */
static int
keep_place(lua_State *L)
{
	struct yett_vm *vm = vm_of(L);

	if (vm->spent != SPENT_NOT)
		settle(vm);
	else
		note_place(vm);
	if (lua_type(L, 1) != LUA_TSTRING)
		lua_pushfstring(L, "the error is a %s, not a text",
		    luaL_typename(L, 1));
	return 1;
}

static enum yett_status
fail_spent(const struct yett_vm *vm, struct yett_fault *fault)
{
	const struct yett_vm_limits *limits = &vm->limits;

	switch (vm->spent) {
	case SPENT_INSTRUCTIONS:
		return yett_fail(fault, YETT_E_LIMIT,
		    "the call used its budget of %llu instructions",
		    (unsigned long long)limits->instructions);
	case SPENT_TIME:
		return yett_fail(fault, YETT_E_LIMIT,
		    "the call used its budget of %llu ms",
		    (unsigned long long)(limits->time / YETT_NS_PER_MS));
	case SPENT_ABANDONED:
		return yett_fail(fault, YETT_E_LIMIT, "the call was abandoned");
	case SPENT_ALLOCATION:
		return yett_fail(fault, YETT_E_LIMIT,
		    "the call used its budget of %zu bytes of new memory",
		    limits->allocation);
	case SPENT_STRING:
		return yett_fail(fault, YETT_E_LIMIT,
		    "the call made a string longer than %zu bytes",
		    limits->string);
	case SPENT_MEMORY:
	case SPENT_NOT: break;
	}
	return yett_fail(fault, YETT_E_LIMIT,
	    "the state needs more than its %zu bytes of memory", vm->most);
}

/* Turn what lua_pcall() left on the stack into a fault. */
static enum yett_status
fail_call(const struct yett_vm *vm, int result, struct yett_fault *fault)
{
	struct yett_slice text = YETT_LIT("no message");
	size_t len = strlen(vm->prefix);

	yett_fault_where(fault, "%s", vm->place);
	if (vm->spent != SPENT_NOT || result == LUA_ERRMEM)
		return fail_spent(vm, fault);
	if (lua_type(vm->L, -1) == LUA_TSTRING)
		text.at = lua_tolstring(vm->L, -1, &text.len);
	if (len > 0 && text.len > len && memcmp(text.at, vm->prefix, len) == 0)
		text = (struct yett_slice){ text.at + len, text.len - len };
	return yett_fail(fault, YETT_E_SCRIPT, "%.*s", YETT_ARG(text));
}

static void
start_call(struct yett_vm *vm)
{
	const struct yett_vm_limits *limits = &vm->limits;

	vm->spent = SPENT_NOT;
	vm->settled = false;
	vm->allocated = 0;
	vm->counted = 0;
	vm->looked = 0;
	vm->started = 0;
	vm->hurry = 0;
	vm->slow = false;
	vm->blamed = LUA_NOREF;
	vm->place[0] = vm->prefix[0] = '\0';
	vm->step = limits->allocation != 0 || limits->string != 0 ? SHORT_STEP
								  : STEP;
	if (limits->instructions != 0 && limits->instructions < vm->step)
		vm->step = limits->instructions;
	lua_sethook(vm->L, on_step, LUA_MASKCOUNT, (int)vm->step);
	vm->running = true;
}

void
yett_vm_hurry(struct yett_vm *vm, uint64_t time)
{
	vm->hurry = time == 0 ? 0 : yett_clock_cpu() + time;
}

enum yett_status
yett_vm_call(struct yett_vm *vm, lua_CFunction body, void *arg,
    struct yett_fault *fault)
{
	lua_State *L = vm->L;
	int top = lua_gettop(L);
	enum yett_status status = YETT_OK;
	int result;

	if (!lua_checkstack(L, 8))
		return yett_fail(fault, YETT_E_LIMIT,
		    "no memory for the stack of a Lua call");
	lua_pushcfunction(L, keep_place); /* light: cannot raise */
	lua_pushcfunction(L, body);
	lua_pushlightuserdata(L, arg);
	start_call(vm);
	result = lua_pcall(L, 1, 0, top + 1);
	vm->running = false;
	lua_sethook(L, NULL, 0, 0);
	/* Refused, and not tried again: the buffers of lauxlib.c do not. */
	if (vm->starved) {
		vm->exhausted = true;
		vm->starved = false;
		if (vm->spent == SPENT_NOT)
			vm->spent = SPENT_MEMORY;
	}
	/* Spent and yet returned: the script caught it as its last act, or
	 * ended before the next step. */
	if (result != LUA_OK || vm->spent != SPENT_NOT) {
		if (vm->place[0] == '\0')
			note_blamed(vm);
		status = fail_call(vm, result, fault);
	}
	lua_settop(L, top);
	return status;
}

static int
make_spent_message(lua_State *L)
{
	lua_pushliteral(L, "the budget of this call is spent");
	lua_rawsetp(L, LUA_REGISTRYINDEX, &spent_key);
	return 0;
}

enum yett_status
yett_vm_open(struct yett_vm **out, const struct yett_vm_limits *limits,
    void *owner, struct yett_fault *fault)
{
	struct yett_vm *vm = calloc(1, sizeof(*vm));
	enum yett_status status;

	if (vm == NULL)
		return YETT_E_NOMEM;
	vm->limits = *limits;
	vm->most = limits->memory;
	vm->owner = owner;
	vm->L = lua_newstate(bounded_alloc, vm);
	if (vm->L == NULL) {
		status = yett_fail(fault, YETT_E_LIMIT,
		    "%zu bytes are too few for a Lua state", limits->memory);
		goto fail;
	}
	*(struct yett_vm **)lua_getextraspace(vm->L) = vm;
	status = yett_vm_call(vm, make_spent_message, NULL, fault);
	if (status != YETT_OK)
		goto fail;
	*out = vm;
	return YETT_OK;
fail:
	yett_vm_close(vm);
	return status;
}

void
yett_vm_close(struct yett_vm *vm)
{
	if (vm == NULL)
		return;
	vm->heap.closing = true;
	if (vm->L != NULL)
		lua_close(vm->L);
	yett_heap_clear(&vm->heap);
	free(vm);
}

void
yett_vm_limit(struct yett_vm *vm, const struct yett_vm_limits *limits)
{
	vm->limits = *limits;
	vm->most = limits->memory > SIZE_MAX / 2 - vm->used
	    ? SIZE_MAX
	    : 2 * vm->used + limits->memory;
	lua_gc(vm->L, LUA_GCINC, GC_PAUSE, GC_STEP, 0);
}

bool
yett_vm_is_exhausted(const struct yett_vm *vm)
{
	return vm->exhausted;
}

void *
yett_vm_owner(lua_State *L)
{
	return vm_of(L)->owner;
}

void
yett_vm_blame(lua_State *L, int slot)
{
	vm_of(L)->blamed = slot;
}

void
yett_vm_charge(lua_State *L, size_t work)
{
	struct yett_vm *vm = vm_of(L);

	vm->counted += work;
	if (vm->limits.instructions != 0 &&
	    vm->counted >= vm->limits.instructions)
		spend(vm, SPENT_INSTRUCTIONS);
	if (vm->spent != SPENT_NOT)
		raise_spent(L);
}
