/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http1_tunnel.h"

#include "codec/http1_bytes.h"

void
yett_http1_begin_tunnel(struct yett_http1 *http1)
{
	http1->body_done = false;
	http1->origin_ended = false;
	http1->close = true;
	http1->phase = YETT_HTTP1_TUNNEL;
}

/* The client hears of it behind the last byte, and may go on sending. */
bool
yett_http1_end_down(struct yett_http1 *http1)
{
	if (!yett_http1_write_out(http1))
		return false;
	if (!http1->body_done && !http1->origin_ended) {
		http1->origin_ended = true;
		yett_session_close_notify(http1->session);
	}
	return true;
}

/* From the client to the upstream; true when bytes moved. */
static bool
step_up(struct yett_http1 *http1)
{
	struct yett_transaction *transaction = http1->transaction;
	bool moved = false;

	while (yett_transaction_wants_body(transaction)) {
		struct yett_slice bytes = yett_buf_slice(&http1->in);

		if (bytes.len > 0) {
			yett_transaction_body(transaction, bytes);
			yett_buf_consume(&http1->in, bytes.len);
			moved = true;
		} else if (!yett_http1_read(http1)) {
			if (http1->phase != YETT_HTTP1_TUNNEL)
				return true;
			if (!http1->codec.eof)
				break;
			http1->body_done = true;
			yett_transaction_body_end(transaction);
		}
	}
	(void)yett_transaction_send(transaction);
	return moved;
}

/* From the upstream to the client; true when bytes moved. */
static bool
step_down(struct yett_http1 *http1)
{
	return !yett_http1_is_stuck(http1) &&
	    yett_transaction_step(http1->transaction);
}

bool
yett_http1_step_tunnel(struct yett_http1 *http1)
{
	bool moved = step_up(http1);

	if (http1->phase == YETT_HTTP1_TUNNEL)
		moved = step_down(http1) || moved;
	if (http1->phase == YETT_HTTP1_TUNNEL &&
	    !yett_transaction_is_open(http1->transaction))
		http1->phase = YETT_HTTP1_DONE;
	return moved;
}
