/* SPDX-License-Identifier: Apache-2.0 */
/*
 * body.h - decodes the framing of a message body, and encodes it.
 *
 * The decoder accepts bytes in any pieces and returns the payload that lies in
 * them; it copies and allocates nothing. It never returns more than the
 * framing declares and leaves the bytes after the body, the next message,
 * untouched. It parses chunk extensions strictly, within bounds, and drops
 * them; it parses trailers strictly, within bounds, and returns them as lines
 * (trailer.h).
 */
#ifndef YETT_HTTP_BODY_H
#define YETT_HTTP_BODY_H

#include "http/head.h"

#define YETT_BODY_EXTENSION_MOST 256         /* bytes in one chunk */
#define YETT_BODY_EXTENSIONS_MOST (4 * 1024) /* bytes in one body */
#define YETT_BODY_TRAILER_MOST (8 * 1024)    /* bytes of all trailers */
#define YETT_BODY_TRAILER_FIELDS YETT_HEAD_FIELDS

/* One body being decoded. */
struct yett_body {
	enum yett_framing framing;
	int state;               /* private to body.c */
	bool ended;              /* END has been reached */
	uint64_t left;           /* of the body or of the chunk */
	uint64_t payload;        /* bytes handed out so far */
	uint32_t digits;         /* of the chunk size being read */
	uint32_t extension;      /* bytes in this chunk */
	uint32_t extensions;     /* bytes in this body */
	uint32_t trailer;        /* bytes of the trailers */
	uint32_t trailer_fields; /* how many there are */
};

enum yett_body_step {
	YETT_BODY_DATA,    /* there is payload; call again with what is left */
	YETT_BODY_MORE,    /* all was consumed, the body goes on */
	YETT_BODY_TRAILER, /* lines of trailers, or a part of one; call again */
	YETT_BODY_END,     /* the body is complete */
	YETT_BODY_BAD, /* refused, with 400; the connection is to be closed */
};

/* Begin the body that `head` announces. */
void yett_body_init(struct yett_body *body, const struct yett_head *head);

/*
 * Decode from the start of `in`. `consumed` bytes of it are used up, with
 * every answer; with DATA and TRAILER `payload` (never empty) lies among them.
 * The pieces of TRAILER, put together, are whole lines when END comes. END is
 * told as soon as it is known, also for empty `in`, and again on each call.
 */
YETT_MUST_USE
enum yett_body_step yett_body_next(struct yett_body *body, struct yett_slice in,
    struct yett_slice *payload, size_t *consumed, struct yett_refusal *refusal);

/*
 * The stream has ended: END when the body is complete, which is how framing
 * TO_END ends; else BAD: it was cut short.
 */
YETT_MUST_USE
enum yett_body_step
yett_body_finish(struct yett_body *body, struct yett_refusal *refusal);

#define YETT_CHUNK_HEAD_MOST 18 /* 16 hex digits and CR LF */

/* Write what stands before a chunk of `len` bytes, which is not 0. */
struct yett_slice
yett_chunk_head_write(char out[YETT_CHUNK_HEAD_MOST], uint64_t len);

#define YETT_CHUNK_END YETT_LIT("\r\n") /* behind each chunk */

#endif
