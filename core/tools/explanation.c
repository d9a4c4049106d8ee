/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/explanation.h"

#include <stdio.h>

#include "base/json.h"
#include "http/head.h"
#include "request/identity_fields.h"

#define PLACE_COLUMN 64 /* characters of text before the place */

/* --- bytes --- */

static void
put(struct yett_explanation *explanation, struct yett_slice text)
{
	if (explanation->status == YETT_OK)
		explanation->status = yett_buf_append(&explanation->out, text);
}

#define PUT(explanation, literal) put((explanation), YETT_LIT(literal))

static void
put_number(struct yett_explanation *explanation, uint64_t number)
{
	char digits[YETT_NUMBER_MOST];

	put(explanation, yett_number_write(digits, number));
}

static void
put_hex(struct yett_explanation *explanation, uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "0x%08x", (unsigned)number);
	put(explanation, yett_slice_of(digits));
}

/* What a terminal would obey, or is no text, becomes a question mark. */
static void
put_plain(struct yett_explanation *explanation, struct yett_slice text)
{
	while (text.len > 0) {
		size_t len = yett_utf8_len(text);
		unsigned char c = (unsigned char)text.at[0];

		/* C1 controls are two bytes (ISO/IEC 6429). */
		if (len == 0 || c < 0x20 || c == 0x7f ||
		    (c == 0xc2 && (unsigned char)text.at[1] < 0xa0))
			PUT(explanation, "?");
		else
			put(explanation, (struct yett_slice){ text.at, len });
		text.at += len == 0 ? 1 : len;
		text.len -= len == 0 ? 1 : len;
	}
}

static void
put_string(struct yett_explanation *explanation, struct yett_slice text)
{
	PUT(explanation, "\"");
	if (explanation->status == YETT_OK)
		explanation->status = yett_json_append_words(&explanation->out,
		    text);
	PUT(explanation, "\"");
}

static void
put_name(struct yett_explanation *explanation, const char *name)
{
	PUT(explanation, ",\"");
	put(explanation, yett_slice_of(name));
	PUT(explanation, "\":");
}

/* ,"name":"value", or nothing for an empty value. */
static void
put_member(struct yett_explanation *explanation, const char *name,
    struct yett_slice value)
{
	if (value.len == 0)
		return;
	put_name(explanation, name);
	put_string(explanation, value);
}

static bool
is_json(const struct yett_explanation *explanation)
{
	return explanation->format == YETT_FORMAT_JSON;
}

/* --- steps --- */

static void
put_text_step(struct yett_explanation *explanation, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", explanation->steps, step);
	put(explanation, yett_slice_of(head));
	put_plain(explanation, text);
	if (place != NULL && place->line > 0) {
		for (size_t i = text.len; i < PLACE_COLUMN; i++)
			PUT(explanation, " ");
		PUT(explanation, "  ");
		put_plain(explanation, place->file);
		PUT(explanation, ":");
		put_number(explanation, place->line);
	}
	PUT(explanation, "\n");
}

static void
put_json_step(struct yett_explanation *explanation, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	if (explanation->steps == 1)
		PUT(explanation, "{\"steps\":[");
	else
		PUT(explanation, ",");
	PUT(explanation, "{\"step\":");
	put_string(explanation, yett_slice_of(step));
	put_member(explanation, "text", text);
	if (place != NULL && place->line > 0) {
		put_member(explanation, "file", place->file);
		put_name(explanation, "line");
		put_number(explanation, place->line);
		if (place->column > 0) {
			put_name(explanation, "column");
			put_number(explanation, place->column);
		}
	}
	PUT(explanation, "}");
}

void
yett_explanation_step(struct yett_explanation *explanation, const char *step,
    struct yett_slice text, const struct yett_place *place)
{
	explanation->steps++;
	if (is_json(explanation))
		put_json_step(explanation, step, text, place);
	else
		put_text_step(explanation, step, text, place);
}

/* A line that belongs to the step above it. */
static void
begin_note(struct yett_explanation *explanation)
{
	PUT(explanation, "              ");
}

/* --- answers --- */

