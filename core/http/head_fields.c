/* SPDX-License-Identifier: Apache-2.0 */
#include "http/head_fields.h"

#include "http/octet.h"

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
yett_head_know_method(struct yett_head *head, struct yett_refusal *refusal)
{
	if (head->method.len > YETT_METHOD_MOST)
		return yett_refuse(refusal, 501, "the method is too long");
	head->method_id = yett_method_parse(head->method);
	if (head->method_id != YETT_METHOD_OTHER)
		return true;
	/* What no registered method has, origins read in ways of their own. */
	for (size_t i = 0; i < head->method.len; i++)
		if (!is_upper(head->method.at[i]) &&
		    head->method.at[i] != '-' && head->method.at[i] != '_')
			return yett_refuse(refusal, 501,
			    "a method has capital letters only");
	return true;
}

/* Of a name without case, eight bytes at a time; names that differ in bits of
 * case only may have one, too. */
static uint64_t
hash_name(struct yett_slice name)
{
	uint64_t hash = name.len, word;

	for (size_t at = 0; at < name.len; at += sizeof(word)) {
		size_t left = name.len - at;

		word = 0;
		memcpy(&word, name.at + at,
		    left < sizeof(word) ? left : sizeof(word));
		hash = (hash ^ (word | UINT64_C(0x2020202020202020))) *
		    UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return hash;
}

/* What "keep-alive", "upgrade" and "te" name is of this hop by itself. */
static void
note_option(struct yett_head *head, struct yett_head_seen *seen,
    struct yett_slice name)
{
	if (name.len == 10 &&
	    yett_slice_eq_nocase(name, YETT_LIT("keep-alive")))
		seen->keep_alive = true;
	else if (name.len == 7 &&
	    yett_slice_eq_nocase(name, YETT_LIT("upgrade")))
		seen->upgrade = true;
	else if (name.len == 5 && yett_slice_eq_nocase(name, YETT_LIT("close")))
		seen->close = true;
	else if (name.len != 2 || !yett_slice_eq_nocase(name, YETT_LIT("te")))
		head->names_fields = true;
}

/* The number of bytes at the start of `text` that are white space, or a comma.
 */
static size_t
separator_len(struct yett_slice text)
{
	size_t len = 0;

	while (len < text.len &&
	    (text.at[len] == ' ' || text.at[len] == '\t' ||
		text.at[len] == ','))
		len++;
	return len;
}

static size_t
token_len(struct yett_slice text)
{
	size_t len = 0;

	while (len < text.len && yett_octet_is(text.at[len], YETT_OCTET_TOKEN))
		len++;
	return len;
}

static struct yett_slice
behind(struct yett_slice text, size_t len)
{
	return (struct yett_slice){ text.at + len, text.len - len };
}

/* Take the next name off the front of a value of Connection; empty at the end,
 * and where there is none. Each byte is looked at once: values may be long. */
static struct yett_slice
next_option(struct yett_slice *rest)
{
	struct yett_slice name;

	*rest = behind(*rest, separator_len(*rest));
	name = (struct yett_slice){ rest->at, token_len(*rest) };
	*rest = behind(*rest, name.len);
	return name;
}

static bool
note_connection(struct yett_head *head, struct yett_head_seen *seen,
    struct yett_slice value, struct yett_refusal *refusal)
{
	struct yett_slice name = next_option(&value);

	while (name.len > 0) {
		if (value.len > 0 &&
		    memchr(value.at, ',', separator_len(value)) == NULL)
			break;
		note_option(head, seen, name);
		name = next_option(&value);
	}
	return value.len == 0 ||
	    yett_refuse(refusal, 400, "Connection is not a list of tokens");
}

/* The fields that Connection may name, by their names: indices, plus one. More
 * than half of the places are free. */
#define PLACES 1024

static uint16_t *
place_of(const struct yett_head *head, uint16_t *table, struct yett_slice name)
{
	size_t at = hash_name(name) % PLACES;

	while (table[at] != 0 &&
	    !yett_slice_eq_nocase(head->field[table[at] - 1].name, name))
		at = (at + 1) % PLACES;
	return &table[at];
}

/* Fields of one name share a place: `next` leads from each to the one before.
 */
static void
enter_names(const struct yett_head *head, uint16_t *table, uint16_t *next)
{
	for (uint32_t i = 0; i < head->field_count; i++) {
		uint16_t *place;

		if (!yett_field_may_be_named(head->field[i].id) ||
		    yett_field_is_hop_by_hop(head->field[i].id))
			continue;
		place = place_of(head, table, head->field[i].name);
		next[i] = *place;
		*place = (uint16_t)(i + 1);
	}
}

static void
mark_all(struct yett_head *head, const uint16_t *next, uint16_t one)
{
	for (; one != 0 && !head->field[one - 1].is_named; one = next[one - 1])
		head->field[one - 1].is_named = true;
}

/* Find the fields that Connection names. */
static void
mark_named(struct yett_head *head)
{
	uint16_t table[PLACES] = { 0 }, next[PLACES / 2];

	if (head->field_count > PLACES / 2)
		return; /* no policy lets so many in */
	enter_names(head, table, next);
	for (uint32_t i = 0; i < head->field_count; i++) {
		struct yett_slice rest = head->field[i].value, name;

		if (head->field[i].id != YETT_FIELD_CONNECTION)
			continue;
		while ((name = next_option(&rest)).len > 0)
			mark_all(head, next, *place_of(head, table, name));
	}
}

/* Some readers drop the underscore. */
static bool
is_spelled_well(const struct yett_field *field, struct yett_refusal *refusal)
{
	return memchr(field->name.at, '_', field->name.len) == NULL ||
	    yett_refuse(refusal, 400,
		"a framing field is spelled with an underscore");
}

/* A field that may stand in a head once. */
static bool
note_once(struct yett_slice *slot, const struct yett_field *field,
    struct yett_refusal *refusal, const char *twice)
{
	if (!is_spelled_well(field, refusal))
		return false;
	if (slot->at != NULL)
		return yett_refuse(refusal, 400, twice);
	*slot = field->value;
	return true;
}

/* An answer may give one length several times, as fields or as a list (RFC
 * 9110, section 8.6): it is taken once. */
static bool
note_length(const struct yett_head *head, struct yett_head_seen *seen,
    struct yett_field *field, struct yett_refusal *refusal)
{
	struct yett_slice rest = field->value, length = rest;

	if (head->status == 0)
		return note_once(&seen->content_length, field, refusal,
		    "Content-Length is given twice");
	if (!is_spelled_well(field, refusal))
		return false;
	(void)yett_list_next(&rest, &length);
	if (seen->content_length.at == NULL)
		seen->content_length = length;
	do
		if (!yett_slice_eq(length, seen->content_length))
			return yett_refuse(refusal, 400,
			    "Content-Length has two values");
	while (yett_list_next(&rest, &length));
	field->value = seen->content_length;
	return true;
}

bool
yett_head_note_field(struct yett_head *head, struct yett_head_seen *seen,
    struct yett_field *field, struct yett_refusal *refusal)
{
	switch ((int)field->id) {
	case YETT_FIELD_HOST:
		return note_once(&head->host, field, refusal,
		    "Host is given twice");
	case YETT_FIELD_CONTENT_LENGTH:
		return note_length(head, seen, field, refusal);
	case YETT_FIELD_TRANSFER_ENCODING:
		return note_once(&seen->transfer_encoding, field, refusal,
		    "Transfer-Encoding is given twice");
	case YETT_FIELD_CONNECTION:
		return note_connection(head, seen, field->value, refusal);
	case YETT_FIELD_TE:
		seen->te_trailers |= yett_list_has(field->value,
		    YETT_LIT("trailers"));
		return true;
	case YETT_FIELD_UPGRADE: seen->has_upgrade = true; return true;
	case YETT_FIELD_EXPECT:
		if (head->expect_continue ||
		    !yett_slice_eq_nocase(field->value,
			YETT_LIT("100-continue")))
			return yett_refuse(refusal, 417,
			    "Expect is not one 100-continue");
		head->expect_continue = true;
		return true;
	}
	return true;
}

/* Digits only, and small enough for a signed reader behind us. */
static bool
parse_length(uint64_t *length, struct yett_slice text,
    struct yett_refusal *refusal)
{
	uint64_t number = 0;

	if (text.len == 0)
		return yett_refuse(refusal, 400, "Content-Length is empty");
	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.at[i]))
			return yett_refuse(refusal, 400,
			    "Content-Length is not a number");
		if (number > (INT64_MAX - 9) / 10)
			return yett_refuse(refusal, 400,
			    "Content-Length is too large");
		number = number * 10 + (uint64_t)(text.at[i] - '0');
	}
	*length = number;
	return true;
}

