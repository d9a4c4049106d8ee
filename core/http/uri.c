/* SPDX-License-Identifier: Apache-2.0 */
#include "http/uri.h"

#include "http/octet.h"

/*
 * The query as it is sent on: as it came, but bytes that are not ASCII become
 * escapes. All else that can be seen may stand in one: nothing is decided by
 * how a query is read, and signatures are made over it.
 */
static bool
parse_query(struct yett_slice *out, struct yett_slice query, char *scratch,
    struct yett_refusal *refusal)
{
	bool is_plain = true;
	char *end = scratch;

	for (size_t i = 0; i < query.len; i++) {
		const char c = query.at[i];

		if (yett_octet_is(c, YETT_OCTET_QUERY)) {
			*end++ = c;
			continue;
		}
		if ((unsigned char)c < 0x80)
			return yett_refuse(refusal, 400,
			    c == '#'
				? "the target has a fragment"
				: "the query has a byte that must be escaped");
		is_plain = false;
		end = yett_octet_escape(end, (unsigned char)c);
	}
	*out = is_plain
	    ? query
	    : (struct yett_slice){ scratch, (size_t)(end - scratch) };
	return true;
}

/* Split "path?query". */
static bool
parse_where(struct yett_uri *uri, struct yett_slice where, char *scratch,
    struct yett_refusal *refusal)
{
	const char *mark = memchr(where.at, '?', where.len);
	struct yett_slice path = where, query;

	if (mark != NULL) {
		path.len = (size_t)(mark - where.at);
		query = (struct yett_slice){ mark + 1,
			where.len - path.len - 1 };
		uri->has_query = true;
		if (!parse_query(&uri->query, query,
			scratch + YETT_PATH_SCRATCH(path.len), refusal))
			return false;
	}
	if (path.len == 0)
		path = YETT_LIT("/");
	return yett_path_normalise(&uri->path, path, scratch, refusal);
}

/* The bytes of "http://" or "https://" at the start of `target`, or 0. */
static size_t
scheme_len(struct yett_slice target)
{
	static const struct yett_slice schemes[] = { { "http://", 7 },
		{ "https://", 8 } };

	for (size_t i = 0; i < 2; i++) {
		struct yett_slice start = { target.at, schemes[i].len };

		if (target.len >= start.len &&
		    yett_slice_eq_nocase(start, schemes[i]))
			return start.len;
	}
	return 0;
}

static bool
parse_absolute(struct yett_uri *uri, struct yett_slice target, char *scratch,
    struct yett_refusal *refusal)
{
	const char *start = target.at + scheme_len(target);
	const char *end = target.at + target.len, *at = start;

	while (at < end && *at != '/' && *at != '?' && *at != '#')
		at++;
	if (start == target.at)
		return yett_refuse(refusal, 400,
		    "the target is neither a path nor an http URI");
	if (at == start)
		return yett_refuse(refusal, 400, "the target has no host");
	if (at < end && *at == '#')
		return yett_refuse(refusal, 400, "the target has a fragment");
	if (memchr(start, '@', (size_t)(at - start)) != NULL)
		return yett_refuse(refusal, 400, "the target names a user");
	uri->form = YETT_URI_ABSOLUTE;
	uri->authority = (struct yett_slice){ start, (size_t)(at - start) };
	return parse_where(uri, (struct yett_slice){ at, (size_t)(end - at) },
	    scratch, refusal);
}

bool
yett_uri_parse(struct yett_uri *uri, struct yett_slice target,
    enum yett_method method, char *scratch, struct yett_refusal *refusal)
{
	*uri = (struct yett_uri){ .form = YETT_URI_ORIGIN };
	if (target.len == 0)
		return yett_refuse(refusal, 400, "the target is empty");
	if (method == YETT_METHOD_CONNECT) {
		uri->form = YETT_URI_AUTHORITY;
		uri->authority = target;
		return true;
	}
	if (target.at[0] == '/')
		return parse_where(uri, target, scratch, refusal);
	if (!yett_slice_eq(target, YETT_LIT("*")))
		return parse_absolute(uri, target, scratch, refusal);
	if (method != YETT_METHOD_OPTIONS)
		return yett_refuse(refusal, 400,
		    "the target * is of OPTIONS only");
	uri->form = YETT_URI_ASTERISK;
	uri->path = YETT_LIT("/");
	return true;
}
