/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "gateway/forward.h"

/* One read of plain bytes: the payload of a full TLS record. */
#define READ_LEN 16384
/* More than this is not collected for a client that does not read. */
#define OUT_MOST 65536
/* A payload from here on is written from where it lies, not copied. */
#define COPY_LESS 8192
/* What of a refused request's body is read for the sake of the connection. */
#define DISCARD_MOST 65536
/* A spare buffer that grew beyond this is freed. */
#define SPARE_MOST (4 * OUT_MOST)
/* Steps in a row before other connections get their turn. */
#define TURN_STEPS 64

void
yett_http1_init(struct yett_http1 *http1)
{
	http1->state = YETT_HTTP1_HEAD;
	http1->body_done = true;
}

static void
end_request(struct yett_http1 *http1)
{
	yett_exchange_close(&http1->exchange);
	if (http1->hold != NULL)
		yett_worker_unpin(http1->worker, http1->hold);
	http1->hold = NULL;
	yett_buf_clear(&http1->note);
}

void
yett_http1_clear(struct yett_http1 *http1)
{
	end_request(http1);
	yett_buf_clear(&http1->in);
	yett_buf_clear(&http1->out);
}

static void
fail(struct yett_http1 *http1)
{
	end_request(http1);
	http1->state = YETT_HTTP1_BROKEN;
}

/* --- memory -------------------------------------------------------------- */

/* Give an empty buffer the worker's spare memory for this step. */
static void
lend(struct yett_buf *spare, struct yett_buf *buf)
{
	if (buf->cap != 0)
		return;
	*buf = *spare;
	*spare = (struct yett_buf){ 0 };
}

/* Take the memory of a buffer that became empty. */
static void
take_back(struct yett_buf *spare, struct yett_buf *buf)
{
	if (yett_buf_len(buf) > 0)
		return;
	if (spare->cap != 0 || buf->cap > SPARE_MOST) {
		yett_buf_clear(buf);
		return;
	}
	*spare = *buf;
	*buf = (struct yett_buf){ 0 };
}

/* --- bytes -------------------------------------------------------------- */

/* Read what the client sent, at most one record; true when bytes came. */
static bool
read_more(struct yett_http1 *http1)
{
	size_t got;

	if (http1->eof)
		return false;
	if (yett_buf_reserve(&http1->in, READ_LEN) != YETT_OK) {
		fail(http1);
		return false;
	}
	switch (yett_session_read(http1->session, yett_buf_tail(&http1->in),
	    READ_LEN, &got, NULL)) {
	case YETT_SESSION_DONE:
		yett_buf_added(&http1->in, got);
		http1->moved += got;
		return true;
	case YETT_SESSION_AGAIN: return false;
	case YETT_SESSION_EOF: http1->eof = true; return false;
	case YETT_SESSION_FAILED: break;
	}
	fail(http1);
	return false;
}

/* Hand `bytes` to the session; returns how many it took. */
static size_t
write_now(struct yett_http1 *http1, struct yett_slice bytes)
{
	size_t done = 0, took;

	while (done < bytes.len) {
		struct yett_slice rest = { bytes.at + done, bytes.len - done };

		switch (yett_session_write(http1->session, rest, &took, NULL)) {
		case YETT_SESSION_DONE:
			done += took;
			http1->moved += took;
			continue;
		case YETT_SESSION_AGAIN: return done;
		case YETT_SESSION_EOF:
		case YETT_SESSION_FAILED: fail(http1); return done;
		}
	}
	return done;
}

/* Hand what was collected to the session; true when nothing is left. */
static bool
write_out(struct yett_http1 *http1)
{
	if (yett_buf_len(&http1->out) > 0)
		yett_buf_consume(&http1->out,
		    write_now(http1, yett_buf_slice(&http1->out)));
	return yett_buf_len(&http1->out) == 0;
}

static void
put(struct yett_http1 *http1, struct yett_slice bytes)
{
	if (yett_buf_append(&http1->out, bytes) != YETT_OK)
		fail(http1);
}

