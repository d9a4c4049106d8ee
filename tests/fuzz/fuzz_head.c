/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any head, request or response: read at once or byte by byte it gives the
 * same; what is taken lies in the input, has one framing, and when written and
 * read again says the same. The first byte chooses the direction.
 */
#include "fuzz/fuzz.h"

#include "http/head.h"

#define FIELDS 16

static const struct yett_head_limits limits = { .head_len = 4096,
	.target_len = 1024 };

struct message {
	struct yett_head head;
	struct yett_field field[FIELDS];
	struct yett_refusal refusal;
	enum yett_parse end;
};

/* Method of the request that a response answers; OTHER: it is a request. */
static void
parse(struct message *message, struct yett_slice bytes, size_t *scanned,
    enum yett_method to)
{
	yett_head_init(&message->head, message->field, FIELDS);
	message->refusal = (struct yett_refusal){ 0, "" };
	if (to == YETT_METHOD_OTHER)
		message->end = yett_head_parse_request(&message->head, bytes,
		    scanned, &limits, &message->refusal);
	else
		message->end = yett_head_parse_response(&message->head, bytes,
		    scanned, &limits, to, &message->refusal);
}

static void
must_say_the_same(const struct message *a, const struct message *b)
{
	must(a->end == b->end);
	must(a->refusal.status == b->refusal.status);
	must(strcmp(a->refusal.why, b->refusal.why) == 0);
	if (a->end != YETT_PARSE_DONE)
		return;
	must(yett_slice_eq(a->head.method, b->head.method));
	must(yett_slice_eq(a->head.target, b->head.target));
	must(a->head.status == b->head.status);
	must(a->head.framing == b->head.framing);
	must(a->head.length == b->head.length);
	must(a->head.keep_alive == b->head.keep_alive);
	must(a->head.expect_continue == b->head.expect_continue);
	must(a->head.wants_upgrade == b->head.wants_upgrade);
	must(yett_slice_eq(a->head.host, b->head.host));
	must(a->head.field_count == b->head.field_count);
	for (size_t i = 0; i < a->head.field_count; i++) {
		must(yett_slice_eq(a->field[i].name, b->field[i].name));
		must(yett_slice_eq(a->field[i].value, b->field[i].value));
		must(a->field[i].id == b->field[i].id);
	}
}

static size_t
count(const struct message *message, enum yett_field_id id)
{
	size_t found = 0;

	for (size_t i = 0; i < message->head.field_count; i++)
		found += message->field[i].id == id;
	return found;
}

/* What must hold for any head that was taken. */
static void
must_be_sound(const struct message *message, struct yett_slice bytes)
{
	const struct yett_head *head = &message->head;

	must(head->len <= bytes.len && head->len <= limits.head_len);
	must(memcmp(bytes.at + head->len - 4, "\r\n\r\n", 4) == 0);
	must(head->target.len <= limits.target_len);
	must(count(message, YETT_FIELD_CONTENT_LENGTH) +
		count(message, YETT_FIELD_TRANSFER_ENCODING) <=
	    1);
	must(head->framing == YETT_FRAMING_LENGTH || head->length == 0);
	must(count(message, YETT_FIELD_HOST) <= 1);
	for (size_t i = 0; i < head->field_count; i++) {
		must(lies_in(head->field[i].name, bytes));
		must(lies_in(head->field[i].value, bytes));
		must(yett_is_token(head->field[i].name));
		must(yett_is_field_value(head->field[i].value));
	}
}

/* Has the target what goes no further as it is: a fragment, or a byte that is
 * not ASCII, which becomes an escape first? */
static bool
has_raw(struct yett_slice target)
{
	for (size_t i = 0; i < target.len; i++)
		if (target.at[i] == '#' || (unsigned char)target.at[i] > 0x7f)
			return true;
	return false;
}

/* Written as HTTP/1.1, so a 1.0 head may say less than it did. */
static void
must_survive_writing(const struct message *message, enum yett_method to)
{
	const struct yett_head *head = &message->head;
	const struct yett_uri uri = { .path = head->target };
	struct yett_buf out = { 0 };
	struct message again;
	enum yett_status status;
	size_t scanned = 0;

	if (to == YETT_METHOD_OTHER)
		status = yett_head_write_request(&out, head->method, &uri,
		    head->field, head->field_count);
	else
		status = yett_head_write_response(&out, head->status,
		    head->reason, head->field, head->field_count);
	must((status == YETT_OK) !=
	    (to == YETT_METHOD_OTHER && has_raw(head->target)));
	if (status == YETT_OK && yett_buf_len(&out) <= limits.head_len) {
		parse(&again, yett_buf_slice(&out), &scanned, to);
		must_say_the_same(message, &again);
	}
	yett_buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum yett_method tos[] = { YETT_METHOD_OTHER,
		YETT_METHOD_OTHER, YETT_METHOD_GET, YETT_METHOD_HEAD };
	struct message whole, pieces = { .end = YETT_PARSE_MORE };
	struct yett_slice bytes;
	enum yett_method to;
	size_t scanned = 0;

	if (size < 1)
		return 0;
	to = tos[data[0] & 3];
	bytes = (struct yett_slice){ (const char *)data + 1, size - 1 };
	parse(&whole, bytes, &scanned, to);
	scanned = 0;
	for (size_t len = 0; len <= bytes.len && pieces.end == YETT_PARSE_MORE;
	     len++)
		parse(&pieces, (struct yett_slice){ bytes.at, len }, &scanned,
		    to);
	must_say_the_same(&whole, &pieces);
	if (whole.end != YETT_PARSE_DONE)
		return 0;
	must_be_sound(&whole, bytes);
	if (whole.head.minor == 1)
		must_survive_writing(&whole, to);
	return 0;
}
