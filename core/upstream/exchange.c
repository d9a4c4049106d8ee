/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/exchange_state.h"

#include <inttypes.h>
#include <stddef.h>

static void
forget_fault(struct yett_exchange *exchange)
{
	exchange->fault.where[0] = '\0';
	exchange->fault.what[0] = '\0';
}

void
yett_exchange_drop_link(struct yett_exchange *exchange)
{
	if (exchange->link == NULL)
		return;
	/* What the client proved is gone with it. */
	if (exchange->link->is_login && exchange->order.logins != NULL)
		exchange->order.logins->is_lost = true;
	yett_pool_drop(&exchange->link);
}

void
yett_exchange_note_login(struct yett_exchange *exchange)
{
	exchange->is_login = true;
	if (exchange->link != NULL)
		yett_pool_note_login(exchange->link);
}

enum yett_exchange_result
yett_exchange_fail(struct yett_exchange *exchange,
    enum yett_exchange_failure failure)
{
	yett_fault_where(&exchange->fault, "%s",
	    yett_exchange_target(exchange).at);
	yett_exchange_drop_link(exchange);
	yett_outbox_clear(&exchange->out);
	exchange->failure = failure;
	exchange->stage = YETT_STAGE_FAILED;
	return YETT_EXCHANGE_FAILED;
}

/* The endpoint that is tried did not do what it should. */
void
yett_exchange_note_blow(const struct yett_exchange *exchange,
    enum yett_health_blow blow)
{
	struct yett_pool *pool = exchange->pool;

	yett_endpoint_fail(exchange->route.shelf->endpoint, blow,
	    exchange->route.is_trial, yett_loop_now(yett_pool_loop(pool)),
	    yett_pool_chance(pool), exchange->fault.what);
}

void
yett_exchange_note_bad_answer(const struct yett_exchange *exchange)
{
	if (exchange->candidates->limits.observe == YETT_OBSERVE_ANSWERS)
		yett_exchange_note_blow(exchange, YETT_BLOW_ANSWER);
	else
		yett_endpoint_answer(exchange->route.shelf->endpoint);
}

/* Is something of the request still on its way to the socket? */
bool
yett_exchange_is_sending(const struct yett_exchange *exchange)
{
	return yett_outbox_unsent(&exchange->out) > 0 ||
	    yett_link_wants_write(exchange->link);
}

/* Want of the socket what can be used: bytes when the owner saw all that came
 * before, room when something is left to send. */
void
yett_exchange_watch(struct yett_exchange *exchange)
{
	yett_watcher_want(&exchange->link->watcher, exchange->is_hungry,
	    !exchange->out.is_deaf && yett_exchange_is_sending(exchange));
}

/* Once the request was sent the origin has answer_ms for a head, however much
 * of one it has sent; for each step of everything else answer_ms, too, or
 * stall_ms within the answer. */
static uint64_t
deadline_of(struct yett_exchange *exchange)
{
	uint64_t now = yett_loop_now(yett_pool_loop(exchange->pool));
	uint64_t step = exchange->order.answer_ms * YETT_NS_PER_MS;

	if (exchange->stage == YETT_STAGE_BODY)
		return now + exchange->order.stall_ms * YETT_NS_PER_MS;
	if (yett_exchange_is_sending(exchange))
		return now + step;
	if (exchange->head_by == 0)
		exchange->head_by = now + step;
	return exchange->head_by;
}

/* No deadline runs while it is the owner who has to do something. A tunnel may
 * be silent: its owner knows for how long. */
void
yett_exchange_set_deadline(struct yett_exchange *exchange)
{
	struct yett_deadline *deadline;
	bool is_origins_turn;

	if (exchange->stage != YETT_STAGE_HEAD &&
	    exchange->stage != YETT_STAGE_BODY)
		return;
	deadline = &exchange->link->deadline;
	is_origins_turn = yett_exchange_is_sending(exchange) ||
	    ((exchange->is_body_done || exchange->awaits_continue) &&
		exchange->is_hungry && !exchange->is_tunnel);
	if (!is_origins_turn)
		yett_deadline_cancel(deadline);
	else if (exchange->progressed || deadline->at == 0)
		yett_deadline_set(deadline, deadline_of(exchange));
	exchange->progressed = false;
}

