/* SPDX-License-Identifier: Apache-2.0 */
#include "http/login.h"
#include "http/upgrade.h"
#include "upstream/exchange_state.h"

/* Interim answers before the final one: an origin must not go on for ever. */
#define INTERIM_MOST 32

/* TLS may hold what the socket will not tell of again. True: look again. */
static bool
has_pulled(struct yett_exchange *exchange)
{
	return (exchange->stage == YETT_STAGE_HEAD ||
		   exchange->stage == YETT_STAGE_BODY) &&
	    !exchange->is_at_end && yett_link_pending(exchange->link) &&
	    yett_exchange_receive(exchange);
}

/* The owner saw all that came: wait for more, without a buffer. */
static enum yett_exchange_result
more(struct yett_exchange *exchange)
{
	if (!exchange->is_hungry) {
		exchange->is_hungry = true;
		exchange->progressed = true;
		yett_exchange_watch(exchange);
	}
	yett_link_rest(exchange->link);
	yett_exchange_set_deadline(exchange);
	return YETT_EXCHANGE_MORE;
}

static enum yett_exchange_result
fail_answer(struct yett_exchange *exchange, const char *why)
{
	yett_fail(&exchange->fault, YETT_E_PROTOCOL, "bad answer: %s", why);
	yett_exchange_note_bad_answer(exchange);
	return yett_exchange_fail(exchange, YETT_FAILURE_BAD_RESPONSE);
}

static enum yett_exchange_result
starve(struct yett_exchange *exchange)
{
	yett_fail(&exchange->fault, YETT_E_NOMEM, "out of memory");
	return yett_exchange_fail(exchange, YETT_FAILURE_EXHAUSTED);
}

/* May the link carry another exchange after this answer? */
static bool
stays_open(const struct yett_exchange *exchange)
{
	return exchange->head.keep_alive && !exchange->is_tunnel &&
	    exchange->head.framing != YETT_FRAMING_TO_END;
}

/* Does a login belong to the connection? It may be the answer that says so
 * first. One whose link ends is lost, which the owner tells its client. */
static void
see_login(struct yett_exchange *exchange)
{
	const struct yett_head *head = &exchange->head;

	if (!exchange->is_login &&
	    yett_login_scheme(head->field, head->field_count) != NULL)
		yett_exchange_note_login(exchange);
	if (exchange->is_login && exchange->order.logins != NULL &&
	    head->status >= 200 && !stays_open(exchange))
		exchange->order.logins->is_lost = true;
}

/* A whole head was parsed: is it the final one? */
static enum yett_exchange_result
accept_head(struct yett_exchange *exchange)
{
	struct yett_head *head = &exchange->head;

	yett_buf_consume(&exchange->link->in, head->len);
	exchange->scanned = 0;
	exchange->head_by = 0;
	exchange->awaits_continue = false;
	if (head->status == 101) {
		if (!yett_upgrade_is_offered(head, exchange->order.offer))
			return fail_answer(exchange,
			    "it switches protocols without having been asked");
		/* From here on the link carries bytes that are no HTTP. */
		head->framing = YETT_FRAMING_TO_END;
		exchange->is_tunnel = true;
		exchange->is_body_done = false;
	}
	see_login(exchange);
	if (head->status >= 200 || exchange->is_tunnel) {
		exchange->stage = YETT_STAGE_BODY;
		yett_endpoint_answer(exchange->route.shelf->endpoint);
		yett_body_init(&exchange->body, head);
	} else if (++exchange->interim_count > INTERIM_MOST) {
		return fail_answer(exchange, "too many interim answers");
	}
	return YETT_EXCHANGE_DATA;
}

static enum yett_exchange_result
read_head(struct yett_exchange *exchange, const struct yett_head **head)
{
	enum yett_exchange_result result = YETT_EXCHANGE_FAILED;
	struct yett_refusal refusal;
	struct yett_field *field;

	switch (exchange->stage) {
	case YETT_STAGE_CONNECT: return YETT_EXCHANGE_MORE;
	case YETT_STAGE_HEAD: break;
	case YETT_STAGE_BODY:
	case YETT_STAGE_END: return YETT_EXCHANGE_END;
	case YETT_STAGE_FAILED: return YETT_EXCHANGE_FAILED;
	}
	if (yett_buf_len(&exchange->link->in) == 0)
		return more(exchange);
	field = yett_pool_fields(exchange->pool, exchange->order.fields);
	if (field == NULL)
		return starve(exchange);
	yett_head_init(&exchange->head, field, exchange->order.fields);
	switch (yett_head_parse_response(&exchange->head,
	    yett_buf_slice(&exchange->link->in), &exchange->scanned,
	    &exchange->order.limits,
	    exchange->order.is_head ? YETT_METHOD_HEAD : YETT_METHOD_GET,
	    &refusal)) {
	case YETT_PARSE_MORE: return more(exchange);
	case YETT_PARSE_DONE: result = accept_head(exchange); break;
	case YETT_PARSE_BAD: return fail_answer(exchange, refusal.why);
	}
	if (result == YETT_EXCHANGE_DATA)
		*head = &exchange->head;
	return result;
}

