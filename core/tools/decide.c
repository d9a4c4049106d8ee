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
public_need(const struct yett_hello *hello,
    const struct yett_hello_decision *decision)
{
	struct yett_gate_refusal refusal;

	if (!yett_gate_decision(hello, decision, &refusal) ||
	    !yett_gate_protocol(hello, decision->site, &refusal))
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
	*out = (struct yett_handshake_outcome){
		.need = public_need(&facts.hello, &decision)
	};
	if (decision.site != NULL)
		snprintf(out->site, sizeof(out->site), "%.*s",
		    YETT_ARG(decision.site->name));
	write_rule(out->because, sizeof(out->because), decision.because);
	return YETT_OK;
}

/* --- requests --- */

/* The connection is cut: there is no answer that could be sent. */
#define CUT 444

static void
write_reason(struct yett_request_outcome *out, enum yett_reason reason,
    enum yett_cause cause)
{
	if (reason != YETT_REASON_NONE)
		snprintf(out->reason, sizeof(out->reason), "%s",
		    yett_reason_name(reason));
	snprintf(out->cause, sizeof(out->cause), "%s", yett_cause_name(cause));
}

static void
write_end(const struct yett_hello_decision *hello,
    const struct yett_synthetic_end *end, struct yett_request_outcome *out)
{
	*out = (struct yett_request_outcome){ .status = CUT };
	write_reason(out, end->judgement.reason, end->judgement.cause);
	write_rule(out->rule, sizeof(out->rule), hello->because);
	snprintf(out->why, sizeof(out->why), "%s", end->why);
}

static void
write_plan(const struct yett_plan *plan, struct yett_request_outcome *out)
{
	const struct yett_answer *answer = &plan->answer;
	struct yett_slice why = YETT_SLICE_NONE;

	*out = (struct yett_request_outcome){ 0 };
	if (plan->is_decided) {
		write_rule(out->rule, sizeof(out->rule), plan->decision.rule);
		why = plan->decision.why;
	}
	if (plan->action == YETT_PLAN_REFUSE)
		why = answer->detail;
	snprintf(out->why, sizeof(out->why), "%.*s", YETT_ARG(why));
	if (plan->action == YETT_PLAN_FORWARD)
		return;
	out->status = answer->status;
	write_reason(out, answer->reason, answer->cause);
}

/* On a connection that was asked as the policy says, or not at all. */
static enum yett_status
decide(struct yett_policy *policy, const struct yett_http_request *from,
    struct yett_synthetic_request *synthetic, struct yett_request_outcome *out)
{
	const struct yett_generation *gen = policy->loaded.gen;
	const struct yett_functions *functions = yett_instance_functions(
	    policy->instance);
	struct yett_hello_decision hello;
	struct yett_plan_facts facts;
	struct yett_synthetic_end end;
	enum yett_status status = YETT_OK;
	struct yett_plan plan;

	if (from->was_not_asked)
		yett_synthetic_request_not_asked(synthetic);
	else
		status = yett_synthetic_request_handshake(synthetic, gen,
		    functions, &hello);
	if (status != YETT_OK)
		return status;
	yett_synthetic_request_hide(synthetic);
	if (!from->was_not_asked &&
	    !yett_synthetic_request_completes(synthetic, gen, &hello, &end)) {
		write_end(&hello, &end, out);
		return YETT_OK;
	}
	facts = yett_synthetic_request_facts(synthetic, gen, functions);
	yett_raw_request_plan(&synthetic->raw, &facts, &plan);
	write_plan(&plan, out);
	return YETT_OK;
}

enum yett_status
yett_policy_ask_request(struct yett_policy *policy,
    const struct yett_http_request *from, struct yett_request_outcome *out,
    struct yett_fault *fault)
{
	struct yett_synthetic_request synthetic;
	enum yett_status status;

	if (from->target == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "a target is needed");
	status = yett_synthetic_request_read(&synthetic, from, fault);
	if (status != YETT_OK)
		return status;
	status = decide(policy, from, &synthetic, out);
	yett_synthetic_request_clear(&synthetic);
	return status;
}
