/* SPDX-License-Identifier: Apache-2.0 */
#include "http/trailer.h"

bool
yett_trailer_next(struct yett_slice *section, struct yett_field *field)
{
	const char *at = section->at, *colon, *end;
	struct yett_slice value;

	if (section->len == 0)
		return false;
	end = memchr(at, '\r', section->len);
	colon = memchr(at, ':', section->len);
	value = (struct yett_slice){ colon + 1, (size_t)(end - colon) - 1 };
	while (value.len > 0 && (*value.at == ' ' || *value.at == '\t')) {
		value.at++;
		value.len--;
	}
	while (value.len > 0 &&
	    (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\t'))
		value.len--;
	*field = yett_field_of((struct yett_slice){ at, (size_t)(colon - at) },
	    value);
	section->len -= (size_t)(end + 2 - at);
	section->at = end + 2;
	return true;
}

static bool
is_one_of(struct yett_slice name, const char *const known[])
{
	for (size_t i = 0; known[i] != NULL; i++)
		if (yett_field_name_begins(name, known[i]) &&
		    strlen(known[i]) == name.len)
			return true;
	return false;
}

bool
yett_trailer_may_pass(const struct yett_field *field)
{
	static const char *const families[] = { "content-", "access-control-",
		"if-", "proxy-", "sec-", "x-forwarded-", "x-http-method",
		"x-original-", "x-rewrite-", NULL };
	static const char *const forbidden[] = { "accept-encoding", "age",
		"authentication-info", "authorization", "cache-control",
		"clear-site-data", "cookie", "early-data", "expires",
		"last-modified", "max-forwards", "pragma", "range", "refresh",
		"retry-after", "set-cookie", "strict-transport-security",
		"user-agent", "vary", "warning", "www-authenticate",
		"x-method-override", NULL };

	/* All that somebody in Yett acts on is about the head. */
	if (field->id != YETT_FIELD_OTHER)
		return false;
	for (size_t i = 0; families[i] != NULL; i++)
		if (yett_field_name_begins(field->name, families[i]))
			return false;
	return !is_one_of(field->name, forbidden);
}

enum yett_status
yett_trailer_write(struct yett_buf *out, struct yett_slice section)
{
	enum yett_status status = yett_buf_append(out, YETT_LIT("0\r\n"));
	struct yett_field field;

	while (status == YETT_OK && yett_trailer_next(&section, &field))
		if (yett_trailer_may_pass(&field))
			status = yett_buf_printf(out, "%.*s: %.*s\r\n",
			    YETT_ARG(field.name), YETT_ARG(field.value));
	return status == YETT_OK ? yett_buf_append(out, YETT_LIT("\r\n"))
				 : status;
}