/* --- the end of a request ------------------------------------------------- */

static void
log_access(struct yett_http1 *http1)
{
	struct yett_access *access = &http1->access;
	struct yett_access_log *log = http1->hold->rollout->access;

	if (log == NULL)
		return;
	access->duration = yett_clock_monotonic() - http1->began;
	yett_access_log_write(log, access, &http1->worker->scratch.text);
}

/* The answer is complete in `out`; go on with the next request or end. */
static void
finish(struct yett_http1 *http1)
{
	if (http1->hold != NULL)
		log_access(http1);
	end_request(http1);
	http1->answered++;
	if (http1->worker->draining)
		http1->close = true;
	if (http1->close)
		http1->state = YETT_HTTP1_ENDED;
	else if (http1->body_done)
		http1->state = YETT_HTTP1_HEAD;
	else
		http1->state = YETT_HTTP1_DISCARD;
}

/* Keep the connection after a refusal? Only when little of a body is left. */
static void
plan_discard(struct yett_http1 *http1)
{
	http1->discard = DISCARD_MOST;
	if (!http1->body_done && http1->body.framing == YETT_FRAMING_LENGTH &&
	    http1->body.left > DISCARD_MOST)
		http1->close = true;
}

/* Answer the request ourselves. */
static void
answer(struct yett_http1 *http1, const struct yett_answer *answer)
{
	struct yett_answer_env env;
	size_t before = yett_buf_len(&http1->out);

	plan_discard(http1);
	env = (struct yett_answer_env){
		.id = yett_slice_of(http1->id),
		.date = yett_worker_date(http1->worker),
		.html = http1->html,
		.head_only = http1->head_only,
		.close = http1->close || http1->worker->draining,
	};
	if (yett_answer_write(answer, &env, &http1->worker->scratch.body,
		&http1->out) != YETT_OK) {
		fail(http1);
		return;
	}
	http1->access.status = answer->status;
	http1->access.substatus = answer->substatus;
	http1->access.win32 = answer->win32;
	http1->access.bytes = yett_buf_len(&http1->out) - before;
	finish(http1);
}

/* Answer that the message itself is wrong, and end: what follows it cannot be
 * told apart from it any more. */
static void
answer_plain(struct yett_http1 *http1, unsigned status, const char *why)
{
	struct yett_answer plain;

	http1->close = true;
	yett_answer_plain(status, why, &plain);
	if (status == 405)
		plain.allow = YETT_LIT(
		    "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH");
	answer(http1, &plain);
}

/* --- the start of a request ------------------------------------------------
 */

/* A new id, "bbbbbbwwcccccccc": of this run, worker and decision. */
static void
name_decision(struct yett_http1 *http1)
{
	static const char hex[] = "0123456789abcdef";
	struct yett_worker *worker = http1->worker;
	uint64_t id = worker->env->id_base |
	    (uint64_t)(worker->index & 0xff) << 32 | ++worker->decision_count;

	for (int i = 0; i < 16; i++)
		http1->id[i] = hex[id >> (60 - 4 * i) & 15];
	http1->id[16] = '\0';
}

/* Copy what the access log tells at the end, when head and decision are gone.
 * Appending may move the buffer, so slices are made once all is in. */
static void
note_request(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target,
    const struct yett_decision *decision)
{
	struct yett_slice texts[] = { head->method, target->uri.path,
		yett_host_name(&target->host) };
	struct yett_access *access = &http1->access;
	struct yett_buf *note = &http1->note;
	struct yett_slice all;

	for (size_t i = 0; i < 3; i++)
		if (yett_buf_append(note, texts[i]) != YETT_OK)
			return;
	all = yett_buf_slice(note);
	access->method = (struct yett_slice){ all.at, texts[0].len };
	access->path = (struct yett_slice){ all.at + texts[0].len,
		texts[1].len };
	access->host = (struct yett_slice){
		all.at + texts[0].len + texts[1].len, texts[2].len
	};
	/* Those of the rules live as long as the pinned generation. */
	access->site = decision->site == NULL ? YETT_SLICE_NONE
					      : decision->site->name;
	access->rule = decision->rule == NULL ? YETT_SLICE_NONE
					      : decision->rule->label;
}

