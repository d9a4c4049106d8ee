/* SPDX-License-Identifier: Apache-2.0 */
#include "http/head.h"

#include "http/octet.h"

#define VERSION "HTTP/1.1"

static char *
put(char *at, struct yett_slice bytes)
{
	if (bytes.len > 0)
		memcpy(at, bytes.at, bytes.len);
	return at + bytes.len;
}

/*
 * The length of the fields as lines, or 0 when one of them could break the
 * framing: what we vouch for must not end a line early.
 */
static size_t
fields_len(const struct yett_field *field, size_t count)
{
	size_t len = sizeof("\r\n") - 1;

	for (size_t i = 0; i < count; i++) {
		if (!field[i].is_sound &&
		    (!yett_is_token(field[i].name) ||
			!yett_is_field_value(field[i].value)))
			return 0;
		len += field[i].name.len + field[i].value.len +
		    sizeof(": \r\n") - 1;
	}
	return len;
}

static char *
put_fields(char *at, const struct yett_field *field, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		at = put(at, field[i].name);
		at = put(at, YETT_LIT(": "));
		at = put(at, field[i].value);
		at = put(at, YETT_LIT("\r\n"));
	}
	return put(at, YETT_LIT("\r\n"));
}

static bool
is_visible(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!yett_octet_is(text.at[i], YETT_OCTET_QUERY))
			return false;
	return true;
}

enum yett_status
yett_head_write_request(struct yett_buf *out, struct yett_slice method,
    const struct yett_uri *uri, const struct yett_field *field, size_t count)
{
	const struct yett_slice path = uri->form == YETT_URI_ASTERISK
	    ? YETT_LIT("*")
	    : uri->path;
	const size_t fields = fields_len(field, count);
	char *start, *at;

	if (fields == 0 || path.len == 0 || !yett_is_token(method) ||
	    !is_visible(path) || !is_visible(uri->query))
		return YETT_E_ARGUMENT;
	if (yett_buf_reserve(out,
		method.len + path.len + uri->query.len + fields +
		    sizeof(" ? " VERSION "\r\n")) != YETT_OK)
		return YETT_E_NOMEM;
	start = at = yett_buf_tail(out);
	at = put(at, method);
	*at++ = ' ';
	at = put(at, path);
	if (uri->has_query) {
		*at++ = '?';
		at = put(at, uri->query);
	}
	at = put(at, YETT_LIT(" " VERSION "\r\n"));
	at = put_fields(at, field, count);
	yett_buf_added(out, (size_t)(at - start));
	return YETT_OK;
}

enum yett_status
yett_head_write_response(struct yett_buf *out, unsigned status,
    struct yett_slice reason, const struct yett_field *field, size_t count)
{
	const size_t fields = fields_len(field, count);
	char digits[YETT_NUMBER_MOST];
	char *start, *at;

	if (fields == 0 || status < 100 || status > 599 ||
	    (reason.len > 0 && !yett_is_field_value(reason)))
		return YETT_E_ARGUMENT;
	if (reason.len == 0)
		reason = yett_head_reason(status);
	if (yett_buf_reserve(out,
		reason.len + fields + sizeof(VERSION " 200 \r\n")) != YETT_OK)
		return YETT_E_NOMEM;
	start = at = yett_buf_tail(out);
	at = put(at, YETT_LIT(VERSION " "));
	at = put(at, yett_number_write(digits, status));
	*at++ = ' ';
	at = put(at, reason);
	at = put(at, YETT_LIT("\r\n"));
	at = put_fields(at, field, count);
	yett_buf_added(out, (size_t)(at - start));
	return YETT_OK;
}

struct yett_slice
yett_head_reason(unsigned status)
{
	switch (status) {
	case 100: return YETT_LIT("Continue");
	case 101: return YETT_LIT("Switching Protocols");
	case 200: return YETT_LIT("OK");
	case 201: return YETT_LIT("Created");
	case 202: return YETT_LIT("Accepted");
	case 204: return YETT_LIT("No Content");
	case 206: return YETT_LIT("Partial Content");
	case 301: return YETT_LIT("Moved Permanently");
	case 302: return YETT_LIT("Found");
	case 303: return YETT_LIT("See Other");
	case 304: return YETT_LIT("Not Modified");
	case 307: return YETT_LIT("Temporary Redirect");
	case 308: return YETT_LIT("Permanent Redirect");
	case 400: return YETT_LIT("Bad Request");
	case 401: return YETT_LIT("Unauthorized");
	case 403: return YETT_LIT("Forbidden");
	case 404: return YETT_LIT("Not Found");
	case 405: return YETT_LIT("Method Not Allowed");
	case 408: return YETT_LIT("Request Timeout");
	case 409: return YETT_LIT("Conflict");
	case 410: return YETT_LIT("Gone");
	case 411: return YETT_LIT("Length Required");
	case 412: return YETT_LIT("Precondition Failed");
	case 413: return YETT_LIT("Content Too Large");
	case 414: return YETT_LIT("URI Too Long");
	case 415: return YETT_LIT("Unsupported Media Type");
	case 416: return YETT_LIT("Range Not Satisfiable");
	case 417: return YETT_LIT("Expectation Failed");
	case 421: return YETT_LIT("Misdirected Request");
	case 422: return YETT_LIT("Unprocessable Content");
	case 426: return YETT_LIT("Upgrade Required");
	case 429: return YETT_LIT("Too Many Requests");
	case 431: return YETT_LIT("Request Header Fields Too Large");
	case 451: return YETT_LIT("Unavailable For Legal Reasons");
	case 496: return YETT_LIT("Certificate Required");
	case 500: return YETT_LIT("Internal Server Error");
	case 501: return YETT_LIT("Not Implemented");
	case 502: return YETT_LIT("Bad Gateway");
	case 503: return YETT_LIT("Service Unavailable");
	case 504: return YETT_LIT("Gateway Timeout");
	case 505: return YETT_LIT("HTTP Version Not Supported");
	}
	return YETT_LIT("");
}

struct yett_slice
yett_number_write(char out[YETT_NUMBER_MOST], uint64_t number)
{
	char digits[YETT_NUMBER_MOST];
	size_t first = YETT_NUMBER_MOST;

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	memcpy(out, digits + first, YETT_NUMBER_MOST - first);
	return (struct yett_slice){ out, YETT_NUMBER_MOST - first };
}
