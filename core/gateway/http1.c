/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1.h"

#include "gateway/http1_answer.h"
#include "gateway/http1_bytes.h"
#include "gateway/http1_redirect.h"
#include "gateway/http1_tunnel.h"
#include "gateway/http1_upstream.h"
#include "http/login.h"
#include "request/forward.h"
#include "request/forward_proxy.h"

/* Steps in a row before other connections get their turn. */
#define TURN_STEPS 64

/* A server that ends a connection ends the login with it, and so do we: between
 * requests at once. */
static void
on_login_lost(void *arg)
{
	struct yett_http1 *http1 = arg;

	if (http1->state == YETT_HTTP1_HEAD)
		http1->on_progress(http1->arg);
}

void
yett_http1_init(struct yett_http1 *http1)
{
	yett_login_links_init(&http1->logins, on_login_lost, http1);
	http1->state = YETT_HTTP1_HEAD;
	http1->body_done = true;
	http1->readable = true; /* the handshake may have read ahead */
}

/* A body that only the connection's end ends: what ends early must not look
 * whole (RFC 9112, section 8). There is no close_notify then, but too many
 * clients do not mind; none takes a reset for an end. */
static bool
looks_whole(const struct yett_http1 *http1)
{
	return http1->framing == YETT_FRAMING_TO_END &&
	    (http1->pinned != NULL || yett_buf_len(&http1->out) > 0 ||
		yett_session_wants_write(http1->session));
}

void
yett_http1_clear(struct yett_http1 *http1)
{
	if (looks_whole(http1))
		http1->reset = true;
	yett_http1_blame(http1, YETT_ENDING_CLIENT_LEFT);
	yett_http1_end_request(http1);
	yett_login_links_clear(&http1->logins);
	yett_buf_clear(&http1->in);
	yett_buf_clear(&http1->out);
}

/* --- the start of a request --- */

/* The rules refuse it, or send it elsewhere. */
static void
answer_as_decided(struct yett_http1 *http1, const struct yett_plan *plan)
{
	const struct yett_decision *decision = &plan->decision;

	http1->access.reason = decision->reason;
	http1->access.cause = decision->cause;
	if (decision->verdict == YETT_VERDICT_REFUSE)
		yett_http1_log_refusal(http1, &plan->target, decision);
	if (plan->action == YETT_PLAN_CUT)
		yett_http1_cut(http1, &plan->answer);
	else
		yett_http1_answer(http1, &plan->answer);
}

/* The head of a link that is this request's alone. */
static enum yett_status
tell_connection(const struct yett_http1 *http1,
    const struct yett_decision *decision)
{
	struct yett_address server;

	if (yett_address_parse(&server, http1->server, http1->server_port,
		NULL) != YETT_OK)
		server = (struct yett_address){ .len = 0 };
	return yett_forward_proxy(http1->session, decision, http1->peer,
	    &server, yett_exchange_out(http1->exchange));
}

static void
forward(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_plan *plan)
{
	const struct yett_rollout *rollout = http1->pinned->rollout;
	const struct yett_decision *decision = &plan->decision;
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);
	struct yett_slice offer = yett_buf_slice(&http1->offer);
	struct yett_exchange_order order = {
		.targets = rollout->targets,
		.upstream = decision->rule->upstream->index,
		.client = http1->peer,
		.is_head = http1->head_only,
		.is_idempotent = yett_method_is_idempotent(head->method_id),
		.offer = offer,
		.is_private = decision->rule->forward.proxy,
		.is_login = yett_login_scheme(head->field, head->field_count) !=
		    NULL,
		.logins = &http1->logins,
		.connect_ms = settings->timeouts.connect,
		.answer_ms = (uint32_t)
		    yett_rule_or_gateway(decision->rule->answer_timeout,
			settings->timeouts.answer),
		.stall_ms = settings->timeouts.stall,
		.on_progress = http1->on_progress,
		.arg = http1->arg,
	};
	enum yett_status status;

	http1->body_limit = plan->body_limit;
	status = yett_exchange_start(&http1->exchange, http1->context->pool,
	    &order);
	if (status == YETT_OK && order.is_private)
		status = tell_connection(http1, decision);
	if (status == YETT_OK)
		status = yett_forward_request(http1->context, http1->session,
		    head, &plan->target, decision, http1->client, offer,
		    yett_exchange_out(http1->exchange));
	if (status != YETT_OK) {
		yett_http1_answer_plain(http1, 503,
		    "The request could not be forwarded.");
		return;
	}
	http1->state = YETT_HTTP1_FORWARD;
	if (http1->body_done) {
		yett_exchange_body_done(http1->exchange);
		(void)yett_exchange_push(http1->exchange);
	}
}

