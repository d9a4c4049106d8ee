/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/strict_origin.h"

#include <string.h>

#include "http/octet.h"

/* A line without its CR LF off the start of `rest`; at NULL: none is whole. A
 * control byte in it is dirt. */
static struct yett_slice
take_line(struct yett_slice *rest)
{
	const char *end = rest->len == 0 ? NULL
					 : memchr(rest->at, '\n', rest->len);
	struct yett_slice line = YETT_SLICE_NONE;

	if (end == NULL)
		return line;
	must(end > rest->at && end[-1] == '\r');
	line = (struct yett_slice){ rest->at, (size_t)(end - rest->at) - 1 };
	for (size_t i = 0; i < line.len; i++)
		must((unsigned char)line.at[i] >= 0x20 || line.at[i] == '\t');
	rest->len -= (size_t)(end + 1 - rest->at);
	rest->at = end + 1;
	return line;
}

/* Does a careless reader take the name of `line` for `known`? */
static bool
is_named(struct yett_slice line, const char *known)
{
	size_t len = strlen(known);

	if (line.len <= len || line.at[len] != ':')
		return false;
	for (size_t i = 0; i < len; i++)
		if (yett_lower(line.at[i]) != known[i] &&
		    !(line.at[i] == '_' && known[i] == '-'))
			return false;
	return true;
}

static void
read_field(struct yett_slice line, struct arrival *arrival, unsigned *hosts,
    unsigned *framings)
{
	const char *colon = memchr(line.at, ':', line.len);

	must(colon != NULL && colon > line.at && colon[-1] != ' ' &&
	    line.at[0] != ' ' && line.at[0] != '\t' && colon[1] == ' ');
	must(!is_named(line, "client-cert") && !is_named(line, "connection") &&
	    !is_named(line, "x-ssl-client-cert"));
	if (is_named(line, "host")) {
		++*hosts;
		must(memcmp(line.at, "Host: a.test", 12) == 0 &&
		    (line.len == 12 || line.at[12] == ':'));
	} else if (is_named(line, "content-length")) {
		++*framings;
		arrival->length = strtoull(colon + 2, NULL, 10);
		for (const char *at = colon + 2; at < line.at + line.len; at++)
			must(*at >= '0' && *at <= '9');
	} else if (is_named(line, "transfer-encoding")) {
		++*framings;
		arrival->chunked = true;
		must(yett_slice_eq(line,
		    YETT_LIT("Transfer-Encoding: chunked")));
	}
}

bool
strict_head(struct yett_slice bytes, const char *want, struct arrival *arrival)
{
	unsigned hosts = 0, framings = 0;
	struct yett_slice rest = bytes, line = take_line(&rest);

	*arrival = (struct arrival){ 0 };
	if (line.at == NULL)
		return false;
	must(yett_slice_eq(line, yett_slice_of(want)));
	for (;;) {
		line = take_line(&rest);
		if (line.at == NULL)
			return false;
		if (line.len == 0)
			break;
		read_field(line, arrival, &hosts, &framings);
	}
	must(hosts == 1 && framings <= 1);
	arrival->len = bytes.len - rest.len;
	return true;
}

static bool
read_trailers(struct yett_slice *rest)
{
	struct yett_slice line;

	while ((line = take_line(rest)).at != NULL) {
		if (line.len == 0)
			return true;
		must(memchr(line.at, ':', line.len) != NULL);
		must(!is_named(line, "content-length") &&
		    !is_named(line, "transfer-encoding") &&
		    !is_named(line, "host") && !is_named(line, "client-cert"));
	}
	return false;
}

bool
strict_body(const struct arrival *arrival, struct yett_slice *rest)
{
	uint64_t left = arrival->length;

	while (arrival->chunked) {
		struct yett_slice line = take_line(rest);

		if (line.at == NULL)
			return false;
		must(line.len > 0 && line.len <= 16);
		for (size_t i = 0; i < line.len; i++)
			must(yett_hex_digit(line.at[i]) >= 0);
		left = strtoull(line.at, NULL, 16);
		if (left == 0)
			return read_trailers(rest);
		if (rest->len < left + 2)
			return false;
		must(memcmp(rest->at + left, "\r\n", 2) == 0);
		rest->at += left + 2;
		rest->len -= left + 2;
	}
	if (rest->len < left)
		return false;
	rest->at += left;
	rest->len -= left;
	return true;
}
