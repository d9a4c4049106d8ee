/* SPDX-License-Identifier: Apache-2.0 */
#include "request/transaction_forward.h"

#include "http/login.h"
#include "request/forward.h"
#include "request/forward_proxy.h"
#include "request/transaction_answer.h"
#include "request/transaction_log.h"

/* --- the request --- */

/* The head of a link that is this request's alone. */
static enum yett_status
tell_connection(const struct yett_transaction *transaction,
    const struct yett_decision *decision)
{
	const struct yett_downstream *downstream = transaction->downstream;
	struct yett_address server;

	if (yett_address_parse(&server, downstream->server,
		downstream->server_port, NULL) != YETT_OK)
		server = (struct yett_address){ .len = 0 };
	return yett_forward_proxy(downstream->session, decision,
	    downstream->peer, &server,
	    yett_exchange_out(transaction->exchange));
}

static void
fill_order(const struct yett_transaction *transaction,
    const struct yett_head *head, const struct yett_plan *plan,
    struct yett_exchange_order *out)
{
	const struct yett_rule *rule = plan->decision.rule;
	const struct yett_rollout *rollout = transaction->pinned->rollout;
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);

	*out = (struct yett_exchange_order){
		.targets = rollout->targets,
		.upstream = rule->upstream->index,
		.client = transaction->downstream->peer,
		.is_head = transaction->head_only,
		.is_idempotent = yett_method_is_idempotent(head->method_id),
		.has_body = !transaction->body_done,
		.expects = transaction->expects,
		.offer = yett_buf_slice(&transaction->protocols),
		.is_private = rule->forward.proxy,
		.is_login = plan->login != NULL,
		/* What many requests share belongs to none of them. */
		.logins = transaction->downstream->is_multiplexed
		    ? NULL
		    : transaction->downstream->logins,
		.limits = yett_plan_head_limits(settings),
		.fields = yett_plan_field_limit(settings, YETT_CONTEXT_FIELDS),
		.connect_ms = settings->timeouts.connect,
		.answer_ms =
		    (uint32_t)yett_rule_or_gateway(rule->answer_timeout,
			settings->timeouts.answer),
		.stall_ms = (uint32_t)yett_rule_or_gateway(rule->stall_timeout,
		    settings->timeouts.stall),
		.on_progress = transaction->responder->on_progress,
		.arg = transaction->arg,
	};
}

/* Whether `head`, either way, is of a login that belongs to a connection, on
 * one that many requests share. */
static bool
needs_http1(const struct yett_transaction *transaction,
    const struct yett_head *head)
{
	return transaction->downstream->is_multiplexed &&
	    yett_login_scheme(head->field, head->field_count) != NULL;
}

/* The client is to come again over HTTP/1.1 (HTTP_1_1_REQUIRED), as Windows
 * has it. */
static void
send_to_http1(struct yett_transaction *transaction)
{
	yett_transaction_log_ending(transaction, YETT_ENDING_LOGIN_NEEDS_HTTP1);
	yett_transaction_close_exchange(transaction);
	yett_transaction_abort(transaction, YETT_ABORT_POLICY);
}

void
yett_transaction_forward(struct yett_transaction *transaction,
    const struct yett_head *head, const struct yett_plan *plan)
{
	struct yett_context *context = transaction->context;
	const struct yett_rule *rule = plan->decision.rule;
	const struct yett_settings *settings = yett_generation_settings(
	    transaction->pinned->rollout->gen);
	struct yett_exchange_order order;
	enum yett_status status;

	if (needs_http1(transaction, head)) {
		send_to_http1(transaction);
		return;
	}
	transaction->body_limit = plan->body_limit;
	transaction->terms = (struct yett_pace_terms){
		.is_set = true,
		.tunnel = (uint32_t)yett_rule_or_gateway(rule->tunnel_timeout,
		    settings->timeouts.tunnel),
		.rate = (uint32_t)yett_rule_or_gateway(rule->rate,
		    settings->limits.rate),
	};
	transaction->outlives_end = rule->client_close ==
	    YETT_CLIENT_CLOSE_IGNORE;
	fill_order(transaction, head, plan, &order);
	status = yett_exchange_start(&transaction->exchange, context->pool,
	    &order);
	if (status == YETT_OK && order.is_private)
		status = tell_connection(transaction, &plan->decision);
	if (status == YETT_OK)
		status = yett_forward_request(context, transaction->downstream,
		    head, plan, transaction->exchange);
	if (status == YETT_OK && transaction->body_done)
		status = yett_exchange_end_body(transaction->exchange,
		    YETT_SLICE_NONE);
	if (status != YETT_OK)
		yett_transaction_answer_plain(transaction, 503,
		    "The request could not be forwarded.");
	else if (transaction->body_done)
		(void)yett_exchange_push(transaction->exchange);
}

