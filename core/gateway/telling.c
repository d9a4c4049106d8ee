/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/telling.h"

#include <stdio.h>

#include "base/json.h"
#include "http/head.h"
#include "request/identity_fields.h"

#define PLACE_COLUMN 64 /* characters of text before the place */

/* --- bytes --- */

static void
put(struct yett_telling *telling, struct yett_slice text)
{
	if (telling->status == YETT_OK)
		telling->status = yett_buf_append(&telling->out, text);
}

#define PUT(telling, literal) put((telling), YETT_LIT(literal))

static void
put_number(struct yett_telling *telling, uint64_t number)
{
	char digits[YETT_NUMBER_MOST];

	put(telling, yett_number_write(digits, number));
}

static void
put_hex(struct yett_telling *telling, uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "0x%08x", (unsigned)number);
	put(telling, yett_slice_of(digits));
}

/* What a terminal would obey, or is no text, becomes a question mark. */
static void
put_plain(struct yett_telling *telling, struct yett_slice text)
{
	while (text.len > 0) {
		size_t len = yett_utf8_len(text);
		unsigned char c = (unsigned char)text.at[0];

		/* C1 controls are two bytes (ISO/IEC 6429). */
		if (len == 0 || c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text.at[1] < 0xa0))
			PUT(telling, "?");
		else
			put(telling, (struct yett_slice){ text.at, len });
		text.at += len == 0 ? 1 : len;
		text.len -= len == 0 ? 1 : len;
	}
}

static void
put_string(struct yett_telling *telling, struct yett_slice text)
{
	PUT(telling, "\"");
	if (telling->status == YETT_OK)
		telling->status = yett_json_append_words(&telling->out, text);
	PUT(telling, "\"");
}

static void
put_name(struct yett_telling *telling, const char *name)
{
	PUT(telling, ",\"");
	put(telling, yett_slice_of(name));
	PUT(telling, "\":");
}

/* ,"name":"value", or nothing for an empty value. */
static void
put_member(struct yett_telling *telling, const char *name,
    struct yett_slice value)
{
	if (value.len == 0)
		return;
	put_name(telling, name);
	put_string(telling, value);
}

static bool
is_json(const struct yett_telling *telling)
{
	return telling->format == YETT_FORMAT_JSON;
}

/* --- steps --- */

static void
put_text_step(struct yett_telling *telling, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", telling->steps, step);
	put(telling, yett_slice_of(head));
	put_plain(telling, text);
	if (place != NULL && place->line > 0) {
		for (size_t i = text.len; i < PLACE_COLUMN; i++)
			PUT(telling, " ");
		PUT(telling, "  ");
		put_plain(telling, place->file);
		PUT(telling, ":");
		put_number(telling, place->line);
	}
	PUT(telling, "\n");
}

static void
put_json_step(struct yett_telling *telling, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	if (telling->steps == 1)
		PUT(telling, "{\"steps\":[");
	else
		PUT(telling, ",");
	PUT(telling, "{\"step\":");
	put_string(telling, yett_slice_of(step));
	put_member(telling, "text", text);
	if (place != NULL && place->line > 0) {
		put_member(telling, "file", place->file);
		put_name(telling, "line");
		put_number(telling, place->line);
		if (place->column > 0) {
			put_name(telling, "column");
			put_number(telling, place->column);
		}
	}
	PUT(telling, "}");
}

void
yett_telling_step(struct yett_telling *telling, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	telling->steps++;
	if (is_json(telling))
		put_json_step(telling, step, text, place);
	else
		put_text_step(telling, step, text, place);
}

/* A line that belongs to the step above it. */
static void
begin_note(struct yett_telling *telling)
{
	PUT(telling, "              ");
}

/* --- answers --- */