static void
note_connection(struct yett_http1 *http1, const struct yett_head *head)
{
	uint16_t version = yett_session_version(http1->session);

	http1->access = (struct yett_access){
		.began = yett_clock_wall(),
		.client = http1->client,
		.server = http1->server,
		.server_port = http1->server_port,
		.id = yett_slice_of(http1->id),
		.tls = version == 0x0304 ? YETT_LIT("1.3") : YETT_LIT("1.2"),
		.generation = yett_generation_id(http1->hold->rollout->gen),
		.minor = head->minor,
		.asked = yett_session_asked(http1->session)->need,
		.resumed = yett_session_resumed(http1->session),
	};
}

static void
log_refusal(const struct yett_http1 *http1,
    const struct yett_request_target *target,
    const struct yett_decision *decision)
{
	char path[256], host[256];

	yett_log(YETT_LOG_INFO, "request-refused",
	    "worker=%u generation=%" PRIu64
	    " decision=%s host=%s path=%s reason=%s cause=%s client=%.*s",
	    http1->worker->index, http1->access.generation, http1->id,
	    yett_log_quote(host, sizeof(host), yett_host_name(&target->host)),
	    yett_log_quote(path, sizeof(path), target->uri.path),
	    yett_reason_name(decision->reason),
	    yett_cause_name(decision->cause), YETT_ARG(http1->client));
}

static void
refuse(struct yett_http1 *http1, const struct yett_request_target *target,
    const struct yett_decision *decision)
{
	struct yett_answer refusal;

	http1->access.reason = decision->reason;
	http1->access.cause = decision->cause;
	if (decision->close)
		http1->close = true;
	if (decision->verdict != YETT_VERDICT_REDIRECT)
		log_refusal(http1, target, decision);
	yett_answer_for(decision, &refusal);
	answer(http1, &refusal);
}

static void
forward(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target,
    const struct yett_decision *decision)
{
	const struct yett_rollout *rollout = http1->hold->rollout;
	const struct yett_settings *settings = yett_generation_settings(
	    rollout->gen);
	struct yett_exchange_order order = {
		.targets = rollout->targets,
		.upstream = decision->rule->upstream->index,
		.client = http1->peer,
		.is_head = http1->head_only,
		.is_idempotent = yett_method_is_idempotent(head->method_id),
		.connect_ms = settings->timeouts.connect,
		.answer_ms = settings->timeouts.answer,
		.on_progress = http1->on_progress,
		.arg = http1->arg,
	};

	if (yett_exchange_start(&http1->exchange, http1->worker->pool,
		&order) != YETT_OK ||
	    yett_forward_request(http1->worker, http1->session, head, target,
		decision, http1->client,
		yett_exchange_out(http1->exchange)) != YETT_OK) {
		answer_plain(http1, 503, "The request could not be forwarded.");
		return;
	}
	http1->access.upstream = decision->rule->upstream->target[0];
	http1->head_sent = false;
	http1->state = YETT_HTTP1_FORWARD;
	if (http1->body_done) {
		yett_exchange_body_done(http1->exchange);
		(void)yett_exchange_push(http1->exchange);
	}
}

static bool
is_too_long(const struct yett_http1 *http1, uint64_t len)
{
	uint64_t most =
	    yett_generation_settings(http1->hold->rollout->gen)->limits.body;

	return most != 0 && len > most;
}

