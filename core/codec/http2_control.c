/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_control.h"

#include "base/log.h"

static uint32_t
error_of(enum yett_http2_fault fault)
{
	return fault == YETT_HTTP2_NO_PREFACE || fault == YETT_HTTP2_PROTOCOL
	    ? NGHTTP2_PROTOCOL_ERROR
	    : NGHTTP2_ENHANCE_YOUR_CALM;
}

void
yett_http2_fail(struct yett_http2 *http2, enum yett_http2_fault fault)
{
	if (http2->is_failed)
		return;
	http2->is_failed = true;
	yett_count(http2->context->counters, YETT_COUNT_HTTP2 + fault);
	yett_log(YETT_LOG_INFO, "http2-failed", "worker=%u peer=%.*s error=%s",
	    http2->context->index, YETT_ARG(http2->downstream->client),
	    yett_http2_fault_name(fault));
	/* Out of memory is the one failure: then there is no word of why. */
	(void)nghttp2_session_terminate_session(http2->frames, error_of(fault));
}

void
yett_http2_starve(struct yett_http2 *http2)
{
	if (http2->codec.state == YETT_CODEC_BROKEN)
		return;
	yett_context_memory_out(http2->context, http2->downstream->client);
	http2->codec.state = YETT_CODEC_BROKEN;
}

void
yett_http2_leave(struct yett_http2 *http2)
{
	if (http2->phase == YETT_HTTP2_LEAVING)
		return;
	http2->phase = YETT_HTTP2_LEAVING;
	if (nghttp2_submit_goaway(http2->frames, NGHTTP2_FLAG_NONE,
		nghttp2_session_get_last_proc_stream_id(http2->frames),
		NGHTTP2_NO_ERROR, NULL, 0) != 0)
		yett_http2_starve(http2);
}

void
yett_http2_reset(struct yett_http2_stream *stream, uint32_t error)
{
	if (stream->is_reset)
		return;
	stream->is_reset = true;
	if (nghttp2_submit_rst_stream(stream->http2->frames, NGHTTP2_FLAG_NONE,
		stream->id, error) != 0)
		yett_http2_starve(stream->http2);
}

void
yett_http2_stream_ready(struct yett_http2_stream *stream)
{
	if (yett_list_is_empty(&stream->ready_node))
		yett_list_append(&stream->http2->ready, &stream->ready_node);
}