/* "500 late (0x80070032)" */
static void
put_outcome(struct yett_telling *telling, const struct yett_answer *answer)
{
	put_number(telling, answer->status);
	if (answer->reason != YETT_REASON_NONE) {
		PUT(telling, " ");
		put(telling, yett_slice_of(yett_reason_name(answer->reason)));
	}
	if (answer->hresult != 0) {
		PUT(telling, " (");
		put_hex(telling, answer->hresult);
		PUT(telling, ")");
	}
}

/* As it is sent; no byte of a location means anything in JSON or to a
 * terminal. */
static void
put_location(struct yett_telling *telling, const struct yett_answer *answer)
{
	if (telling->status == YETT_OK)
		telling->status = yett_answer_write_location(answer,
		    &telling->out);
}

static void
put_own_text(struct yett_telling *telling, const struct yett_answer *answer)
{
	/* A title that only repeats the status says nothing. */
	struct yett_slice phrase = yett_head_reason(answer->status);
	struct yett_slice text = yett_slice_eq(answer->title, phrase)
	    ? answer->detail
	    : answer->title;

	if (answer->status == YETT_STATUS_CUT) {
		PUT(telling, "none");
		return;
	}
	put_number(telling, answer->status);
	if (phrase.len > 0)
		PUT(telling, " ");
	put(telling, phrase);
	if (answer->location.len > 0) {
		PUT(telling, " to ");
		put_location(telling, answer);
	} else if (text.len > 0) {
		PUT(telling, ", \"");
		put_plain(telling, text);
		PUT(telling, "\"");
	}
	if (answer->hresult != 0) {
		PUT(telling, ", code ");
		put_number(telling, answer->win32);
		PUT(telling, ", hresult ");
		put_hex(telling, answer->hresult);
	}
	if (answer->why.len > 0)
		PUT(telling, ", with why");
}

static void
put_upstream_text(struct yett_telling *telling,
    const struct yett_telling_answer *answer)
{
	const struct yett_rule *rule = answer->upstream_of;
	struct yett_slice name;

	PUT(telling, "of upstream ");
	for (uint32_t i = 0; i < rule->upstream->count; i++) {
		if (i > 0)
			PUT(telling, " or ");
		put_plain(telling, rule->upstream->target[i]);
	}
	name = yett_identity_fields_name(rule->forward.client_cert);
	if (name.at != NULL &&
	    (answer->has_identity ||
		rule->forward.client_cert == YETT_FORWARD_NGINX)) {
		PUT(telling, ", which gets ");
		put(telling, name);
	}
}

static void
put_onward_text(struct yett_telling *telling, const struct yett_onward *onward)
{
	if (onward->body_limit != 0) {
		begin_note(telling);
		PUT(telling, "a body of more than ");
		put_number(telling, onward->body_limit);
		PUT(telling, " bytes is a 413\n");
	}
	if (onward->no_upgrade != NULL) {
		begin_note(telling);
		PUT(telling, "Upgrade is not passed on: ");
		put(telling, yett_slice_of(onward->no_upgrade));
		PUT(telling, "\n");
	} else if (yett_buf_len(&onward->protocols) > 0) {
		begin_note(telling);
		PUT(telling, "the upstream may switch to ");
		put_plain(telling, yett_buf_slice(&onward->protocols));
		PUT(telling, "\n");
	}
}

static void
put_answer_text(struct yett_telling *telling,
    const struct yett_telling_answer *answer)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", ++telling->steps, "answer");
	put(telling, yett_slice_of(head));
	if (answer->alert != NULL && answer->alert->name != NULL) {
		PUT(telling, "alert ");
		put(telling, yett_slice_of(answer->alert->name));
		PUT(telling, " ends the handshake: ");
		put(telling, yett_slice_of(answer->alert->why));
	} else if (answer->alert != NULL) {
		PUT(telling, "none: ");
		put(telling, yett_slice_of(answer->alert->why));
	} else if (answer->upstream_of != NULL) {
		put_upstream_text(telling, answer);
	} else {
		put_own_text(telling, answer->own);
		PUT(telling, "\n");
		begin_note(telling);
		if (answer->own->status == YETT_STATUS_CUT)
			PUT(telling,
			    "nothing is sent: the connection is cut by a TCP "
			    "reset");
		else if (answer->close)
			PUT(telling, "the connection is closed");
		else
			PUT(telling, "the connection stays open");
	}
	PUT(telling, "\n");
	if (answer->onward != NULL)
		put_onward_text(telling, answer->onward);
}

