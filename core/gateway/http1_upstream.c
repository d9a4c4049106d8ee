/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1_upstream.h"

#include "base/log.h"
#include "gateway/http1_answer.h"
#include "gateway/http1_bytes.h"
#include "gateway/http1_tunnel.h"
#include "http/trailer.h"
#include "request/forward.h"

/* The most in one chunk, and what is collected before it is written. */
#define PIECE_MOST 16384
/* A payload from here on is written from where it lies, not copied. */
#define COPY_LESS 8192

bool
yett_http1_is_too_long(const struct yett_http1 *http1, uint64_t len)
{
	return http1->body_limit != 0 && len > http1->body_limit;
}

void
yett_http1_close_exchange(struct yett_http1 *http1)
{
	if (http1->exchange == NULL)
		return;
	/* The rollout that the request is pinned to keeps the text. */
	http1->access.upstream = yett_exchange_target(http1->exchange);
	if (yett_exchange_repeated(http1->exchange))
		yett_count(http1->context->counters, YETT_COUNT_REPEATED);
	yett_exchange_close(&http1->exchange);
	if (http1->logins.is_lost)
		http1->close = true;
}

/* --- the client's body --- */

/* Pass one piece of body on in the framing it came in. */
static void
send_piece(struct yett_http1 *http1, struct yett_slice payload)
{
	struct yett_buf *out = yett_exchange_out(http1->exchange);
	char head[YETT_CHUNK_HEAD_MOST];
	enum yett_status status = YETT_OK;

	if (http1->body.framing == YETT_FRAMING_CHUNKED)
		status = yett_buf_append(out,
		    yett_chunk_head_write(head, payload.len));
	if (status == YETT_OK)
		status = yett_buf_append(out, payload);
	if (status == YETT_OK && http1->body.framing == YETT_FRAMING_CHUNKED)
		status = yett_buf_append(out, YETT_CHUNK_END);
	if (status != YETT_OK)
		yett_http1_starve(http1);
}

static void
end_body(struct yett_http1 *http1)
{
	struct yett_slice trailers = http1->keeps_trailers
	    ? yett_buf_slice(&http1->trailers)
	    : YETT_SLICE_NONE;

	http1->body_done = true;
	if (http1->body.framing == YETT_FRAMING_CHUNKED &&
	    yett_trailer_write(yett_exchange_out(http1->exchange), trailers) !=
		YETT_OK) {
		yett_http1_starve(http1);
		return;
	}
	yett_exchange_body_done(http1->exchange);
}

/* The client broke its own message: nothing more of it goes upstream, and the
 * link is closed with the exchange. */
void
yett_http1_break_body(struct yett_http1 *http1, unsigned status,
    const char *why)
{
	if (http1->head_sent) {
		if (http1->access.error.len == 0)
			http1->access.error = yett_slice_of(why);
		yett_http1_fail(http1);
		return;
	}
	yett_http1_close_exchange(http1);
	yett_http1_answer_plain(http1, status, why);
}

/* Send what is queued; true when that makes room for more of a body, which a
 * head alone can have kept out, and which may be here already. */
static bool
push_queue(struct yett_http1 *http1)
{
	bool was_full;

	if (http1->exchange == NULL || http1->state != YETT_HTTP1_FORWARD)
		return false;
	was_full = yett_buf_len(yett_exchange_out(http1->exchange)) >=
	    YETT_EXCHANGE_QUEUE;
	(void)yett_exchange_push(http1->exchange);
	return was_full && !http1->body_done &&
	    yett_buf_len(yett_exchange_out(http1->exchange)) <
	    YETT_EXCHANGE_QUEUE;
}

