/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/evaluate.h"

#include "policy/judge.h"
#include "tools/hello_facts.h"
#include "tools/loaded_policy.h"
#include "tools/synthetic_request.h"

enum yett_status
yett_policy_evaluate_about(struct yett_policy *policy, const char *text,
    const struct yett_request *request, char *out, size_t size, uint32_t *read,
    struct yett_fault *fault)
{
	const struct yett_generation *gen = policy->loaded.gen;
	const struct yett_site *site = yett_generation_site(gen,
	    request->hello->sni);
	bool verified = false;

	if (site != NULL)
		verified = yett_judge_peer(gen,
			       &yett_site_rule(site, request->path)->trusts,
			       &request->peer)
			       .verified != NULL;
	/* The view of a request tells what its site says. */
	return yett_instance_evaluate(policy->instance, yett_slice_of(text),
	    request->hello, site, site != NULL ? request : NULL, verified, out,
	    size, read, fault);
}

/* About a hello, or nothing. */
static enum yett_status
evaluate_alone(struct yett_policy *policy, const char *text,
    const struct yett_http_request *about, char *out, size_t size,
    struct yett_fault *fault)
{
	struct yett_hello_facts facts;
	enum yett_status status = YETT_OK;
	uint32_t read = 0;

	if (about != NULL)
		status = yett_hello_facts_read(&facts, &about->hello, fault);
	return status != YETT_OK
	    ? status
	    : yett_instance_evaluate(policy->instance, yett_slice_of(text),
		  about != NULL ? &facts.hello : NULL, NULL, NULL, false, out,
		  size, &read, fault);
}

/* About a request on a connection that was asked as the policy says, or not at
 * all. */
static enum yett_status
evaluate_request(struct yett_policy *policy, const char *text,
    bool was_not_asked, struct yett_synthetic_request *synthetic, char *out,
    size_t size, struct yett_fault *fault)
{
	const struct yett_functions *functions = yett_instance_functions(
	    policy->instance);
	struct yett_hello_decision hello;
	struct yett_plan_facts facts;
	struct yett_refusal refusal;
	struct yett_request request;
	enum yett_status status = YETT_OK;
	uint32_t read = 0;

	if (was_not_asked)
		yett_synthetic_request_not_asked(synthetic);
	else
		status = yett_synthetic_request_handshake(synthetic,
		    policy->loaded.gen, functions, &hello);
	if (status != YETT_OK)
		return status;
	yett_synthetic_request_hide(synthetic);
	facts = yett_synthetic_request_facts(synthetic, policy->loaded.gen,
	    functions);
	if (!yett_raw_request_facts(&synthetic->raw, &facts, &request,
		&refusal))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "there is no such request: %s", refusal.why);
	return yett_policy_evaluate_about(policy, text, &request, out, size,
	    &read, fault);
}

enum yett_status
yett_policy_evaluate(struct yett_policy *policy, const char *text,
    const struct yett_http_request *about, char *out, size_t size,
    struct yett_fault *fault)
{
	struct yett_synthetic_request synthetic;
	enum yett_status status;

	if (about == NULL || about->target == NULL)
		return evaluate_alone(policy, text, about, out, size, fault);
	status = yett_synthetic_request_read(&synthetic, about, fault);
	if (status != YETT_OK)
		return status;
	status = evaluate_request(policy, text, about->was_not_asked != 0,
	    &synthetic, out, size, fault);
	yett_synthetic_request_clear(&synthetic);
	return status;
}