static void
put_members(struct yett_telling *telling, const struct yett_answer *answer)
{
	char hresult[16];

	put_name(telling, "status");
	put_number(telling, answer->status);
	if (answer->reason != YETT_REASON_NONE)
		put_member(telling, "reason",
		    yett_slice_of(yett_reason_name(answer->reason)));
	put_member(telling, "cause",
	    yett_slice_of(yett_cause_name(answer->cause)));
	if (answer->hresult != 0) {
		snprintf(hresult, sizeof(hresult), "0x%08x",
		    (unsigned)answer->hresult);
		put_name(telling, "code");
		put_number(telling, answer->win32);
		put_member(telling, "hresult", yett_slice_of(hresult));
	}
	put_member(telling, "title", answer->title);
	put_member(telling, "detail", answer->detail);
	if (answer->location.len > 0) {
		put_name(telling, "location");
		PUT(telling, "\"");
		put_location(telling, answer);
		PUT(telling, "\"");
	}
	put_member(telling, "why", answer->why);
}

static void
put_upstream_json(struct yett_telling *telling, const struct yett_rule *rule)
{
	put_name(telling, "upstream");
	PUT(telling, "[");
	for (uint32_t i = 0; i < rule->upstream->count; i++) {
		if (i > 0)
			PUT(telling, ",");
		put_string(telling, rule->upstream->target[i]);
	}
	PUT(telling, "]");
}

static void
put_onward_json(struct yett_telling *telling, const struct yett_onward *onward)
{
	if (onward->body_limit != 0) {
		put_name(telling, "body_limit");
		put_number(telling, onward->body_limit);
	}
	put_member(telling, "upgrade", yett_buf_slice(&onward->protocols));
	if (onward->no_upgrade != NULL)
		put_member(telling, "no_upgrade",
		    yett_slice_of(onward->no_upgrade));
}

static void
put_answer_json(struct yett_telling *telling,
    const struct yett_telling_answer *answer)
{
	PUT(telling, "],\"answer\":{\"from\":");
	if (answer->alert != NULL) {
		PUT(telling, "\"handshake\"");
		put_member(telling, "alert",
		    yett_slice_of(answer->alert->name));
		put_member(telling, "why", yett_slice_of(answer->alert->why));
	} else if (answer->upstream_of != NULL) {
		PUT(telling, "\"upstream\"");
		put_upstream_json(telling, answer->upstream_of);
	} else {
		PUT(telling, "\"gateway\"");
		put_members(telling, answer->own);
		put_name(telling, "close");
		if (answer->close)
			PUT(telling, "true");
		else
			PUT(telling, "false");
	}
	if (answer->onward != NULL)
		put_onward_json(telling, answer->onward);
	PUT(telling, "}");
}

void
yett_telling_answer(struct yett_telling *telling,
    const struct yett_telling_answer *answer)
{
	if (is_json(telling))
		put_answer_json(telling, answer);
	else
		put_answer_text(telling, answer);
}

void
yett_telling_never_asked(struct yett_telling *telling,
    const struct yett_decision *decision)
{
	struct yett_answer answer;

	yett_answer_for(decision, &answer);
	if (is_json(telling)) {
		PUT(telling, ",\"never_asked\":{\"from\":\"gateway\"");
		put_members(telling, &answer);
		PUT(telling, "}");
		return;
	}
	begin_note(telling);
	PUT(telling, "would be ");
	put_outcome(telling, &answer);
	PUT(telling, " on a connection that was never asked,\n");
	begin_note(telling);
	PUT(telling,
	    "for example one opened before this policy was in force\n");
}

