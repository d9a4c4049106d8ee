/* SPDX-License-Identifier: Apache-2.0 */
/*
 * workbench.h - a state for the tools that are written in Lua.
 *
 * The modules of lua/ are trusted; they still have neither io nor os. For
 * everything outside of Lua a tool gets C functions, with named texts in and
 * out, so that only this folder knows Lua. A policy never runs here. One
 * thread at a time.
 */
#ifndef YETT_SCRIPT_WORKBENCH_H
#define YETT_SCRIPT_WORKBENCH_H

#include "script/message.h"

struct yett_workbench;

/*
 * host.NAME { field = text, number, boolean or a list of these } in Lua; what
 * it adds to `out` is returned as a table of texts, a list where a name came
 * more than once. A failure is raised there: when the module does not catch
 * it, yett_workbench_run() fails with this status and fault.
 */
struct yett_workbench_function {
	const char *name; /* NULL ends a table */
	enum yett_status (*call)(void *arg, const struct yett_message *in,
	    struct yett_message *out, struct yett_fault *fault);
};

/*
 * Make a state. `functions` and `arg`, which they get, are lent and must
 * outlive it. They are added to the host table that modules get when a policy
 * loads (host.h), where relative names start from the working directory.
 * YETT_E_NOMEM, YETT_E_LIMIT: no state can be made.
 */
YETT_MUST_USE
enum yett_status yett_workbench_open(struct yett_workbench **out,
    const struct yett_workbench_function *functions, void *arg,
    struct yett_fault *fault);

/* NULL is fine. */
void yett_workbench_close(struct yett_workbench *bench);

/*
 * Call `function` of the module, or the module itself when it is NULL, with
 * the host table and the arguments as a table like that of a host function's
 * result. An integer that it returns is written to `result`, 0 for anything
 * else; NULL: it is not wanted.
 *
 * YETT_E_SCRIPT: the module raised.
 * YETT_E_LIMIT:  it used up its memory or time.
 * What a function of the table failed with, if that ended the call.
 */
YETT_MUST_USE
enum yett_status
yett_workbench_run(struct yett_workbench *bench, const char *module,
    const char *function, const struct yett_message *arguments, int *result,
    struct yett_fault *fault);

/* For functions of the table: from now on the module may use `time` more
 * nanoseconds of CPU, until the next call of this; 0: its usual time. */
void yett_workbench_hurry(struct yett_workbench *bench, uint64_t time);

#endif
