/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message.h - named texts, as they pass between a tool's Lua and its C.
 *
 * A name may come several times: then it is a list, in order. Numbers are
 * written in decimal, booleans as "true" and "false". One thread at a time.
 */
#ifndef YETT_SCRIPT_MESSAGE_H
#define YETT_SCRIPT_MESSAGE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* All zero is an empty message. */
struct yett_message {
	struct yett_arena arena;
	struct yett_message_field *first, *last;
};

struct yett_message_field {
	struct yett_slice name, text; /* NUL-terminated copies */
	struct yett_message_field *next;
};

/* Free what it holds; the message is empty and usable. */
void yett_message_clear(struct yett_message *message);

/* Add a copy. Fails with YETT_E_NOMEM only. */
YETT_MUST_USE
enum yett_status yett_message_add(struct yett_message *message,
    const char *name, struct yett_slice text);
YETT_MUST_USE
enum yett_status yett_message_add_number(struct yett_message *message,
    const char *name, int64_t number);

/* Adds to a message; after the first failure nothing more. */
struct yett_message_writer {
	struct yett_message *message;
	enum yett_status status; /* YETT_OK at first */
};

/* Add a text, unless it is absent; a word; a number; "true" or "false". */
void yett_message_put(struct yett_message_writer *writer, const char *name,
    struct yett_slice text);
void yett_message_put_word(struct yett_message_writer *writer, const char *name,
    const char *word);
void yett_message_put_number(struct yett_message_writer *writer,
    const char *name, int64_t number);
void yett_message_put_flag(struct yett_message_writer *writer, const char *name,
    bool is);

/* The first text of this name, absent when there is none; lent. */
struct yett_slice
yett_message_text(const struct yett_message *message, const char *name);

/* The same as a number: `absent` when there is none or it is none. */
int64_t yett_message_number(const struct yett_message *message,
    const char *name, int64_t absent);

/* Whether the first text of this name is "true". */
bool yett_message_is(const struct yett_message *message, const char *name);

/* How many texts have this name; the first `most` of them are written to
 * `out`, lent. */
uint32_t yett_message_list(const struct yett_message *message, const char *name,
    struct yett_slice *out, uint32_t most);

#endif
