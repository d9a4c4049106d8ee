/* SPDX-License-Identifier: Apache-2.0 */
#include "http/location.h"

#include "http/octet.h"

#define SCHEME "https://"
#define PORT_MOST 65535

static const struct yett_slice path_mark = { "{path}", 6 };
static const struct yett_slice query_mark = { "{query}", 7 };

static bool
ends_with(struct yett_slice text, struct yett_slice end)
{
	return text.len >= end.len &&
	    memcmp(text.at + text.len - end.len, end.at, end.len) == 0;
}

/* Cut `mark` off the end of `text`, if it is there. */
static bool
cut_mark(struct yett_slice *text, struct yett_slice mark)
{
	if (!ends_with(*text, mark))
		return false;
	text->len -= mark.len;
	return true;
}

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	    c == '.';
}

/* Take the name and the port off the front of `rest`. */
static bool
take_host(struct yett_slice *rest, struct yett_slice *host)
{
	size_t len = 0;
	uint32_t port = 0;

	while (len < rest->len && is_name_byte(rest->at[len]))
		len++;
	*host = (struct yett_slice){ rest->at, len };
	if (len == 0 || len > 253 || host->at[0] == '.')
		return false;
	if (len < rest->len && rest->at[len] == ':') {
		for (len++; len < rest->len && rest->at[len] >= '0' &&
		     rest->at[len] <= '9' && port <= PORT_MOST;
		     len++)
			port = port * 10 + (uint32_t)(rest->at[len] - '0');
		if (port == 0 || port > PORT_MOST)
			return false;
	}
	rest->at += len;
	rest->len -= len;
	return true;
}

/* Whether `text` may stand in a URI as it is: escapes are whole, and braces,
 * quotes and a fragment do not occur. */
static bool
is_literal(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (yett_octet_is(text.at[i], YETT_OCTET_PATH) ||
		    text.at[i] == '?')
			continue;
		if (text.at[i] != '%' || i + 2 >= text.len ||
		    yett_hex_digit(text.at[i + 1]) < 0 ||
		    yett_hex_digit(text.at[i + 2]) < 0)
			return false;
		i += 2;
	}
	return true;
}

bool
yett_location_parse(struct yett_location *out, struct yett_slice text)
{
	const struct yett_slice scheme = YETT_LIT(SCHEME);
	bool has_mark, slash;

	if (!yett_slice_starts_with(text, scheme))
		return false;
	text.at += scheme.len;
	text.len -= scheme.len;
	out->has_query = cut_mark(&text, query_mark);
	out->has_path = cut_mark(&text, path_mark);
	has_mark = out->has_query || out->has_path;
	if (!take_host(&text, &out->host) || !is_literal(text))
		return false;
	out->path = text;
	slash = text.len > 0 && text.at[text.len - 1] == '/';
	/* The path brings its own slash, the query its question mark. */
	return (text.len == 0 || text.at[0] == '/') &&
	    !(out->has_path && slash) &&
	    !(has_mark && memchr(text.at, '?', text.len) != NULL);
}

/* Append `text` so that it cannot be anything but a part of a URI: bytes that
 * are not of `classes` become escapes, escapes stay. */
static enum yett_status
append_encoded(struct yett_buf *out, struct yett_slice text, const char *also)
{
	static const char hex[] = "0123456789ABCDEF";
	char *at;

	if (yett_buf_reserve(out, 3 * text.len) != YETT_OK)
		return YETT_E_NOMEM;
	at = yett_buf_tail(out);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		bool escape = c == '%' && i + 2 < text.len &&
		    yett_hex_digit(text.at[i + 1]) >= 0 &&
		    yett_hex_digit(text.at[i + 2]) >= 0;

		if (yett_octet_is((char)c, YETT_OCTET_PATH) || escape ||
		    (c != '\0' && strchr(also, c) != NULL)) {
			*at++ = (char)c;
			continue;
		}
		*at++ = '%';
		*at++ = hex[c >> 4];
		*at++ = hex[c & 15];
	}
	yett_buf_added(out, (size_t)(at - yett_buf_tail(out)));
	return YETT_OK;
}

enum yett_status
yett_location_write(struct yett_buf *out, struct yett_slice text,
    struct yett_slice path, struct yett_slice query)
{
	bool has_query = cut_mark(&text, query_mark);
	bool has_path = cut_mark(&text, path_mark);
	bool is_host = text.len == 0 && has_path &&
	    yett_slice_starts_with(path, YETT_LIT("//"));
	enum yett_status status = yett_buf_append(out,
	    is_host ? YETT_LIT("/.") : text);

	if (has_path && status == YETT_OK)
		status = append_encoded(out, path, "");
	if (!has_query || query.at == NULL || status != YETT_OK)
		return status;
	status = yett_buf_append(out, YETT_LIT("?"));
	return status == YETT_OK ? append_encoded(out, query, "?") : status;
}