/* "500 late (0x80070032)" */
static void
put_outcome(struct yett_explanation *explanation,
    const struct yett_answer *answer)
{
	put_number(explanation, answer->status);
	if (answer->reason != YETT_REASON_NONE) {
		PUT(explanation, " ");
		put(explanation,
		    yett_slice_of(yett_reason_name(answer->reason)));
	}
	if (answer->hresult != 0) {
		PUT(explanation, " (");
		put_hex(explanation, answer->hresult);
		PUT(explanation, ")");
	}
}

/* As it is sent; no byte of a location means anything in JSON or to a
 * terminal. */
static void
put_location(struct yett_explanation *explanation,
    const struct yett_answer *answer)
{
	if (explanation->status == YETT_OK)
		explanation->status = yett_answer_write_location(answer,
		    &explanation->out);
}

static void
put_own_text(struct yett_explanation *explanation,
    const struct yett_answer *answer)
{
	/* A title that only repeats the status says nothing. */
	struct yett_slice phrase = yett_head_reason(answer->status);
	struct yett_slice text = yett_slice_eq(answer->title, phrase)
	    ? answer->detail
	    : answer->title;

	if (answer->status == YETT_STATUS_CUT) {
		PUT(explanation, "none");
		return;
	}
	put_number(explanation, answer->status);
	if (phrase.len > 0)
		PUT(explanation, " ");
	put(explanation, phrase);
	if (answer->location.len > 0) {
		PUT(explanation, " to ");
		put_location(explanation, answer);
	} else if (text.len > 0) {
		PUT(explanation, ", \"");
		put_plain(explanation, text);
		PUT(explanation, "\"");
	}
	if (answer->hresult != 0) {
		PUT(explanation, ", code ");
		put_number(explanation, answer->win32);
		PUT(explanation, ", hresult ");
		put_hex(explanation, answer->hresult);
	}
	if (answer->why.len > 0)
		PUT(explanation, ", with why");
}

static void
put_upstream_text(struct yett_explanation *explanation,
    const struct yett_explanation_answer *answer)
{
	const struct yett_rule *rule = answer->upstream_of;
	struct yett_slice name;

	PUT(explanation, "of upstream ");
	for (uint32_t i = 0; i < rule->upstream->count; i++) {
		if (i > 0)
			PUT(explanation, " or ");
		put_plain(explanation, rule->upstream->target[i]);
	}
	name = yett_identity_fields_name(rule->forward.client_cert);
	if (name.at != NULL &&
	    (answer->has_identity ||
		rule->forward.client_cert == YETT_FORWARD_NGINX)) {
		PUT(explanation, ", which gets ");
		put(explanation, name);
	}
}

static void
put_forward_text(struct yett_explanation *explanation,
    const struct yett_explanation_forward *forward)
{
	if (forward->body_limit != 0) {
		begin_note(explanation);
		PUT(explanation, "a body of more than ");
		put_number(explanation, forward->body_limit);
		PUT(explanation, " bytes is a 413\n");
	}
	if (forward->no_upgrade != NULL) {
		begin_note(explanation);
		PUT(explanation, "Upgrade is not passed on: ");
		put(explanation, yett_slice_of(forward->no_upgrade));
		PUT(explanation, "\n");
	} else if (forward->protocols.len > 0) {
		begin_note(explanation);
		PUT(explanation, "the upstream may switch to ");
		put_plain(explanation, forward->protocols);
		PUT(explanation, "\n");
	}
	if (forward->login != NULL) {
		begin_note(explanation);
		put(explanation, yett_slice_of(forward->login));
		PUT(explanation,
		    " logs in a connection: the one to the upstream is this "
		    "client's alone\n");
	}
}

static void
put_answer_text(struct yett_explanation *explanation,
    const struct yett_explanation_answer *answer)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", ++explanation->steps,
	    "answer");
	put(explanation, yett_slice_of(head));
	if (answer->alert != NULL && answer->alert->name != NULL) {
		PUT(explanation, "alert ");
		put(explanation, yett_slice_of(answer->alert->name));
		PUT(explanation, " ends the handshake: ");
		put(explanation, yett_slice_of(answer->alert->why));
	} else if (answer->alert != NULL) {
		PUT(explanation, "none: ");
		put(explanation, yett_slice_of(answer->alert->why));
	} else if (answer->upstream_of != NULL) {
		put_upstream_text(explanation, answer);
	} else {
		put_own_text(explanation, answer->own);
		PUT(explanation, "\n");
		begin_note(explanation);
		if (answer->own->status == YETT_STATUS_CUT)
			PUT(explanation,
			    "nothing is sent: the connection is cut by a TCP "
			    "reset");
		else if (answer->close)
			PUT(explanation, "the connection is closed");
		else
			PUT(explanation, "the connection stays open");
	}
	PUT(explanation, "\n");
	if (answer->forward != NULL)
		put_forward_text(explanation, answer->forward);
}

