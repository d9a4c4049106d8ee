/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evaluate.h - evaluates an expression of the policy language about one
 * request.
 */
#ifndef YETT_TOOLS_EVALUATE_H
#define YETT_TOOLS_EVALUATE_H

#include "base/status.h"
#include "policy/facts.h"
#include "yett_tools.h"

/* yett_policy_evaluate() of yett_tools.h about `request`; what was looked at is
 * added to *read. */
YETT_MUST_USE
enum yett_status yett_policy_evaluate_about(struct yett_policy *policy,
    const char *text, const struct yett_request *request, char *out,
    size_t size, uint32_t *read, struct yett_fault *fault);

#endif
