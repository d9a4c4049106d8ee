/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head_fields.h - what the method and the fields of a head say about its body
 * and its connection, whatever the wire format.
 *
 * For code that fills a struct yett_head: head.c from the text of HTTP/1,
 * others from field lists in frames.
 */
#ifndef YETT_HTTP_HEAD_FIELDS_H
#define YETT_HTTP_HEAD_FIELDS_H

#include "http/head.h"

#define YETT_METHOD_MOST 32 /* bytes; registered ones have at most 17 */

/* What the fields of one head said, until it is put together; begins zero. */
struct yett_head_seen {
	struct yett_slice content_length, transfer_encoding; /* at NULL: none */
	bool close, keep_alive, upgrade; /* named by Connection */
	bool has_upgrade, te_trailers;
};

/* Find out which method head->method, a token, is. False: 501, it is too long,
 * or has letters that no method has. */
YETT_MUST_USE
bool
yett_head_know_method(struct yett_head *head, struct yett_refusal *refusal);

/* Remember what `field`, whose id is known, says about framing and connection;
 * most say nothing. The value of a length that an answer repeats becomes one.
 * False: 400 a field that may stand once or is spelled with an underscore, 417
 * an unknown expectation. */
YETT_MUST_USE
bool yett_head_note_field(struct yett_head *head, struct yett_head_seen *seen,
    struct yett_field *field, struct yett_refusal *refusal);

/*
 * Exactly one framing: 400 otherwise, 501 for a transfer coding that is not
 * known. RFC 9112, section 6.3, lets Transfer-Encoding win over Content-Length,
 * and names that smuggling in the same breath.
 */
YETT_MUST_USE
bool yett_head_derive_framing(struct yett_head *head,
    const struct yett_head_seen *seen, struct yett_refusal *refusal);

/* What the minor version and the fields say about the connection, and which
 * fields are named by it. */
void yett_head_derive_connection(struct yett_head *head,
    const struct yett_head_seen *seen);

/*
 * All of the above for a request whose fields, pseudo-header fields aside, are
 * in head->field with their names and values, and that is told from the next
 * one by its wire (RFC 9113, section 8.3). `is_end`: no body follows. A body
 * whose length nobody told has framing CHUNKED, with or without chunks.
 * head->host is the Host field; at NULL when there is none.
 */
YETT_MUST_USE
bool yett_head_read_fields(struct yett_head *head, bool is_end,
    struct yett_refusal *refusal);

#endif
