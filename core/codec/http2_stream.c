/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_stream.h"

#include <stdlib.h>

#include "codec/http2_control.h"
#include "codec/http2_response.h"

/* How far windows grow, and so what a connection may hold of requests: five
 * megabytes a second over 50 ms of delay. */
#define WINDOW_MOST (256 * 1024)
/* One feeding of what was held back. */
#define PIECE_MOST 16384

/* --- windows --- */

/* The client may send so many bytes more. */
static void
consume(struct yett_http2_stream *stream, size_t len)
{
	if (nghttp2_session_consume(stream->http2->frames, stream->id, len) !=
	    0)
		yett_http2_starve(stream->http2);
}

static bool
widen(struct yett_http2 *http2, int32_t id, int32_t window)
{
	if (nghttp2_session_set_local_window_size(http2->frames,
		NGHTTP2_FLAG_NONE, id, window) == 0)
		return true;
	yett_http2_starve(http2);
	return false;
}

/*
 * Where the upstream took all that a window let in, twice over, the window is
 * what holds the client back: double it, and the connection's with it.
 */
static void
grow_window(struct yett_http2_stream *stream)
{
	struct yett_http2 *http2 = stream->http2;
	int32_t more = stream->window;

	if (stream->window >= WINDOW_MOST || http2->held > 0 ||
	    stream->got - stream->grown_at < 2 * (uint64_t)stream->window)
		return;
	stream->grown_at = stream->got;
	stream->window += more;
	if (!widen(http2, stream->id, stream->window))
		return;
	/* Once widened, the connection's window stays: it bounds all streams
	 * together, and the widest alone needs so much. */
	if (http2->window < stream->window && widen(http2, 0, stream->window))
		http2->window = stream->window;
}

/* --- the request --- */

static void
hold(struct yett_http2_stream *stream, struct yett_slice data)
{
	if (yett_buf_append(&stream->request, data) != YETT_OK)
		yett_http2_starve(stream->http2);
	else
		stream->http2->held += data.len;
}

static void
release(struct yett_http2_stream *stream, size_t len)
{
	yett_buf_consume(&stream->request, len);
	stream->http2->held -= len;
	consume(stream, len);
}

void
yett_http2_stream_data(struct yett_http2_stream *stream, struct yett_slice data)
{
	struct yett_transaction *transaction = &stream->transaction;

	stream->got += data.len;
	yett_http2_stream_ready(stream);
	if (!yett_transaction_is_open(transaction)) {
		consume(stream, data.len); /* nobody wants it any more */
	} else if (yett_buf_len(&stream->request) > 0 ||
	    !yett_transaction_wants_body(transaction)) {
		hold(stream, data);
	} else {
		yett_transaction_body(transaction, data);
		consume(stream, data.len);
		grow_window(stream);
	}
}

bool
yett_http2_stream_trailers(struct yett_http2_stream *stream)
{
	if (stream->http2->fields.is_too_large) {
		yett_http2_reset(stream, NGHTTP2_ENHANCE_YOUR_CALM);
		return false;
	}
	if (yett_http2_fields_write(&stream->http2->fields,
		&stream->request_trailers) != YETT_OK)
		yett_http2_starve(stream->http2);
	return true;
}

void
yett_http2_stream_end(struct yett_http2_stream *stream)
{
	stream->request_done = true;
	yett_http2_stream_ready(stream);
}

static void
end_body(struct yett_http2_stream *stream)
{
	struct yett_transaction *transaction = &stream->transaction;

	stream->is_fed = true;
	if (yett_buf_len(&stream->request_trailers) > 0)
		yett_transaction_trailers(transaction,
		    yett_buf_slice(&stream->request_trailers));
	if (yett_transaction_is_open(transaction))
		yett_transaction_body_end(transaction);
}

/* Feed what was held back; true when something moved. */
static bool
feed(struct yett_http2_stream *stream)
{
	struct yett_transaction *transaction = &stream->transaction;
	bool moved = false;

	while (yett_buf_len(&stream->request) > 0 &&
	    yett_transaction_wants_body(transaction)) {
		struct yett_slice piece = yett_buf_slice(&stream->request);

		if (piece.len > PIECE_MOST)
			piece.len = PIECE_MOST;
		yett_transaction_body(transaction, piece);
		release(stream, piece.len);
		moved = true;
	}
	if (stream->request_done && !stream->is_fed &&
	    yett_buf_len(&stream->request) == 0 &&
	    yett_transaction_wants_body(transaction)) {
		end_body(stream);
		moved = true;
	}
	return yett_transaction_send(transaction) || moved;
}

/* What nobody wants any more. */
static void
drop_request(struct yett_http2_stream *stream)
{
	if (yett_buf_len(&stream->request) > 0)
		release(stream, yett_buf_len(&stream->request));
	yett_buf_clear(&stream->request);
}

/* --- time --- */

static enum yett_wait
waits_for(const struct yett_http2_stream *stream)
{
	if (yett_buf_len(&stream->response) > 0)
		return YETT_WAIT_READER;
	return yett_transaction_is_open(&stream->transaction)
	    ? yett_transaction_waits_for(&stream->transaction)
	    : YETT_WAIT_READER;
}

