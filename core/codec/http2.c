/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2.h"

#include <stdlib.h>

#include "codec/http2_bytes.h"
#include "codec/http2_control.h"
#include "codec/http2_session.h"
#include "codec/http2_stream.h"

/* Rounds in a row before other connections get their turn. */
#define TURN_ROUNDS 16
/* Frames that wait for a client that does not read, without being DATA. */
#define QUEUE_MOST 1000
/* How long the first GOAWAY of a drain has for its round trip. */
#define NOTICE_MS 1000

/* The codec is the first member. */
static struct yett_http2 *
of(struct yett_codec *codec)
{
	return (struct yett_http2 *)codec;
}

static const struct yett_http2 *
of_const(const struct yett_codec *codec)
{
	return (const struct yett_http2 *)codec;
}

/* --- stepping --- */

/* Whether what waits for the client could grow beyond its bounds. What waits of
 * its requests is bounded by the window of the connection. */
static bool
is_full(const struct yett_http2 *http2)
{
	return nghttp2_session_get_outbound_queue_size(http2->frames) >
	    QUEUE_MOST;
}

/* Step those streams that have news now; true when something moved. */
static bool
step_streams(struct yett_http2 *http2)
{
	struct yett_list now;
	bool moved = false;

	if (yett_list_is_empty(&http2->ready))
		return false;
	/* What becomes ready meanwhile has its turn in the next round. */
	yett_list_init(&now);
	while (!yett_list_is_empty(&http2->ready)) {
		struct yett_list *node = http2->ready.next;

		yett_list_remove(node);
		yett_list_append(&now, node);
	}
	while (!yett_list_is_empty(&now)) {
		struct yett_list *node = now.next;

		yett_list_remove(node);
		moved |= yett_http2_stream_step(YETT_LIST_ELEMENT(node,
		    struct yett_http2_stream, ready_node));
	}
	return moved;
}

static bool
step_once(struct yett_http2 *http2)
{
	bool moved = !is_full(http2) && yett_http2_read(http2);

	if (http2->codec.state == YETT_CODEC_OPEN)
		moved |= step_streams(http2);
	if (http2->codec.state == YETT_CODEC_OPEN)
		moved |= yett_http2_write(http2);
	return moved && http2->codec.state == YETT_CODEC_OPEN;
}

static void
free_streams(struct yett_http2 *http2, enum yett_ending ending)
{
	while (!yett_list_is_empty(&http2->streams)) {
		struct yett_http2_stream *stream =
		    YETT_LIST_ELEMENT(http2->streams.next,
			struct yett_http2_stream, node);

		(void)nghttp2_session_set_stream_user_data(http2->frames,
		    stream->id, NULL);
		yett_http2_stream_free(stream, ending);
	}
}

/* Nothing may step it any more: neither an upstream nor a deadline. */
static void
end(struct yett_http2 *http2)
{
	http2->codec.state = YETT_CODEC_ENDED;
	free_streams(http2, YETT_ENDING_CLIENT_LEFT);
	yett_deadline_cancel(&http2->notice);
}

/* It has ended when nothing is under way and what was said is on its way; or
 * when the client has gone. */
static void
settle(struct yett_http2 *http2)
{
	if (http2->codec.state != YETT_CODEC_OPEN)
		return;
	if (http2->codec.eof || http2->is_failed)
		http2->phase = YETT_HTTP2_LEAVING;
	if (http2->phase == YETT_HTTP2_LEAVING &&
	    (http2->stream_count == 0 || http2->codec.eof ||
		http2->is_failed) &&
	    yett_buf_len(&http2->out) == 0 &&
	    nghttp2_session_want_write(http2->frames) == 0)
		end(http2);
}

static bool
step(struct yett_codec *codec)
{
	struct yett_http2 *http2 = of(codec);
	struct yett_buf *spare = &http2->context->scratch.spare_out;
	int rounds = 0;

	yett_codec_lend(spare, &http2->out);
	while (rounds < TURN_ROUNDS && step_once(http2))
		rounds++;
	yett_codec_take_back(spare, &http2->out);
	settle(http2);
	return rounds == TURN_ROUNDS;
}

/* --- what a connection asks --- */

static bool
wants_read(const struct yett_codec *codec)
{
	const struct yett_http2 *http2 = of_const(codec);

	return !codec->eof && !http2->is_failed && !is_full(http2);
}

static void
pause_upstreams(struct yett_codec *codec)
{
	struct yett_http2 *http2 = of(codec);
	struct yett_list *node;

	for (node = http2->streams.next; node != &http2->streams;
	     node = node->next)
		yett_transaction_pause(
		    &YETT_LIST_ELEMENT(node, struct yett_http2_stream, node)
			 ->transaction);
}

