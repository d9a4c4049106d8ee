/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_session.h"

#include "codec/http2_control.h"
#include "codec/http2_response.h"
#include "codec/http2_stream.h"

/* Of a response's field list, as it is packed. */
#define HEAD_MOST ((size_t)1024 * 1024)
/* CONTINUATION frames behind one HEADERS: eight, of 16 KiB each, is more than
 * any limit of ours lets through. */
#define CONTINUATIONS_MOST 8
/* PING and SETTINGS that wait to be acknowledged to a client that does not
 * read. */
#define ACKS_MOST 100
/* A WINDOW_UPDATE that is not worth its frame. */
#define WINDOW_STEP_LEAST 64

static struct yett_slice
bytes(const uint8_t *at, size_t len)
{
	return (struct yett_slice){ (const char *)at, len };
}

/* --- field lists --- */

static int
on_begin_headers(nghttp2_session *frames, const nghttp2_frame *frame, void *arg)
{
	struct yett_http2 *http2 = arg;
	struct yett_http2_stream *stream;

	http2->fields_id = frame->hd.stream_id;
	yett_http2_fields_clear(&http2->fields);
	if (frame->hd.type != NGHTTP2_HEADERS ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	stream = yett_http2_stream_new(http2, frame->hd.stream_id);
	if (stream == NULL) {
		yett_http2_starve(http2);
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	}
	(void)nghttp2_session_set_stream_user_data(frames, frame->hd.stream_id,
	    stream);
	return 0;
}

static int
on_header(nghttp2_session *frames, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_len, const uint8_t *value,
    size_t value_len, uint8_t flags, void *arg)
{
	struct yett_http2 *http2 = arg;
	const struct yett_settings *settings = yett_context_settings(
	    http2->context);
	const struct yett_http2_fields_limits limits = { settings->limits.head,
		settings->limits.fields };

	(void)frames;
	(void)frame;
	(void)flags;
	switch (yett_http2_fields_add(&http2->fields, bytes(name, name_len),
	    bytes(value, value_len), &limits)) {
	case YETT_OK: return 0;
	case YETT_E_LIMIT:
		yett_http2_fail(http2, YETT_HTTP2_FIELDS);
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	default: break;
	}
	yett_http2_starve(http2);
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

/* A field that would be left out otherwise: the message is malformed (RFC 9113,
 * section 8.1.1). */
static int
on_invalid_header(nghttp2_session *frames, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_len, const uint8_t *value,
    size_t value_len, uint8_t flags, void *arg)
{
	(void)frames;
	(void)frame;
	(void)name;
	(void)name_len;
	(void)value;
	(void)value_len;
	(void)flags;
	(void)arg;
	return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

/* --- frames --- */

/* One more frame that costs us more than the client. */
static int
spend(struct yett_http2 *http2, enum yett_http2_fault kind)
{
	if (yett_http2_guard_allows(&http2->guard, kind,
		yett_loop_now(http2->context->loop)))
		return 0;
	yett_http2_fail(http2, kind);
	return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int
on_begin_frame(nghttp2_session *frames, const nghttp2_frame_hd *head, void *arg)
{
	struct yett_http2 *http2 = arg;

	(void)frames;
	switch (head->type) {
	case NGHTTP2_DATA:
		return head->length == 0 &&
			(head->flags & NGHTTP2_FLAG_END_STREAM) == 0
		    ? spend(http2, YETT_HTTP2_EMPTY)
		    : 0;
	case NGHTTP2_SETTINGS:
		return head->flags & NGHTTP2_FLAG_ACK
		    ? 0
		    : spend(http2, YETT_HTTP2_SETTINGS);
	case NGHTTP2_PING: return spend(http2, YETT_HTTP2_PINGS);
	case NGHTTP2_PRIORITY:
	case NGHTTP2_PRIORITY_UPDATE:
		return spend(http2, YETT_HTTP2_PRIORITIES);
	}
	return 0;
}

/* The field list is complete, or will never be. */
static void
end_fields(struct yett_http2 *http2)
{
	http2->fields_id = 0;
	yett_http2_fields_clear(&http2->fields);
}

/* The field list of a HEADERS frame is complete. */
static void
take_fields(struct yett_http2 *http2, const nghttp2_frame *frame)
{
	struct yett_http2_stream *stream = yett_http2_find(http2,
	    frame->hd.stream_id);
	bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

	if (stream != NULL && !stream->has_head)
		yett_http2_stream_begin(stream, is_end);
	else if (stream != NULL && yett_http2_stream_trailers(stream) && is_end)
		yett_http2_stream_end(stream);
	end_fields(http2);
}

static int
on_frame(nghttp2_session *frames, const nghttp2_frame *frame, void *arg)
{
	struct yett_http2 *http2 = arg;
	struct yett_http2_stream *stream;

	(void)frames;
	switch (frame->hd.type) {
	case NGHTTP2_HEADERS: take_fields(http2, frame); return 0;
	case NGHTTP2_DATA:
		stream = yett_http2_find(http2, frame->hd.stream_id);
		if (stream != NULL &&
		    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
			yett_http2_stream_end(stream);
		return 0;
	case NGHTTP2_PING:
		/* A round trip since the first GOAWAY. */
		if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 &&
		    http2->phase == YETT_HTTP2_NOTICED)
			yett_http2_leave(http2);
		return 0;
	case NGHTTP2_WINDOW_UPDATE:
		return frame->window_update.window_size_increment <
			WINDOW_STEP_LEAST
		    ? spend(http2, YETT_HTTP2_WINDOWS)
		    : 0;
	case NGHTTP2_GOAWAY: yett_http2_leave(http2); return 0;
	case NGHTTP2_RST_STREAM: return spend(http2, YETT_HTTP2_RESETS);
	}
	return 0;
}

static int
on_data(nghttp2_session *frames, uint8_t flags, int32_t id, const uint8_t *data,
    size_t len, void *arg)
{
	struct yett_http2 *http2 = arg;
	struct yett_http2_stream *stream = yett_http2_find(http2, id);

	(void)flags;
	if (stream == NULL)
		return nghttp2_session_consume_connection(frames, len);
	yett_http2_stream_data(stream, bytes(data, len));
	return 0;
}

static bool
is_fault_of_client(uint32_t error)
{
	return error == NGHTTP2_PROTOCOL_ERROR ||
	    error == NGHTTP2_FLOW_CONTROL_ERROR ||
	    error == NGHTTP2_STREAM_CLOSED;
}

/* A response that is complete before its request leaves nothing to wait for
 * (RFC 9113, section 8.1); a reset for what the client did wrong is its
 * doing. */
static int
on_sent(nghttp2_session *frames, const nghttp2_frame *frame, void *arg)
{
	struct yett_http2 *http2 = arg;
	struct yett_http2_stream *stream;

	(void)frames;
	switch (frame->hd.type) {
	case NGHTTP2_GOAWAY: /* the library's own word, where it is an error */
		if (frame->goaway.error_code != NGHTTP2_NO_ERROR)
			yett_http2_fail(http2, YETT_HTTP2_PROTOCOL);
		return 0;
	case NGHTTP2_RST_STREAM:
		if (is_fault_of_client(frame->rst_stream.error_code))
			(void)spend(http2, YETT_HTTP2_RESETS);
		return 0;
	case NGHTTP2_HEADERS:
	case NGHTTP2_DATA:
		stream = yett_http2_find(http2, frame->hd.stream_id);
		if (stream != NULL && !stream->request_done &&
		    (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
			yett_http2_reset(stream, NGHTTP2_NO_ERROR);
		return 0;
	}
	return 0;
}

static int
on_stream_close(nghttp2_session *frames, int32_t id, uint32_t error, void *arg)
{
	struct yett_http2 *http2 = arg;
	struct yett_http2_stream *stream = yett_http2_find(http2, id);
	size_t held;

	(void)error;
	/* Of a list that was malformed, the end is not told. */
	if (id == http2->fields_id)
		end_fields(http2);
	if (stream == NULL)
		return 0;
	/* The window of the connection does not end with the stream. */
	held = yett_buf_len(&stream->request);
	yett_http2_stream_free(stream, YETT_ENDING_CLIENT_LEFT);
	return held == 0 ? 0 : nghttp2_session_consume_connection(frames, held);
}

static ssize_t
data_most(nghttp2_session *frames, uint8_t type, int32_t id,
    int32_t session_window, int32_t window, uint32_t frame_most, void *arg)
{
	int32_t most = YETT_HTTP2_DATA_MOST;

	(void)frames;
	(void)type;
	(void)id;
	(void)arg;
	if (session_window < most)
		most = session_window;
	if (window < most)
		most = window;
	if (frame_most < (uint32_t)most)
		most = (int32_t)frame_most;
	return most;
}

/* --- the beginning --- */

static nghttp2_session_callbacks *
make_callbacks(void)
{
	nghttp2_session_callbacks *callbacks;

	if (nghttp2_session_callbacks_new(&callbacks) != 0)
		return NULL;
	nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks,
	    on_begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
	nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks,
	    on_invalid_header);
	nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks,
	    on_begin_frame);
	nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks,
	    on_frame);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks,
	    on_data);
	nghttp2_session_callbacks_set_on_frame_send_callback(callbacks,
	    on_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(callbacks,
	    on_stream_close);
	nghttp2_session_callbacks_set_data_source_read_length_callback(
	    callbacks, data_most);
	nghttp2_session_callbacks_set_send_data_callback(callbacks,
	    yett_http2_send_data);
	return callbacks;
}

static nghttp2_option *
make_options(void)
{
	nghttp2_option *option;

	if (nghttp2_option_new(&option) != 0)
		return NULL;
	/* Windows open as upstreams take what came. */
	nghttp2_option_set_no_auto_window_update(option, 1);
	nghttp2_option_set_no_closed_streams(option, 1);
	nghttp2_option_set_max_send_header_block_length(option, HEAD_MOST);
	nghttp2_option_set_max_continuations(option, CONTINUATIONS_MOST);
	nghttp2_option_set_max_outbound_ack(option, ACKS_MOST);
	nghttp2_option_set_builtin_recv_extension_type(option,
	    NGHTTP2_PRIORITY_UPDATE);
	return option;
}

static enum yett_status
open_session(struct yett_http2 *http2)
{
	nghttp2_session_callbacks *callbacks = make_callbacks();
	nghttp2_option *option = make_options();
	int result = NGHTTP2_ERR_NOMEM;

	if (callbacks != NULL && option != NULL)
		result = nghttp2_session_server_new2(&http2->frames, callbacks,
		    http2, option);
	if (option != NULL)
		nghttp2_option_del(option);
	if (callbacks != NULL)
		nghttp2_session_callbacks_del(callbacks);
	return result == 0 ? YETT_OK : YETT_E_NOMEM;
}

static int
submit_settings(struct yett_http2 *http2)
{
	const struct yett_settings *settings = yett_context_settings(
	    http2->context);
	const nghttp2_settings_entry entry[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
		    settings->limits.streams },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
		    YETT_HTTP2_STREAM_WINDOW },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
		    settings->limits.head },
		/* RFC 9218: urgency and incremental instead of a tree. */
		{ NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1 },
	};

	return nghttp2_submit_settings(http2->frames, NGHTTP2_FLAG_NONE, entry,
	    sizeof(entry) / sizeof(entry[0]));
}

/*
 * What the connection is for (RFC 8336): the name of the handshake and no
 * other, so that no client sends here what is another site's to ask a
 * certificate for.
 */
static int
submit_origin(struct yett_http2 *http2)
{
	struct yett_slice sni = yett_session_hello(http2->session)->sni;
	uint16_t port = http2->downstream->server_port;
	char text[300];
	int len;
	nghttp2_origin_entry entry = { .origin = (uint8_t *)text };

	if (sni.len == 0)
		return 0;
	len = port == 443
	    ? snprintf(text, sizeof(text), "https://%.*s", YETT_ARG(sni))
	    : snprintf(text, sizeof(text), "https://%.*s:%u", YETT_ARG(sni),
		  port);
	if (len < 0 || (size_t)len >= sizeof(text))
		return 0;
	entry.origin_len = (size_t)len;
	return nghttp2_submit_origin(http2->frames, NGHTTP2_FLAG_NONE, &entry,
	    1);
}

enum yett_status
yett_http2_session_open(struct yett_http2 *http2)
{
	if (open_session(http2) != YETT_OK || submit_settings(http2) != 0 ||
	    submit_origin(http2) != 0)
		return YETT_E_NOMEM;
	return YETT_OK;
}
