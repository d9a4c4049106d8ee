/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http1.h"

#include <stdlib.h>

#include "codec/http1_bytes.h"
#include "codec/http1_response.h"
#include "codec/http1_tunnel.h"

/* Steps in a row before other connections get their turn. */
#define TURN_STEPS 64

/* The codec is the first member. */
static struct yett_http1 *
of(struct yett_codec *codec)
{
	return (struct yett_http1 *)codec;
}

static const struct yett_http1 *
of_const(const struct yett_codec *codec)
{
	return (const struct yett_http1 *)codec;
}

/* --- the start of a request --- */

/* Is it the last request that the policy allows on one connection? */
static bool
is_spent(struct yett_http1 *http1)
{
	const struct yett_rollout *rollout =
	    yett_context_rollout(http1->context)->rollout;
	uint32_t most = yett_generation_settings(rollout->gen)
			    ->limits.requests_per_connection;

	return most != 0 && http1->codec.answered + 1 >= most;
}

/* --- its transaction --- */

/* In the place of one that is under way: all it does is not to be open, so that
 * idle connections share it, and nobody writes to it. */
static struct yett_transaction nobody;

/* False: memory is out, and the connection is cut. */
static bool
make_transaction(struct yett_http1 *http1)
{
	struct yett_transaction *transaction = http1->transaction;

	if (transaction == &nobody) {
		transaction = malloc(sizeof(*transaction));
		if (transaction == NULL) {
			yett_http1_starve(http1);
			return false;
		}
		yett_transaction_init(transaction, http1->context,
		    http1->downstream, &yett_http1_responder, http1);
		http1->transaction = transaction;
	}
	return true;
}

/* An idle connection holds none. */
static void
drop_transaction(struct yett_http1 *http1)
{
	if (http1->transaction == &nobody ||
	    yett_transaction_is_open(http1->transaction))
		return;
	free(http1->transaction);
	http1->transaction = &nobody;
}

/* Forget the request before. */
static bool
begin(struct yett_http1 *http1, unsigned minor)
{
	if (!make_transaction(http1))
		return false;
	http1->minor = minor;
	http1->head_sent = false;
	http1->framing = YETT_FRAMING_NONE;
	http1->phase = YETT_HTTP1_FORWARD;
	return true;
}

static struct yett_transaction_start
start_of(const struct yett_http1 *http1)
{
	return (struct yett_transaction_start){
		.began = http1->began,
		.protocol = http1->minor == 0 ? YETT_LIT("HTTP/1.0")
					      : YETT_LIT("HTTP/1.1"),
	};
}

/* A head is complete. */
static void
begin_request(struct yett_http1 *http1, const struct yett_head *head)
{
	struct yett_transaction_start start;

	if (!begin(http1, head->minor))
		return;
	http1->close = !head->keep_alive || http1->downstream->logins->is_lost;
	if (!http1->close && is_spent(http1)) {
		http1->close = true;
		yett_count(http1->context->counters, YETT_COUNT_SPENT);
	}
	yett_body_init(&http1->body, head);
	http1->body_done = head->framing == YETT_FRAMING_NONE ||
	    (head->framing == YETT_FRAMING_LENGTH && head->length == 0);
	http1->expects = head->expect_continue && !http1->body_done;
	start = start_of(http1);
	yett_transaction_begin(http1->transaction, &start, head);
	http1->codec.terms = http1->transaction->terms;
}

/* Refuse a head that is no HTTP: there is no request to speak of. */
static void
refuse_head(struct yett_http1 *http1, const struct yett_refusal *refusal)
{
	struct yett_transaction_start start;

	if (!begin(http1, 1))
		return;
	start = start_of(http1);
	yett_transaction_refuse(http1->transaction, &start, refusal);
}

static void
refuse_late_head(struct yett_http1 *http1)
{
	struct yett_transaction_start start;

	if (!begin(http1, 1))
		return;
	start = start_of(http1);
	yett_transaction_refuse_late_head(http1->transaction, &start);
}

/* A client that sends requests and does not read what they were answered gets
 * no further ones answered meanwhile: the queue towards it would grow. */
