/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http1_bytes.h"

/* One read of plain bytes: the payload of a full TLS record. */
#define READ_LEN 16384

/* There is no request under way any more. */
static void
cut(struct yett_http1 *http1)
{
	if (http1->framing == YETT_FRAMING_TO_END)
		http1->reset = true;
	http1->phase = YETT_HTTP1_DONE;
	http1->codec.state = YETT_CODEC_BROKEN;
}

void
yett_http1_fail(struct yett_http1 *http1)
{
	yett_transaction_abandon(http1->transaction, YETT_ENDING_CLIENT_LEFT);
	cut(http1);
}

void
yett_http1_starve(struct yett_http1 *http1)
{
	yett_context_memory_out(http1->context, http1->downstream->client);
	yett_transaction_abandon(http1->transaction, YETT_ENDING_MEMORY_OUT);
	cut(http1);
}

/* --- bytes --- */

/* Read what the client sent, at most one record; true when bytes came. */
bool
yett_http1_read(struct yett_http1 *http1)
{
	size_t got;

	/* One recv a wake-up: the loop tells when there is more, and asking an
	 * empty socket is a system call for nothing. */
	if (http1->codec.eof ||
	    (!http1->codec.readable && !yett_session_pending(http1->session)))
		return false;
	http1->codec.readable = false;
	if (yett_buf_reserve(&http1->in, READ_LEN) != YETT_OK) {
		yett_http1_starve(http1);
		return false;
	}
	switch (yett_session_read(http1->session, yett_buf_tail(&http1->in),
	    READ_LEN, &got, NULL)) {
	case YETT_SESSION_DONE:
		yett_buf_added(&http1->in, got);
		yett_count_add(http1->context->counters, YETT_COUNT_BYTES_IN,
		    got);
		http1->codec.got += got;
		return true;
	case YETT_SESSION_AGAIN: return false;
	case YETT_SESSION_EOF: http1->codec.eof = true; return false;
	case YETT_SESSION_FAILED: break;
	}
	yett_http1_fail(http1);
	return false;
}

/* Hand `bytes` to the session; returns how many it took. */
size_t
yett_http1_write_now(struct yett_http1 *http1, struct yett_slice bytes)
{
	size_t done = 0, took;

	while (done < bytes.len) {
		struct yett_slice rest = { bytes.at + done, bytes.len - done };

		switch (yett_session_write(http1->session, rest, &took, NULL)) {
		case YETT_SESSION_DONE:
			done += took;
			yett_count_add(http1->context->counters,
			    YETT_COUNT_BYTES_OUT, took);
			continue;
		case YETT_SESSION_AGAIN: http1->codec.full = true; return done;
		case YETT_SESSION_EOF:
		case YETT_SESSION_FAILED: yett_http1_fail(http1); return done;
		}
	}
	return done;
}

/* Hand what was collected to the session; true when nothing is left. */
bool
yett_http1_write_out(struct yett_http1 *http1)
{
	if (yett_buf_len(&http1->out) > 0)
		yett_buf_consume(&http1->out,
		    yett_http1_write_now(http1, yett_buf_slice(&http1->out)));
	return yett_buf_len(&http1->out) == 0;
}

bool
yett_http1_is_stuck(struct yett_http1 *http1)
{
	if (!yett_session_is_stuck(http1->session))
		return false;
	http1->codec.full = true;
	return true;
}

void
yett_http1_put(struct yett_http1 *http1, struct yett_slice bytes)
{
	if (yett_buf_append(&http1->out, bytes) != YETT_OK)
		yett_http1_starve(http1);
}