static void
set_deadline(struct yett_http2_stream *stream)
{
	struct yett_context *context = stream->http2->context;
	const struct yett_settings *settings = yett_context_settings(context);
	enum yett_wait waits = waits_for(stream);
	const struct yett_progress progress = { .got = stream->got,
		.sent = stream->sent };
	const struct yett_pace_terms *terms = &stream->transaction.terms;
	uint32_t ms = yett_pace_timeout(settings, terms, waits);

	if (!yett_pace_renews(&stream->pace, settings, terms, waits, &progress))
		return;
	if (ms == 0)
		yett_deadline_cancel(&stream->deadline);
	else
		yett_deadline_set(&stream->deadline,
		    yett_loop_now(context->loop) +
			(uint64_t)ms * YETT_NS_PER_MS);
}

static void
on_expiry(struct yett_deadline *deadline)
{
	struct yett_http2_stream *stream = deadline->arg;
	struct yett_http2 *http2 = stream->http2;
	enum yett_wait waits = waits_for(stream);

	yett_codec_count_expiry(http2->context->counters, waits);
	if (yett_transaction_is_open(&stream->transaction))
		yett_transaction_expire(&stream->transaction, waits);
	else
		yett_http2_reset(stream, NGHTTP2_CANCEL);
	yett_http2_stream_ready(stream);
	http2->on_progress(http2->arg);
}

/* --- the stream --- */

struct yett_http2_stream *
yett_http2_stream_new(struct yett_http2 *http2, int32_t id)
{
	struct yett_http2_stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL)
		return NULL;
	stream->http2 = http2;
	stream->id = id;
	stream->window = YETT_HTTP2_STREAM_WINDOW;
	stream->pace.waits = YETT_WAIT_UPSTREAM; /* nothing is set yet */
	yett_list_init(&stream->ready_node);
	yett_list_append(&http2->streams, &stream->node);
	http2->stream_count++;
	yett_deadline_init(&stream->deadline, http2->context->loop, on_expiry,
	    stream);
	yett_transaction_init(&stream->transaction, http2->context,
	    http2->downstream, &yett_http2_responder, stream);
	return stream;
}

void
yett_http2_stream_free(struct yett_http2_stream *stream,
    enum yett_ending ending)
{
	struct yett_http2 *http2 = stream->http2;

	yett_transaction_abandon(&stream->transaction, ending);
	http2->held -= yett_buf_len(&stream->request);
	http2->stream_count--;
	yett_deadline_clear(&stream->deadline);
	yett_list_remove(&stream->node);
	yett_list_remove(&stream->ready_node);
	yett_buf_clear(&stream->request);
	yett_buf_clear(&stream->request_trailers);
	yett_buf_clear(&stream->response);
	yett_buf_clear(&stream->response_trailers);
	free(stream);
}

/* The policy lets a connection have so many requests, and this is the last. */
static bool
is_spent(const struct yett_http2 *http2)
{
	uint32_t most = yett_context_settings(http2->context)
			    ->limits.requests_per_connection;

	return most != 0 && http2->begun >= most;
}

static void
count_request(struct yett_http2 *http2)
{
	http2->begun++;
	if (is_spent(http2)) {
		yett_count(http2->context->counters, YETT_COUNT_SPENT);
		yett_http2_leave(http2);
	}
}

void
yett_http2_stream_begin(struct yett_http2_stream *stream, bool is_end)
{
	struct yett_http2 *http2 = stream->http2;
	struct yett_context *context = http2->context;
	const struct yett_settings *settings = yett_context_settings(context);
	uint32_t most = settings->limits.fields;
	const struct yett_transaction_start start = {
		.began = yett_loop_now(context->loop),
		.protocol = YETT_LIT("HTTP/2.0"),
	};
	struct yett_refusal refusal;
	struct yett_head head;

	stream->has_head = true;
	stream->request_done = is_end;
	/* Its number is above that of the GOAWAY that waits to be written: the
	 * client will send it again elsewhere. */
	if (http2->phase == YETT_HTTP2_LEAVING) {
		yett_http2_reset(stream, NGHTTP2_REFUSED_STREAM);
		return;
	}
	count_request(http2);
	yett_head_init(&head, context->scratch.parsed,
	    most < YETT_CONTEXT_FIELDS ? most : YETT_CONTEXT_FIELDS);
	if (yett_http2_head_read(&http2->fields, settings->limits.uri, is_end,
		&head, &refusal))
		yett_transaction_begin(&stream->transaction, &start, &head);
	else
		yett_transaction_refuse(&stream->transaction, &start, &refusal);
	yett_http2_stream_ready(stream);
}

bool
yett_http2_stream_step(struct yett_http2_stream *stream)
{
	struct yett_transaction *transaction = &stream->transaction;
	bool moved = false;

	if (yett_transaction_is_open(transaction)) {
		moved = feed(stream);
		while (yett_transaction_is_open(transaction) &&
		    yett_transaction_step(transaction))
			moved = true;
	}
	if (!yett_transaction_is_open(transaction))
		drop_request(stream);
	if (yett_buf_len(&stream->response) == 0)
		yett_buf_clear(&stream->response);
	set_deadline(stream);
	return moved;
}