/*
 * Could the request be sent once more, should the link turn out dead? A kept
 * one may have died while it was idle, so that even the same endpoint is worth
 * another attempt; else it takes another one. What may have arrived is
 * repeated only if that is harmless (RFC 9110, section 9.2.2), and once. A step
 * of a login is of no use on another link.
 */
static bool
is_replayable(const struct yett_exchange *exchange)
{
	return (exchange->link->is_reused || exchange->candidates->count > 1) &&
	    !exchange->is_login && !exchange->is_answered &&
	    exchange->out.is_whole &&
	    (exchange->out.sent == 0 ||
		(exchange->order.is_idempotent && !exchange->is_repeated));
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
	if (exchange->is_tunnel && exchange->is_body_done &&
	    !yett_exchange_is_sending(exchange))
		yett_link_shut(exchange->link);
	yett_exchange_watch(exchange);
}

static void
begin_sending(struct yett_exchange *exchange)
{
	exchange->stage = YETT_STAGE_HEAD;
	exchange->is_hungry = true;
	exchange->progressed = true;
	exchange->head_by = 0;
	yett_deadline_cancel(&exchange->link->deadline);
	if (exchange->is_login)
		yett_pool_note_login(exchange->link);
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

/* A link to the endpoint whose turn it is. */
static struct yett_pool_wish
wish_of(const struct yett_exchange *exchange)
{
	return (struct yett_pool_wish){
		.shelf = exchange->route.shelf,
		.limits = &exchange->candidates->limits,
		.client = &exchange->client,
		.is_once = !exchange->order.is_idempotent ||
		    exchange->order.has_body,
		.events = exchange->events,
	};
}

/* Connect there; false: that failed at once. */
static bool
connect_now(struct yett_exchange *exchange, enum yett_exchange_failure *failure)
{
	const struct yett_pool_wish wish = wish_of(exchange);

	forget_fault(exchange);
	switch (yett_pool_connect(exchange->pool, &wish, &exchange->link,
	    &exchange->fault)) {
	case YETT_OK:
		exchange->stage = YETT_STAGE_CONNECT;
		if (exchange->link->is_connecting)
			limit_attempt(exchange);
		else
			begin_sending(exchange);
		return true;
	case YETT_E_NOMEM:
		yett_fail(&exchange->fault, YETT_E_NOMEM, "out of memory");
		*failure = YETT_FAILURE_EXHAUSTED;
		return false;
	case YETT_E_NOT_FOUND: *failure = YETT_FAILURE_FULL; return false;
	case YETT_E_SYSTEM:
		yett_exchange_note_blow(exchange, YETT_BLOW_UNREACHABLE);
		*failure = YETT_FAILURE_CONNECT_REFUSED;
		return false;
	default: break; /* it is us who ran out of something */
	}
	*failure = YETT_FAILURE_EXHAUSTED;
	return false;
}

/* Try the next endpoint; when none is left it failed for good, with the fault
 * of the last one. */
static void
try_next(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	uint64_t now = yett_loop_now(yett_pool_loop(exchange->pool));

	while (yett_route_next(&exchange->route, now)) {
		const struct yett_pool_wish wish = wish_of(exchange);

		exchange->link = exchange->order.is_private ||
			exchange->is_login
		    ? NULL
		    : yett_pool_take(&wish);
		if (exchange->link != NULL) {
			forget_fault(exchange);
			begin_sending(exchange);
			return;
		}
		if (connect_now(exchange, &failure))
			return;
	}
	yett_exchange_fail(exchange, failure);
}

/* The link that the client's connection has for its logins there. False: it
 * has none. */
static bool
take_login(struct yett_exchange *exchange)
{
	struct yett_login_links *logins = exchange->order.logins;

	if (logins == NULL || exchange->order.is_private)
		return false;
	exchange->link = yett_login_links_take(logins, exchange->candidates,
	    &exchange->events);
	if (exchange->link == NULL)
		return false;
	exchange->is_login = true;
	exchange->route.shelf = exchange->link->shelf;
	begin_sending(exchange);
	return true;
}

static void
start_clock(struct yett_exchange *exchange)
{
	exchange->connect_by = yett_loop_now(yett_pool_loop(exchange->pool)) +
	    exchange->order.connect_ms * YETT_NS_PER_MS;
}

/* May the request be repeated? What it costs is paid for by other requests. */
static bool
may_repeat(struct yett_exchange *exchange)
{
	struct yett_candidates *candidates = exchange->candidates;

	if (!is_replayable(exchange))
		return false;
	if (exchange->out.sent == 0)
		return true;
	if (candidates->budget < YETT_RETRY_COST)
		return false;
	candidates->budget -= YETT_RETRY_COST;
	exchange->is_repeated = true;
	return true;
}

/* Once more, elsewhere; or over a new link, if there is nowhere else. */
static void
repeat(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	bool stays = exchange->link->is_reused && exchange->route.left == 0;

	yett_pool_drop(&exchange->link);
	yett_outbox_rewind(&exchange->out);
	exchange->is_at_end = false;
	start_clock(exchange);
	if (stays && connect_now(exchange, &failure))
		return;
	try_next(exchange, failure);
}

/* The stream ended or broke. What came of a body is judged when it is read. */
static void
on_lost(struct yett_exchange *exchange, enum yett_exchange_failure failure)
{
	if (exchange->stage == YETT_STAGE_HEAD) {
		yett_fail(&exchange->fault, YETT_E_PROTOCOL,
		    exchange->is_answered
			? "the connection ended within the answer's head"
			: "the connection ended without an answer");
		if (exchange->is_answered)
			yett_exchange_note_bad_answer(exchange);
		else if (!exchange->link->is_reused)
			yett_exchange_note_blow(exchange, YETT_BLOW_ANSWER);
		/* That a kept link is dead says nothing. */
		if (may_repeat(exchange))
			repeat(exchange, failure);
		else
			yett_exchange_fail(exchange, failure);
	} else if (failure == YETT_FAILURE_RESET) {
		yett_exchange_fail(exchange, YETT_FAILURE_BODY_CUT);
	}
}

/* True: something came, or it is over. */
bool
yett_exchange_receive(struct yett_exchange *exchange)
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
	yett_exchange_note_blow(exchange, YETT_BLOW_UNREACHABLE);
	yett_pool_drop(&exchange->link);
	try_next(exchange,
	    was_tls ? YETT_FAILURE_TLS : YETT_FAILURE_CONNECT_REFUSED);
}

