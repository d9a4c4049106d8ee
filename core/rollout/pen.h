/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pen.h - writes a line of JSON, piece by piece.
 *
 * The first failure is kept, and after it nothing is written any more, so that
 * only the end has to ask. Pieces are appended as they come: commas and braces
 * beside members are the caller's.
 */
#ifndef YETT_ROLLOUT_PEN_H
#define YETT_ROLLOUT_PEN_H

#include "base/buf.h"

struct yett_pen {
	struct yett_buf *out; /* lent */
	enum yett_status status;
};

/* As it stands. */
void yett_pen_put(struct yett_pen *pen, struct yett_slice text);
void yett_pen_text(struct yett_pen *pen, const char *text);

/* Values: a string of bytes (base/json.h), a number, a string of 16 digits. */
void yett_pen_string(struct yett_pen *pen, struct yett_slice bytes);
void yett_pen_number(struct yett_pen *pen, uint64_t number);
void yett_pen_id(struct yett_pen *pen, uint64_t id);

/* A comma, `name`, which needs no escape, and a colon. */
void yett_pen_name(struct yett_pen *pen, const char *name);

/* The same and a string: of bytes; of a word, unless that is empty. */
void yett_pen_member(struct yett_pen *pen, const char *name,
    struct yett_slice value);
void yett_pen_word(struct yett_pen *pen, const char *name, const char *word);

/* The member "time": wall clock in nanoseconds as RFC 3339, to the
 * microsecond. */
void yett_pen_time(struct yett_pen *pen, uint64_t now);

#endif