static bool
is_held_back(const struct yett_http1 *http1)
{
	return yett_buf_len(&http1->in) > 0 &&
	    yett_session_wants_write(http1->session);
}

/* Nothing more is to come, so that the client is not waited for. The first
 * request of a client that came in time is. */
static bool
is_over(const struct yett_http1 *http1)
{
	return http1->downstream->logins->is_lost ||
	    (http1->context->ending && http1->codec.answered > 0);
}

static enum yett_parse
parse_head(struct yett_http1 *http1, struct yett_head *head,
    struct yett_refusal *refusal)
{
	const struct yett_settings *settings = yett_context_settings(
	    http1->context);
	const struct yett_head_limits limits = yett_plan_head_limits(settings);

	yett_head_init(head, http1->context->scratch.parsed,
	    yett_plan_field_limit(settings, YETT_CONTEXT_FIELDS));
	return yett_head_parse_request(head, yett_buf_slice(&http1->in),
	    &http1->scanned, &limits, refusal);
}

static bool
step_head(struct yett_http1 *http1)
{
	struct yett_refusal refusal;
	struct yett_head head;

	if (is_held_back(http1)) {
		http1->codec.full = true; /* step again once all is sent */
		return false;
	}
	if (yett_buf_len(&http1->out) > YETT_HTTP1_OUT &&
	    !yett_http1_write_out(http1))
		return false;
	if (yett_buf_len(&http1->in) == 0 && !yett_http1_read(http1)) {
		if (http1->codec.eof || is_over(http1))
			http1->phase = YETT_HTTP1_DONE;
		return false;
	}
	if (http1->began == 0)
		http1->began = yett_loop_now(http1->context->loop);
	switch (parse_head(http1, &head, &refusal)) {
	case YETT_PARSE_MORE:
		if (yett_http1_read(http1))
			return true;
		/* Half a head and no more to come: nobody waits for 400. */
		if (http1->codec.eof)
			http1->phase = YETT_HTTP1_DONE;
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

/* --- a request under way --- */

/* Read more of a body; false: there is none now. */
static bool
read_body(struct yett_http1 *http1)
{
	if (yett_http1_read(http1))
		return true;
	if (http1->codec.eof)
		yett_http1_fail(http1);
	return false;
}

/* Decode and pass on what is there; true when something moved. */
static bool
step_body(struct yett_http1 *http1)
{
	struct yett_transaction *transaction = http1->transaction;
	struct yett_refusal refusal;
	struct yett_slice payload;
	bool moved = false;
	size_t consumed;

	while (yett_transaction_wants_body(transaction)) {
		enum yett_body_step step = yett_body_next(&http1->body,
		    yett_buf_slice(&http1->in), &payload, &consumed, &refusal);

		switch (step) {
		case YETT_BODY_DATA:
			yett_transaction_body(transaction, payload);
			break;
		case YETT_BODY_TRAILER:
			yett_transaction_trailers(transaction, payload);
			break;
		case YETT_BODY_END:
			http1->body_done = true;
			yett_transaction_body_end(transaction);
			break;
		case YETT_BODY_BAD:
			yett_transaction_break(transaction, 400, refusal.why);
			return true;
		case YETT_BODY_MORE: break;
		}
		yett_buf_consume(&http1->in, consumed);
		if (step == YETT_BODY_MORE && !read_body(http1))
			break;
		moved = true;
	}
	return yett_transaction_send(transaction) || moved;
}

static bool
step_forward(struct yett_http1 *http1)
{
	bool moved = step_body(http1);

	if (http1->phase != YETT_HTTP1_FORWARD ||
	    (http1->head_sent && yett_http1_is_stuck(http1)))
		return moved;
	return yett_transaction_step(http1->transaction) || moved;
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
		http1->phase = YETT_HTTP1_HEAD;
		return true;
	case YETT_BODY_DATA:
	case YETT_BODY_TRAILER:
	case YETT_BODY_MORE:
		yett_buf_consume(&http1->in, consumed);
		if (consumed > http1->discard) {
			http1->phase = YETT_HTTP1_DONE;
			return true;
		}
		http1->discard -= consumed;
		if (yett_buf_len(&http1->in) > 0 || yett_http1_read(http1))
			return true;
		if (http1->codec.eof)
			http1->phase = YETT_HTTP1_DONE;
		return false;
	case YETT_BODY_BAD: break;
	}
	http1->phase = YETT_HTTP1_DONE;
	return true;
}

/* --- stepping --- */

static bool
step_once(struct yett_http1 *http1)
{
	switch (http1->phase) {
	case YETT_HTTP1_HEAD: return step_head(http1);
	case YETT_HTTP1_FORWARD: return step_forward(http1);
	case YETT_HTTP1_TUNNEL: return yett_http1_step_tunnel(http1);
	case YETT_HTTP1_DISCARD: return step_discard(http1);
	case YETT_HTTP1_DONE: break;
	}
	return false;
}

/* It has ended when what was said is on its way. */
static void
settle(struct yett_http1 *http1)
{
	if (http1->codec.state == YETT_CODEC_OPEN &&
	    http1->phase == YETT_HTTP1_DONE && yett_buf_len(&http1->out) == 0)
		http1->codec.state = YETT_CODEC_ENDED;
}

static bool
step(struct yett_codec *codec)
{
	struct yett_http1 *http1 = of(codec);
	struct yett_scratch *scratch = &http1->context->scratch;
	int steps = 0;

	yett_codec_lend(&scratch->spare_in, &http1->in);
	yett_codec_lend(&scratch->spare_out, &http1->out);
	while (steps < TURN_STEPS && step_once(http1))
		steps++;
	if (codec->state != YETT_CODEC_BROKEN)
		(void)yett_http1_write_out(http1);
	yett_codec_take_back(&scratch->spare_in, &http1->in);
	yett_codec_take_back(&scratch->spare_out, &http1->out);
	drop_transaction(http1);
	settle(http1);
	return steps == TURN_STEPS;
}

/* --- what a connection asks --- */

static bool
wants_read(const struct yett_codec *codec)
{
	const struct yett_http1 *http1 = of_const(codec);

	if (codec->eof)
		return false;
	switch (http1->phase) {
	case YETT_HTTP1_HEAD:
		return yett_buf_len(&http1->out) <= YETT_HTTP1_OUT &&
		    !is_held_back(http1);
	case YETT_HTTP1_DISCARD: return true;
	case YETT_HTTP1_FORWARD:
	case YETT_HTTP1_TUNNEL:
		return yett_transaction_wants_body(http1->transaction);
	case YETT_HTTP1_DONE: break;
	}
	return false;
}

static void
pause_upstream(struct yett_codec *codec)
{
	yett_transaction_pause(of(codec)->transaction);
}

static enum yett_wait
waits_for(const struct yett_codec *codec)
{
	const struct yett_http1 *http1 = of_const(codec);

	if (yett_buf_len(&http1->out) > 0 ||
	    yett_session_wants_write(http1->session))
		return YETT_WAIT_READER;
	switch (http1->phase) {
	case YETT_HTTP1_HEAD:
		return yett_buf_len(&http1->in) > 0 ? YETT_WAIT_HEAD
						    : YETT_WAIT_IDLE;
	case YETT_HTTP1_DISCARD: return YETT_WAIT_BODY;
	case YETT_HTTP1_FORWARD:
	case YETT_HTTP1_TUNNEL:
		return yett_transaction_waits_for(http1->transaction);
	case YETT_HTTP1_DONE: break;
	}
	return YETT_WAIT_READER;
}

static enum yett_codec_ear
listens_for(const struct yett_codec *codec)
{
	const struct yett_http1 *http1 = of_const(codec);

	if (http1->phase != YETT_HTTP1_FORWARD)
		return YETT_CODEC_HEARS_NOTHING;
	return yett_transaction_outlives_end(http1->transaction)
	    ? YETT_CODEC_HEARS_CUT
	    : YETT_CODEC_HEARS_END;
}

/* A request that was sent ahead hides the end behind it: it is answered. */
static void
look_ahead(struct yett_codec *codec)
{
	struct yett_http1 *http1 = of(codec);

	if (yett_buf_len(&http1->in) > 0)
		return;
	(void)yett_http1_read(http1);
	yett_buf_fit(&http1->in);
}

static void
expire(struct yett_codec *codec)
{
	struct yett_http1 *http1 = of(codec);
	struct yett_transaction *transaction = http1->transaction;
	enum yett_wait waits = waits_for(codec);

	yett_codec_count_expiry(http1->context->counters, waits);
	switch (waits) {
	case YETT_WAIT_IDLE: http1->phase = YETT_HTTP1_DONE; break;
	case YETT_WAIT_HEAD: refuse_late_head(http1); break;
	case YETT_WAIT_BODY:
		if (http1->phase == YETT_HTTP1_FORWARD)
			yett_transaction_expire(transaction, waits);
		else
			http1->phase = YETT_HTTP1_DONE;
		break;
	case YETT_WAIT_TUNNEL:
		yett_transaction_expire(transaction, waits);
		http1->body_done = true;
		http1->phase = YETT_HTTP1_DONE;
		break;
	case YETT_WAIT_READER:
	case YETT_WAIT_UPSTREAM:
		yett_transaction_abandon(transaction,
		    YETT_ENDING_READER_TIMEOUT);
		yett_http1_fail(http1);
		return;
	}
	(void)yett_http1_write_out(http1);
	drop_transaction(http1);
	settle(http1);
}

/* The next answer says it, and is_over() looks at the context. */
static void
drain(struct yett_codec *codec)
{
	(void)codec;
}

/* --- the beginning and the end --- */

static enum yett_status
open_http1(struct yett_codec **out, const struct yett_codec_env *env)
{
	struct yett_http1 *http1 = calloc(1, sizeof(*http1));

	if (http1 == NULL)
		return YETT_E_NOMEM;
	http1->codec.functions = &yett_http1;
	http1->codec.readable = true; /* the handshake may have read ahead */
	http1->context = env->context;
	http1->downstream = env->downstream;
	http1->session = env->downstream->session;
	http1->on_progress = env->on_progress;
	http1->arg = env->arg;
	http1->body_done = true;
	http1->transaction = &nobody;
	*out = &http1->codec;
	return YETT_OK;
}

/* The whole answer is with the kernel: if only the notify is late, that is no
 * reason to take it back. */
static bool
finish(struct yett_codec *codec, bool delivered)
{
	struct yett_http1 *http1 = of(codec);

	if (delivered)
		http1->framing = YETT_FRAMING_NONE;
	return !codec->eof &&
	    (!http1->body_done || codec->readable ||
		yett_buf_len(&http1->in) > 0 ||
		yett_session_pending(http1->session));
}

/* A body that only the connection's end ends: what ends early must not look
 * whole (RFC 9112, section 8). There is no close_notify then, but too many
 * clients do not mind; none takes a reset for an end. */
static bool
looks_whole(const struct yett_http1 *http1)
{
	return http1->framing == YETT_FRAMING_TO_END &&
	    (yett_transaction_is_open(http1->transaction) ||
		yett_buf_len(&http1->out) > 0 ||
		yett_session_wants_write(http1->session));
}

static bool
close_http1(struct yett_codec **codec, enum yett_ending ending)
{
	struct yett_http1 *http1 = of(*codec);
	bool reset = http1->reset || looks_whole(http1);

	yett_transaction_abandon(http1->transaction, ending);
	drop_transaction(http1);
	yett_buf_clear(&http1->in);
	yett_buf_clear(&http1->out);
	free(http1);
	*codec = NULL;
	return reset;
}

const struct yett_codec_functions yett_http1 = {
	.open = open_http1,
	.close = close_http1,
	.step = step,
	.expire = expire,
	.drain = drain,
	.pause = pause_upstream,
	.wants_read = wants_read,
	.waits_for = waits_for,
	.listens_for = listens_for,
	.look_ahead = look_ahead,
	.finish = finish,
};
