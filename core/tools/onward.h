/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onward.h - what becomes of a request that is allowed, short of sending it:
 * whether the gateway answers after all, how long its body may be, to which
 * protocols it may switch. For explain; asks the functions that forwarding
 * asks.
 */
#ifndef YETT_TOOLS_ONWARD_H
#define YETT_TOOLS_ONWARD_H

#include "request/forward.h"

struct yett_onward {
	bool is_answered; /* by the gateway, with `answer` */
	bool close;
	struct yett_answer answer;
	/* Of a body, in bytes; 0: none, or nobody wants to know, for no rule
	 * says so and the request is not of those that have one. */
	uint64_t body_limit;
	struct yett_buf protocols; /* a list; empty: the head's Upgrade ends */
	const char *no_upgrade;    /* here, for this reason; NULL: none came */
};

/* Understand an allowed request. `out` points into `rule` and static text, and
 * is to be cleared. YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status
yett_onward_read(struct yett_onward *out, const struct yett_settings *settings,
    const struct yett_rule *rule, const struct yett_head *head);

/* Free what it holds. */
void yett_onward_clear(struct yett_onward *onward);

#endif