/* Is it the last request that the policy allows on one connection? */
static bool
is_last(const struct yett_http1 *http1)
{
	uint32_t most = yett_generation_settings(http1->pinned->rollout->gen)
			    ->limits.requests_per_connection;

	return most != 0 && http1->answered + 1 >= most;
}

static struct yett_slice
without_query(struct yett_slice target)
{
	const char *mark = memchr(target.at, '?', target.len);

	if (mark != NULL)
		target.len = (size_t)(mark - target.at);
	return target;
}

/* Forget the request before, and begin to take notes. */
static void
begin_notes(struct yett_http1 *http1, const struct yett_head *head)
{
	const struct yett_field *accept = yett_field_find(head->field,
	    head->field_count, YETT_FIELD_ACCEPT);

	http1->pinned = yett_context_rollout(http1->context);
	yett_rollout_pin(http1->pinned);
	yett_http1_name_decision(http1);
	yett_http1_note_connection(http1, head);
	http1->head_sent = false;
	http1->framing = YETT_FRAMING_NONE;
	http1->head_only = head->method_id == YETT_METHOD_HEAD;
	http1->html = accept != NULL && yett_answer_prefers_html(accept->value);
	http1->close = !head->keep_alive || http1->logins.is_lost;
	if (!http1->close && is_last(http1)) {
		http1->close = true;
		yett_count(http1->context->counters, YETT_COUNT_SPENT);
	}
	http1->takes_trailers = head->takes_trailers;
	http1->keeps_trailers = !head->names_fields;
	yett_body_init(&http1->body, head);
	http1->body_done = head->framing == YETT_FRAMING_NONE ||
	    (head->framing == YETT_FRAMING_LENGTH && head->length == 0);
	http1->expects = head->expect_continue && !http1->body_done;
}

static void
carry_out(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_plan *plan)
{
	if (plan->is_decided) {
		yett_http1_note_decision(http1, &plan->decision);
		if (plan->decision.shadow != YETT_REASON_NONE)
			yett_http1_log_refusal(http1, &plan->target,
			    &plan->decision);
	}
	if (plan->ends_connection)
		http1->close = true;
	switch (plan->action) {
	case YETT_PLAN_REFUSE: yett_http1_refuse(http1, &plan->answer); return;
	case YETT_PLAN_ANSWER:
	case YETT_PLAN_CUT: answer_as_decided(http1, plan); return;
	case YETT_PLAN_FORWARD: forward(http1, head, plan); return;
	}
}

static void
note_target(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target)
{
	if (target == NULL)
		yett_http1_note_request(http1, head->method,
		    without_query(head->target), head->host);
	else
		yett_http1_note_request(http1, head->method, target->uri.path,
		    yett_host_name(&target->host));
}

/* In clear text nothing is decided. */
static void
begin_redirect(struct yett_http1 *http1, const struct yett_head *head)
{
	struct yett_request_target target;
	struct yett_refusal refusal;
	bool is_read = yett_plan_read(http1->pinned->rollout->gen,
	    yett_session_hello(http1->session)->sni, head,
	    &http1->context->scratch.path, &target, &refusal);

	note_target(http1, head, is_read ? &target : NULL);
	if (is_read)
		yett_http1_redirect(http1, head, &target);
	else
		yett_http1_answer_plain(http1, refusal.status, refusal.why);
}

/* A head is complete. */
static void
begin_request(struct yett_http1 *http1, const struct yett_head *head)
{
	struct yett_plan plan;

	begin_notes(http1, head);
	if (yett_session_is_clear(http1->session)) {
		begin_redirect(http1, head);
		return;
	}
	yett_request_plan(http1->context, http1->pinned, http1->session, head,
	    &(struct yett_request_name){ http1->connection,
		yett_slice_of(http1->id) },
	    &http1->offer, &plan);
	note_target(http1, head, plan.is_read ? &plan.target : NULL);
	carry_out(http1, head, &plan);
}

static struct yett_head_limits
head_limits(const struct yett_http1 *http1)
{
	const struct yett_settings *settings = yett_generation_settings(
	    http1->context->in_force->rollout->gen);

	return (struct yett_head_limits){ settings->limits.head,
		settings->limits.uri };
}

static uint32_t
field_limit(const struct yett_http1 *http1)
{
	uint32_t fields = yett_generation_settings(
	    http1->context->in_force->rollout->gen)
			      ->limits.fields;

	return fields < YETT_CONTEXT_FIELDS ? fields : YETT_CONTEXT_FIELDS;
}

