/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/exchange.h"

#include <inttypes.h>
#include <stddef.h>

#include "http/body.h"
#include "upstream/outbox.h"
#include "upstream/route.h"

/* Interim answers before the final one; more make no progress (I-19). */
#define INTERIM_MOST 32

enum stage {
	STAGE_CONNECT, /* no link that can carry bytes yet */
	STAGE_HEAD,    /* sending, and waiting for the final head */
	STAGE_BODY,    /* perhaps still sending */
	STAGE_END,
	STAGE_FAILED,
};

struct yett_exchange {
	struct yett_pool *pool;
	struct yett_exchange_order order;
	struct yett_address client;
	struct yett_route route;
	uint64_t connect_by;    /* for all attempts together */
	struct yett_link *link; /* NULL once ended or failed */
	struct yett_link_events events;
	struct yett_deferred tell;
	enum stage stage;
	enum yett_exchange_failure failure;

	/* the request */
	struct yett_outbox out;
	bool is_body_done;

	/* the answer */
	bool is_answered; /* a byte of it came */
	bool is_hungry;   /* the owner saw all that came, and wants more */
	bool is_at_end;   /* of the stream */
	bool progressed;  /* since the deadline was set */
	uint32_t interim_count;
	size_t scanned;
	struct yett_slice payload; /* handed out, not consumed; lies in the
				      memory of link->in */
	struct yett_head head;
	struct yett_body body;
	struct yett_buf trailers;

	/* From here on not zeroed at the start. */
	struct yett_fault fault;
	struct yett_field field[YETT_HEAD_FIELDS];
};

static void
forget_fault(struct yett_exchange *exchange)
{
	exchange->fault.where[0] = '\0';
	exchange->fault.what[0] = '\0';
}

static enum yett_exchange_result
fail(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	struct yett_slice target = yett_route_target(&exchange->route)->text;

	yett_fault_where(&exchange->fault, "%.*s", YETT_ARG(target));
	yett_pool_drop(&exchange->link);
	yett_outbox_clear(&exchange->out);
	exchange->failure = failure;
	exchange->stage = STAGE_FAILED;
	return YETT_EXCHANGE_FAILED;
}

/* Is something of the request still on its way to the socket? */
static bool
is_sending(const struct yett_exchange *exchange)
{
	return yett_outbox_unsent(&exchange->out) > 0 ||
	    yett_link_wants_write(exchange->link);
}

/* Want of the socket what can be used: bytes when the owner saw all that came
 * before, room when something is left to send. */
static void
watch(struct yett_exchange *exchange)
{
	yett_watcher_want(&exchange->link->watcher, exchange->is_hungry,
	    !exchange->out.is_deaf && is_sending(exchange));
}

/* The origin has answer_ms for each step it makes; no deadline runs while it
 * is the owner who has to do something. */
static void
set_deadline(struct yett_exchange *exchange)
{
	struct yett_deadline *deadline;
	bool is_origins_turn;

	if (exchange->stage != STAGE_HEAD && exchange->stage != STAGE_BODY)
		return;
	deadline = &exchange->link->deadline;
	is_origins_turn = is_sending(exchange) ||
	    (exchange->is_body_done && exchange->is_hungry);
	if (!is_origins_turn)
		yett_deadline_cancel(deadline);
	else if (exchange->progressed || deadline->at == 0)
		yett_deadline_set(deadline,
		    yett_loop_now(yett_pool_loop(exchange->pool)) +
			exchange->order.answer_ms * YETT_NS_PER_MS);
	exchange->progressed = false;
}

/* Could the request be sent again, should the kept link turn out dead? */
static bool
is_replayable(const struct yett_exchange *exchange)
{
	return exchange->link->is_reused && !exchange->is_answered &&
	    exchange->out.is_whole &&
	    (exchange->out.sent == 0 || exchange->order.is_idempotent);
}

/* Sent bytes are kept only while they may be needed, and not so many that the
 * owner would take the queue for full. */
static void
forget_sent(struct yett_exchange *exchange)
{
	struct yett_outbox *out = &exchange->out;

	if (!is_replayable(exchange) ||
	    yett_buf_len(&out->buf) >= YETT_EXCHANGE_QUEUE)
		yett_outbox_forget(out);
}