/* --- a recorded decision --- */

static void
put_replayed_text(struct yett_telling *telling,
    const struct yett_replayed *replayed)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", ++telling->steps, "now");
	put(telling, yett_slice_of(head));
	switch (replayed->answer) {
	case YETT_REPLAY_SAME: PUT(telling, "the same: "); break;
	case YETT_REPLAY_CHANGED: PUT(telling, "changed: "); break;
	case YETT_REPLAY_UNTOLD:
		PUT(telling, "cannot be told: the record has no ");
		put_plain(telling, yett_slice_of(replayed->missing));
		PUT(telling, "\n");
		return;
	}
	put_plain(telling, yett_slice_of(replayed->after));
	PUT(telling, "\n");
}

static void
put_replayed_json(struct yett_telling *telling,
    const struct yett_replayed *replayed)
{
	PUT(telling, "],\"now\":{\"compared\":");
	switch (replayed->answer) {
	case YETT_REPLAY_SAME: PUT(telling, "\"same\""); break;
	case YETT_REPLAY_CHANGED: PUT(telling, "\"changed\""); break;
	case YETT_REPLAY_UNTOLD: PUT(telling, "\"untold\""); break;
	}
	put_member(telling, "before", yett_slice_of(replayed->before));
	if (replayed->answer != YETT_REPLAY_UNTOLD)
		put_member(telling, "after", yett_slice_of(replayed->after));
	put_member(telling, "missing", yett_slice_of(replayed->missing));
	PUT(telling, "}}\n");
}

enum yett_status
yett_telling_replayed(struct yett_telling *telling,
    const struct yett_replayed *replayed)
{
	if (is_json(telling))
		put_replayed_json(telling, replayed);
	else
		put_replayed_text(telling, replayed);
	return telling->status;
}

/* --- the end --- */

/* Between the elements of a list. */
static void
put_comma(struct yett_telling *telling, bool *first)
{
	if (!*first && is_json(telling))
		PUT(telling, ",");
	else if (!*first)
		PUT(telling, ", ");
	*first = false;
}

static void
put_headers(struct yett_telling *telling,
    const struct yett_header_reads *headers)
{
	bool first = true;

	for (uint32_t i = 0; i < headers->count; i++) {
		struct yett_slice name = yett_slice_of(headers->name[i]);

		put_comma(telling, &first);
		if (is_json(telling))
			put_string(telling, name);
		else
			put_plain(telling, name);
	}
	if (headers->more && !is_json(telling))
		PUT(telling, " and others");
}

static void
put_facts(struct yett_telling *telling, uint32_t read,
    const struct yett_header_reads *headers)
{
	bool first = true;

	for (uint32_t fact = 1; fact < YETT_FACT_END; fact <<= 1) {
		struct yett_slice name = yett_slice_of(yett_fact_name(fact));

		if ((read & fact) == 0)
			continue;
		put_comma(telling, &first);
		if (is_json(telling)) {
			put_string(telling, name);
			continue;
		}
		put(telling, name);
		if (fact == YETT_FACT_HEADER && headers->count > 0) {
			PUT(telling, " (");
			put_headers(telling, headers);
			PUT(telling, ")");
		}
	}
}

enum yett_status
yett_telling_end(struct yett_telling *telling, uint32_t read,
    const struct yett_header_reads *headers)
{
	if (is_json(telling)) {
		PUT(telling, ",\"read\":[");
		put_facts(telling, read, headers);
		PUT(telling, "],\"headers\":[");
		put_headers(telling, headers);
		PUT(telling, "]}\n");
		return telling->status;
	}
	begin_note(telling);
	PUT(telling, "decided by: ");
	if (read == 0)
		PUT(telling, "nothing that a policy says");
	put_facts(telling, read, headers);
	PUT(telling, "\n");
	return telling->status;
}
