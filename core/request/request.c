/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include "base/log.h"
#include "tls/agreed.h"

/* Only what was parsed and is canonical goes into the URL. */
static enum yett_status
write_url(struct yett_buf *out, const struct yett_request_target *target,
    uint16_t port)
{
	enum yett_status status = yett_buf_printf(out, "https://%s",
	    target->host.name);

	if (status == YETT_OK && port != 0 && port != 443)
		status = yett_buf_printf(out, ":%u", port);
	if (status == YETT_OK)
		status = yett_buf_append(out, target->uri.path);
	if (status == YETT_OK && target->uri.has_query)
		status = yett_buf_append(out, YETT_LIT("?"));
	if (status == YETT_OK && target->uri.has_query)
		status = yett_buf_append(out, target->uri.query);
	return status;
}

bool
yett_request_redirect(const struct yett_generation *gen,
    const struct yett_head *head, const struct yett_request_target *target,
    uint16_t port, struct yett_buf *url, struct yett_answer *out,
    struct yett_refusal *refusal)
{
	bool is_get = head->method_id == YETT_METHOD_GET ||
	    head->method_id == YETT_METHOD_HEAD;

	if (!yett_generation_declares(gen, yett_host_name(&target->host)))
		return yett_refuse(refusal, 421,
		    "No site here has the host of the request.");
	yett_buf_consume(url, yett_buf_len(url));
	if (write_url(url, target, port) != YETT_OK)
		return yett_refuse(refusal, 503, "memory is out");
	yett_answer_plain(is_get ? 301 : 308, "This site is in https.", out);
	out->location = yett_buf_slice(url);
	return true;
}

/* A peer whose judgements are noted on their way. */
struct witness {
	struct yett_peer_facts peer;
	struct yett_record_trusts trusts;
};

static enum yett_verification
verify_noted(void *arg, const struct yett_trust *trust)
{
	struct witness *witness = arg;
	enum yett_verification verification =
	    witness->peer.verify(witness->peer.arg, trust);

	yett_record_trusts_add(&witness->trusts, trust, verification);
	return verification;
}

static bool
has_learned(void *arg, const struct yett_hello *hello)
{
	const struct yett_context *context = arg;

	return yett_learned_has(context->learned, &hello->client_ip, hello->sni,
	    yett_clock_monotonic());
}

/* Plan, and take down what was looked at. */
static void
plan_recorded(struct yett_context *context, const struct yett_rollout *rollout,
    const struct yett_session *session, struct yett_plan_facts *facts,
    const struct yett_head *head, const struct yett_request_name *name,
    struct yett_plan *out)
{
	struct yett_record_source source = { rollout->gen, name->connection,
		yett_session_resumed(session),
		yett_agreed_group_name(yett_session_group(session)),
		yett_agreed_signature_name(yett_session_signature(session)) };
	struct witness witness = { .peer = facts->peer };
	struct yett_header_reads reads = { .count = 0 };

	facts->peer.verify = verify_noted;
	facts->peer.arg = &witness;
	facts->header_reads = &reads;
	yett_plan_request(facts, head, out);
	if (out->is_decided)
		yett_recorder_request(&context->recorder, rollout->record,
		    &source, name->id, &out->request, &witness.trusts,
		    &out->decision);
}

/* Count what was decided, and learn of it. */
static void
note_decision(struct yett_context *context,
    const struct yett_instance *instance, const struct yett_hello *hello,
    const struct yett_decision *decision)
{
	char quoted[512];

	yett_count(context->counters, YETT_COUNT_DECISION + decision->reason);
	if (decision->reason == YETT_REASON_LATE)
		yett_count(context->counters,
		    YETT_COUNT_LATE + decision->cause);
	if (decision->shadow != YETT_REASON_NONE)
		yett_count(context->counters,
		    YETT_COUNT_SHADOW + decision->shadow);
	if (decision->learn > 0)
		yett_learned_add(context->learned, &hello->client_ip,
		    hello->sni, yett_clock_monotonic(), decision->learn);
	if (decision->reason != YETT_REASON_POLICY_ERROR)
		return;
	yett_count(context->counters, YETT_COUNT_REQUEST_ERROR);
	yett_log(YETT_LOG_ERROR, "policy-error", "worker=%u error=%s",
	    context->index,
	    yett_log_quote(quoted, sizeof(quoted),
		yett_slice_of(yett_instance_error(instance))));
}

void
yett_request_plan(struct yett_context *context,
    const struct yett_pinned_rollout *pinned,
    const struct yett_session *session, const struct yett_head *head,
    const struct yett_request_name *name, struct yett_buf *protocols,
    struct yett_plan *out)
{
	const struct yett_rollout *rollout = pinned->rollout;
	const struct yett_instance *instance =
	    rollout->instance[context->index];
	struct yett_plan_facts facts = {
		.gen = rollout->gen,
		.functions = yett_instance_functions(instance),
		.hello = yett_session_hello(session),
		.asked = *yett_session_asked(session),
		.now = yett_loop_wall(context->loop),
		.learned = has_learned,
		.learned_arg = context,
		.path = &context->scratch.path,
		.protocols = protocols,
		.header = context->scratch.header,
	};

	yett_peer_facts(yett_session_peer(session), rollout->credentials,
	    facts.now, &facts.peer);
	if (rollout->record != NULL)
		plan_recorded(context, rollout, session, &facts, head, name,
		    out);
	else
		yett_plan_request(&facts, head, out);
	if (out->is_decided)
		note_decision(context, instance, facts.hello, &out->decision);
}