/* Begin a request of which nothing is known. */
static void
begin_nothing(struct yett_http1 *http1)
{
	const struct yett_head nothing = { .minor = 1 };

	http1->pinned = yett_context_rollout(http1->context);
	yett_rollout_pin(http1->pinned);
	yett_http1_name_decision(http1);
	yett_http1_note_connection(http1, &nothing);
	http1->head_only = http1->html = false;
	http1->body = (struct yett_body){ .ended = true };
}

/* Refuse a head that is no HTTP: there is no request to speak of. */
static void
refuse_head(struct yett_http1 *http1, const struct yett_refusal *refusal)
{
	begin_nothing(http1);
	yett_http1_answer_plain(http1, refusal->status, refusal->why);
}

/* A client that sends requests and does not read what they were answered gets
 * no further ones answered meanwhile: the queue towards it would grow. */
static bool
is_held_back(const struct yett_http1 *http1)
{
	return yett_buf_len(&http1->in) > 0 &&
	    yett_session_wants_write(http1->session);
}

static bool
step_head(struct yett_http1 *http1)
{
	struct yett_head_limits limits;
	struct yett_refusal refusal;
	struct yett_head head;

	if (is_held_back(http1)) {
		http1->full = true; /* step again once all is sent */
		return false;
	}
	if (yett_buf_len(&http1->out) > YETT_HTTP1_OUT &&
	    !yett_http1_write_out(http1))
		return false;
	if (yett_buf_len(&http1->in) == 0 && !yett_http1_read(http1)) {
		if (http1->eof || http1->context->draining ||
		    http1->logins.is_lost)
			http1->state = YETT_HTTP1_ENDED;
		return false;
	}
	if (http1->began == 0)
		http1->began = yett_loop_now(http1->context->loop);
	limits = head_limits(http1);
	yett_head_init(&head, http1->context->scratch.parsed,
	    field_limit(http1));
	switch (yett_head_parse_request(&head, yett_buf_slice(&http1->in),
	    &http1->scanned, &limits, &refusal)) {
	case YETT_PARSE_MORE:
		if (yett_http1_read(http1))
			return true;
		/* Half a head and no more to come: nobody waits for 400. */
		if (http1->eof)
			http1->state = YETT_HTTP1_ENDED;
		return false;
	case YETT_PARSE_DONE:
		http1->scanned = 0;
		begin_request(http1, &head);
		yett_buf_consume(&http1->in, head.len);
		return true;
	case YETT_PARSE_BAD: break;
	}
	refuse_head(http1, &refusal);
	return true;
}

/* --- after a refusal --- */

/* Drop the rest of a refused request's body, within bounds, so that the
 * connection lives on. */
static bool
step_discard(struct yett_http1 *http1)
{
	struct yett_refusal refusal;
	struct yett_slice payload;
	size_t consumed;

	switch (yett_body_next(&http1->body, yett_buf_slice(&http1->in),
	    &payload, &consumed, &refusal)) {
	case YETT_BODY_END:
		yett_buf_consume(&http1->in, consumed);
		http1->body_done = true;
		http1->state = YETT_HTTP1_HEAD;
		return true;
	case YETT_BODY_DATA:
	case YETT_BODY_TRAILER:
	case YETT_BODY_MORE:
		yett_buf_consume(&http1->in, consumed);
		if (consumed > http1->discard) {
			http1->state = YETT_HTTP1_ENDED;
			return true;
		}
		http1->discard -= consumed;
		if (yett_buf_len(&http1->in) > 0 || yett_http1_read(http1))
			return true;
		if (http1->eof)
			http1->state = YETT_HTTP1_ENDED;
		return false;
	case YETT_BODY_BAD: break;
	}
	http1->state = YETT_HTTP1_ENDED;
	return true;
}

/* --- stepping --- */