/*
 * Transfer-Encoding is "chunked" and nothing else (RFC 9112, section 6.1):
 * an unknown coding, also before chunked, is 501. What is no list, or goes on
 * behind chunked so that nothing tells the end, is 400 (section 6.3).
 */
static bool
check_coding(struct yett_slice value, struct yett_refusal *refusal)
{
	bool is_known = true, has_chunked = false;
	struct yett_slice coding;

	if (yett_slice_eq_nocase(value, YETT_LIT("chunked")))
		return true;
	while (yett_list_next(&value, &coding)) {
		if (has_chunked)
			return yett_refuse(refusal, 400,
			    "chunked is not the last transfer coding");
		has_chunked = yett_slice_eq_nocase(coding, YETT_LIT("chunked"));
		is_known &= has_chunked || !yett_is_token(coding);
	}
	if (!is_known)
		return yett_refuse(refusal, 501,
		    "a transfer coding other than chunked");
	return yett_refuse(refusal, 400, "Transfer-Encoding is not chunked");
}

bool
yett_head_derive_framing(struct yett_head *head,
    const struct yett_head_seen *seen, struct yett_refusal *refusal)
{
	head->framing = YETT_FRAMING_NONE;
	if (seen->transfer_encoding.at != NULL) {
		if (head->minor == 0)
			return yett_refuse(refusal, 400,
			    "Transfer-Encoding in HTTP/1.0");
		if (seen->content_length.at != NULL)
			return yett_refuse(refusal, 400,
			    "both Content-Length and Transfer-Encoding");
		head->framing = YETT_FRAMING_CHUNKED;
		return check_coding(seen->transfer_encoding, refusal);
	}
	if (seen->content_length.at == NULL)
		return true;
	head->framing = YETT_FRAMING_LENGTH;
	return parse_length(&head->length, seen->content_length, refusal);
}

