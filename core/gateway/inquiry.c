/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/inquiry.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "gateway/supposed.h"
#include "http/host.h"
#include "io/address.h"
#include "policy/judge.h"
#include "policy/place.h"
#include "request/answer.h"
#include "rollout/load.h"

enum yett_status
yett_policy_load(struct yett_policy **out, const char *path,
    const struct yett_report *report, struct yett_fault *fault)
{
	struct yett_policy *policy = calloc(1, sizeof(*policy));
	enum yett_status status;

	if (policy == NULL)
		return YETT_E_NOMEM;
	status = yett_load_reported(&policy->loaded, path, report, NULL, fault);
	if (status == YETT_OK)
		status = yett_instance_open(&policy->instance,
		    policy->loaded.source, fault);
	if (status != YETT_OK) {
		yett_policy_free(policy);
		return status;
	}
	*out = policy;
	return YETT_OK;
}

void
yett_policy_free(struct yett_policy *policy)
{
	if (policy == NULL)
		return;
	yett_instance_close(policy->instance);
	yett_credentials_close(policy->credentials);
	yett_loaded_clear(&policy->loaded);
	free(policy);
}

bool
yett_policy_knows_trusts(struct yett_policy *policy)
{
	return policy->credentials != NULL ||
	    yett_credentials_open_trusts(&policy->credentials,
		policy->loaded.gen, NULL) == YETT_OK;
}

/* --- facts --- */

static enum yett_status
read_address(const char *text, struct yett_ip *out, struct yett_fault *fault)
{
	struct yett_address address;
	enum yett_status status = yett_address_parse(&address,
	    yett_slice_of(text == NULL ? "127.0.0.1" : text), 0, fault);

	if (status == YETT_OK)
		yett_address_mapped(&address, out->byte);
	return status;
}

enum yett_status
yett_hello_facts_read(struct yett_hello_facts *out,
    const struct yett_client_hello *from, struct yett_fault *fault)
{
	struct yett_refusal refusal;

	*out = (struct yett_hello_facts){ .hello = {
					      .alpn = out->alpn,
					      .version = from->version == 0
						  ? 0x0304
						  : (uint16_t)from->version,
					      .now = yett_clock_wall(),
					  } };
	if (from->alpn_count > YETT_HELLO_FACTS_ALPN)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "more than %d ALPN names", YETT_HELLO_FACTS_ALPN);
	for (size_t i = 0; i < from->alpn_count; i++)
		out->alpn[i] = yett_slice_of(from->alpn[i]);
	out->hello.alpn_count = (uint32_t)from->alpn_count;
	if (from->server_name != NULL && from->server_name[0] != '\0') {
		if (!yett_host_parse_sni(&out->name,
			yett_slice_of(from->server_name), &refusal))
			return yett_fail(fault, YETT_E_ARGUMENT,
			    "\"%s\" is no server name: %s", from->server_name,
			    refusal.why);
		out->hello.sni = yett_host_name(&out->name);
	}
	return read_address(from->client_address, &out->hello.client_ip, fault);
}

/* --- words --- */

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

/* The request with its hello, on a connection that was asked as the policy
 * says. Cleared with yett_supposed_clear(), unless this fails. */
static enum yett_status
suppose(struct yett_supposed *out, struct yett_policy *policy,
    const struct yett_http_request *from, struct yett_fault *fault)
{
	struct yett_hello_decision hello;
	enum yett_status status = yett_suppose_request(out, from, fault);

	if (status != YETT_OK)
		return status;
	if (!from->was_not_asked)
		status = yett_supposed_shake(out, policy->loaded.gen,
		    yett_instance_functions(policy->instance), &hello);
	yett_supposed_hide(out);
	if (status != YETT_OK)
		yett_supposed_clear(out);
	return status;
}

enum yett_status
yett_policy_ask_request(struct yett_policy *policy,
    const struct yett_http_request *from, struct yett_request_outcome *out,
    struct yett_fault *fault)
{
	struct yett_supposed supposed;
	struct yett_decision decision;
	enum yett_status status;

	if (from->target == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "a target is needed");
	status = suppose(&supposed, policy, from, fault);
	if (status != YETT_OK)
		return status;
	yett_decide_request(policy->loaded.gen,
	    yett_instance_functions(policy->instance), &supposed.request, NULL,
	    &decision);
	write_outcome(&decision, out);
	yett_supposed_clear(&supposed);
	return YETT_OK;
}

/* --- expressions --- */

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

enum yett_status
yett_policy_evaluate(struct yett_policy *policy, const char *text,
    const struct yett_http_request *about, char *out, size_t size,
    struct yett_fault *fault)
{
	struct yett_supposed supposed;
	enum yett_status status;
	uint32_t read = 0;

	if (about == NULL || about->target == NULL)
		return evaluate_alone(policy, text, about, out, size, fault);
	status = suppose(&supposed, policy, about, fault);
	if (status != YETT_OK)
		return status;
	status = yett_policy_evaluate_about(policy, text, &supposed.request,
	    out, size, &read, fault);
	yett_supposed_clear(&supposed);
	return status;
}
