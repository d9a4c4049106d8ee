/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox.h - the bytes of a request to an upstream, kept for a repeat.
 *
 * Owns the bytes. It keeps what was sent until its user says that it will not
 * be sent again. Worker-owned.
 */
#ifndef YETT_UPSTREAM_OUTBOX_H
#define YETT_UPSTREAM_OUTBOX_H

#include "base/buf.h"
#include "upstream/link.h"

struct yett_outbox {
	struct yett_buf buf; /* what was sent and kept, then what was not */
	size_t sent;
	bool is_whole; /* everything that was ever appended is still here */
	bool is_deaf;  /* sending failed; the peer may still have answered */
};

/* Empty and whole. */
void yett_outbox_init(struct yett_outbox *outbox);

/* Free all bytes; nothing is left to be sent. */
void yett_outbox_clear(struct yett_outbox *outbox);

/* Bytes that wait. */
static inline size_t
yett_outbox_unsent(const struct yett_outbox *outbox)
{
	return yett_buf_len(&outbox->buf) - outbox->sent;
}

/* Send some of what was not sent yet; whether a byte went. */
bool yett_outbox_send(struct yett_outbox *outbox, struct yett_link *link);

/* What was sent will not be needed again. */
void yett_outbox_forget(struct yett_outbox *outbox);

/* Send all again, to another peer; it must be whole. */
void yett_outbox_rewind(struct yett_outbox *outbox);

#endif
