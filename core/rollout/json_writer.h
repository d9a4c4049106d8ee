/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_writer.h - writes a line of JSON, piece by piece.
 *
 * The first failure is kept, and after it nothing is written any more, so that
 * only the end has to ask. Pieces are appended as they come: commas and braces
 * beside members are the caller's.
 */
#ifndef YETT_ROLLOUT_JSON_WRITER_H
#define YETT_ROLLOUT_JSON_WRITER_H

#include "base/buf.h"

struct yett_json_writer {
	struct yett_buf *out; /* lent */
	enum yett_status status;
};

/* As it stands. */
void
yett_json_writer_put(struct yett_json_writer *writer, struct yett_slice text);
void yett_json_writer_text(struct yett_json_writer *writer, const char *text);

/* Values: a string of bytes (base/json.h), a number, a string of 16 digits. */
void yett_json_writer_string(struct yett_json_writer *writer,
    struct yett_slice bytes);
void yett_json_writer_number(struct yett_json_writer *writer, uint64_t number);
void yett_json_writer_id(struct yett_json_writer *writer, uint64_t id);

/* A comma, `name`, which needs no escape, and a colon. */
void yett_json_writer_name(struct yett_json_writer *writer, const char *name);

/* The same and a string: of bytes; of a word, unless that is empty. */
void yett_json_writer_member(struct yett_json_writer *writer, const char *name,
    struct yett_slice value);
void yett_json_writer_word(struct yett_json_writer *writer, const char *name,
    const char *word);

/* The member "time": wall clock in nanoseconds as RFC 3339, to the
 * microsecond. */
void yett_json_writer_time(struct yett_json_writer *writer, uint64_t now);

#endif
