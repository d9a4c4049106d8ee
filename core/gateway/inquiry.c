/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/inquiry.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "gateway/answer.h"
#include "gateway/load.h"
#include "http/host.h"
#include "http/uri.h"
#include "io/address.h"
#include "policy/place.h"

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

/* A described certificate verifies for the trust of its name, if any. */
static enum yett_verification
verify_description(void *arg, const struct yett_trust *trust)
{
	const char *name = arg;

	return yett_slice_eq(trust->name, yett_slice_of(name))
	    ? YETT_VERIFIED
	    : YETT_VERIFY_UNTRUSTED;
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

/* What the handshake asked for; `ids` is the memory of the result. */
static void
read_asked(struct yett_policy *policy, const struct yett_http_request *request,
    const struct yett_hello_facts *facts, uint64_t *ids, struct yett_asked *out)
{
	struct yett_hello_decision decision;

	*out = (struct yett_asked){ .trust_id = ids };
	if (request->was_not_asked)
		return;
	yett_decide_hello(policy->loaded.gen,
	    yett_instance_functions(policy->instance), &facts->hello, NULL,
	    &decision);
	out->generation = yett_generation_id(policy->loaded.gen);
	out->need = decision.need;
	out->cause = decision.cause;
	out->trust_count = decision.trusts.count;
	for (uint32_t i = 0; i < decision.trusts.count; i++)
		ids[i] = yett_generation_trust(policy->loaded.gen,
		    decision.trusts.index[i])
			     ->id;
}

static enum yett_status
read_target(const struct yett_http_request *from,
    const struct yett_hello_facts *hello, char *scratch, struct yett_host *host,
    struct yett_request *out, struct yett_fault *fault)
{
	struct yett_slice target = yett_slice_of(from->target);
	struct yett_refusal refusal;
	struct yett_uri uri;

	out->method = yett_slice_of(
	    from->method == NULL ? "GET" : from->method);
	if (!yett_uri_parse(&uri, target, yett_method_parse(out->method),
		scratch, &refusal))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%s\" is no request target: %s", from->target,
		    refusal.why);
	out->path = uri.path;
	out->query = uri.has_query ? uri.query : YETT_SLICE_NONE;
	out->host = hello->hello.sni;
	if (from->host == NULL)
		return YETT_OK;
	if (!yett_host_parse(host, yett_slice_of(from->host), &refusal))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%s\" is no host: %s", from->host, refusal.why);
	out->host = yett_host_name(host);
	return YETT_OK;
}

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
	uint32_t trusts = yett_generation_trust_count(policy->loaded.gen);
	struct yett_certificate leaf = { .subject = yett_slice_of(
					     from->certificate_subject) };
	struct yett_peer_facts peer = { &leaf, verify_description, NULL };
	struct yett_request request = { .now = yett_clock_wall() };
	struct yett_decision decision;
	struct yett_hello_facts facts;
	struct yett_host host;
	enum yett_status status = yett_hello_facts_read(&facts, &from->hello,
	    fault);
	uint64_t *ids;
	char *scratch;

	if (status != YETT_OK)
		return status;
	if (from->target == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "a target is needed");
	ids = calloc(trusts + 1, sizeof(ids[0]));
	scratch = malloc(strlen(from->target) + 1);
	if (ids == NULL || scratch == NULL) {
		status = YETT_E_NOMEM;
		goto out;
	}
	status = read_target(from, &facts, scratch, &host, &request, fault);
	if (status != YETT_OK)
		goto out;
	read_asked(policy, from, &facts, ids, &request.asked);
	request.hello = &facts.hello;
	/* A client that was not asked has no way to show a certificate. */
	if (from->certificate_trust != NULL &&
	    request.asked.need != YETT_NEED_NONE) {
		/* Only read through the pointer; see verify_description(). */
		peer.arg = (void *)(uintptr_t)from->certificate_trust;
		request.peer = peer;
	}
	yett_decide_request(policy->loaded.gen,
	    yett_instance_functions(policy->instance), &request, NULL,
	    &decision);
	write_outcome(&decision, out);
out:
	free(ids);
	free(scratch);
	return status;
}
