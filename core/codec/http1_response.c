/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http1_response.h"

#include "codec/http1_bytes.h"
#include "codec/http1_tunnel.h"
#include "http/trailer.h"

/* What of a refused request's body is read for the sake of the connection. */
#define DISCARD_MOST 65536
/* The most in one chunk, and what is collected before it is written. */
#define PIECE_MOST 16384
/* A payload from here on is written from where it lies, not copied. */
#define COPY_LESS 8192

/* --- heads --- */

static void
add(struct yett_response *response, struct yett_slice name,
    struct yett_slice value)
{
	response->field[response->field_count++] = (struct yett_field){
		.name = name,
		.value = value,
		.is_sound = true,
	};
}

/* What Connection says of the connection; Upgrade is for this hop only, and
 * named there like any such field. */
static void
add_connection(const struct yett_http1 *http1, struct yett_response *response)
{
	bool upgrade = response->upgrade_count > 0;
	bool switches = response->status == 101;

	response->field_count += response->upgrade_count;
	if (!switches && (http1->close || http1->context->draining))
		add(response, YETT_LIT("Connection"),
		    upgrade ? YETT_LIT("close, Upgrade") : YETT_LIT("close"));
	else if (!switches && http1->minor == 0)
		add(response, YETT_LIT("Connection"),
		    upgrade ? YETT_LIT("keep-alive, Upgrade")
			    : YETT_LIT("keep-alive"));
	else if (upgrade)
		add(response, YETT_LIT("Connection"), YETT_LIT("Upgrade"));
}

static void
write_head(struct yett_http1 *http1, const struct yett_response *response)
{
	if (yett_head_write_response(&http1->out, response->status,
		response->reason, response->field,
		response->field_count) != YETT_OK)
		yett_http1_starve(http1);
}

static bool
has_room(void *arg)
{
	struct yett_http1 *http1 = arg;
	size_t most = http1->phase == YETT_HTTP1_TUNNEL ? 0
	    : http1->head_sent                          ? PIECE_MOST
							: YETT_HTTP1_OUT;

	return yett_buf_len(&http1->out) <= most || yett_http1_write_out(http1);
}

/* A client of HTTP/1.0 knows no interim response (RFC 9110, section 15.2). */
static void
write_interim(void *arg, struct yett_response *response)
{
	struct yett_http1 *http1 = arg;

	if (http1->minor == 0)
		return;
	if (response->status == 100)
		http1->expects = false;
	write_head(http1, response);
}

/* How a body of unknown length ends depends on what the client knows. */
static enum yett_framing
frame(struct yett_http1 *http1, const struct yett_response *response)
{
	if (response->framing != YETT_FRAMING_CHUNKED &&
	    response->framing != YETT_FRAMING_TO_END)
		return response->framing;
	if (http1->minor > 0)
		return YETT_FRAMING_CHUNKED;
	http1->close = true;
	return YETT_FRAMING_TO_END;
}

static void
begin_response(void *arg, struct yett_response *response)
{
	struct yett_http1 *http1 = arg;

	http1->head_sent = true;
	if (response->is_last)
		http1->close = true;
	if (response->status == 101) {
		yett_http1_begin_tunnel(http1);
	} else {
		http1->framing = frame(http1, response);
		/* Most origins that answer early have no more use for the body;
		 * those that answer while they read it get what little is
		 * left. */
		if (http1->expects && !http1->body_done)
			http1->close = true;
		if (http1->framing == YETT_FRAMING_CHUNKED)
			add(response, YETT_LIT("Transfer-Encoding"),
			    YETT_LIT("chunked"));
	}
	add_connection(http1, response);
	write_head(http1, response);
}

/* --- bodies --- */

/* Pass a piece of a body on; returns how many bytes were used. */
static size_t
write_body(void *arg, struct yett_slice payload)
{
	struct yett_http1 *http1 = arg;
	char head[YETT_CHUNK_HEAD_MOST];

	if (http1->phase == YETT_HTTP1_TUNNEL)
		return yett_http1_write_now(http1, payload);
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

/* Only when little of a body is left. When the client waits for a 100 that
 * will not come, it cannot be known whether it then sends the body (RFC 9110,
 * section 10.1.1). */
static void
plan_rest(struct yett_http1 *http1)
{
	http1->discard = DISCARD_MOST;
	if (http1->body_done)
		return;
	if (http1->expects ||
	    (http1->body.framing == YETT_FRAMING_LENGTH &&
		http1->body.left > DISCARD_MOST))
		http1->close = true;
}

/* The response is complete in `out`; go on with the next request, with what is
 * left of the body, or end. */
static void
finish(struct yett_http1 *http1)
{
	http1->began = 0;
	http1->codec.answered++;
	if (http1->context->draining || http1->downstream->logins->is_lost)
		http1->close = true;
	if (http1->close)
		http1->phase = YETT_HTTP1_DONE;
	else if (http1->body_done)
		http1->phase = YETT_HTTP1_HEAD;
	else
		http1->phase = YETT_HTTP1_DISCARD;
}

static bool
end_response(void *arg, struct yett_slice trailers)
{
	struct yett_http1 *http1 = arg;

	if (http1->phase == YETT_HTTP1_TUNNEL)
		return yett_http1_end_down(http1);
	if (http1->framing == YETT_FRAMING_CHUNKED &&
	    yett_trailer_write(&http1->out, trailers) != YETT_OK)
		yett_http1_starve(http1);
	if (http1->codec.state == YETT_CODEC_BROKEN)
		return true;
	/* An answer that came before the request's end: what is left of the
	 * body has nowhere to go. */
	plan_rest(http1);
	finish(http1);
	return true;
}

static void
write_answer(void *arg, struct yett_response *response, struct yett_slice body)
{
	struct yett_http1 *http1 = arg;

	if (response->is_last || response->is_suspect)
		http1->close = true;
	plan_rest(http1);
	add_connection(http1, response);
	write_head(http1, response);
	yett_http1_put(http1, body);
	if (http1->codec.state != YETT_CODEC_BROKEN)
		finish(http1);
}

/* The client must see that the response was cut (RFC 9112, section 8). */
static void
abort_response(void *arg, enum yett_abort how)
{
	struct yett_http1 *http1 = arg;

	if (how == YETT_ABORT_POLICY)
		http1->reset = true;
	else
		(void)yett_http1_write_out(http1);
	yett_http1_fail(http1);
}

static void
on_progress(void *arg)
{
	struct yett_http1 *http1 = arg;

	http1->on_progress(http1->arg);
}

const struct yett_responder yett_http1_responder = {
	.has_room = has_room,
	.interim = write_interim,
	.head = begin_response,
	.body = write_body,
	.end = end_response,
	.answer = write_answer,
	.abort = abort_response,
	.on_progress = on_progress,
};