static enum yett_wait
waits_for(const struct yett_codec *codec)
{
	const struct yett_http2 *http2 = of_const(codec);

	if (yett_buf_len(&http2->out) > 0 ||
	    yett_session_wants_write(http2->session))
		return YETT_WAIT_READER;
	if (http2->fields_id != 0)
		return YETT_WAIT_HEAD;
	/* Streams have deadlines of their own. */
	return http2->stream_count == 0 ? YETT_WAIT_IDLE : YETT_WAIT_UPSTREAM;
}

/* The client does not read an end without a word from it: reading goes on. */
static enum yett_codec_ear
listens_for(const struct yett_codec *codec)
{
	(void)codec;
	return YETT_CODEC_HEARS_NOTHING;
}

static void
expire(struct yett_codec *codec)
{
	struct yett_http2 *http2 = of(codec);
	enum yett_wait waits = waits_for(codec);

	yett_codec_count_expiry(http2->context->counters, waits);
	if (waits == YETT_WAIT_READER) {
		free_streams(http2, YETT_ENDING_READER_TIMEOUT);
		codec->state = YETT_CODEC_BROKEN;
		return;
	}
	free_streams(http2, YETT_ENDING_HEAD_TIMEOUT);
	yett_http2_leave(http2);
	(void)yett_http2_write(http2);
	settle(http2);
}

/* The last GOAWAY is due: the client has heard the first one, or never will. */
static void
on_notice(struct yett_deadline *deadline)
{
	struct yett_http2 *http2 = deadline->arg;

	yett_http2_leave(http2);
	http2->on_progress(http2->arg);
}

/* Requests that are on their way when the first GOAWAY is sent are still
 * taken; after a round trip the client sends none (RFC 9113, section 6.8). */
static void
drain(struct yett_codec *codec)
{
	struct yett_http2 *http2 = of(codec);

	if (http2->phase != YETT_HTTP2_RUNNING)
		return;
	http2->phase = YETT_HTTP2_NOTICED;
	if (nghttp2_submit_shutdown_notice(http2->frames) != 0 ||
	    nghttp2_submit_ping(http2->frames, NGHTTP2_FLAG_NONE, NULL) != 0) {
		yett_http2_starve(http2);
		return;
	}
	yett_deadline_set(&http2->notice,
	    yett_loop_now(http2->context->loop) +
		(uint64_t)NOTICE_MS * YETT_NS_PER_MS);
	(void)yett_http2_write(http2);
	settle(http2);
}

/* --- the beginning and the end --- */

static bool
close_http2(struct yett_codec **codec, enum yett_ending ending)
{
	struct yett_http2 *http2 = of(*codec);

	free_streams(http2, ending);
	yett_deadline_clear(&http2->notice);
	nghttp2_session_del(http2->frames);
	yett_http2_fields_clear(&http2->fields);
	yett_buf_clear(&http2->out);
	free(http2);
	*codec = NULL;
	/* A response without its end is no whole one to any client. */
	return false;
}

static enum yett_status
open_http2(struct yett_codec **out, const struct yett_codec_env *env)
{
	struct yett_http2 *http2 = calloc(1, sizeof(*http2));
	struct yett_codec *codec = &http2->codec;

	if (http2 == NULL)
		return YETT_E_NOMEM;
	codec->functions = &yett_http2;
	codec->readable = true; /* the handshake may have read ahead */
	http2->context = env->context;
	http2->downstream = env->downstream;
	http2->session = env->downstream->session;
	http2->on_progress = env->on_progress;
	http2->arg = env->arg;
	http2->window = YETT_HTTP2_WINDOW;
	yett_list_init(&http2->streams);
	yett_list_init(&http2->ready);
	yett_deadline_init(&http2->notice, env->context->loop, on_notice,
	    http2);
	if (yett_http2_session_open(http2) != YETT_OK) {
		(void)close_http2(&codec, YETT_ENDING_MEMORY_OUT);
		return YETT_E_NOMEM;
	}
	*out = codec;
	return YETT_OK;
}

static bool
finish(struct yett_codec *codec, bool delivered)
{
	(void)delivered;
	return !codec->eof;
}

const struct yett_codec_functions yett_http2 = {
	.open = open_http2,
	.close = close_http2,
	.step = step,
	.expire = expire,
	.drain = drain,
	.pause = pause_upstreams,
	.wants_read = wants_read,
	.waits_for = waits_for,
	.listens_for = listens_for,
	.finish = finish,
};
