/* SPDX-License-Identifier: Apache-2.0 */
/*
 * function_trace.h - records what each function of a policy returned last.
 */
#ifndef YETT_TOOLS_FUNCTION_TRACE_H
#define YETT_TOOLS_FUNCTION_TRACE_H

#include "policy/decide.h"

struct yett_function_trace {
	const struct yett_functions *functions; /* lent */
	/* "ask.none", "deny", "nothing", "an error" and so on; static. NULL: it
	 * was not called. */
	const char *hello, *request;
};

/* Begin to trace `functions`: decide with the result instead, which lends the
 * trace. No function was called yet. */
struct yett_functions
yett_function_trace_functions(struct yett_function_trace *trace,
    const struct yett_functions *functions);

#endif