/* The link is closed with the exchange. */
void
yett_transaction_break(struct yett_transaction *transaction, unsigned status,
    const char *why)
{
	if (transaction->head_sent) {
		if (transaction->access.error.len == 0)
			transaction->access.error = yett_slice_of(why);
		yett_transaction_abort(transaction, YETT_ABORT_FAILED);
		return;
	}
	yett_transaction_close_exchange(transaction);
	yett_transaction_answer_plain(transaction, status, why);
}

void
yett_transaction_body(struct yett_transaction *transaction,
    struct yett_slice payload)
{
	struct yett_access *access = &transaction->access;

	access->received += payload.len;
	transaction->expects = false;
	if (yett_exchange_send_body(transaction->exchange, payload) != YETT_OK)
		yett_transaction_starve(transaction);
	else if (!transaction->is_tunnel && transaction->body_limit != 0 &&
	    access->received > transaction->body_limit)
		yett_transaction_break(transaction, 413,
		    "The body is longer than is allowed.");
}

void
yett_transaction_body_end(struct yett_transaction *transaction)
{
	struct yett_slice trailers = transaction->keeps_trailers
	    ? yett_buf_slice(&transaction->trailers)
	    : YETT_SLICE_NONE;

	transaction->body_done = true;
	if (yett_exchange_end_body(transaction->exchange, trailers) != YETT_OK)
		yett_transaction_starve(transaction);
}

bool
yett_transaction_wants_body(const struct yett_transaction *transaction)
{
	return transaction->exchange != NULL && !transaction->body_done &&
	    yett_exchange_has_room(transaction->exchange);
}

void
yett_transaction_trailers(struct yett_transaction *transaction,
    struct yett_slice lines)
{
	if (yett_buf_append(&transaction->trailers, lines) != YETT_OK)
		yett_transaction_starve(transaction);
}

/* A head alone can have kept a body out that is here already. */
bool
yett_transaction_send(struct yett_transaction *transaction)
{
	bool had_room;

	if (transaction->exchange == NULL)
		return false;
	had_room = yett_exchange_has_room(transaction->exchange);
	(void)yett_exchange_push(transaction->exchange);
	return !had_room && !transaction->is_tunnel &&
	    !transaction->body_done &&
	    yett_exchange_has_room(transaction->exchange);
}

/* --- the response --- */

/* The upstream failed before its answer's head: say so. */
static void
answer_failure(struct yett_transaction *transaction)
{
	struct yett_answer failure;
	unsigned status = 502;
	const char *why = "The upstream gave no answer that can be forwarded.";

	switch (yett_exchange_failure(transaction->exchange)) {
	case YETT_FAILURE_CONNECT_REFUSED:
		why = "The upstream cannot be reached.";
		break;
	case YETT_FAILURE_TLS:
		why = "No secure connection to the upstream can be made.";
		break;
	case YETT_FAILURE_CONNECT_TIMEOUT:
	case YETT_FAILURE_TLS_TIMEOUT:
	case YETT_FAILURE_ANSWER_TIMEOUT:
		status = 504;
		why = "The upstream did not answer in time.";
		break;
	case YETT_FAILURE_FULL:
	case YETT_FAILURE_EXHAUSTED:
		status = 503;
		why = "The gateway has no room for this request now.";
		break;
	case YETT_FAILURE_UNRESOLVED:
		status = 503;
		why = "The upstream has no address yet.";
		break;
	case YETT_FAILURE_NONE:
	case YETT_FAILURE_RESET:
	case YETT_FAILURE_CLOSED_EARLY:
	case YETT_FAILURE_BAD_RESPONSE:
	case YETT_FAILURE_STALL_TIMEOUT:
	case YETT_FAILURE_BODY_CUT: break;
	}
	yett_transaction_log_failure(transaction);
	yett_transaction_close_exchange(transaction);
	yett_answer_plain(status, why, &failure);
	yett_transaction_answer(transaction, &failure, false);
}

/* The answer was cut: the client must see that it was (RFC 9112, section 8);
 * and a tunnel that is cut on one side is cut on the other. */
