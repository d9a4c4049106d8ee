/* SPDX-License-Identifier: Apache-2.0 */
#include "request/forward.h"

#include "request/identity_fields.h"

/* Fields collected in the worker's scratch, which has room for all of a head
 * and YETT_CONTEXT_FIELDS_ADDED more. */
struct fields {
	struct yett_field *at;
	size_t count;
};

/* A field whose value comes from elsewhere: it is looked at once more when it
 * is written. */
static void
add_foreign(struct fields *fields, struct yett_slice name,
    struct yett_slice value)
{
	fields->at[fields->count++] = (struct yett_field){ .name = name,
		.value = value };
}

/* A field of literals, numbers, addresses and names that were parsed. */
static void
add(struct fields *fields, struct yett_slice name, struct yett_slice value)
{
	fields->at[fields->count++] = (struct yett_field){ .name = name,
		.value = value,
		.is_sound = true };
}

/* Is it an override that the rule keeps? */
static bool
is_kept(const struct yett_rule *rule, const struct yett_field *field)
{
	for (uint32_t i = 0; i < rule->keep_field_count; i++)
		if (yett_slice_eq_nocase(rule->keep_field[i], field->name))
			return true;
	return false;
}

/* Does a request field go on as it is? Framing and Host are set anew. */
static bool
passes_upstream(const struct yett_head *head, const struct yett_rule *rule,
    const struct yett_field *field)
{
	switch (field->id) {
	case YETT_FIELD_HOST:
	case YETT_FIELD_CONTENT_LENGTH:
	case YETT_FIELD_TRANSFER_ENCODING: return false;
	/* HTTP/1.0 knows no expectation (RFC 9110, section 10.1.1). */
	case YETT_FIELD_EXPECT: return head->expect_continue;
	case YETT_FIELD_MAX_FORWARDS: return yett_plan_hops(head) < 0;
	case YETT_FIELD_TRAILER:
		return head->framing == YETT_FRAMING_CHUNKED &&
		    !head->names_fields;
	case YETT_FIELD_OVERRIDE:
		return is_kept(rule, field) && !field->is_named;
	default: break;
	}
	return !yett_field_is_hop_by_hop(field->id) &&
	    !yett_field_is_reserved(field->id) && !field->is_named;
}

/* Where in a text buffer a value lies: the buffer moves while it grows. */
struct span {
	size_t start, len;
};

static struct yett_slice
span_slice(const struct yett_buf *text, struct span span)
{
	return (struct yett_slice){ text->memory + text->start + span.start,
		span.len };
}

/* The texts of what we say of the client. */
struct load_output {
	struct span host, forwarded;
	struct yett_identity_fields identity;
};

static enum yett_status
put_host(struct yett_buf *text, const struct yett_host *host)
{
	enum yett_status status = yett_buf_append(text, yett_host_name(host));
	char digits[YETT_NUMBER_MOST];

	if (status == YETT_OK && host->port != 0)
		status = yett_buf_append(text, YETT_LIT(":"));
	if (status == YETT_OK && host->port != 0)
		status = yett_buf_append(text,
		    yett_number_write(digits, host->port));
	return status;
}

static enum yett_status
tell_host(struct yett_buf *text, const struct yett_host *host,
    struct span *span)
{
	enum yett_status status;

	span->start = yett_buf_len(text);
	status = put_host(text, host);
	span->len = yett_buf_len(text) - span->start;
	return status;
}

/* RFC 7239: IPv6 in brackets and quotes; so is a host with a port. */
static enum yett_status
tell_forwarded(struct yett_buf *text, struct yett_slice client,
    const struct yett_host *host, struct span *span)
{
	bool v6 = memchr(client.at, ':', client.len) != NULL;
	enum yett_status status;

	span->start = yett_buf_len(text);
	status = yett_buf_append(text,
	    v6 ? YETT_LIT("for=\"[") : YETT_LIT("for="));
	if (status == YETT_OK)
		status = yett_buf_append(text, client);
	if (status == YETT_OK)
		status = yett_buf_append(text,
		    v6 ? YETT_LIT("]\";host=\"") : YETT_LIT(";host=\""));
	if (status == YETT_OK)
		status = put_host(text, host);
	if (status == YETT_OK)
		status = yett_buf_append(text, YETT_LIT("\";proto=https"));
	span->len = yett_buf_len(text) - span->start;
	return status;
}

static void
add_told(struct fields *fields, const struct yett_buf *text,
    const struct load_output *told, struct yett_slice client)
{
	add(fields, YETT_LIT("Forwarded"), span_slice(text, told->forwarded));
	add(fields, YETT_LIT("X-Forwarded-For"), client);
	add(fields, YETT_LIT("X-Forwarded-Proto"), YETT_LIT("https"));
	add(fields, YETT_LIT("X-Forwarded-Host"), span_slice(text, told->host));
	add(fields, YETT_LIT("Via"), YETT_LIT("1.1 yett"));
	for (uint32_t i = 0; i < told->identity.count; i++) {
		const struct yett_identity_field *field = &told->identity.at[i];

		if (field->len > 0)
			add_foreign(fields, field->name,
			    span_slice(text,
				(struct span){ field->start, field->len }));
	}
}

