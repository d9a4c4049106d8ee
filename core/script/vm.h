/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vm.h - one Lua state with limits; every call into Lua goes through here.
 *
 * The allocator bounds memory, a count hook bounds time. A call that exceeds a
 * limit is spent, and spent is sticky: until the call ends every further
 * instruction raises, so that pcall() in a loop gains nothing. One thread at a
 * time.
 *
 * A lua_State in a prototype of this folder means "I may longjmp".
 */
#ifndef YETT_SCRIPT_VM_H
#define YETT_SCRIPT_VM_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

/* The longest string and the sum of allocations of one call at call time. */
#define YETT_VM_STRING (64 * 1024)
#define YETT_VM_ALLOCATION (1024 * 1024)

struct yett_vm_limits {
	size_t memory;         /* bytes of the whole state */
	size_t allocation;     /* bytes a call may allocate; 0: no bound */
	size_t string;         /* bytes of one string; 0: no bound */
	uint64_t instructions; /* per call; 0: no bound */
	uint64_t time;         /* nanoseconds of CPU per call; 0: no bound */
	/* Set by another thread when nobody waits for the call any more; NULL:
	 * somebody always does. Lent until the limits change. */
	const atomic_bool *abandoned;
	/* Told once when a call has run for `patience` nanoseconds, whoever
	 * had the CPU, with the "file:line" of a policy that runs, or ""; needs
	 * `time`. NULL: nobody is. */
	void (*slow)(void *arg, const char *place);
	void *slow_arg;
	uint64_t patience;
};

struct yett_vm;

/*
 * Make a state without any library. `owner` is what yett_vm_owner() returns;
 * lent, and must outlive the state.
 * YETT_E_LIMIT: `limits->memory` is too small for any state.
 */
YETT_MUST_USE
enum yett_status yett_vm_open(struct yett_vm **out,
    const struct yett_vm_limits *limits, void *owner, struct yett_fault *fault);
void yett_vm_close(struct yett_vm *vm);

/*
 * From the next call on other limits hold. `memory` is what calls may add to
 * the state; garbage may lie about as much again as it holds now.
 */
void yett_vm_limit(struct yett_vm *vm, const struct yett_vm_limits *limits);

/*
 * Run `body` with `arg` as a light userdata in slot 1, protected and within
 * the limits. Its results are dropped; what it wants to tell, it writes to
 * `arg`. The fault's `where` is the file and line of the script.
 *
 * YETT_E_SCRIPT: the script raised.
 * YETT_E_LIMIT:  the call was spent, or memory ran out.
 */
YETT_MUST_USE
enum yett_status yett_vm_call(struct yett_vm *vm, lua_CFunction body, void *arg,
    struct yett_fault *fault);

/*
 * From now on the call that runs may use `time` more nanoseconds of CPU, and is
 * spent after that; 0: what its limits say. Ends with the call.
 */
void yett_vm_hurry(struct yett_vm *vm, uint64_t time);

/* Whether the memory of the state was ever too small for what is no garbage:
 * it will be again, so such a state is to be replaced. */
bool yett_vm_is_exhausted(const struct yett_vm *vm);

/* --- for C functions that run inside ------------------------------------ */

/* What the state was opened with. */
void *yett_vm_owner(lua_State *L);

/*
 * The call is about the Lua function in registry slot `slot`: what is raised
 * while no line of Lua runs is told at the line where it begins.
 */
void yett_vm_blame(lua_State *L, int slot);

/*
 * Charge `work` instructions to the call before doing work that the count
 * hook does not see; raises when that is more than what is left.
 */
void yett_vm_charge(lua_State *L, size_t work);

#endif
