/* SPDX-License-Identifier: Apache-2.0 */
#include "script/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void
yett_message_clear(struct yett_message *message)
{
	yett_arena_clear(&message->arena);
	*message = (struct yett_message){ 0 };
}

enum yett_status
yett_message_add(struct yett_message *message, const char *name,
    struct yett_slice text)
{
	struct yett_message_field *field = yett_arena_alloc(&message->arena,
	    sizeof(*field));

	if (field == NULL)
		return YETT_E_NOMEM;
	if (text.at == NULL)
		text = YETT_LIT("");
	field->name = yett_arena_copy(&message->arena, yett_slice_of(name));
	field->text = yett_arena_copy(&message->arena, text);
	field->next = NULL;
	if (field->name.at == NULL || field->text.at == NULL)
		return YETT_E_NOMEM;
	if (message->last == NULL)
		message->first = field;
	else
		message->last->next = field;
	message->last = field;
	return YETT_OK;
}

enum yett_status
yett_message_add_number(struct yett_message *message, const char *name,
    int64_t number)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%" PRId64, number);

	return yett_message_add(message, name,
	    (struct yett_slice){ text, (size_t)len });
}

void
yett_message_put(struct yett_message_writer *writer, const char *name,
    struct yett_slice text)
{
	if (writer->status == YETT_OK && text.at != NULL)
		writer->status = yett_message_add(writer->message, name, text);
}

void
yett_message_put_word(struct yett_message_writer *writer, const char *name,
    const char *word)
{
	yett_message_put(writer, name, yett_slice_of(word));
}

void
yett_message_put_number(struct yett_message_writer *writer, const char *name,
    int64_t number)
{
	if (writer->status == YETT_OK)
		writer->status = yett_message_add_number(writer->message, name,
		    number);
}

void
yett_message_put_flag(struct yett_message_writer *writer, const char *name,
    bool is)
{
	yett_message_put_word(writer, name, is ? "true" : "false");
}

struct yett_slice
yett_message_text(const struct yett_message *message, const char *name)
{
	struct yett_slice text = YETT_SLICE_NONE;

	(void)yett_message_list(message, name, &text, 1);
	return text;
}

int64_t
yett_message_number(const struct yett_message *message, const char *name,
    int64_t absent)
{
	struct yett_slice text = yett_message_text(message, name);
	long long number;
	char *end;

	if (text.at == NULL || text.len == 0)
		return absent;
	number = strtoll(text.at, &end, 10);
	return end == text.at + text.len ? (int64_t)number : absent;
}

bool
yett_message_is(const struct yett_message *message, const char *name)
{
	return yett_slice_eq(yett_message_text(message, name),
	    YETT_LIT("true"));
}

uint32_t
yett_message_list(const struct yett_message *message, const char *name,
    struct yett_slice *out, uint32_t most)
{
	struct yett_slice wanted = yett_slice_of(name);
	uint32_t count = 0;

	for (const struct yett_message_field *field = message->first;
	     field != NULL; field = field->next) {
		if (!yett_slice_eq(field->name, wanted))
			continue;
		if (count < most)
			out[count] = field->text;
		count++;
	}
	return count;
}
