/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide_path.h - what the rules and the function decide for one reading of a
 * path.
 *
 * Private to decide_request.c, which knows the site of the request and the
 * readings.
 */
#ifndef YETT_POLICY_DECIDE_PATH_H
#define YETT_POLICY_DECIDE_PATH_H

#include "policy/decide.h"

/* Decide the request by its path alone. out->site is set, out->verdict refuses,
 * and facts are added to out->read. */
void yett_decide_path(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out);

#endif
