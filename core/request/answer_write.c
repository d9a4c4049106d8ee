/* SPDX-License-Identifier: Apache-2.0 */
#include "request/answer.h"

#include "base/json.h"
#include "http/head.h"

/* ERROR_NOT_SUPPORTED as HRESULT_FROM_WIN32: facility 7, code 50. */
#define HRESULT_NOT_SUPPORTED 0x80070032u

/* What a body is given at first; most have less. */
#define ROOM 1024

/* --- bodies --- */

/* Where in `out` to write next, and up to where there is room. After a failure
 * nothing more is written, so that writers read straight. */
struct writer {
	struct yett_buf *out;
	char *at, *end;
	enum yett_status status;
};

/* Count in what was written, and make room for `len` bytes more. */
static bool
make_room(struct writer *writer, size_t len)
{
	struct yett_buf *out = writer->out;

	if (writer->status == YETT_OK) {
		yett_buf_added(out, (size_t)(writer->at - yett_buf_tail(out)));
		writer->status = yett_buf_reserve(out, len);
		writer->at = writer->end = yett_buf_tail(out);
	}
	if (writer->status == YETT_OK)
		writer->end = writer->at + yett_buf_room(out);
	return writer->status == YETT_OK;
}

static inline bool
has_room(struct writer *writer, size_t len)
{
	return len <= (size_t)(writer->end - writer->at) ||
	    make_room(writer, len);
}

static enum yett_status
begin(struct writer *writer, struct yett_buf *out)
{
	enum yett_status status = yett_buf_reserve(out, ROOM);

	if (status == YETT_OK)
		*writer = (struct writer){ out, yett_buf_tail(out),
			yett_buf_tail(out) + yett_buf_room(out), status };
	return status;
}

static enum yett_status
finish(struct writer *writer)
{
	(void)make_room(writer, 0);
	return writer->status;
}

static inline void
put(struct writer *writer, struct yett_slice bytes)
{
	if (!has_room(writer, bytes.len) || bytes.len == 0)
		return;
	memcpy(writer->at, bytes.at, bytes.len);
	writer->at += bytes.len;
}

#define PUT(writer, literal) put((writer), YETT_LIT(literal))

static void
put_number(struct writer *writer, uint64_t number)
{
	char digits[YETT_NUMBER_MOST];

	put(writer, yett_number_write(digits, number));
}

static struct yett_slice
hex_write(char out[10], uint32_t number)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '0';
	out[1] = 'x';
	for (int i = 0; i < 8; i++)
		out[2 + i] = hex[number >> (28 - 4 * i) & 15];
	return (struct yett_slice){ out, 10 };
}

static void
put_hex(struct writer *writer, uint32_t number)
{
	char digits[10];

	put(writer, hex_write(digits, number));
}

static void
put_json_text(struct writer *writer, struct yett_slice text)
{
	PUT(writer, "\"");
	if (has_room(writer, text.len * YETT_JSON_ESCAPE))
		writer->at = yett_json_write_words(writer->at, text);
	PUT(writer, "\"");
}

static void
put_html_text(struct writer *writer, struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.at[i]) {
		case '&': PUT(writer, "&amp;"); break;
		case '<': PUT(writer, "&lt;"); break;
		case '>': PUT(writer, "&gt;"); break;
		case '"': PUT(writer, "&quot;"); break;
		default: put(writer, (struct yett_slice){ text.at + i, 1 });
		}
	}
}

/* Names of reasons and causes, and ids, have nothing to be escaped. */
static void
put_problem(struct writer *writer, const struct yett_answer *answer,
    const struct yett_answer_env *env)
{
	PUT(writer, "{");
	if (answer->type.at != NULL) {
		PUT(writer, "\"type\":");
		put_json_text(writer, answer->type);
		PUT(writer, ",");
	}
	PUT(writer, "\"title\":");
	put_json_text(writer, answer->title);
	PUT(writer, ",\"status\":");
	put_number(writer, answer->status);
	if (answer->detail.len > 0) {
		PUT(writer, ",\"detail\":");
		put_json_text(writer, answer->detail);
	}
	if (answer->reason != YETT_REASON_NONE) {
		PUT(writer, ",\"reason\":\"");
		put(writer, yett_slice_of(yett_reason_name(answer->reason)));
		PUT(writer, "\"");
	}
	if (answer->cause != YETT_CAUSE_NONE) {
		PUT(writer, ",\"cause\":\"");
		put(writer, yett_slice_of(yett_cause_name(answer->cause)));
		PUT(writer, "\"");
	}
	if (answer->hresult != 0) {
		PUT(writer, ",\"code\":");
		put_number(writer, answer->win32);
		PUT(writer, ",\"hresult\":\"");
		put_hex(writer, answer->hresult);
		PUT(writer, "\"");
	}
	if (answer->why.len > 0) {
		PUT(writer, ",\"why\":");
		put_json_text(writer, answer->why);
	}
	if (env->id.len > 0) {
		PUT(writer, ",\"decision\":\"");
		put(writer, env->id);
		PUT(writer, "\"");
	}
	PUT(writer, "}\n");
}

