/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1_tunnel.h"

#include "gateway/http1_answer.h"
#include "gateway/http1_bytes.h"
#include "gateway/http1_upstream.h"
#include "request/forward.h"

void
yett_http1_begin_tunnel(struct yett_http1 *http1, const struct yett_head *head)
{
	const struct yett_forward_response how = {
		.framing = YETT_FRAMING_NONE,
		.upgrade = true,
	};

	http1->access.status = head->status;
	http1->head_sent = true;
	http1->body_done = false;
	http1->origin_ended = false;
	http1->close = true;
	http1->state = YETT_HTTP1_TUNNEL;
	yett_count(http1->context->counters, YETT_COUNT_TUNNELS);
	yett_count(http1->context->counters, YETT_COUNT_TUNNELS_OPEN);
	if (yett_forward_response(http1->context, head, &how, &http1->out) !=
	    YETT_OK)
		yett_http1_starve(http1);
}

void
yett_http1_end_tunnel(struct yett_http1 *http1)
{
	yett_http1_end_request(http1);
	http1->body_done = true;
	http1->state = YETT_HTTP1_ENDED;
}

/* From the client to the upstream; true when bytes moved. */
static bool
step_up(struct yett_http1 *http1)
{
	struct yett_buf *out = yett_exchange_out(http1->exchange);
	bool moved = false;

	while (!http1->body_done && yett_buf_len(out) < YETT_EXCHANGE_QUEUE) {
		struct yett_slice bytes = yett_buf_slice(&http1->in);

		if (bytes.len > 0) {
			if (yett_buf_append(out, bytes) != YETT_OK) {
				yett_http1_starve(http1);
				return true;
			}
			http1->access.received += bytes.len;
			yett_buf_consume(&http1->in, bytes.len);
			moved = true;
		} else if (!yett_http1_read(http1)) {
			if (http1->state != YETT_HTTP1_TUNNEL)
				return true;
			if (!http1->eof)
				break;
			http1->body_done = true;
			yett_exchange_body_done(http1->exchange);
		}
	}
	(void)yett_exchange_push(http1->exchange);
	return moved;
}

/* The upstream's half has ended; the client hears of it behind the last byte,
 * and may go on sending. */
static void
end_down(struct yett_http1 *http1)
{
	if (!yett_http1_write_out(http1))
		return;
	if (http1->body_done) {
		yett_http1_end_tunnel(http1);
	} else if (!http1->origin_ended) {
		http1->origin_ended = true;
		yett_session_close_notify(http1->session);
	}
}

/* From the upstream to the client; true when bytes moved. */
static bool
step_down(struct yett_http1 *http1)
{
	struct yett_slice bytes;
	bool moved = false;

	if (yett_http1_is_stuck(http1))
		return false;
	while (http1->state == YETT_HTTP1_TUNNEL) {
		size_t used;

		if (yett_buf_len(&http1->out) > 0 &&
		    !yett_http1_write_out(http1))
			return moved;
		switch (yett_exchange_body(http1->exchange, &bytes)) {
		case YETT_EXCHANGE_MORE: return moved;
		case YETT_EXCHANGE_DATA:
			used = yett_http1_write_now(http1, bytes);
			if (http1->state != YETT_HTTP1_TUNNEL)
				return true;
			http1->access.bytes += used;
			yett_exchange_consume(http1->exchange, used);
			if (used == 0)
				return moved;
			moved = true;
			break;
		case YETT_EXCHANGE_END: end_down(http1); return moved;
		case YETT_EXCHANGE_FAILED:
			/* Cut on one side, cut on the other. */
			yett_http1_tell_failure(http1);
			(void)yett_http1_write_out(http1);
			yett_http1_fail(http1);
			return true;
		}
	}
	return moved;
}

bool
yett_http1_step_tunnel(struct yett_http1 *http1)
{
	bool moved = step_up(http1);

	return (http1->state == YETT_HTTP1_TUNNEL && step_down(http1)) || moved;
}