/* Decode and pass on what is there; true when something moved. */
static bool
step_body(struct yett_http1 *http1)
{
	struct yett_refusal refusal;
	struct yett_slice payload;
	bool moved = false;
	size_t consumed;

	while (!http1->body_done && http1->state == YETT_HTTP1_FORWARD &&
	    yett_buf_len(yett_exchange_out(http1->exchange)) <
		YETT_EXCHANGE_QUEUE) {
		switch (yett_body_next(&http1->body, yett_buf_slice(&http1->in),
		    &payload, &consumed, &refusal)) {
		case YETT_BODY_DATA:
			send_piece(http1, payload);
			if (http1->state != YETT_HTTP1_FORWARD)
				return true;
			if (yett_http1_is_too_long(http1,
				http1->body.payload)) {
				yett_http1_break_body(http1, 413,
				    "The body is longer than is allowed.");
				return true;
			}
			break;
		case YETT_BODY_MORE:
			yett_buf_consume(&http1->in, consumed);
			consumed = 0;
			if (yett_http1_read(http1))
				break;
			if (http1->eof)
				yett_http1_fail(http1);
			goto out;
		case YETT_BODY_TRAILER:
			if (yett_buf_append(&http1->trailers, payload) !=
			    YETT_OK) {
				yett_http1_starve(http1);
				return true;
			}
			break;
		case YETT_BODY_END: end_body(http1); break;
		case YETT_BODY_BAD:
			yett_http1_break_body(http1, 400, refusal.why);
			return true;
		}
		yett_buf_consume(&http1->in, consumed);
		moved = true;
	}
out:
	return push_queue(http1) || moved;
}

/* --- the upstream's answer --- */

void
yett_http1_tell_failure(struct yett_http1 *http1)
{
	const struct yett_fault *fault = yett_exchange_fault(http1->exchange);
	enum yett_exchange_failure failure = yett_exchange_failure(
	    http1->exchange);
	struct yett_counters *counters = http1->context->counters;
	char what[512];

	http1->access.error = yett_slice_of(
	    yett_exchange_failure_name(failure));
	http1->access.win32 = yett_failure_win32(failure);
	yett_count(counters, YETT_COUNT_UPSTREAM + failure);
	if (failure == YETT_FAILURE_CONNECT_TIMEOUT ||
	    failure == YETT_FAILURE_TLS_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_CONNECT);
	else if (failure == YETT_FAILURE_ANSWER_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_ANSWER);
	else if (failure == YETT_FAILURE_STALL_TIMEOUT)
		yett_count(counters, YETT_COUNT_EXPIRED + YETT_EXPIRED_STALL);
	yett_log(YETT_LOG_WARN, "upstream-failed",
	    "worker=%u decision=%s upstream=\"%s\" failure=%s error=%s",
	    http1->context->index, http1->id, fault->where,
	    yett_exchange_failure_name(failure),
	    yett_log_quote(what, sizeof(what), yett_slice_of(fault->what)));
}