static void
send_some(struct yett_exchange *exchange)
{
	/* If that fails, reading will tell. */
	if (yett_link_wants_write(exchange->link) &&
	    yett_link_flush(exchange->link))
		exchange->progressed = true;
	if (yett_outbox_send(&exchange->out, exchange->link))
		exchange->progressed = true;
	forget_sent(exchange);
	watch(exchange);
}

static void
begin_sending(struct yett_exchange *exchange)
{
	exchange->stage = STAGE_HEAD;
	exchange->is_hungry = true;
	exchange->progressed = true;
	yett_deadline_cancel(&exchange->link->deadline);
	send_some(exchange);
}

/* Each attempt gets its share of the time that is left. */
static void
limit_attempt(struct yett_exchange *exchange)
{
	uint64_t now = yett_loop_now(yett_pool_loop(exchange->pool));
	uint64_t left = exchange->connect_by > now ? exchange->connect_by - now
						   : 0;

	yett_deadline_set(&exchange->link->deadline,
	    now + left / (exchange->route.left + 1));
}

/* Start the next attempt to connect; when none is left it failed for good,
 * with the fault of the last one. */
static void
connect_next(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	enum yett_status status;
	uint32_t address;

	while (yett_route_next(&exchange->route, &address)) {
		forget_fault(exchange);
		status = yett_pool_connect(exchange->pool,
		    yett_route_target(&exchange->route), address,
		    &exchange->client, &exchange->events, &exchange->link,
		    &exchange->fault);
		failure = status == YETT_E_NOMEM ? YETT_FAILURE_NO_MEMORY
						 : YETT_FAILURE_CONNECT_REFUSED;
		if (status != YETT_OK)
			continue;
		if (exchange->link->is_connecting)
			limit_attempt(exchange);
		else
			begin_sending(exchange);
		return;
	}
	yett_fail(&exchange->fault, YETT_E_NOMEM, "out of memory");
	fail(exchange, failure);
}

static void
start_connecting(struct yett_exchange *exchange, uint32_t turn)
{
	yett_route_init(&exchange->route,
	    yett_targets_of(exchange->order.targets, exchange->order.upstream),
	    turn);
	exchange->connect_by = yett_loop_now(yett_pool_loop(exchange->pool)) +
	    exchange->order.connect_ms * YETT_NS_PER_MS;
	exchange->stage = STAGE_CONNECT;
	connect_next(exchange, YETT_FAILURE_CONNECT_REFUSED);
}

/* A kept link may have died while it was idle: once more, over a new one. */
static void
retry(struct yett_exchange *exchange)
{
	yett_pool_drop(&exchange->link);
	forget_fault(exchange);
	yett_outbox_rewind(&exchange->out);
	exchange->is_at_end = false;
	start_connecting(exchange, exchange->route.turn);
}

/* The stream ended or broke. What came of a body is judged when it is read. */
static void
on_lost(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	if (is_replayable(exchange)) {
		retry(exchange);
	} else if (exchange->stage == STAGE_HEAD) {
		yett_fail(&exchange->fault, YETT_E_PROTOCOL,
		    exchange->is_answered
			? "the connection ended within the answer's head"
			: "the connection ended without an answer");
		fail(exchange, failure);
	} else if (failure == YETT_FAILURE_RESET) {
		fail(exchange, YETT_FAILURE_BODY_CUT);
	}
}

/* True: something came, or it is over. */
static bool
receive(struct yett_exchange *exchange)
{
	switch (yett_link_recv(exchange->link, &exchange->fault)) {
	case YETT_IO_DONE:
		exchange->is_answered = true;
		exchange->is_hungry = false;
		exchange->progressed = true;
		forget_sent(exchange);
		return true;
	case YETT_IO_AGAIN: return false;
	case YETT_IO_EOF:
		exchange->is_hungry = false;
		exchange->is_at_end = true;
		on_lost(exchange, YETT_FAILURE_CLOSED_EARLY);
		return true;
	case YETT_IO_FAILED: break;
	}
	on_lost(exchange, YETT_FAILURE_RESET);
	return true;
}

