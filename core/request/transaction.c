/* SPDX-License-Identifier: Apache-2.0 */
#include "request/transaction.h"

#include "request/request.h"
#include "request/transaction_answer.h"
#include "request/transaction_log.h"

void
yett_transaction_init(struct yett_transaction *transaction,
    struct yett_context *context, const struct yett_downstream *downstream,
    const struct yett_responder *responder, void *arg)
{
	*transaction = (struct yett_transaction){
		.context = context,
		.downstream = downstream,
		.responder = responder,
		.arg = arg,
	};
}

/* --- the beginning --- */

/* Pin it, and begin to take notes. */
static void
begin(struct yett_transaction *transaction,
    const struct yett_transaction_start *start)
{
	transaction->pinned = yett_context_rollout(transaction->context);
	yett_rollout_pin(transaction->pinned);
	transaction->is_open = true;
	transaction->is_tunnel = false;
	transaction->terms = (struct yett_pace_terms){ .is_set = false };
	transaction->body_done = true;
	transaction->head_sent = transaction->response_done = false;
	transaction->head_only = transaction->html = false;
	transaction->began = start->began;
	yett_transaction_log_begin(transaction, start->protocol);
}

static void
read_head(struct yett_transaction *transaction, const struct yett_head *head)
{
	const struct yett_field *accept = yett_field_find(head->field,
	    head->field_count, YETT_FIELD_ACCEPT);

	transaction->head_only = head->method_id == YETT_METHOD_HEAD;
	transaction->html = accept != NULL &&
	    yett_answer_prefers_html(accept->value);
	transaction->takes_trailers = head->takes_trailers;
	transaction->keeps_trailers = !head->names_fields;
	transaction->body_done = head->framing == YETT_FRAMING_NONE ||
	    (head->framing == YETT_FRAMING_LENGTH && head->length == 0);
	transaction->expects = head->expect_continue && !transaction->body_done;
}

static struct yett_slice
without_query(struct yett_slice target)
{
	const char *mark = memchr(target.at, '?', target.len);

	if (mark != NULL)
		target.len = (size_t)(mark - target.at);
	return target;
}

static void
note_target(struct yett_transaction *transaction, const struct yett_head *head,
    const struct yett_request_target *target)
{
	if (target == NULL)
		yett_transaction_log_request(transaction, head->method,
		    without_query(head->target), head->host);
	else
		yett_transaction_log_request(transaction, head->method,
		    target->uri.path, yett_host_name(&target->host));
}

static void
log_refusal(const struct yett_transaction *transaction,
    const struct yett_plan *plan)
{
	yett_transaction_log_refusal(transaction,
	    yett_host_name(&plan->target.host), plan->target.uri.path,
	    &plan->decision);
}

/* The rules refuse it, or send it elsewhere. */
static void
answer_as_decided(struct yett_transaction *transaction,
    const struct yett_plan *plan)
{
	struct yett_access *access = &transaction->access;

	access->reason = plan->decision.reason;
	access->cause = plan->decision.cause;
	if (plan->decision.verdict == YETT_VERDICT_REFUSE)
		log_refusal(transaction, plan);
	if (plan->action == YETT_PLAN_ANSWER) {
		yett_transaction_answer(transaction, &plan->answer,
		    plan->ends_connection);
		return;
	}
	access->status = plan->answer.status;
	access->win32 = yett_ending_win32(YETT_ENDING_STOPPED);
	yett_transaction_abort(transaction, YETT_ABORT_POLICY);
}

static void
carry_out(struct yett_transaction *transaction, const struct yett_head *head,
    const struct yett_plan *plan)
{
	if (plan->is_decided) {
		yett_transaction_log_decision(transaction, &plan->decision);
		if (plan->decision.shadow != YETT_REASON_NONE)
			log_refusal(transaction, plan);
	}
	switch (plan->action) {
	case YETT_PLAN_REFUSE:
		yett_transaction_answer_fault(transaction, &plan->answer);
		return;
	case YETT_PLAN_ANSWER:
	case YETT_PLAN_CUT: answer_as_decided(transaction, plan); return;
	case YETT_PLAN_FORWARD:
		yett_transaction_forward(transaction, head, plan);
		return;
	}
}