/* OPTIONS of an absolute target without a path? */
static bool
is_for_server(const struct yett_head *head, const struct yett_uri *uri)
{
	return head->method_id == YETT_METHOD_OPTIONS &&
	    uri->authority.at + uri->authority.len ==
	    head->target.at + head->target.len;
}

enum yett_status
yett_forward_request(struct yett_context *context,
    const struct yett_downstream *downstream, const struct yett_head *head,
    const struct yett_plan *plan, struct yett_exchange *exchange)
{
	const struct yett_host *host = &plan->target.host;
	struct fields fields = { context->scratch.forwarded, 0 };
	struct yett_buf *text = &context->scratch.text;
	struct yett_uri uri = plan->target.uri;
	int hops = yett_plan_hops(head);
	char digits[YETT_NUMBER_MOST];
	struct load_output told;
	enum yett_status status;

	told.identity.count = 0;
	yett_buf_consume(text, yett_buf_len(text));
	status = tell_host(text, host, &told.host);
	if (status == YETT_OK)
		status = tell_forwarded(text, downstream->client, host,
		    &told.forwarded);
	if (status == YETT_OK)
		status = yett_identity_fields_write(yett_session_peer(
							downstream->session),
		    &plan->decision, text, &told.identity);
	if (status != YETT_OK)
		return status;
	/* The upstream is no proxy: it gets the origin form, or what stands for
	 * the server as a whole (RFC 9112, section 3.2.4). */
	if (uri.form == YETT_URI_ABSOLUTE)
		uri.form = is_for_server(head, &uri) ? YETT_URI_ASTERISK
						     : YETT_URI_ORIGIN;
	add(&fields, YETT_LIT("Host"), span_slice(text, told.host));
	for (uint32_t i = 0; i < head->field_count; i++)
		if (passes_upstream(head, plan->decision.rule, &head->field[i]))
			fields.at[fields.count++] = head->field[i];
	if (hops > 0)
		add(&fields, YETT_LIT("Max-Forwards"),
		    yett_number_write(digits, (uint64_t)hops - 1));
	add_told(&fields, text, &told, downstream->client);
	return yett_exchange_send_head(exchange,
	    &(struct yett_exchange_request){
		.method = head->method,
		.uri = &uri,
		.field = fields.at,
		.field_count = fields.count,
		.framing = head->framing,
		.length = head->length,
		.takes_trailers = head->takes_trailers,
	    });
}

/* Does a response field go on as it is? An answer without body bytes keeps its
 * Content-Length: it says what GET would give (RFC 9110, section 8.6). */
static bool
passes_downstream(const struct yett_head *head, const struct yett_field *field,
    bool trailers)
{
	if (field->id == YETT_FIELD_TRAILER)
		return trailers;
	if (field->id == YETT_FIELD_CONTENT_LENGTH)
		return head->framing == YETT_FRAMING_NONE &&
		    head->status >= 200 && head->status != 204;
	return field->id != YETT_FIELD_TRANSFER_ENCODING &&
	    !yett_field_is_hop_by_hop(field->id) &&
	    !yett_field_is_ours(field->id) && !field->is_named;
}

/* 426 says what to switch to (RFC 9110, section 15.5.22), and 101 what was
 * switched to; all others are of the hop to the upstream. */
static size_t
add_upgrade(struct fields *fields, const struct yett_head *head)
{
	size_t before = fields->count;

	if (head->status != 426 && head->status != 101)
		return 0;
	for (uint32_t i = 0; i < head->field_count; i++)
		if (head->field[i].id == YETT_FIELD_UPGRADE)
			fields->at[fields->count++] = head->field[i];
	return fields->count - before;
}

/* Who passes an answer on says when it came (RFC 9110, section 6.6.1). */
static bool
lacks_date(const struct yett_head *head)
{
	return head->status >= 200 &&
	    yett_field_find(head->field, head->field_count, YETT_FIELD_DATE) ==
	    NULL;
}

void
yett_forward_response(struct yett_context *context,
    const struct yett_head *head, bool trailers, struct yett_response *out)
{
	struct fields fields = { context->scratch.forwarded, 0 };

	for (uint32_t i = 0; i < head->field_count; i++)
		if (passes_downstream(head, &head->field[i], trailers))
			fields.at[fields.count++] = head->field[i];
	if (head->framing == YETT_FRAMING_LENGTH)
		add(&fields, YETT_LIT("Content-Length"),
		    yett_number_write(out->digits, head->length));
	if (lacks_date(head))
		add(&fields, YETT_LIT("Date"), yett_context_date(context));
	out->status = head->status;
	out->reason = head->reason;
	out->field = fields.at;
	out->field_count = fields.count;
	out->upgrade_count = add_upgrade(&fields, head);
	out->framing = head->framing;
	out->trailers = trailers;
	out->is_last = out->is_suspect = false;
}