static void
on_ready(void *arg, bool readable, bool writable)
{
	struct yett_exchange *exchange = arg;

	if (exchange->stage == YETT_STAGE_CONNECT) {
		go_on_connecting(exchange);
	} else if (readable && !exchange->is_hungry && !writable) {
		/* The owner is not through with what came: look away, lazily,
		 * so that a quick owner costs no system call. */
		yett_exchange_watch(exchange);
		return;
	} else {
		if (writable)
			send_some(exchange);
		if (readable && exchange->is_hungry)
			(void)yett_exchange_receive(exchange);
	}
	yett_exchange_set_deadline(exchange);
	exchange->order.on_progress(exchange->order.arg);
}

static void
on_connect_expiry(struct yett_exchange *exchange)
{
	bool is_tls = exchange->link->is_shaking;

	yett_fail(&exchange->fault, YETT_E_SYSTEM,
	    is_tls ? "no TLS handshake in time (%" PRIu32 " ms in all)"
		   : "cannot connect in time (%" PRIu32 " ms in all)",
	    exchange->order.connect_ms);
	yett_exchange_note_blow(exchange, YETT_BLOW_UNREACHABLE);
	yett_pool_drop(&exchange->link);
	try_next(exchange,
	    is_tls ? YETT_FAILURE_TLS_TIMEOUT : YETT_FAILURE_CONNECT_TIMEOUT);
}