/* In clear text nothing is decided. */
static void
redirect(struct yett_transaction *transaction, const struct yett_head *head)
{
	const struct yett_downstream *downstream = transaction->downstream;
	const struct yett_rollout *rollout = transaction->pinned->rollout;
	struct yett_scratch *scratch = &transaction->context->scratch;
	struct yett_slice sni = yett_session_hello(downstream->session)->sni;
	uint16_t port = downstream->redirect_port != 0
	    ? downstream->redirect_port
	    : yett_rollout_https_port(rollout);
	struct yett_request_target target;
	struct yett_refusal refusal;
	struct yett_answer answer;
	bool is_read = yett_plan_read(rollout->gen, sni, head, &scratch->path,
	    &target, &refusal);

	note_target(transaction, head, is_read ? &target : NULL);
	if (!is_read ||
	    !yett_request_redirect(rollout->gen, head, &target, port,
		&scratch->text, &answer, &refusal)) {
		yett_transaction_answer_plain(transaction, refusal.status,
		    refusal.why);
		return;
	}
	transaction->access.site = yett_generation_site(rollout->gen,
	    yett_host_name(&target.host))
				       ->name;
	yett_transaction_answer(transaction, &answer, false);
}

void
yett_transaction_begin(struct yett_transaction *transaction,
    const struct yett_transaction_start *start, const struct yett_head *head)
{
	const struct yett_downstream *downstream = transaction->downstream;
	struct yett_plan plan;

	begin(transaction, start);
	read_head(transaction, head);
	if (yett_session_is_clear(downstream->session)) {
		redirect(transaction, head);
		return;
	}
	yett_request_plan(transaction->context, transaction->pinned,
	    downstream->session, head,
	    &(struct yett_request_name){ downstream->id,
		transaction->access.id },
	    &transaction->protocols, &plan);
	note_target(transaction, head, plan.is_decided ? &plan.target : NULL);
	carry_out(transaction, head, &plan);
}

void
yett_transaction_refuse(struct yett_transaction *transaction,
    const struct yett_transaction_start *start,
    const struct yett_refusal *refusal)
{
	begin(transaction, start);
	yett_transaction_answer_plain(transaction, refusal->status,
	    refusal->why);
}

static const struct yett_refusal late = { 408,
	"The request did not arrive in time." };

void
yett_transaction_refuse_late_head(struct yett_transaction *transaction,
    const struct yett_transaction_start *start)
{
	begin(transaction, start);
	yett_transaction_log_ending(transaction, YETT_ENDING_HEAD_TIMEOUT);
	yett_transaction_answer_plain(transaction, late.status, late.why);
}

/* --- time and the end --- */

enum yett_wait
yett_transaction_waits_for(const struct yett_transaction *transaction)
{
	if (transaction->is_tunnel)
		return YETT_WAIT_TUNNEL;
	/* Nobody has to send a body before he is told to. */
	return yett_transaction_wants_body(transaction) && !transaction->expects
	    ? YETT_WAIT_BODY
	    : YETT_WAIT_UPSTREAM;
}

void
yett_transaction_expire(struct yett_transaction *transaction,
    enum yett_wait waits)
{
	switch (waits) {
	case YETT_WAIT_BODY:
		yett_transaction_log_ending(transaction,
		    YETT_ENDING_BODY_TIMEOUT);
		yett_transaction_break(transaction, late.status, late.why);
		return;
	case YETT_WAIT_TUNNEL:
		yett_transaction_log_ending(transaction,
		    YETT_ENDING_TUNNEL_TIMEOUT);
		yett_transaction_end(transaction);
		return;
	case YETT_WAIT_IDLE:
	case YETT_WAIT_HEAD:
	case YETT_WAIT_READER:
	case YETT_WAIT_UPSTREAM: break;
	}
	yett_transaction_log_ending(transaction, YETT_ENDING_READER_TIMEOUT);
	yett_transaction_abort(transaction, YETT_ABORT_FAILED);
}

void
yett_transaction_abandon(struct yett_transaction *transaction,
    enum yett_ending ending)
{
	yett_transaction_log_ending(transaction, ending);
	yett_transaction_end(transaction);
}