/* A head is complete: decide, then answer or forward. */
static void
begin_request(struct yett_http1 *http1, const struct yett_head *head)
{
	struct yett_worker *worker = http1->worker;
	const struct yett_field *accept = yett_field_find(head->field,
	    head->field_count, YETT_FIELD_ACCEPT);
	struct yett_request_target target;
	struct yett_decision decision;
	struct yett_refusal refusal;

	http1->began = yett_clock_monotonic();
	http1->hold = yett_worker_hold(worker);
	yett_hold_pin(http1->hold);
	name_decision(http1);
	note_connection(http1, head);
	http1->head_only = head->method_id == YETT_METHOD_HEAD;
	http1->html = accept != NULL && yett_answer_prefers_html(accept->value);
	http1->close = !head->keep_alive;
	yett_body_init(&http1->body, head);
	http1->body_done = head->framing == YETT_FRAMING_NONE ||
	    (head->framing == YETT_FRAMING_LENGTH && head->length == 0);
	if (!yett_request_read(worker, http1->session, head, &target,
		&refusal)) {
		answer_plain(http1, refusal.status, refusal.why);
		return;
	}
	yett_request_decide(worker, http1->hold, http1->session, head, &target,
	    &decision);
	if (http1->hold->rollout->access != NULL)
		note_request(http1, head, &target, &decision);
	if (decision.verdict != YETT_VERDICT_ALLOW) {
		/* The client waits for a 100 that will not come; whether it
		 * then sends the body cannot be known (RFC 9110, 10.1.1). */
		if (head->expect_continue && !http1->body_done)
			http1->close = true;
		refuse(http1, &target, &decision);
	} else if (is_too_long(http1, head->length)) {
		answer_plain(http1, 413, "The body is longer than is allowed.");
	} else {
		forward(http1, head, &target, &decision);
	}
}

static struct yett_head_limits
head_limits(const struct yett_http1 *http1)
{
	const struct yett_settings *settings = yett_generation_settings(
	    http1->worker->hold->rollout->gen);

	return (struct yett_head_limits){ settings->limits.head,
		settings->limits.uri };
}

static uint32_t
field_limit(const struct yett_http1 *http1)
{
	uint32_t fields = yett_generation_settings(
	    http1->worker->hold->rollout->gen)
			      ->limits.fields;

	return fields < YETT_WORKER_FIELDS ? fields : YETT_WORKER_FIELDS;
}

/* Refuse a head that is no HTTP: there is no request to speak of. */
static void
refuse_head(struct yett_http1 *http1, const struct yett_refusal *refusal)
{
	const struct yett_head nothing = { .minor = 1 };

	http1->began = yett_clock_monotonic();
	http1->hold = yett_worker_hold(http1->worker);
	yett_hold_pin(http1->hold);
	name_decision(http1);
	note_connection(http1, &nothing);
	http1->head_only = http1->html = false;
	answer_plain(http1, refusal->status, refusal->why);
}

static bool
step_head(struct yett_http1 *http1)
{
	struct yett_head_limits limits;
	struct yett_refusal refusal;
	struct yett_head head;

	if (yett_buf_len(&http1->out) > OUT_MOST && !write_out(http1))
		return false;
	if (yett_buf_len(&http1->in) == 0 && !read_more(http1)) {
		if (http1->eof || http1->worker->draining)
			http1->state = YETT_HTTP1_ENDED;
		return false;
	}
	limits = head_limits(http1);
	yett_head_init(&head, http1->worker->scratch.parsed,
	    field_limit(http1));
	switch (yett_head_parse_request(&head, yett_buf_slice(&http1->in),
	    &http1->scanned, &limits, &refusal)) {
	case YETT_PARSE_MORE:
		if (read_more(http1))
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

/* --- the client's body ---------------------------------------------------- */

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
		fail(http1);
}

static void
end_body(struct yett_http1 *http1)
{
	http1->body_done = true;
	if (http1->body.framing == YETT_FRAMING_CHUNKED &&
	    yett_buf_append(yett_exchange_out(http1->exchange),
		YETT_CHUNK_LAST) != YETT_OK) {
		fail(http1);
		return;
	}
	yett_exchange_body_done(http1->exchange);
}

/* The client broke its own message: nothing more of it goes upstream, and the
 * link is closed with the exchange (I-14). */
static void
break_body(struct yett_http1 *http1, unsigned status, const char *why)
{
	if (http1->head_sent) {
		fail(http1);
		return;
	}
	yett_exchange_close(&http1->exchange);
	answer_plain(http1, status, why);
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
			if (is_too_long(http1, http1->body.payload)) {
				break_body(http1, 413,
				    "The body is longer than is allowed.");
				return true;
			}
			break;
		case YETT_BODY_MORE:
			yett_buf_consume(&http1->in, consumed);
			consumed = 0;
			if (read_more(http1))
				break;
			if (http1->eof)
				fail(http1);
			goto out;
		case YETT_BODY_END: end_body(http1); break;
		case YETT_BODY_BAD:
			break_body(http1, 400, refusal.why);
			return true;
		}
		yett_buf_consume(&http1->in, consumed);
		moved = true;
	}