enum yett_exchange_result
yett_exchange_head(struct yett_exchange *exchange,
    const struct yett_head **head)
{
	enum yett_exchange_result result;

	do
		result = read_head(exchange, head);
	while (result == YETT_EXCHANGE_MORE && has_pulled(exchange));
	return result;
}

/* The answer is complete. Only a link on which nothing is under way in either
 * direction may carry another exchange. */
static enum yett_exchange_result
finish(struct yett_exchange *exchange)
{
	bool is_open = exchange->is_tunnel &&
	    !(exchange->is_body_done && !yett_exchange_is_sending(exchange));
	bool is_kept = !exchange->order.is_private && stays_open(exchange) &&
	    exchange->is_body_done && !yett_exchange_is_sending(exchange);

	if (is_open) /* the other half of a tunnel */
		return YETT_EXCHANGE_END;
	if (is_kept && !exchange->is_login)
		yett_pool_give(&exchange->link);
	else if (is_kept && exchange->order.logins != NULL)
		yett_login_links_give(exchange->order.logins, &exchange->link);
	else
		yett_exchange_drop_link(exchange);
	yett_outbox_clear(&exchange->out);
	exchange->stage = YETT_STAGE_END;
	return YETT_EXCHANGE_END;
}

static enum yett_exchange_result
finish_stream(struct yett_exchange *exchange)
{
	struct yett_refusal refusal;

	if (yett_body_finish(&exchange->body, &refusal) == YETT_BODY_END)
		return finish(exchange);
	yett_fail(&exchange->fault, YETT_E_PROTOCOL, "answer cut short: %s",
	    refusal.why);
	return yett_exchange_fail(exchange, YETT_FAILURE_BODY_CUT);
}

/* Decode more of the body; trailers are put aside on the way. */
static enum yett_body_step
decode(struct yett_exchange *exchange, struct yett_refusal *refusal)
{
	struct yett_buf *in = &exchange->link->in;
	struct yett_slice piece;
	enum yett_body_step step;
	size_t used;

	do {
		step = yett_body_next(&exchange->body, yett_buf_slice(in),
		    &piece, &used, refusal);
		/* The payload stays where it is until the next recv(). */
		yett_buf_consume(in, used);
		if (step == YETT_BODY_DATA)
			exchange->payload = piece;
		else if (step == YETT_BODY_TRAILER &&
		    yett_buf_append(&exchange->trailers, piece) != YETT_OK) {
			(void)yett_refuse(refusal, 503, "out of memory");
			return YETT_BODY_BAD;
		}
	} while (step == YETT_BODY_TRAILER);
	return step;
}

static enum yett_exchange_result
read_body(struct yett_exchange *exchange, struct yett_slice *payload)
{
	enum yett_body_step step = YETT_BODY_DATA;
	struct yett_refusal refusal = { 0 };

	switch (exchange->stage) {
	case YETT_STAGE_CONNECT:
	case YETT_STAGE_HEAD: return YETT_EXCHANGE_MORE;
	case YETT_STAGE_BODY: break;
	case YETT_STAGE_END: return YETT_EXCHANGE_END;
	case YETT_STAGE_FAILED: return YETT_EXCHANGE_FAILED;
	}
	if (exchange->payload.len == 0)
		step = decode(exchange, &refusal);
	switch (step) {
	case YETT_BODY_DATA:
		*payload = exchange->payload;
		return YETT_EXCHANGE_DATA;
	case YETT_BODY_MORE:
		return exchange->is_at_end ? finish_stream(exchange)
					   : more(exchange);
	case YETT_BODY_END: return finish(exchange);
	case YETT_BODY_TRAILER:
	case YETT_BODY_BAD: break;
	}
	return fail_answer(exchange, refusal.why);
}

enum yett_exchange_result
yett_exchange_body(struct yett_exchange *exchange, struct yett_slice *payload)
{
	enum yett_exchange_result result;

	do
		result = read_body(exchange, payload);
	while (result == YETT_EXCHANGE_MORE && has_pulled(exchange));
	return result;
}

struct yett_slice
yett_exchange_trailers(const struct yett_exchange *exchange)
{
	return yett_buf_slice(&exchange->trailers);
}

void
yett_exchange_pause(struct yett_exchange *exchange)
{
	if (exchange->stage != YETT_STAGE_BODY || !exchange->is_hungry)
		return;
	exchange->is_hungry = false;
	yett_exchange_set_deadline(exchange);
}
