/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.h - records the steps of a decision, for explain.
 *
 * In production the trace is NULL and costs one comparison per step.
 */
#ifndef YETT_POLICY_TRACE_H
#define YETT_POLICY_TRACE_H

#include "policy/rules.h"

struct yett_trace {
	/* One step, e.g. step "ask", text "request, trust \"staff\"". `place`
	 * may be NULL. The text is lent for the call. */
	void (*step)(void *arg, const char *step, const char *text,
	    const struct yett_place *place);
	void *arg;
};

/* Nothing when `trace` is NULL. Text is cut at 512 bytes. */
void yett_trace_step(const struct yett_trace *trace, const char *step,
    const struct yett_place *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