/* The upstream failed before its answer's head: say so. */
static void
answer_failure(struct yett_http1 *http1)
{
	struct yett_answer failure;
	unsigned status = 502;
	const char *why = "The upstream gave no answer that can be forwarded.";

	switch (yett_exchange_failure(http1->exchange)) {
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
	yett_http1_tell_failure(http1);
	yett_http1_close_exchange(http1);
	yett_answer_plain(status, why, &failure);
	yett_http1_answer(http1, &failure);
}

/* Pass an interim answer on; a client of HTTP/1.0 knows none (RFC 9110,
 * section 15.2). */
static void
pass_interim(struct yett_http1 *http1, const struct yett_head *head)
{
	const struct yett_forward_response how = {
		.framing = YETT_FRAMING_NONE
	};

	if (http1->access.minor == 0)
		return;
	if (head->status == 100)
		http1->expects = false;
	if (yett_forward_response(http1->context, head, &how, &http1->out) !=
	    YETT_OK)
		yett_http1_starve(http1);
}

/* How a body of unknown length ends depends on what the client knows. */
static enum yett_framing
frame_response(struct yett_http1 *http1, const struct yett_head *head)
{
	if (head->framing != YETT_FRAMING_CHUNKED &&
	    head->framing != YETT_FRAMING_TO_END)
		return head->framing;
	if (http1->access.minor > 0)
		return YETT_FRAMING_CHUNKED;
	http1->close = true;
	return YETT_FRAMING_TO_END;
}

static void
begin_response(struct yett_http1 *http1, const struct yett_head *head)
{
	struct yett_forward_response how;

	http1->framing = frame_response(http1, head);
	if (http1->framing != YETT_FRAMING_CHUNKED || head->names_fields)
		http1->takes_trailers = false;
	http1->access.status = head->status;
	if (http1->logins.is_lost)
		http1->close = true;
	/* Most origins that answer early have no more use for the body; those
	 * that answer while they read it get what little is left. */
	if (http1->expects && !http1->body_done)
		http1->close = true;
	how = (struct yett_forward_response){
		.framing = http1->framing,
		.close = http1->close || http1->context->draining,
		.keep = http1->access.minor == 0,
		.trailers = http1->takes_trailers,
	};
	if (yett_forward_response(http1->context, head, &how, &http1->out) !=
	    YETT_OK)
		yett_http1_starve(http1);
	http1->head_sent = true;
}

static bool
step_response_head(struct yett_http1 *http1)
{
	const struct yett_head *head;

	/* Interim answers are many and may be large. */
	if (yett_buf_len(&http1->out) > YETT_HTTP1_OUT &&
	    !yett_http1_write_out(http1))
		return false;
	switch (yett_exchange_head(http1->exchange, &head)) {
	case YETT_EXCHANGE_MORE:
	case YETT_EXCHANGE_END: return false;
	case YETT_EXCHANGE_DATA:
		if (head->status == 101)
			yett_http1_begin_tunnel(http1, head);
		else if (head->status < 200)
			pass_interim(http1, head);
		else
			begin_response(http1, head);
		return true;
	case YETT_EXCHANGE_FAILED: break;
	}
	answer_failure(http1);
	return true;
}

/* Pass a piece of the answer's body on; returns how many bytes were used. */
static size_t
pass_piece(struct yett_http1 *http1, struct yett_slice payload)
{
	char head[YETT_CHUNK_HEAD_MOST];

	if (http1->framing == YETT_FRAMING_CHUNKED) {
		if (payload.len > PIECE_MOST)
			payload.len = PIECE_MOST;
		yett_http1_put(http1, yett_chunk_head_write(head, payload.len));
		yett_http1_put(http1, payload);
		yett_http1_put(http1, YETT_CHUNK_END);
		return payload.len;
	}
	if (payload.len < COPY_LESS) {
		yett_http1_put(http1, payload);
		return payload.len;
	}
	if (!yett_http1_write_out(http1))
		return 0;
	return yett_http1_write_now(http1, payload);
}

/* The answer was cut: the client must see that it was (RFC 9112, section 8). */
static void
cut_response(struct yett_http1 *http1)
{
	yett_http1_tell_failure(http1);
	(void)yett_http1_write_out(http1);
	yett_http1_fail(http1);
}

static void
end_response(struct yett_http1 *http1)
{
	struct yett_slice trailers = http1->takes_trailers
	    ? yett_exchange_trailers(http1->exchange)
	    : YETT_SLICE_NONE;

	if (http1->framing == YETT_FRAMING_CHUNKED &&
	    yett_trailer_write(&http1->out, trailers) != YETT_OK)
		yett_http1_starve(http1);
	if (http1->state == YETT_HTTP1_BROKEN)
		return;
	/* An answer that came before the request's end: what is left of the
	 * body has nowhere to go. */
	yett_http1_plan_rest(http1);
	yett_http1_finish(http1);
}

static bool
step_response(struct yett_http1 *http1)
{
	struct yett_slice payload;
	bool moved = false;

	if (http1->state != YETT_HTTP1_FORWARD)
		return false;
	if (!http1->head_sent)
		return step_response_head(http1);
	if (yett_http1_is_stuck(http1))
		return false;
	while (http1->state == YETT_HTTP1_FORWARD) {
		size_t used;

		if (yett_buf_len(&http1->out) > PIECE_MOST &&
		    !yett_http1_write_out(http1))
			return moved;
		switch (yett_exchange_body(http1->exchange, &payload)) {
		case YETT_EXCHANGE_MORE: return moved;
		case YETT_EXCHANGE_DATA:
			used = pass_piece(http1, payload);
			if (http1->state != YETT_HTTP1_FORWARD)
				return true;
			http1->access.bytes += used;
			yett_exchange_consume(http1->exchange, used);
			if (used == 0)
				return moved;
			break;
		case YETT_EXCHANGE_END: end_response(http1); break;
		case YETT_EXCHANGE_FAILED: cut_response(http1); break;
		}
		moved = true;
	}
	return moved;
}

bool
yett_http1_step_forward(struct yett_http1 *http1)
{
	bool moved = step_body(http1);

	return step_response(http1) || moved;
}