static void
go_on_connecting(struct yett_exchange *exchange)
{
	bool was_tls;

	switch (yett_link_connect(exchange->link, &exchange->fault)) {
	case YETT_IO_DONE: begin_sending(exchange); return;
	case YETT_IO_AGAIN: return;
	case YETT_IO_EOF:
	case YETT_IO_FAILED: break;
	}
	was_tls = exchange->link->is_shaking;
	yett_pool_drop(&exchange->link);
	connect_next(exchange,
	    was_tls ? YETT_FAILURE_TLS : YETT_FAILURE_CONNECT_REFUSED);
}

static void
on_ready(void *arg, bool readable, bool writable)
{
	struct yett_exchange *exchange = arg;

	if (exchange->stage == STAGE_CONNECT) {
		go_on_connecting(exchange);
	} else if (readable && !exchange->is_hungry && !writable) {
		/* The owner is not through with what came: look away, lazily,
		 * so that a quick owner costs no system call. */
		watch(exchange);
		return;
	} else {
		if (writable)
			send_some(exchange);
		if (readable && exchange->is_hungry)
			(void)receive(exchange);
	}
	set_deadline(exchange);
	exchange->order.on_progress(exchange->order.arg);
}

static void
on_expiry(void *arg)
{
	struct yett_exchange *exchange = arg;

	if (exchange->stage == STAGE_CONNECT) {
		bool is_tls = exchange->link->is_shaking;

		yett_fail(&exchange->fault, YETT_E_SYSTEM,
		    is_tls ? "no TLS handshake in time (%" PRIu32 " ms)"
			   : "cannot connect in time (%" PRIu32 " ms)",
		    exchange->order.connect_ms);
		yett_pool_drop(&exchange->link);
		connect_next(exchange,
		    is_tls ? YETT_FAILURE_TLS_TIMEOUT
			   : YETT_FAILURE_CONNECT_TIMEOUT);
	} else {
		yett_fail(&exchange->fault, YETT_E_PROTOCOL,
		    "silent for %" PRIu32 " ms", exchange->order.answer_ms);
		fail(exchange,
		    exchange->stage == STAGE_HEAD ? YETT_FAILURE_ANSWER_TIMEOUT
						  : YETT_FAILURE_BODY_CUT);
	}
	exchange->order.on_progress(exchange->order.arg);
}

static void
on_tell(struct yett_deferred *deferred)
{
	struct yett_exchange *exchange = deferred->arg;

	exchange->order.on_progress(exchange->order.arg);
}

enum yett_status
yett_exchange_start(struct yett_exchange **out, struct yett_pool *pool,
    const struct yett_exchange_order *order)
{
	struct yett_exchange *exchange = yett_pool_take_memory(pool,
	    sizeof(*exchange));
	const struct yett_upstream_targets *targets;
	uint32_t turn;

	if (exchange == NULL)
		return YETT_E_NOMEM;
	memset(exchange, 0, offsetof(struct yett_exchange, fault));
	forget_fault(exchange);
	exchange->pool = pool;
	exchange->order = *order;
	exchange->client = *order->client;
	exchange->order.client = &exchange->client;
	exchange->events = (struct yett_link_events){ on_ready, on_expiry,
		exchange };
	yett_outbox_init(&exchange->out);
	yett_deferred_init(&exchange->tell, on_tell, exchange);
	targets = yett_targets_of(order->targets, order->upstream);
	turn = yett_pool_turn(pool, order->upstream, targets->count);
	exchange->link = yett_pool_take(pool, &targets->target[turn],
	    order->client, &exchange->events);
	if (exchange->link != NULL) {
		yett_route_init(&exchange->route, targets, turn);
		begin_sending(exchange);
	} else {
		start_connecting(exchange, turn);
	}
	if (exchange->stage == STAGE_FAILED)
		yett_loop_defer(yett_pool_loop(pool), &exchange->tell);
	*out = exchange;
	return YETT_OK;
}

void
yett_exchange_close(struct yett_exchange **exchange)
{
	struct yett_exchange *closed = *exchange;

	*exchange = NULL;
	if (closed == NULL)
		return;
	yett_deferred_clear(&closed->tell);
	yett_pool_drop(&closed->link);
	yett_outbox_clear(&closed->out);
	yett_buf_clear(&closed->trailers);
	yett_pool_give_memory(closed->pool, closed);
}