static bool
step_once(struct yett_http1 *http1)
{
	switch (http1->state) {
	case YETT_HTTP1_HEAD: return step_head(http1);
	case YETT_HTTP1_FORWARD: return yett_http1_step_forward(http1);
	case YETT_HTTP1_TUNNEL: return yett_http1_step_tunnel(http1);
	case YETT_HTTP1_DISCARD: return step_discard(http1);
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return false;
}

bool
yett_http1_step(struct yett_http1 *http1)
{
	struct yett_scratch *scratch = &http1->context->scratch;
	int steps = 0;

	yett_http1_lend(&scratch->spare_in, &http1->in);
	yett_http1_lend(&scratch->spare_out, &http1->out);
	while (steps < TURN_STEPS && step_once(http1))
		steps++;
	if (http1->state != YETT_HTTP1_BROKEN)
		(void)yett_http1_write_out(http1);
	yett_http1_take_back(&scratch->spare_in, &http1->in);
	yett_http1_take_back(&scratch->spare_out, &http1->out);
	return steps == TURN_STEPS;
}

bool
yett_http1_wants_read(const struct yett_http1 *http1)
{
	if (http1->eof)
		return false;
	switch (http1->state) {
	case YETT_HTTP1_HEAD:
		return yett_buf_len(&http1->out) <= YETT_HTTP1_OUT &&
		    !is_held_back(http1);
	case YETT_HTTP1_DISCARD: return true;
	case YETT_HTTP1_FORWARD:
	case YETT_HTTP1_TUNNEL:
		return !http1->body_done &&
		    yett_buf_len(yett_exchange_out(http1->exchange)) <
		    YETT_EXCHANGE_QUEUE;
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return false;
}

void
yett_http1_pause(struct yett_http1 *http1)
{
	if (http1->exchange != NULL)
		yett_exchange_pause(http1->exchange);
}

enum yett_wait
yett_http1_waits_for(const struct yett_http1 *http1)
{
	if (yett_buf_len(&http1->out) > 0 ||
	    yett_session_wants_write(http1->session))
		return YETT_WAIT_READER;
	switch (http1->state) {
	case YETT_HTTP1_HEAD:
		return yett_buf_len(&http1->in) > 0 ? YETT_WAIT_HEAD
						    : YETT_WAIT_IDLE;
	case YETT_HTTP1_DISCARD: return YETT_WAIT_BODY;
	case YETT_HTTP1_FORWARD:
		return yett_http1_wants_read(http1) ? YETT_WAIT_BODY
						    : YETT_WAIT_UPSTREAM;
	case YETT_HTTP1_TUNNEL:
		/* When one side has ended, the other has not for ever. */
		return http1->body_done || http1->origin_ended
		    ? YETT_WAIT_READER
		    : YETT_WAIT_TUNNEL;
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return YETT_WAIT_READER;
}

bool
yett_http1_leaves_bytes(const struct yett_http1 *http1)
{
	return !http1->eof &&
	    (!http1->body_done || http1->readable ||
		yett_buf_len(&http1->in) > 0 ||
		yett_session_pending(http1->session));
}

static void
count_expiry(struct yett_http1 *http1, enum yett_wait waits)
{
	enum yett_expired expired = YETT_EXPIRED_ANSWER;

	switch (waits) {
	case YETT_WAIT_IDLE: expired = YETT_EXPIRED_IDLE; break;
	case YETT_WAIT_HEAD: expired = YETT_EXPIRED_HEAD; break;
	case YETT_WAIT_BODY: expired = YETT_EXPIRED_BODY; break;
	case YETT_WAIT_READER: expired = YETT_EXPIRED_READER; break;
	case YETT_WAIT_TUNNEL: expired = YETT_EXPIRED_TUNNEL; break;
	case YETT_WAIT_UPSTREAM: break;
	}
	yett_count(http1->context->counters, YETT_COUNT_EXPIRED + expired);
}

void
yett_http1_expire(struct yett_http1 *http1)
{
	static const struct yett_refusal late = { 408,
		"The request did not arrive in time." };
	enum yett_wait waits = yett_http1_waits_for(http1);

	count_expiry(http1, waits);
	switch (waits) {
	case YETT_WAIT_IDLE: http1->state = YETT_HTTP1_ENDED; return;
	case YETT_WAIT_HEAD:
		begin_nothing(http1);
		yett_http1_blame(http1, YETT_ENDING_HEAD_TIMEOUT);
		yett_http1_answer_plain(http1, late.status, late.why);
		break;
	case YETT_WAIT_BODY:
		yett_http1_blame(http1, YETT_ENDING_BODY_TIMEOUT);
		if (http1->state == YETT_HTTP1_FORWARD)
			yett_http1_break_body(http1, late.status, late.why);
		else
			http1->state = YETT_HTTP1_ENDED;
		break;
	case YETT_WAIT_TUNNEL:
		yett_http1_blame(http1, YETT_ENDING_TUNNEL_TIMEOUT);
		yett_http1_end_tunnel(http1);
		break;
	case YETT_WAIT_READER:
	case YETT_WAIT_UPSTREAM:
		yett_http1_blame(http1, YETT_ENDING_READER_TIMEOUT);
		yett_http1_fail(http1);
		return;
	}
	(void)yett_http1_write_out(http1);
}

void
yett_http1_drain(struct yett_http1 *http1)
{
	if (http1->state == YETT_HTTP1_HEAD && yett_buf_len(&http1->in) == 0)
		http1->state = YETT_HTTP1_ENDED;
	else
		http1->close = true;
}
