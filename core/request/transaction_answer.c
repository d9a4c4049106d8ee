/* SPDX-License-Identifier: Apache-2.0 */
#include "request/transaction_answer.h"

#include "request/transaction_log.h"

void
yett_transaction_close_exchange(struct yett_transaction *transaction)
{
	if (transaction->exchange == NULL)
		return;
	/* The rollout that the request is pinned to keeps the text; what is
	 * not pinned has noted it. */
	if (transaction->pinned != NULL)
		transaction->access.upstream = yett_exchange_target(
		    transaction->exchange);
	if (yett_exchange_repeated(transaction->exchange))
		yett_count(transaction->context->counters, YETT_COUNT_REPEATED);
	yett_exchange_close(&transaction->exchange);
}

void
yett_transaction_unpin(struct yett_transaction *transaction)
{
	if (transaction->pinned != NULL)
		yett_context_unpin(transaction->context, transaction->pinned);
	transaction->pinned = NULL;
}

void
yett_transaction_end(struct yett_transaction *transaction)
{
	if (!transaction->is_open)
		return;
	yett_transaction_close_exchange(transaction);
	yett_transaction_log_end(transaction);
	yett_transaction_unpin(transaction);
	transaction->is_open = false;
	yett_buf_clear(&transaction->note);
	yett_buf_clear(&transaction->trailers);
	yett_buf_clear(&transaction->protocols);
}

void
yett_transaction_abort(struct yett_transaction *transaction,
    enum yett_abort how)
{
	yett_transaction_end(transaction);
	transaction->responder->abort(transaction->arg, how);
}

void
yett_transaction_starve(struct yett_transaction *transaction)
{
	yett_context_memory_out(transaction->context,
	    transaction->downstream->client);
	yett_transaction_log_ending(transaction, YETT_ENDING_MEMORY_OUT);
	yett_transaction_abort(transaction, YETT_ABORT_FAILED);
}

_Static_assert(YETT_ANSWER_FIELDS + YETT_LATE_HEADERS_MOST +
	    YETT_RESPONSE_FIELDS_ADDED <=
	YETT_CONTEXT_FIELDS + YETT_CONTEXT_FIELDS_ADDED,
    "the scratch has room for every answer");

static void
give(struct yett_transaction *transaction, const struct yett_answer *answer,
    struct yett_response *response)
{
	struct yett_scratch *scratch = &transaction->context->scratch;
	struct yett_answer_message message = { .field = scratch->forwarded };
	const struct yett_answer_env env = {
		.id = transaction->access.id,
		.date = yett_context_date(transaction->context),
		.html = transaction->html,
	};
	struct yett_access *access = &transaction->access;

	if (yett_answer_write(answer, &env, &scratch->body, &message) !=
	    YETT_OK) {
		yett_transaction_starve(transaction);
		return;
	}
	if (transaction->head_only)
		message.body.len = 0;
	response->status = answer->status;
	response->is_last = response->is_last ||
	    transaction->downstream->logins->is_lost;
	response->field = message.field;
	response->field_count = message.field_count;
	response->framing = YETT_FRAMING_LENGTH;
	transaction->responder->answer(transaction->arg, response,
	    message.body);
	if (!transaction->is_open)
		return; /* the codec could not */
	access->status = answer->status;
	access->substatus = answer->substatus;
	if (answer->win32 != 0)
		access->win32 = answer->win32;
	access->bytes = message.body.len;
	yett_transaction_end(transaction);
}

void
yett_transaction_answer(struct yett_transaction *transaction,
    const struct yett_answer *answer, bool is_last)
{
	struct yett_response response = { .is_last = is_last };

	give(transaction, answer, &response);
}

void
yett_transaction_answer_fault(struct yett_transaction *transaction,
    const struct yett_answer *answer)
{
	struct yett_response response = { .is_suspect = true };

	yett_count_message(transaction->context->counters, answer->status);
	if (transaction->access.error.len == 0)
		transaction->access.error = answer->detail;
	give(transaction, answer, &response);
}

void
yett_transaction_answer_plain(struct yett_transaction *transaction,
    unsigned status, const char *why)
{
	struct yett_answer plain;

	yett_answer_plain(status, why, &plain);
	yett_transaction_answer_fault(transaction, &plain);
}
