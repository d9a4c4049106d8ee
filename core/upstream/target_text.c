/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/target_text.h"

#include "io/address.h"

/* Takes `start` off the front of `text`, if it is there. */
static bool
skip(struct yett_slice *text, struct yett_slice start)
{
	if (!yett_slice_starts_with(*text, start))
		return false;
	text->at += start.len;
	text->len -= start.len;
	return true;
}

static bool
is_host_char(char c)
{
	c = yett_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
	    c == '-' || c == '_';
}

/* Takes "name" or "[::1]" off the front; false when there is none. */
static bool
take_host(struct yett_slice *text, struct yett_slice *host)
{
	size_t len = 0;

	if (skip(text, YETT_LIT("["))) {
		const char *end = memchr(text->at, ']', text->len);
		struct yett_address address;

		if (end == NULL)
			return false;
		len = (size_t)(end - text->at);
		*host = (struct yett_slice){ text->at, len };
		text->at += len + 1;
		text->len -= len + 1;
		return memchr(host->at, ':', len) != NULL &&
		    yett_address_parse(&address, *host, 0, NULL) == YETT_OK;
	}
	while (len < text->len && is_host_char(text->at[len]))
		len++;
	*host = (struct yett_slice){ text->at, len };
	text->at += len;
	text->len -= len;
	return len > 0 && len <= 253;
}

/* Takes ":80" off the front, if a colon is there; false: not a port. */
static bool
take_port(struct yett_slice *text, uint16_t *port)
{
	uint32_t value = 0;
	size_t len = 0;

	if (!skip(text, YETT_LIT(":")))
		return true;
	while (len < text->len && len < 6 && text->at[len] >= '0' &&
	    text->at[len] <= '9')
		value = value * 10 + (uint32_t)(text->at[len++] - '0');
	text->at += len;
	text->len -= len;
	*port = (uint16_t)value;
	return value >= 1 && value <= UINT16_MAX;
}

static enum yett_status
parse_http(struct yett_target_text *out, struct yett_slice text,
    struct yett_slice rest, struct yett_fault *fault)
{
	bool is_tls = yett_slice_starts_with(text, YETT_LIT("https"));
	struct yett_target_text parsed = {
		.kind = YETT_TARGET_TCP,
		.port = is_tls ? 443 : 80,
		.is_tls = is_tls,
	};

	if (!take_host(&rest, &parsed.host))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": no host name or address stands behind "
		    "\"//\"",
		    YETT_ARG(text));
	if (!take_port(&rest, &parsed.port))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": a port is a number from 1 to 65535",
		    YETT_ARG(text));
	(void)skip(&rest, YETT_LIT("/"));
	if (rest.len > 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": \"%.*s\" is too much, an upstream is "
		    "\"http://HOST:PORT\"; the path comes from the request",
		    YETT_ARG(text), YETT_ARG(rest));
	*out = parsed;
	return YETT_OK;
}

enum yett_status
yett_target_parse(struct yett_target_text *out, struct yett_slice text,
    struct yett_fault *fault)
{
	struct yett_slice rest = text;
	struct yett_address address;

	if (skip(&rest, YETT_LIT("http://")) ||
	    skip(&rest, YETT_LIT("https://")))
		return parse_http(out, text, rest, fault);
	if (skip(&rest, YETT_LIT("app:"))) {
		*out = (struct yett_target_text){ .kind = YETT_TARGET_APP,
			.host = rest };
		return YETT_OK;
	}
	if (!skip(&rest, YETT_LIT("unix:")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\" is none of \"http://HOST:PORT\", "
		    "\"https://HOST:PORT\", \"unix:/PATH\", \"app:NAME\"",
		    YETT_ARG(text));
	if (!yett_slice_starts_with(rest, YETT_LIT("/")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": the path of a unix socket starts with "
		    "\"/\"",
		    YETT_ARG(text));
	if (yett_address_of_path(&address, rest, fault) != YETT_OK)
		return YETT_E_POLICY;
	*out = (struct yett_target_text){ .kind = YETT_TARGET_UNIX,
		.host = rest };
	return YETT_OK;
}
