/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decision_trace.h - the words in which the decision of a request tells its
 * steps.
 *
 * Every function is nothing when its trace is NULL.
 */
#ifndef YETT_POLICY_DECISION_TRACE_H
#define YETT_POLICY_DECISION_TRACE_H

#include "policy/decide.h"
#include "policy/judge.h"

/* Step "client": what the client sent, and how it fared against the rule. */
void yett_decision_trace_client(const struct yett_trace *trace,
    const struct yett_request *request, const struct yett_judgement *judgement);

/* Steps "request" and "need": which rule it is, and what that wants. */
void yett_decision_trace_rule(const struct yett_trace *trace,
    const struct yett_generation *gen, const struct yett_request *request,
    const struct yett_rule *rule);

/* Step "request" of one that is not for the site of its connection. */
void yett_decision_trace_misdirected(const struct yett_trace *trace,
    const struct yett_request *request);

/* Step "decision": what becomes of the request. */
void yett_decision_trace_decision(const struct yett_trace *trace,
    const struct yett_decision *decision);

#endif