/* What was sent is not sent again elsewhere: a request that takes long would
 * take all endpoints down with it. */
static void
on_expiry(void *arg)
{
	struct yett_exchange *exchange = arg;

	if (exchange->stage == YETT_STAGE_CONNECT) {
		on_connect_expiry(exchange);
	} else if (exchange->stage == YETT_STAGE_HEAD) {
		yett_fail(&exchange->fault, YETT_E_PROTOCOL,
		    "no answer for %" PRIu32 " ms", exchange->order.answer_ms);
		yett_exchange_note_blow(exchange, YETT_BLOW_ANSWER);
		yett_exchange_fail(exchange, YETT_FAILURE_ANSWER_TIMEOUT);
	} else {
		yett_fail(&exchange->fault, YETT_E_PROTOCOL,
		    "silent for %" PRIu32 " ms within its answer",
		    exchange->order.stall_ms);
		yett_exchange_fail(exchange, YETT_FAILURE_STALL_TIMEOUT);
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
	struct yett_candidates *candidates = yett_candidates_of(pool,
	    order->targets, order->upstream);
	struct yett_exchange *exchange;

	if (candidates == NULL)
		return YETT_E_NOMEM;
	exchange = yett_pool_take_memory(pool, sizeof(*exchange));
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
	exchange->candidates = candidates;
	yett_candidates_keep(candidates);
	if (candidates->budget < YETT_RETRY_MOST)
		candidates->budget += YETT_RETRY_INCOME;
	yett_route_init(&exchange->route, candidates);
	exchange->is_login = order->is_login;
	exchange->awaits_continue = order->expects;
	start_clock(exchange);
	if (candidates->count == 0) {
		(void)yett_fail(&exchange->fault, YETT_E_NOT_FOUND,
		    "its name cannot be resolved");
		yett_exchange_fail(exchange, YETT_FAILURE_UNRESOLVED);
	} else if (!take_login(exchange)) {
		try_next(exchange, YETT_FAILURE_CONNECT_REFUSED);
	}
	if (exchange->stage == YETT_STAGE_FAILED)
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
	yett_exchange_drop_link(closed);
	yett_outbox_clear(&closed->out);
	yett_buf_clear(&closed->trailers);
	yett_candidates_drop(closed->pool, &closed->candidates);
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
	case YETT_STAGE_CONNECT: break;
	case YETT_STAGE_HEAD:
	case YETT_STAGE_BODY:
		send_some(exchange);
		yett_exchange_set_deadline(exchange);
		/* Reading would tell why, but that half has ended. */
		if (exchange->out.is_deaf && exchange->is_tunnel &&
		    exchange->body.ended)
			yett_exchange_fail(exchange, YETT_FAILURE_RESET);
		break;
	case YETT_STAGE_END:
	case YETT_STAGE_FAILED: yett_outbox_clear(&exchange->out); break;
	}
	return yett_outbox_unsent(&exchange->out);
}

void
yett_exchange_consume(struct yett_exchange *exchange, size_t len)
{
	exchange->payload.at += len;
	exchange->payload.len -= len;
}

struct yett_slice
yett_exchange_target(const struct yett_exchange *exchange)
{
	const struct yett_upstream_targets *targets =
	    yett_targets_of(exchange->order.targets, exchange->order.upstream);

	if (exchange->route.shelf != NULL)
		return exchange->route.shelf->endpoint->target->text;
	return yett_addresses_target(targets->addresses[0])->text;
}

bool
yett_exchange_is_login(const struct yett_exchange *exchange)
{
	return exchange->is_login;
}

bool
yett_exchange_repeated(const struct yett_exchange *exchange)
{
	return exchange->is_repeated;
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
