/* SPDX-License-Identifier: Apache-2.0 */
/* Implements yett_policy_ask_hello() and yett_policy_ask_request() of yett.h:
 * public facts become those of policy/, the decision becomes public words. */
#include <stdio.h>

#include "policy/place.h"
#include "request/answer.h"
#include "tools/hello_facts.h"
#include "tools/loaded_policy.h"
#include "tools/synthetic_request.h"

/* --- hellos --- */

static void
write_rule(char *out, size_t size, const struct yett_rule *rule)
{
	char place[YETT_PLACE_TEXT];

	if (rule == NULL)
		out[0] = '\0';
	else
		snprintf(out, size, "%.*s (%s)", YETT_ARG(rule->label),
		    yett_place_write(place, sizeof(place), &rule->place));
}

static enum yett_handshake_need
public_need(const struct yett_hello_decision *decision)
{
	if (decision->action != YETT_HANDSHAKE_GO)
		return YETT_HANDSHAKE_REFUSED;
	switch (decision->need) {
	case YETT_NEED_NONE: return YETT_HANDSHAKE_NEED_NONE;
	case YETT_NEED_REQUEST: return YETT_HANDSHAKE_NEED_REQUEST;
	case YETT_NEED_REQUIRE: break;
	}
	return YETT_HANDSHAKE_NEED_REQUIRE;
}

enum yett_status
yett_policy_ask_hello(struct yett_policy *policy,
    const struct yett_client_hello *hello, struct yett_handshake_outcome *out,
    struct yett_fault *fault)
{
	struct yett_hello_decision decision;
	struct yett_hello_facts facts;
	enum yett_status status = yett_hello_facts_read(&facts, hello, fault);

	if (status != YETT_OK)
		return status;
	yett_decide_hello(policy->loaded.gen,
	    yett_instance_functions(policy->instance), &facts.hello, NULL,
	    &decision);
	*out = (struct yett_handshake_outcome){ .need = public_need(
						    &decision) };
	if (decision.site != NULL)
		snprintf(out->site, sizeof(out->site), "%.*s",
		    YETT_ARG(decision.site->name));
	write_rule(out->because, sizeof(out->because), decision.because);
	return YETT_OK;
}

/* --- requests --- */

static void
write_outcome(const struct yett_decision *decision,
    struct yett_request_outcome *out)
{
	struct yett_answer answer;

	*out = (struct yett_request_outcome){ 0 };
	write_rule(out->rule, sizeof(out->rule), decision->rule);
	snprintf(out->why, sizeof(out->why), "%.*s", YETT_ARG(decision->why));
	if (decision->verdict == YETT_VERDICT_ALLOW)
		return;
	yett_answer_for(decision, &answer);
	out->status = answer.status;
	if (answer.reason != YETT_REASON_NONE)
		snprintf(out->reason, sizeof(out->reason), "%s",
		    yett_reason_name(answer.reason));
	snprintf(out->cause, sizeof(out->cause), "%s",
	    yett_cause_name(answer.cause));
}

enum yett_status
yett_policy_ask_request(struct yett_policy *policy,
    const struct yett_http_request *from, struct yett_request_outcome *out,
    struct yett_fault *fault)
{
	struct yett_synthetic_request synthetic;
	struct yett_decision decision;
	enum yett_status status;

	if (from->target == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "a target is needed");
	status = yett_synthetic_request_ask(&synthetic, policy->loaded.gen,
	    yett_instance_functions(policy->instance), from, fault);
	if (status != YETT_OK)
		return status;
	yett_decide_request(policy->loaded.gen,
	    yett_instance_functions(policy->instance), &synthetic.request, NULL,
	    &decision);
	write_outcome(&decision, out);
	yett_synthetic_request_clear(&synthetic);
	return YETT_OK;
}
