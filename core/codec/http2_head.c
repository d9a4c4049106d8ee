/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_head.h"

#include "http/head_fields.h"

/* What a field counts beside its bytes (RFC 9113, section 6.5.2). */
#define FIELD_OVERHEAD 32
/* A list this many times too large is not read to its end. */
#define FAR_TOO_LARGE 4
/* :method :scheme :authority :path :protocol */
#define PSEUDO_MOST 5

/* Where in the text a field lies; the text may still move. */
struct yett_http2_line {
	uint32_t at, name_len, value_len;
};

void
yett_http2_fields_clear(struct yett_http2_fields *fields)
{
	yett_buf_clear(&fields->text);
	yett_buf_clear(&fields->lines);
	yett_buf_clear(&fields->cookies);
	*fields = (struct yett_http2_fields){ 0 };
}

static enum yett_status
keep(struct yett_http2_fields *fields, struct yett_slice name,
    struct yett_slice value)
{
	struct yett_http2_line line = {
		.at = (uint32_t)yett_buf_len(&fields->text),
		.name_len = (uint32_t)name.len,
		.value_len = (uint32_t)value.len,
	};

	if (yett_buf_append(&fields->lines,
		(struct yett_slice){ (const char *)&line, sizeof(line) }) !=
	    YETT_OK)
		return YETT_E_NOMEM;
	fields->count++;
	if (yett_buf_append(&fields->text, name) != YETT_OK)
		return YETT_E_NOMEM;
	return yett_buf_append(&fields->text, value);
}

/* Cookie may come in crumbs, which are one field to everybody else (RFC 9113,
 * section 8.2.3). */
static enum yett_status
keep_cookie(struct yett_http2_fields *fields, struct yett_slice crumb)
{
	enum yett_status status = YETT_OK;

	if (yett_buf_len(&fields->cookies) > 0)
		status = yett_buf_append(&fields->cookies, YETT_LIT("; "));
	return status == YETT_OK ? yett_buf_append(&fields->cookies, crumb)
				 : status;
}

enum yett_status
yett_http2_fields_add(struct yett_http2_fields *fields, struct yett_slice name,
    struct yett_slice value, const struct yett_http2_fields_limits *limits)
{
	fields->size += name.len + value.len + FIELD_OVERHEAD;
	/* The pseudo-header fields are no fields of the limit. */
	if (fields->size > limits->size ||
	    fields->count >= limits->count + PSEUDO_MOST)
		fields->is_too_large = true;
	if (fields->size > limits->size * FAR_TOO_LARGE)
		return YETT_E_LIMIT;
	if (fields->is_too_large)
		return YETT_OK;
	return yett_slice_eq(name, YETT_LIT("cookie"))
	    ? keep_cookie(fields, value)
	    : keep(fields, name, value);
}

/* --- a request --- */

/* The pseudo-header fields; at NULL: not sent. */
struct pseudo {
	struct yett_slice method, scheme, authority, path;
};

static struct yett_field
field_at(const struct yett_http2_fields *fields, uint32_t index)
{
	const struct yett_http2_line *line =
	    (const struct yett_http2_line *)(const void *)yett_buf_slice(
		&fields->lines)
		.at +
	    index;
	const char *at = yett_buf_slice(&fields->text).at + line->at;

	return (struct yett_field){
		.name = { at, line->name_len },
		.value = { at + line->name_len, line->value_len },
	};
}

static void
take_pseudo(struct pseudo *pseudo, const struct yett_field *field)
{
	if (yett_slice_eq(field->name, YETT_LIT(":method")))
		pseudo->method = field->value;
	else if (yett_slice_eq(field->name, YETT_LIT(":scheme")))
		pseudo->scheme = field->value;
	else if (yett_slice_eq(field->name, YETT_LIT(":authority")))
		pseudo->authority = field->value;
	else if (yett_slice_eq(field->name, YETT_LIT(":path")))
		pseudo->path = field->value;
}

/* The fields that are none of the protocol's own. */
static bool
take_fields(struct yett_http2_fields *fields, struct yett_head *head,
    struct pseudo *pseudo, struct yett_refusal *refusal)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		struct yett_field field = field_at(fields, i);

		if (field.name.at[0] == ':') {
			take_pseudo(pseudo, &field);
			continue;
		}
		if (head->field_count == head->field_cap)
			return yett_refuse(refusal, 431,
			    "there are too many fields");
		head->field[head->field_count++] = field;
	}
	if (yett_buf_len(&fields->cookies) == 0)
		return true;
	if (head->field_count == head->field_cap)
		return yett_refuse(refusal, 431, "there are too many fields");
	head->field[head->field_count++] = (struct yett_field){
		.name = YETT_LIT("cookie"),
		.value = yett_buf_slice(&fields->cookies),
	};
	return true;
}

/* :authority is the name, and a Host beside it says the same. */
static bool
settle_host(struct yett_head *head, struct yett_slice authority,
    struct yett_refusal *refusal)
{
	if (authority.at == NULL && head->host.at == NULL)
		return yett_refuse(refusal, 400, "there is no :authority");
	if (authority.at == NULL)
		return true;
	if (head->host.at != NULL &&
	    !yett_slice_eq_nocase(head->host, authority))
		return yett_refuse(refusal, 400,
		    "Host is not what :authority says");
	head->host = authority;
	return true;
}

bool
yett_http2_head_read(struct yett_http2_fields *fields, size_t target_most,
    bool is_end, struct yett_head *head, struct yett_refusal *refusal)
{
	struct pseudo pseudo = { .path = { NULL, 0 } };

	if (fields->is_too_large)
		return yett_refuse(refusal, 431, "the head is too long");
	if (!take_fields(fields, head, &pseudo, refusal))
		return false;
	head->minor = 1;
	head->method = pseudo.method;
	head->target = pseudo.path;
	if (!yett_head_know_method(head, refusal))
		return false;
	if (head->method_id == YETT_METHOD_CONNECT)
		return yett_refuse(refusal, 405, "CONNECT is not served");
	if (!yett_slice_eq_nocase(pseudo.scheme, YETT_LIT("https")))
		return yett_refuse(refusal, 400, "the scheme is not https");
	if (head->target.len > target_most)
		return yett_refuse(refusal, 414, "the target is too long");
	if (!yett_head_read_fields(head, is_end, refusal) ||
	    !settle_host(head, pseudo.authority, refusal))
		return false;
	/* Every client reads trailers; whoever wants none ignores them. */
	head->takes_trailers = true;
	head->keep_alive = true;
	head->wants_upgrade = false;
	return true;
}

enum yett_status
yett_http2_fields_write(const struct yett_http2_fields *fields,
    struct yett_buf *lines)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; status == YETT_OK && i < fields->count; i++) {
		struct yett_field field = field_at(fields, i);

		status = yett_buf_append(lines, field.name);
		if (status == YETT_OK)
			status = yett_buf_append(lines, YETT_LIT(": "));
		if (status == YETT_OK)
			status = yett_buf_append(lines, field.value);
		if (status == YETT_OK)
			status = yett_buf_append(lines, YETT_LIT("\r\n"));
	}
	return status;
}
