/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/outbox.h"

void
yett_outbox_init(struct yett_outbox *outbox)
{
	*outbox = (struct yett_outbox){ .is_whole = true };
}

void
yett_outbox_clear(struct yett_outbox *outbox)
{
	yett_buf_clear(&outbox->buf);
	outbox->sent = 0;
	outbox->is_whole = false;
}

bool
yett_outbox_send(struct yett_outbox *outbox, struct yett_link *link)
{
	struct yett_slice rest = yett_buf_slice(&outbox->buf);
	size_t sent;

	if (outbox->is_deaf || yett_outbox_unsent(outbox) == 0)
		return false;
	rest.at += outbox->sent;
	rest.len -= outbox->sent;
	switch (yett_link_send(link, rest, &sent, NULL)) {
	case YETT_IO_DONE: outbox->sent += sent; return true;
	case YETT_IO_AGAIN: return false;
	case YETT_IO_EOF:
	case YETT_IO_FAILED: break;
	}
	/* Reading will tell: an answer, or the cause. */
	outbox->is_deaf = true;
	return false;
}

void
yett_outbox_forget(struct yett_outbox *outbox)
{
	if (outbox->sent == 0)
		return;
	yett_buf_consume(&outbox->buf, outbox->sent);
	outbox->sent = 0;
	outbox->is_whole = false;
}

void
yett_outbox_rewind(struct yett_outbox *outbox)
{
	outbox->sent = 0;
	outbox->is_deaf = false;
}