static void
cut_response(struct yett_transaction *transaction)
{
	yett_transaction_log_failure(transaction);
	yett_transaction_abort(transaction, YETT_ABORT_FAILED);
}

static void
begin_tunnel(struct yett_transaction *transaction)
{
	struct yett_counters *counters = transaction->context->counters;

	transaction->is_tunnel = true;
	transaction->body_done = transaction->takes_trailers = false;
	yett_count(counters, YETT_COUNT_TUNNELS);
	yett_count(counters, YETT_COUNT_TUNNELS_OPEN);
	/* It may last for days, and a generation has keys and lists. */
	if (yett_transaction_log_alone(transaction))
		yett_transaction_unpin(transaction);
}

static bool
is_of_unknown_length(const struct yett_head *head)
{
	return head->framing == YETT_FRAMING_CHUNKED ||
	    head->framing == YETT_FRAMING_TO_END;
}

static void
begin_response(struct yett_transaction *transaction,
    const struct yett_head *head)
{
	struct yett_response response;

	if (head->status == 101)
		begin_tunnel(transaction);
	if (!is_of_unknown_length(head) || head->names_fields)
		transaction->takes_trailers = false;
	transaction->access.status = head->status;
	transaction->head_sent = true;
	yett_forward_response(transaction->context, head,
	    transaction->takes_trailers, &response);
	response.is_last = transaction->downstream->logins->is_lost;
	transaction->responder->head(transaction->arg, &response);
}

static void
pass_interim(struct yett_transaction *transaction, const struct yett_head *head)
{
	struct yett_response response;

	if (head->status == 100)
		transaction->expects = false;
	yett_forward_response(transaction->context, head, false, &response);
	transaction->responder->interim(transaction->arg, &response);
}

static bool
receive_head(struct yett_transaction *transaction)
{
	const struct yett_head *head;

	/* Interim answers are many and may be large. */
	if (!transaction->responder->has_room(transaction->arg))
		return false;
	switch (yett_exchange_head(transaction->exchange, &head)) {
	case YETT_EXCHANGE_MORE:
	case YETT_EXCHANGE_END: return false;
	case YETT_EXCHANGE_DATA:
		if (needs_http1(transaction, head))
			send_to_http1(transaction);
		else if (head->status < 200 && head->status != 101)
			pass_interim(transaction, head);
		else
			begin_response(transaction, head);
		return true;
	case YETT_EXCHANGE_FAILED: break;
	}
	answer_failure(transaction);
	return true;
}

/* Pass a piece on; returns whether there is room for more. */
static bool
pass_piece(struct yett_transaction *transaction, struct yett_slice payload)
{
	size_t used = transaction->responder->body(transaction->arg, payload);

	if (!transaction->is_open)
		return false;
	transaction->access.bytes += used;
	yett_exchange_consume(transaction->exchange, used);
	return used > 0;
}

/* Of a tunnel, that is the upstream's half: the client hears of it behind the
 * last byte, and may go on sending. */
static bool
end_response(struct yett_transaction *transaction)
{
	struct yett_slice trailers = transaction->takes_trailers
	    ? yett_exchange_trailers(transaction->exchange)
	    : YETT_SLICE_NONE;

	if (!transaction->response_done &&
	    !transaction->responder->end(transaction->arg, trailers))
		return false;
	transaction->response_done = true;
	if (!transaction->is_tunnel || transaction->body_done)
		yett_transaction_end(transaction);
	return !transaction->is_open;
}

static bool
receive_body(struct yett_transaction *transaction)
{
	struct yett_slice payload;
	bool moved = false;

	while (transaction->is_open) {
		if (!transaction->responder->has_room(transaction->arg))
			return moved || !transaction->is_open;
		switch (yett_exchange_body(transaction->exchange, &payload)) {
		case YETT_EXCHANGE_MORE: return moved;
		case YETT_EXCHANGE_DATA:
			if (!pass_piece(transaction, payload))
				return moved || !transaction->is_open;
			break;
		case YETT_EXCHANGE_END:
			return end_response(transaction) || moved;
		case YETT_EXCHANGE_FAILED:
			cut_response(transaction);
			return true;
		}
		moved = true;
	}
	return true;
}

bool
yett_transaction_step(struct yett_transaction *transaction)
{
	if (transaction->exchange == NULL)
		return false;
	return transaction->head_sent ? receive_body(transaction)
				      : receive_head(transaction);
}

void
yett_transaction_pause(struct yett_transaction *transaction)
{
	if (transaction->exchange != NULL)
		yett_exchange_pause(transaction->exchange);
}