static void
put_members(struct yett_explanation *explanation,
    const struct yett_answer *answer)
{
	char hresult[16];

	put_name(explanation, "status");
	put_number(explanation, answer->status);
	if (answer->reason != YETT_REASON_NONE)
		put_member(explanation, "reason",
		    yett_slice_of(yett_reason_name(answer->reason)));
	put_member(explanation, "cause",
	    yett_slice_of(yett_cause_name(answer->cause)));
	if (answer->hresult != 0) {
		snprintf(hresult, sizeof(hresult), "0x%08x",
		    (unsigned)answer->hresult);
		put_name(explanation, "code");
		put_number(explanation, answer->win32);
		put_member(explanation, "hresult", yett_slice_of(hresult));
	}
	put_member(explanation, "title", answer->title);
	put_member(explanation, "detail", answer->detail);
	if (answer->location.len > 0) {
		put_name(explanation, "location");
		PUT(explanation, "\"");
		put_location(explanation, answer);
		PUT(explanation, "\"");
	}
	put_member(explanation, "why", answer->why);
}

static void
put_upstream_json(struct yett_explanation *explanation,
    const struct yett_rule *rule)
{
	put_name(explanation, "upstream");
	PUT(explanation, "[");
	for (uint32_t i = 0; i < rule->upstream->count; i++) {
		if (i > 0)
			PUT(explanation, ",");
		put_string(explanation, rule->upstream->target[i]);
	}
	PUT(explanation, "]");
}

static void
put_forward_json(struct yett_explanation *explanation,
    const struct yett_explanation_forward *forward)
{
	if (forward->body_limit != 0) {
		put_name(explanation, "body_limit");
		put_number(explanation, forward->body_limit);
	}
	put_member(explanation, "upgrade", forward->protocols);
	if (forward->no_upgrade != NULL)
		put_member(explanation, "no_upgrade",
		    yett_slice_of(forward->no_upgrade));
	if (forward->login != NULL)
		put_member(explanation, "login", yett_slice_of(forward->login));
}

static void
put_answer_json(struct yett_explanation *explanation,
    const struct yett_explanation_answer *answer)
{
	PUT(explanation, "],\"answer\":{\"from\":");
	if (answer->alert != NULL) {
		PUT(explanation, "\"handshake\"");
		put_member(explanation, "alert",
		    yett_slice_of(answer->alert->name));
		put_member(explanation, "why",
		    yett_slice_of(answer->alert->why));
	} else if (answer->upstream_of != NULL) {
		PUT(explanation, "\"upstream\"");
		put_upstream_json(explanation, answer->upstream_of);
	} else {
		PUT(explanation, "\"gateway\"");
		put_members(explanation, answer->own);
		put_name(explanation, "close");
		if (answer->close)
			PUT(explanation, "true");
		else
			PUT(explanation, "false");
	}
	if (answer->forward != NULL)
		put_forward_json(explanation, answer->forward);
	PUT(explanation, "}");
}

void
yett_explanation_answer(struct yett_explanation *explanation,
    const struct yett_explanation_answer *answer)
{
	if (is_json(explanation))
		put_answer_json(explanation, answer);
	else
		put_answer_text(explanation, answer);
}

void
yett_explanation_never_asked(struct yett_explanation *explanation,
    const struct yett_decision *decision)
{
	struct yett_answer answer;

	yett_answer_for(decision, &answer);
	if (is_json(explanation)) {
		PUT(explanation, ",\"never_asked\":{\"from\":\"gateway\"");
		put_members(explanation, &answer);
		PUT(explanation, "}");
		return;
	}
	begin_note(explanation);
	PUT(explanation, "would be ");
	put_outcome(explanation, &answer);
	PUT(explanation, " on a connection that was never asked,\n");
	begin_note(explanation);
	PUT(explanation,
	    "for example one opened before this policy was in force\n");
}