out:
	if (http1->exchange != NULL && http1->state == YETT_HTTP1_FORWARD)
		(void)yett_exchange_push(http1->exchange);
	return moved;
}

/* --- the upstream's answer -------------------------------------------------
 */

static void
log_failure(const struct yett_http1 *http1)
{
	const struct yett_fault *fault = yett_exchange_fault(http1->exchange);
	char what[512];

	yett_log(YETT_LOG_WARN, "upstream-failed",
	    "worker=%u decision=%s upstream=\"%s\" failure=%s error=%s",
	    http1->worker->index, http1->id, fault->where,
	    yett_exchange_failure_name(yett_exchange_failure(http1->exchange)),
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
	case YETT_FAILURE_CONNECT_TIMEOUT:
	case YETT_FAILURE_ANSWER_TIMEOUT:
		status = 504;
		why = "The upstream did not answer in time.";
		break;
	case YETT_FAILURE_NO_MEMORY:
		status = 503;
		why = "The request could not be forwarded.";
		break;
	case YETT_FAILURE_NONE:
	case YETT_FAILURE_RESET:
	case YETT_FAILURE_CLOSED_EARLY:
	case YETT_FAILURE_BAD_RESPONSE:
	case YETT_FAILURE_BODY_CUT: break;
	}
	log_failure(http1);
	yett_exchange_close(&http1->exchange);
	yett_answer_plain(status, why, &failure);
	answer(http1, &failure);
}

/* Pass an interim answer on; a client of HTTP/1.0 knows none (RFC 9110,
 * section 15.2). 101 was never asked for: Upgrade is not forwarded. */
static void
pass_interim(struct yett_http1 *http1, const struct yett_head *head)
{
	const struct yett_forward_response how = { YETT_FRAMING_NONE, false };

	if (http1->access.minor == 0 || head->status == 101)
		return;
	if (yett_forward_response(http1->worker, head, &how, &http1->out) !=
	    YETT_OK)
		fail(http1);
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
	http1->access.status = head->status;
	how = (struct yett_forward_response){ http1->framing,
		http1->close || http1->worker->draining };
	if (yett_forward_response(http1->worker, head, &how, &http1->out) !=
	    YETT_OK)
		fail(http1);
	http1->head_sent = true;
}

static bool
step_response_head(struct yett_http1 *http1)
{
	const struct yett_head *head;

	switch (yett_exchange_head(http1->exchange, &head)) {
	case YETT_EXCHANGE_MORE:
	case YETT_EXCHANGE_END: return false;
	case YETT_EXCHANGE_DATA:
		if (head->status < 200)
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
		if (payload.len > READ_LEN)
			payload.len = READ_LEN;
		put(http1, yett_chunk_head_write(head, payload.len));
		put(http1, payload);
		put(http1, YETT_CHUNK_END);
		return payload.len;
	}
	if (payload.len < COPY_LESS) {
		put(http1, payload);
		return payload.len;
	}
	if (!write_out(http1))
		return 0;
	return write_now(http1, payload);
}

/* The answer was cut: the client must see that it was (RFC 9112, section 8). */
static void
cut_response(struct yett_http1 *http1)
{
	log_failure(http1);
	(void)write_out(http1);
	http1->access.status = 502;
	log_access(http1);
	fail(http1);
}