void
yett_head_derive_connection(struct yett_head *head,
    const struct yett_head_seen *seen)
{
	head->keep_alive = !seen->close &&
	    (head->minor == 1 || seen->keep_alive);
	/* HTTP/1.0 knows none of them (RFC 9110, sections 7.8, 10.1.1 and
	 * 10.1.4). */
	head->wants_upgrade = head->minor == 1 && seen->upgrade &&
	    seen->has_upgrade;
	head->takes_trailers = head->minor == 1 && seen->te_trailers;
	head->expect_continue = head->expect_continue && head->minor == 1;
	if (head->names_fields || seen->close)
		mark_named(head);
}

bool
yett_head_read_fields(struct yett_head *head, bool is_end,
    struct yett_refusal *refusal)
{
	struct yett_head_seen seen = { 0 };

	for (uint32_t i = 0; i < head->field_count; i++) {
		struct yett_field *field = &head->field[i];

		field->id = yett_field_id(field->name);
		field->is_named = false;
		if (field->id != YETT_FIELD_OTHER &&
		    !yett_head_note_field(head, &seen, field, refusal))
			return false;
	}
	if (seen.transfer_encoding.at != NULL)
		return yett_refuse(refusal, 400, "there is Transfer-Encoding");
	if (!yett_head_derive_framing(head, &seen, refusal))
		return false;
	if (head->framing == YETT_FRAMING_NONE && !is_end)
		head->framing = YETT_FRAMING_CHUNKED;
	yett_head_derive_connection(head, &seen);
	return true;
}
