/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include "base/log.h"

static bool
refuse(struct yett_refusal *refusal, unsigned status, const char *why)
{
	*refusal = (struct yett_refusal){ status, why };
	return false;
}

/*
 * The one host of the request: the Host field, which an absolute target must
 * repeat (RFC 9112, section 3.2.2, lets the target win; two names are a trick
 * or a fault). An HTTP/1.0 request without one is for the SNI.
 */
static bool
read_host(const struct yett_head *head, const struct yett_uri *uri,
    struct yett_slice sni, struct yett_host *out, struct yett_refusal *refusal)
{
	struct yett_host authority;

	if (head->host.at != NULL) {
		if (!yett_host_parse(out, head->host, refusal))
			return false;
	} else if (head->minor == 0 && sni.len > 0) {
		if (!yett_host_parse_sni(out, sni, refusal))
			return false;
	} else {
		return refuse(refusal, 400, "the Host field is missing");
	}
	if (uri->form != YETT_URI_ABSOLUTE)
		return true;
	if (!yett_host_parse(&authority, uri->authority, refusal))
		return false;
	if (!yett_slice_eq(yett_host_name(&authority), yett_host_name(out)) ||
	    authority.port != out->port)
		return refuse(refusal, 400,
		    "the target and the Host field name two hosts");
	return true;
}

bool
yett_request_read(const struct yett_generation *gen, struct yett_slice sni,
    const struct yett_head *head, struct yett_buf *path,
    struct yett_request_target *out, struct yett_refusal *refusal)
{
	struct yett_slice folded;

	if (head->method_id == YETT_METHOD_CONNECT ||
	    head->method_id == YETT_METHOD_TRACE)
		return refuse(refusal, 405, "this method is not served here");
	yett_buf_consume(path, yett_buf_len(path));
	/* Twice: the normal path, then its folded form. */
	if (yett_buf_reserve(path, 2 * head->target.len) != YETT_OK)
		return refuse(refusal, 503, "memory is out");
	if (!yett_uri_parse(&out->uri, head->target, head->method_id,
		yett_buf_tail(path), refusal))
		return false;
	out->site = yett_generation_site(gen, sni);
	if (out->site != NULL && out->site->ignore_case &&
	    !yett_uri_fold(&folded, out->uri.path,
		yett_buf_tail(path) + head->target.len, refusal))
		return false;
	return read_host(head, &out->uri, sni, &out->host, refusal);
}

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
		return refuse(refusal, 421,
		    "No site here has the host of the request.");
	yett_buf_consume(url, yett_buf_len(url));
	if (write_url(url, target, port) != YETT_OK)
		return refuse(refusal, 503, "memory is out");
	yett_answer_plain(is_get ? 301 : 308, "This site is in https.", out);
	out->location = yett_buf_slice(url);
	return true;
}

/* A function sees all fields; for anything else the array is not built. */
static void
lend_fields(struct yett_context *context, const struct yett_head *head,
    struct yett_request *request)
{
	for (uint32_t i = 0; i < head->field_count; i++) {
		context->scratch.header[i].name = head->field[i].name;
		context->scratch.header[i].value = head->field[i].value;
	}
	request->header = context->scratch.header;
	request->header_count = head->field_count;
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

/* Decide, and take down what was looked at. */
static void
decide_recorded(struct yett_context *context,
    const struct yett_rollout *rollout, const struct yett_session *session,
    struct yett_request *request, const struct yett_request_name *name,
    struct yett_decision *out)
{
	struct yett_record_source source = { rollout->gen, name->connection,
		yett_session_resumed(session) };
	struct witness witness = { .peer = request->peer };
	struct yett_header_reads reads = { .count = 0 };

	request->peer.verify = verify_noted;
	request->peer.arg = &witness;
	request->header_reads = &reads;
	yett_decide_request(rollout->gen,
	    yett_instance_functions(rollout->instance[context->index]), request,
	    NULL, out);
	yett_recorder_request(&context->recorder, rollout->record, &source,
	    name->id, request, &witness.trusts, out);
}

void
yett_request_decide(struct yett_context *context,
    const struct yett_pinned_rollout *pinned,
    const struct yett_session *session, const struct yett_head *head,
    const struct yett_request_target *target,
    const struct yett_request_name *name, struct yett_decision *out)
{
	const struct yett_instance *instance =
	    pinned->rollout->instance[context->index];
	struct yett_request request = {
		.hello = yett_session_hello(session),
		.asked = *yett_session_asked(session),
		.host = yett_host_name(&target->host),
		.method = head->method,
		.path = target->uri.path,
		.query = target->uri.has_query ? target->uri.query
					       : YETT_SLICE_NONE,
		.now = yett_loop_wall(context->loop),
	};

	yett_peer_facts(yett_session_peer(session),
	    pinned->rollout->credentials, request.now, &request.peer);
	if ((target->site != NULL && target->site->request_function >= 0) ||
	    head->method_id == YETT_METHOD_OPTIONS)
		lend_fields(context, head, &request);
	request.preflight = yett_request_is_preflight(&request);
	if (target->site != NULL && target->site->learns)
		request.learned = yett_learned_has(context->learned,
		    &request.hello->client_ip, request.hello->sni,
		    yett_clock_monotonic());
	if (pinned->rollout->record != NULL)
		decide_recorded(context, pinned->rollout, session, &request,
		    name, out);
	else
		yett_decide_request(pinned->rollout->gen,
		    yett_instance_functions(instance), &request, NULL, out);
	yett_count(context->counters, YETT_COUNT_DECISION + out->reason);
	if (out->reason == YETT_REASON_LATE)
		yett_count(context->counters, YETT_COUNT_LATE + out->cause);
	if (out->shadow != YETT_REASON_NONE)
		yett_count(context->counters, YETT_COUNT_SHADOW + out->shadow);
	if (out->learn > 0)
		yett_learned_add(context->learned, &request.hello->client_ip,
		    request.hello->sni, yett_clock_monotonic(), out->learn);
	if (out->reason == YETT_REASON_POLICY_ERROR) {
		char quoted[512];

		yett_count(context->counters, YETT_COUNT_REQUEST_ERROR);
		yett_log(YETT_LOG_ERROR, "policy-error", "worker=%u error=%s",
		    context->index,
		    yett_log_quote(quoted, sizeof(quoted),
			yett_slice_of(yett_instance_error(instance))));
	}
}
