/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/raw_request.h"

#include <strings.h>

#define VERSION " HTTP/1.1\r\n"

static enum yett_status
write_line(struct yett_raw_request *raw,
    const struct yett_raw_request_parts *parts)
{
	struct yett_slice method = yett_slice_of(
	    parts->method == NULL ? "GET" : parts->method);
	enum yett_status status;

	status = yett_buf_printf(&raw->bytes, "%.*s %.*s", YETT_ARG(method),
	    YETT_ARG(parts->target));
	raw->line_len = yett_buf_len(&raw->bytes);
	return status == YETT_OK
	    ? yett_buf_append(&raw->bytes, YETT_LIT(VERSION))
	    : status;
}

static enum yett_status
write_field(struct yett_raw_request *raw, const char *line,
    struct yett_fault *fault)
{
	if (strpbrk(line, "\r\n") != NULL || strchr(line, ':') == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%s\" is no header field: write \"Name: value\"", line);
	return yett_buf_printf(&raw->bytes, "%s\r\n", line);
}

enum yett_status
yett_raw_request_write(struct yett_raw_request *raw,
    const struct yett_raw_request_parts *parts, struct yett_fault *fault)
{
	bool has_host = parts->host.len == 0;
	enum yett_status status = write_line(raw, parts);

	for (size_t i = 0; i < parts->header_count && status == YETT_OK; i++) {
		has_host = has_host ||
		    strncasecmp(parts->header[i], "host:", 5) == 0;
		status = write_field(raw, parts->header[i], fault);
	}
	if (status == YETT_OK && !has_host)
		status = yett_buf_printf(&raw->bytes, "Host: %.*s\r\n",
		    YETT_ARG(parts->host));
	if (status == YETT_OK)
		status = yett_buf_append(&raw->bytes, YETT_LIT("\r\n"));
	return status;
}

void
yett_raw_request_clear(struct yett_raw_request *raw)
{
	yett_buf_clear(&raw->bytes);
	yett_buf_clear(&raw->path);
	yett_buf_clear(&raw->protocols);
}

bool
yett_raw_request_read(struct yett_raw_request *raw,
    const struct yett_generation *gen, struct yett_refusal *refusal)
{
	const struct yett_settings *settings = yett_generation_settings(gen);
	struct yett_head_limits limits = yett_plan_head_limits(settings);
	size_t scanned = 0;

	yett_head_init(&raw->head, raw->field,
	    yett_plan_field_limit(settings, YETT_CONTEXT_FIELDS));
	*refusal = (struct yett_refusal){ 400, "the head has no end" };
	return yett_head_parse_request(&raw->head, yett_buf_slice(&raw->bytes),
		   &scanned, &limits, refusal) == YETT_PARSE_DONE;
}

static void
lend_rooms(struct yett_raw_request *raw, struct yett_plan_facts *facts)
{
	facts->path = &raw->path;
	facts->protocols = &raw->protocols;
	facts->header = raw->room;
}

bool
yett_raw_request_facts(struct yett_raw_request *raw,
    struct yett_plan_facts *facts, struct yett_request *out,
    struct yett_refusal *refusal)
{
	struct yett_request_target target;

	lend_rooms(raw, facts);
	if (!yett_raw_request_read(raw, facts->gen, refusal) ||
	    !yett_plan_read_request(facts, &raw->head, &target, out, refusal))
		return false;
	out->header = raw->room;
	out->header_count = raw->head.field_count;
	for (uint32_t i = 0; i < out->header_count; i++)
		raw->room[i] = (struct yett_header){ raw->field[i].name,
			raw->field[i].value };
	return true;
}

void
yett_raw_request_plan(struct yett_raw_request *raw,
    struct yett_plan_facts *facts, struct yett_plan *out)
{
	struct yett_refusal refusal;

	lend_rooms(raw, facts);
	if (yett_raw_request_read(raw, facts->gen, &refusal))
		yett_plan_request(facts, &raw->head, out);
	else
		yett_plan_refuse(&refusal, out);
}
