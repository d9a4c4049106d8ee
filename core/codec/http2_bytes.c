/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_bytes.h"

#include "codec/http2_control.h"

/* One read of plain bytes: the payload of a full TLS record. */
#define READ_LEN 16384

/* --- in --- */

/* nghttp2 gave up on what it was fed. */
static void
give_up(struct yett_http2 *http2, ssize_t error)
{
	switch (error) {
	case NGHTTP2_ERR_NOMEM: yett_http2_starve(http2); return;
	case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
		yett_http2_fail(http2, YETT_HTTP2_NO_PREFACE);
		break;
	case NGHTTP2_ERR_FLOODED:
		yett_http2_fail(http2, YETT_HTTP2_PINGS);
		break;
	default: yett_http2_fail(http2, YETT_HTTP2_PROTOCOL); break;
	}
	http2->phase = YETT_HTTP2_LEAVING;
}

static void
feed(struct yett_http2 *http2, const char *at, size_t len)
{
	ssize_t used = nghttp2_session_mem_recv(http2->frames,
	    (const uint8_t *)at, len);

	http2->codec.got += len;
	yett_count_add(http2->context->counters, YETT_COUNT_BYTES_IN, len);
	if (used < 0)
		give_up(http2, used);
}

bool
yett_http2_read(struct yett_http2 *http2)
{
	struct yett_codec *codec = &http2->codec;
	struct yett_buf *in = &http2->context->scratch.spare_in;
	size_t got;

	/* One recv a wake-up, as the loop tells when there is more. */
	if (codec->eof || http2->is_failed ||
	    (!codec->readable && !yett_session_pending(http2->session)))
		return false;
	codec->readable = false;
	if (yett_buf_reserve(in, READ_LEN) != YETT_OK) {
		yett_http2_starve(http2);
		return false;
	}
	switch (yett_session_read(http2->session, yett_buf_tail(in), READ_LEN,
	    &got, NULL)) {
	case YETT_SESSION_DONE:
		feed(http2, yett_buf_tail(in), got);
		return true;
	case YETT_SESSION_AGAIN: return false;
	case YETT_SESSION_EOF: codec->eof = true; return false;
	case YETT_SESSION_FAILED: break;
	}
	codec->state = YETT_CODEC_BROKEN;
	return false;
}

/* --- out --- */

/* Hand what was collected to the session; true when nothing is left. */
static bool
flush(struct yett_http2 *http2)
{
	size_t took;

	while (yett_buf_len(&http2->out) > 0) {
		switch (yett_session_write(http2->session,
		    yett_buf_slice(&http2->out), &took, NULL)) {
		case YETT_SESSION_DONE:
			yett_buf_consume(&http2->out, took);
			yett_count_add(http2->context->counters,
			    YETT_COUNT_BYTES_OUT, took);
			continue;
		case YETT_SESSION_AGAIN: http2->codec.full = true; return false;
		case YETT_SESSION_EOF:
		case YETT_SESSION_FAILED:
			http2->codec.state = YETT_CODEC_BROKEN;
			return false;
		}
	}
	return true;
}

/* Collect frames until there are none or enough; true when some were. */
static bool
collect(struct yett_http2 *http2)
{
	size_t before = yett_buf_len(&http2->out);
	const uint8_t *frame;
	ssize_t len;

	while (yett_buf_len(&http2->out) < YETT_HTTP2_OUT) {
		len = nghttp2_session_mem_send(http2->frames, &frame);
		if (len == 0)
			break;
		if (len < 0 ||
		    yett_buf_append(&http2->out,
			(struct yett_slice){ (const char *)frame,
			    (size_t)len }) != YETT_OK) {
			yett_http2_starve(http2);
			return false;
		}
	}
	return yett_buf_len(&http2->out) > before;
}

/* The client does not take what it has: make no more for it until it did. */
static bool
is_stuck(struct yett_http2 *http2)
{
	if (!yett_session_is_stuck(http2->session))
		return false;
	http2->codec.full = true;
	return true;
}

bool
yett_http2_write(struct yett_http2 *http2)
{
	bool moved = false;

	while (http2->codec.state == YETT_CODEC_OPEN && flush(http2) &&
	    !is_stuck(http2) && collect(http2))
		moved = true;
	return moved;
}