struct yett_buf *
yett_exchange_out(struct yett_exchange *exchange)
{
	return &exchange->out.buf;
}

void
yett_exchange_body_done(struct yett_exchange *exchange)
{
	exchange->is_body_done = true;
}

size_t
yett_exchange_push(struct yett_exchange *exchange)
{
	switch (exchange->stage) {
	case STAGE_CONNECT: break;
	case STAGE_HEAD:
	case STAGE_BODY:
		send_some(exchange);
		set_deadline(exchange);
		break;
	case STAGE_END:
	case STAGE_FAILED: yett_outbox_clear(&exchange->out); break;
	}
	return yett_outbox_unsent(&exchange->out);
}

/* TLS may hold what the socket will not tell of again. True: look again. */
static bool
has_pulled(struct yett_exchange *exchange)
{
	return (exchange->stage == STAGE_HEAD ||
		   exchange->stage == STAGE_BODY) &&
	    !exchange->is_at_end && yett_link_pending(exchange->link) &&
	    receive(exchange);
}

/* The owner saw all that came: wait for more, without a buffer. */
static enum yett_exchange_result
more(struct yett_exchange *exchange)
{
	if (!exchange->is_hungry) {
		exchange->is_hungry = true;
		exchange->progressed = true;
		watch(exchange);
	}
	yett_link_rest(exchange->link);
	set_deadline(exchange);
	return YETT_EXCHANGE_MORE;
}

static enum yett_exchange_result
fail_answer(struct yett_exchange *exchange, const char *why)
{
	yett_fail(&exchange->fault, YETT_E_PROTOCOL, "bad answer: %s", why);
	return fail(exchange, YETT_FAILURE_BAD_RESPONSE);
}

/* A whole head was parsed: is it the final one? */
static enum yett_exchange_result
accept_head(struct yett_exchange *exchange)
{
	struct yett_head *head = &exchange->head;

	yett_buf_consume(&exchange->link->in, head->len);
	exchange->scanned = 0;
	if (head->status == 101)
		return fail_answer(exchange,
		    "it switches protocols without having been asked");
	if (head->status >= 200) {
		exchange->stage = STAGE_BODY;
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

	switch (exchange->stage) {
	case STAGE_CONNECT: return YETT_EXCHANGE_MORE;
	case STAGE_HEAD: break;
	case STAGE_BODY:
	case STAGE_END: return YETT_EXCHANGE_END;
	case STAGE_FAILED: return YETT_EXCHANGE_FAILED;
	}
	if (yett_buf_len(&exchange->link->in) == 0)
		return more(exchange);
	yett_head_init(&exchange->head, exchange->field, YETT_HEAD_FIELDS);
	switch (yett_head_parse_response(&exchange->head,
	    yett_buf_slice(&exchange->link->in), &exchange->scanned,
	    &YETT_HEAD_LIMITS_DEFAULT,
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
 * direction may carry another exchange (I-14). */
static enum yett_exchange_result
finish(struct yett_exchange *exchange)
{
	bool is_kept = exchange->head.keep_alive &&
	    exchange->head.framing != YETT_FRAMING_TO_END &&
	    exchange->is_body_done && !is_sending(exchange);

	if (is_kept)
		yett_pool_give(&exchange->link);
	else
		yett_pool_drop(&exchange->link);
	yett_outbox_clear(&exchange->out);
	exchange->stage = STAGE_END;
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
	return fail(exchange, YETT_FAILURE_BODY_CUT);
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
	case STAGE_CONNECT:
	case STAGE_HEAD: return YETT_EXCHANGE_MORE;
	case STAGE_BODY: break;
	case STAGE_END: return YETT_EXCHANGE_END;
	case STAGE_FAILED: return YETT_EXCHANGE_FAILED;
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
yett_exchange_consume(struct yett_exchange *exchange, size_t len)
{
	exchange->payload.at += len;
	exchange->payload.len -= len;
}

enum yett_exchange_failure
yett_exchange_failure(const struct yett_exchange *exchange)
{
	return exchange->failure;
}

const struct yett_fault *
yett_exchange_fault(const struct yett_exchange *exchange)
{
	return &exchange->fault;
}
