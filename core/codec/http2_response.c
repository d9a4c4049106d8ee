/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_response.h"

#include "codec/http2_control.h"
#include "http/trailer.h"

/* Pseudo-header fields of a response: the status. */
#define PSEUDO_COUNT 1
#define FIELDS_MOST                                                            \
	(YETT_CONTEXT_FIELDS + YETT_CONTEXT_FIELDS_ADDED + PSEUDO_COUNT)
/* The digits of a status. */
#define STATUS_LEN 3

/* --- field lists --- */

/* The library copies what it is given, and writes names in lower case. */
static nghttp2_nv
pair(struct yett_slice name, struct yett_slice value)
{
	return (nghttp2_nv){
		.name = (uint8_t *)(uintptr_t)name.at,
		.namelen = name.len,
		.value = (uint8_t *)(uintptr_t)value.at,
		.valuelen = value.len,
		.flags = NGHTTP2_NV_FLAG_NONE,
	};
}

static size_t
list(nghttp2_nv list[FIELDS_MOST], char digits[STATUS_LEN],
    const struct yett_response *response)
{
	for (unsigned i = 0, rest = response->status; i < STATUS_LEN;
	     i++, rest /= 10)
		digits[STATUS_LEN - 1 - i] = (char)('0' + rest % 10);
	list[0] = pair(YETT_LIT(":status"),
	    (struct yett_slice){ digits, STATUS_LEN });
	for (size_t i = 0; i < response->field_count; i++)
		list[PSEUDO_COUNT + i] = pair(response->field[i].name,
		    response->field[i].value);
	return PSEUDO_COUNT + response->field_count;
}

/* --- the body, when the library asks for it --- */

static void
submit_trailers(struct yett_http2_stream *stream)
{
	struct yett_slice section = yett_buf_slice(&stream->response_trailers);
	nghttp2_nv fields[FIELDS_MOST];
	struct yett_field field;
	size_t count = 0;

	while (count < FIELDS_MOST && yett_trailer_next(&section, &field))
		if (yett_trailer_may_pass(&field))
			fields[count++] = pair(field.name, field.value);
	if (nghttp2_submit_trailer(stream->http2->frames, stream->id, fields,
		count) != 0)
		yett_http2_starve(stream->http2);
}

/* How much of the body may go into the next DATA frame. */
static ssize_t
next_data(nghttp2_session *frames, int32_t id, uint8_t *unused, size_t len,
    uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct yett_http2_stream *stream = yett_http2_find(arg, id);
	size_t held;

	(void)frames;
	(void)unused;
	(void)source;
	if (stream == NULL) /* freed before the library closed it */
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	held = yett_buf_len(&stream->response);
	if (held == 0 && !stream->response_done)
		return NGHTTP2_ERR_DEFERRED;
	*flags = NGHTTP2_DATA_FLAG_NO_COPY;
	if (len < held)
		return (ssize_t)len;
	if (stream->response_done) {
		*flags |= NGHTTP2_DATA_FLAG_EOF;
		if (stream->has_trailers) {
			*flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
			submit_trailers(stream);
		}
	}
	return (ssize_t)held;
}

int
yett_http2_send_data(nghttp2_session *frames, nghttp2_frame *frame,
    const uint8_t *head, size_t len, nghttp2_data_source *source, void *arg)
{
	struct yett_http2 *http2 = arg;
	/* It may have ended since the frame was made: there was no room. */
	struct yett_http2_stream *stream = yett_http2_find(http2,
	    frame->hd.stream_id);
	const struct yett_slice frame_head = { (const char *)head, 9 };
	struct yett_slice payload;

	(void)frames;
	(void)source; /* we never pad */
	if (stream == NULL || yett_buf_len(&stream->response) < len)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	if (yett_buf_len(&http2->out) >= YETT_HTTP2_OUT)
		return NGHTTP2_ERR_WOULDBLOCK;
	payload = (struct yett_slice){ yett_buf_slice(&stream->response).at,
		len };
	if (yett_buf_append(&http2->out, frame_head) != YETT_OK ||
	    yett_buf_append(&http2->out, payload) != YETT_OK)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	yett_buf_consume(&stream->response, len);
	stream->sent += len;
	yett_http2_stream_ready(stream);
	return 0;
}