static void
end_response(struct yett_http1 *http1)
{
	if (http1->framing == YETT_FRAMING_CHUNKED)
		put(http1, YETT_CHUNK_LAST);
	if (http1->state == YETT_HTTP1_BROKEN)
		return;
	/* An answer that came before the request's end: what is left of the
	 * body has nowhere to go. */
	if (!http1->body_done)
		http1->close = true;
	finish(http1);
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
	while (http1->state == YETT_HTTP1_FORWARD) {
		size_t used;

		if (yett_buf_len(&http1->out) > READ_LEN && !write_out(http1))
			return moved;
		switch (yett_exchange_body(http1->exchange, &payload)) {
		case YETT_EXCHANGE_MORE: return moved;
		case YETT_EXCHANGE_DATA:
			used = pass_piece(http1, payload);
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

/* --- after a refusal --------------------------------------------------------
 */

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
	case YETT_BODY_MORE:
		yett_buf_consume(&http1->in, consumed);
		if (consumed > http1->discard) {
			http1->state = YETT_HTTP1_ENDED;
			return true;
		}
		http1->discard -= consumed;
		if (yett_buf_len(&http1->in) > 0 || read_more(http1))
			return true;
		if (http1->eof)
			http1->state = YETT_HTTP1_ENDED;
		return false;
	case YETT_BODY_BAD: break;
	}
	http1->state = YETT_HTTP1_ENDED;
	return true;
}

/* --- stepping ----------------------------------------------------------------
 */

static bool
step_forward(struct yett_http1 *http1)
{
	bool moved = step_body(http1);

	return step_response(http1) || moved;
}

static bool
step_once(struct yett_http1 *http1)
{
	switch (http1->state) {
	case YETT_HTTP1_HEAD: return step_head(http1);
	case YETT_HTTP1_FORWARD: return step_forward(http1);
	case YETT_HTTP1_DISCARD: return step_discard(http1);
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return false;
}

bool
yett_http1_step(struct yett_http1 *http1)
{
	struct yett_scratch *scratch = &http1->worker->scratch;
	int steps = 0;

	lend(&scratch->spare_in, &http1->in);
	lend(&scratch->spare_out, &http1->out);
	while (steps < TURN_STEPS && step_once(http1))
		steps++;
	if (http1->state != YETT_HTTP1_BROKEN)
		(void)write_out(http1);
	take_back(&scratch->spare_in, &http1->in);
	take_back(&scratch->spare_out, &http1->out);
	return steps == TURN_STEPS;
}

bool
yett_http1_wants_read(const struct yett_http1 *http1)
{
	if (http1->eof)
		return false;
	switch (http1->state) {
	case YETT_HTTP1_HEAD: return yett_buf_len(&http1->out) <= OUT_MOST;
	case YETT_HTTP1_DISCARD: return true;
	case YETT_HTTP1_FORWARD:
		return !http1->body_done &&
		    yett_buf_len(yett_exchange_out(http1->exchange)) <
		    YETT_EXCHANGE_QUEUE;
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return false;
}

enum yett_http1_wait
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
	case YETT_HTTP1_ENDED:
	case YETT_HTTP1_BROKEN: break;
	}
	return YETT_WAIT_READER;
}

void
yett_http1_expire(struct yett_http1 *http1)
{
	static const struct yett_refusal late = { 408,
		"The request did not arrive in time." };

	switch (yett_http1_waits_for(http1)) {
	case YETT_WAIT_IDLE: http1->state = YETT_HTTP1_ENDED; return;
	case YETT_WAIT_HEAD: refuse_head(http1, &late); break;
	case YETT_WAIT_BODY:
		if (http1->state == YETT_HTTP1_FORWARD)
			break_body(http1, late.status, late.why);
		else
			http1->state = YETT_HTTP1_ENDED;
		break;
	case YETT_WAIT_READER:
	case YETT_WAIT_UPSTREAM: fail(http1); return;
	}
	(void)write_out(http1);
}

void
yett_http1_drain(struct yett_http1 *http1)
{
	if (http1->state == YETT_HTTP1_HEAD && yett_buf_len(&http1->in) == 0)
		http1->state = YETT_HTTP1_ENDED;
	else
		http1->close = true;
}
