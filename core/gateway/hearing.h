/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hearing.h - the functions of a policy, overheard: what each said last.
 */
#ifndef YETT_GATEWAY_HEARING_H
#define YETT_GATEWAY_HEARING_H

#include "policy/decide.h"

struct yett_hearing {
	const struct yett_functions *functions; /* lent */
	/* "ask.none", "deny", "nothing", "an error" and so on; static. NULL: it
	 * was not asked. */
	const char *hello, *request;
};

/* Begin to hear `functions`: decide with the result instead, which lends the
 * hearing. Nothing was said yet. */
struct yett_functions yett_hearing_functions(struct yett_hearing *hearing,
    const struct yett_functions *functions);

#endif