/* There is something to send, where the library had found nothing. */
static void
resume(struct yett_http2_stream *stream)
{
	/* The one failure is that nothing was deferred. */
	(void)nghttp2_session_resume_data(stream->http2->frames, stream->id);
}

/* --- the responder --- */

static bool
has_room(void *arg)
{
	const struct yett_http2_stream *stream = arg;

	return yett_buf_len(&stream->response) < YETT_HTTP2_STREAM_ROOM;
}

static void
write_interim(void *arg, struct yett_response *response)
{
	struct yett_http2_stream *stream = arg;
	nghttp2_nv fields[FIELDS_MOST];
	char digits[STATUS_LEN];
	size_t count = list(fields, digits, response);

	if (nghttp2_submit_headers(stream->http2->frames, NGHTTP2_FLAG_NONE,
		stream->id, NULL, fields, count, NULL) != 0)
		yett_http2_starve(stream->http2);
}

static void
submit_head(struct yett_http2_stream *stream,
    const struct yett_response *response, bool has_body)
{
	const nghttp2_data_provider body = {
		.read_callback = next_data,
	};
	nghttp2_nv fields[FIELDS_MOST];
	char digits[STATUS_LEN];
	size_t count = list(fields, digits, response);

	stream->head_sent = true;
	if (nghttp2_submit_response(stream->http2->frames, stream->id, fields,
		count, has_body ? &body : NULL) != 0)
		yett_http2_starve(stream->http2);
	if (response->is_last)
		yett_http2_leave(stream->http2);
}

static void
begin_response(void *arg, struct yett_response *response)
{
	struct yett_http2_stream *stream = arg;

	submit_head(stream, response, response->framing != YETT_FRAMING_NONE);
}

static size_t
write_body(void *arg, struct yett_slice payload)
{
	struct yett_http2_stream *stream = arg;
	size_t held = yett_buf_len(&stream->response);
	size_t room = held < YETT_HTTP2_STREAM_ROOM
	    ? YETT_HTTP2_STREAM_ROOM - held
	    : 0;

	if (payload.len > room)
		payload.len = room;
	if (payload.len == 0)
		return 0;
	if (yett_buf_append(&stream->response, payload) != YETT_OK) {
		yett_http2_starve(stream->http2);
		return 0;
	}
	resume(stream);
	return payload.len;
}

static void
end_stream(struct yett_http2_stream *stream)
{
	stream->response_done = true;
	stream->http2->codec.answered++;
	resume(stream);
}

static bool
end_response(void *arg, struct yett_slice trailers)
{
	struct yett_http2_stream *stream = arg;

	if (trailers.len > 0) {
		if (yett_buf_append(&stream->response_trailers, trailers) !=
		    YETT_OK)
			yett_http2_starve(stream->http2);
		stream->has_trailers = true;
	}
	end_stream(stream);
	return true;
}

static void
write_answer(void *arg, struct yett_response *response, struct yett_slice body)
{
	struct yett_http2_stream *stream = arg;

	if (yett_buf_append(&stream->response, body) != YETT_OK) {
		yett_http2_starve(stream->http2);
		return;
	}
	submit_head(stream, response, body.len > 0);
	end_stream(stream);
}

static void
abort_response(void *arg, enum yett_abort how)
{
	struct yett_http2_stream *stream = arg;

	/* What waits in `response` stays: a frame of it may be on its way. */
	yett_http2_reset(stream,
	    how == YETT_ABORT_POLICY ? NGHTTP2_HTTP_1_1_REQUIRED
				     : NGHTTP2_INTERNAL_ERROR);
}

static void
on_progress(void *arg)
{
	struct yett_http2_stream *stream = arg;

	yett_http2_stream_ready(stream);
	stream->http2->on_progress(stream->http2->arg);
}

const struct yett_responder yett_http2_responder = {
	.has_room = has_room,
	.interim = write_interim,
	.head = begin_response,
	.body = write_body,
	.end = end_response,
	.answer = write_answer,
	.abort = abort_response,
	.on_progress = on_progress,
};
