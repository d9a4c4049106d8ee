/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - text as JSON strings (RFC 8259, section 7).
 *
 * Appends UTF-8, whatever the text is. The caller writes the quotes.
 */
#ifndef YETT_BASE_JSON_H
#define YETT_BASE_JSON_H

#include "base/buf.h"

/* The bytes of the UTF-8 character that `text` begins with, which is not
 * empty; 0: it begins with none (RFC 3629). */
size_t yett_utf8_len(struct yett_slice text);

/*
 * Append bytes that a client sent: one beyond ASCII becomes the character of
 * its value, so that a reader can have the bytes again.
 * YETT_E_NOMEM: nothing was appended.
 */
YETT_MUST_USE
enum yett_status
yett_json_append_bytes(struct yett_buf *out, struct yett_slice bytes);

/* The most bytes that one byte of a text becomes. */
#define YETT_JSON_ESCAPE 6

/*
 * Write words that people wrote at `at`, where there is room for
 * YETT_JSON_ESCAPE times their length; returns what is behind them. UTF-8 stays
 * as it is, and what is none becomes U+FFFD.
 */
char *yett_json_write_words(char *at, struct yett_slice words);

/*
 * Append words that people wrote, as above.
 * YETT_E_NOMEM: nothing was appended.
 */
YETT_MUST_USE
enum yett_status
yett_json_append_words(struct yett_buf *out, struct yett_slice words);

#endif