static void
put_page(struct writer *writer, const struct yett_answer *answer,
    const struct yett_answer_env *env)
{
	PUT(writer,
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\"><title>");
	put_html_text(writer, answer->title);
	PUT(writer,
	    "</title><style>body{font:1rem/1.5 system-ui,sans-serif;"
	    "max-width:40rem;margin:4rem auto;padding:0 1rem}"
	    "code{color:#555}</style></head><body><h1>");
	put_html_text(writer, answer->title);
	PUT(writer, "</h1><p>");
	put_html_text(writer, answer->detail);
	PUT(writer, "</p>");
	if (answer->why.len > 0) {
		PUT(writer, "<p>");
		put_html_text(writer, answer->why);
		PUT(writer, "</p>");
	}
	PUT(writer, "<p><code>HTTP ");
	put_number(writer, answer->status);
	if (answer->hresult != 0) {
		PUT(writer, " &middot; ");
		put_hex(writer, answer->hresult);
	}
	if (answer->reason != YETT_REASON_NONE) {
		PUT(writer, " &middot; ");
		put_html_text(writer,
		    yett_slice_of(yett_reason_name(answer->reason)));
	}
	if (env->id.len > 0) {
		PUT(writer, " &middot; ");
		put_html_text(writer, env->id);
	}
	PUT(writer, "</code></p></body></html>\n");
}

/* --- fields --- */

static struct yett_slice
media_type(const struct yett_answer *answer, const struct yett_answer_env *env)
{
	if (answer->body.at != NULL)
		return answer->type.at != NULL
		    ? answer->type
		    : YETT_LIT("text/plain; charset=utf-8");
	return env->html ? YETT_LIT("text/html; charset=utf-8")
			 : YETT_LIT("application/problem+json");
}

/* What is written is known to be sound: literals, what was parsed, and headers
 * of an author that were looked at when the policy was loaded. */
static void
add(struct yett_answer_message *message, struct yett_slice name,
    struct yett_slice value)
{
	if (value.len > 0)
		message->field[message->field_count++] = (struct yett_field){
			.name = name,
			.value = value,
			.is_sound = true,
		};
}

static void
add_fields(struct yett_answer_message *message,
    const struct yett_answer *answer, const struct yett_answer_env *env,
    struct yett_slice location)
{
	add(message, YETT_LIT("Date"), env->date);
	add(message, YETT_LIT("Content-Type"), media_type(answer, env));
	add(message, YETT_LIT("Content-Length"),
	    yett_number_write(message->length, message->body.len));
	/* An answer about a connection's certificate is for nobody else. */
	add(message, YETT_LIT("Cache-Control"), YETT_LIT("no-store"));
	add(message, YETT_LIT("Location"), location);
	add(message, YETT_LIT("Allow"), answer->allow);
	add(message, YETT_LIT("Yett-Decision"), env->id);
	if (answer->hresult == HRESULT_NOT_SUPPORTED)
		add(message, YETT_LIT("Yett-Error"),
		    YETT_LIT("ERROR_NOT_SUPPORTED (0x80070032)"));
	else if (answer->hresult != 0)
		add(message, YETT_LIT("Yett-Error"),
		    hex_write(message->hresult, answer->hresult));
	for (uint32_t i = 0; i < answer->header_count; i++)
		add(message, answer->header[i].name, answer->header[i].value);
}

static void
put_body(struct writer *writer, const struct yett_answer *answer,
    const struct yett_answer_env *env)
{
	if (answer->body.at != NULL)
		put(writer, answer->body);
	else if (env->html)
		put_page(writer, answer, env);
	else
		put_problem(writer, answer, env);
}

/* What is of no fixed length among the fields, the location, is written before
 * the body. */
enum yett_status
yett_answer_write(const struct yett_answer *answer,
    const struct yett_answer_env *env, struct yett_buf *text,
    struct yett_answer_message *out)
{
	struct yett_slice location;
	enum yett_status status;
	struct writer writer;
	size_t location_len;

	yett_buf_consume(text, yett_buf_len(text));
	status = yett_answer_write_location(answer, text);
	location_len = yett_buf_len(text);
	if (status == YETT_OK)
		status = begin(&writer, text);
	if (status != YETT_OK)
		return status;
	put_body(&writer, answer, env);
	status = finish(&writer);
	if (status != YETT_OK)
		return status;
	location = out->body = yett_buf_slice(text);
	location.len = location_len;
	out->body.at += location_len;
	out->body.len -= location_len;
	out->field_count = 0;
	add_fields(out, answer, env, location);
	return YETT_OK;
}