/* --- a recorded decision --- */

static void
put_replayed_text(struct yett_explanation *explanation,
    const struct yett_replayed *replayed)
{
	char head[32];

	snprintf(head, sizeof(head), "%3u %-9s ", ++explanation->steps, "now");
	put(explanation, yett_slice_of(head));
	switch (replayed->answer) {
	case YETT_REPLAY_SAME: PUT(explanation, "the same: "); break;
	case YETT_REPLAY_CHANGED: PUT(explanation, "changed: "); break;
	case YETT_REPLAY_UNTOLD:
		PUT(explanation, "cannot be told: the record has no ");
		put_plain(explanation, yett_slice_of(replayed->missing));
		PUT(explanation, "\n");
		return;
	}
	put_plain(explanation, yett_slice_of(replayed->after));
	PUT(explanation, "\n");
}

static void
put_replayed_json(struct yett_explanation *explanation,
    const struct yett_replayed *replayed)
{
	PUT(explanation, "],\"now\":{\"compared\":");
	switch (replayed->answer) {
	case YETT_REPLAY_SAME: PUT(explanation, "\"same\""); break;
	case YETT_REPLAY_CHANGED: PUT(explanation, "\"changed\""); break;
	case YETT_REPLAY_UNTOLD: PUT(explanation, "\"untold\""); break;
	}
	put_member(explanation, "before", yett_slice_of(replayed->before));
	if (replayed->answer != YETT_REPLAY_UNTOLD)
		put_member(explanation, "after",
		    yett_slice_of(replayed->after));
	put_member(explanation, "missing", yett_slice_of(replayed->missing));
	PUT(explanation, "}}\n");
}

enum yett_status
yett_explanation_replayed(struct yett_explanation *explanation,
    const struct yett_replayed *replayed)
{
	if (is_json(explanation))
		put_replayed_json(explanation, replayed);
	else
		put_replayed_text(explanation, replayed);
	return explanation->status;
}

/* --- the end --- */

/* Between the elements of a list. */
static void
put_comma(struct yett_explanation *explanation, bool *first)
{
	if (!*first && is_json(explanation))
		PUT(explanation, ",");
	else if (!*first)
		PUT(explanation, ", ");
	*first = false;
}

static void
put_headers(struct yett_explanation *explanation,
    const struct yett_header_reads *headers)
{
	bool first = true;

	for (uint32_t i = 0; i < headers->count; i++) {
		struct yett_slice name = yett_slice_of(headers->name[i]);

		put_comma(explanation, &first);
		if (is_json(explanation))
			put_string(explanation, name);
		else
			put_plain(explanation, name);
	}
	if (headers->more && !is_json(explanation))
		PUT(explanation, " and others");
}

static void
put_facts(struct yett_explanation *explanation, uint32_t read,
    const struct yett_header_reads *headers)
{
	bool first = true;

	for (uint32_t fact = 1; fact < YETT_FACT_END; fact <<= 1) {
		struct yett_slice name = yett_slice_of(yett_fact_name(fact));

		if ((read & fact) == 0)
			continue;
		put_comma(explanation, &first);
		if (is_json(explanation)) {
			put_string(explanation, name);
			continue;
		}
		put(explanation, name);
		if (fact == YETT_FACT_HEADER && headers->count > 0) {
			PUT(explanation, " (");
			put_headers(explanation, headers);
			PUT(explanation, ")");
		}
	}
}

enum yett_status
yett_explanation_end(struct yett_explanation *explanation, uint32_t read,
    const struct yett_header_reads *headers)
{
	if (is_json(explanation)) {
		PUT(explanation, ",\"read\":[");
		put_facts(explanation, read, headers);
		PUT(explanation, "],\"headers\":[");
		put_headers(explanation, headers);
		PUT(explanation, "]}\n");
		return explanation->status;
	}
	begin_note(explanation);
	PUT(explanation, "decided by: ");
	if (read == 0)
		PUT(explanation, "nothing that a policy says");
	put_facts(explanation, read, headers);
	PUT(explanation, "\n");
	return explanation->status;
}
