/* SPDX-License-Identifier: Apache-2.0 */
#include "http/uri.h"

#include "http/octet.h"

/* Where the rewriting of a path has come to. */
struct rewrite {
	const char *at, *end; /* of the path, not read yet */
	char *out;            /* end of the normal path so far */
};

static const char bad_utf8[] = "an escape in the path is not UTF-8";

/* The byte that "%XX" at `at` stands for, or -1. */
static int
escaped_byte(const char *at, const char *end)
{
	int high, low;

	if (end - at < 3 || at[0] != '%')
		return -1;
	high = yett_hex_digit(at[1]);
	low = yett_hex_digit(at[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/*
 * How many bytes the UTF-8 sequence has that begins with `lead` and `second`,
 * or 0: not overlong, no surrogate, not above U+10FFFF (RFC 3629, section 4).
 */
static int
utf8_len(int lead, int second)
{
	int least = 0x80, most = 0xbf;

	if (lead == 0xe0)
		least = 0xa0;
	else if (lead == 0xed)
		most = 0x9f;
	else if (lead == 0xf0)
		least = 0x90;
	else if (lead == 0xf4)
		most = 0x8f;
	if (lead < 0xc2 || lead > 0xf4 || second < least || second > most)
		return 0;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static void
keep_escape(struct rewrite *path, int byte)
{
	static const char hex[] = "0123456789ABCDEF";

	*path->out++ = '%';
	*path->out++ = hex[byte >> 4];
	*path->out++ = hex[byte & 15];
	path->at += 3;
}

static bool
take_utf8(struct rewrite *path, int lead, struct yett_refusal *refusal)
{
	int len = utf8_len(lead, escaped_byte(path->at + 3, path->end));

	if (len == 0)
		return yett_refuse(refusal, 400, bad_utf8);
	for (int i = 0; i < len; i++) {
		int byte = escaped_byte(path->at, path->end);

		if (byte < 0x80 || (i > 0 && byte > 0xbf))
			return yett_refuse(refusal, 400, bad_utf8);
		keep_escape(path, byte);
	}
	return true;
}

static bool
take_escape(struct rewrite *path, struct yett_refusal *refusal)
{
	int byte = escaped_byte(path->at, path->end);

	if (byte < 0)
		return yett_refuse(refusal, 400,
		    "the path has a % that begins no escape");
	if (byte < 0x20 || byte == 0x7f)
		return yett_refuse(refusal, 400,
		    "the path has an escaped control byte");
	if (byte == '/' || byte == '\\')
		return yett_refuse(refusal, 400,
		    "the path has an escaped slash");
	if (byte >= 0x80)
		return take_utf8(path, byte, refusal);
	if (!yett_octet_is((char)byte, YETT_OCTET_UNRESERVED)) {
		keep_escape(path, byte);
		return true;
	}
	*path->out++ = (char)byte;
	path->at += 3;
	return true;
}

/* Take the bytes up to the next slash or the end. */
static bool
take_segment(struct rewrite *path, struct yett_refusal *refusal)
{
	while (path->at < path->end && *path->at != '/') {
		if (*path->at == '%') {
			if (!take_escape(path, refusal))
				return false;
		} else if (!yett_octet_is(*path->at, YETT_OCTET_PATH)) {
			return yett_refuse(refusal, 400,
			    *path->at == '#'
				? "the target has a fragment"
				: "the path has a byte that must be escaped");
		} else {
			*path->out++ = *path->at++;
		}
	}
	return true;
}

/*
 * Judge the segment that begins at `segment` and has just been written behind
 * its slash: empty and "." vanish, ".." takes the one before it along. The
 * slash stays where the path ends with one of them (RFC 3986, section 5.2.4).
 */
static bool
settle_segment(struct rewrite *path, const char *start, char *segment,
    struct yett_refusal *refusal)
{
	const bool last = path->at == path->end;
	const size_t len = (size_t)(path->out - segment);
	size_t dots = 0;
	char *slash = segment - 1;

	while (dots < len && dots < 3 && segment[dots] == '.')
		dots++;
	if (dots > 2 || (dots == 0 && len > 0))
		return true;
	if (dots < len) {
		if (dots > 0 && segment[dots] == ';')
			return yett_refuse(refusal, 400,
			    "a dot segment has parameters");
		return true;
	}
	if (dots == 2) {
		if (slash == start)
			return yett_refuse(refusal, 400,
			    "the path climbs above its root");
		while (*--slash != '/')
			;
	}
	path->out = last ? slash + 1 : slash;
	return true;
}

/* Is there nothing to rewrite? May say no where there is nothing. */
static bool
is_plainly_normal(struct yett_slice path)
{
	const char *end = path.at + path.len;

	for (const char *at = path.at; at < end; at++) {
		if (!yett_octet_is(*at, YETT_OCTET_PATH))
			return false;
		if (*at == '/' && at + 1 < end &&
		    (at[1] == '/' || at[1] == '.'))
			return false;
	}
	return true;
}

bool
yett_uri_normalise(struct yett_slice *normal, struct yett_slice path,
    char *scratch, struct yett_refusal *refusal)
{
	struct rewrite rewrite = { path.at, path.at + path.len, scratch };

	if (path.len == 0 || path.at[0] != '/')
		return yett_refuse(refusal, 400,
		    "the path does not begin with a slash");
	if (is_plainly_normal(path)) {
		*normal = path;
		return true;
	}
	while (rewrite.at < rewrite.end) {
		char *segment;

		*rewrite.out++ = *rewrite.at++; /* the slash */
		segment = rewrite.out;
		if (!take_segment(&rewrite, refusal) ||
		    !settle_segment(&rewrite, scratch, segment, refusal))
			return false;
	}
	*normal = (struct yett_slice){ scratch,
		(size_t)(rewrite.out - scratch) };
	return true;
}

/* Split "path?query"; the query is judged by its bytes alone. */
static bool
parse_where(struct yett_uri *uri, struct yett_slice where, char *scratch,
    struct yett_refusal *refusal)
{
	const char *mark = memchr(where.at, '?', where.len);
	struct yett_slice path = where;

	if (mark != NULL) {
		path.len = (size_t)(mark - where.at);
		uri->has_query = true;
		uri->query = (struct yett_slice){ mark + 1,
			where.len - path.len - 1 };
	}
	for (size_t i = 0; i < uri->query.len; i++)
		if (!yett_octet_is(uri->query.at[i], YETT_OCTET_QUERY))
			return yett_refuse(refusal, 400,
			    uri->query.at[i] == '#'
				? "the target has a fragment"
				: "the query has a byte that must be escaped");
	if (path.len == 0)
		path = YETT_LIT("/");
	return yett_uri_normalise(&uri->path, path, scratch, refusal);
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

/* Does a segment end with a dot or a space right before `i`? */
static bool
ends_loosely(struct yett_slice path, size_t i)
{
	return path.at[i - 1] == '.' ||
	    (i >= 3 && memcmp(path.at + i - 3, "%20", 3) == 0);
}

/* The bytes of the colon at `i`, as it is or escaped, or 0. */
static size_t
colon_len(struct yett_slice path, size_t i)
{
	if (i < path.len && path.at[i] == ':')
		return 1;
	return path.len - i >= 3 && memcmp(path.at + i, "%3A", 3) == 0 ? 3 : 0;
}

/* Is what begins at `i` read by such a file system in a way of its own? */
static bool
is_treacherous(struct yett_slice path, size_t i)
{
	const char c = path.at[i];
	const size_t colon = colon_len(path, i);

	if (colon > 0 && colon_len(path, i + colon) > 0)
		return true;
	if (c == '~' && i + 1 < path.len && path.at[i + 1] >= '0' &&
	    path.at[i + 1] <= '9')
		return true;
	return i > 0 && (c == '/' || c == ';') && ends_loosely(path, i);
}

bool
yett_uri_has_one_name(struct yett_slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (is_treacherous(path, i))
			return false;
	return path.len == 0 || !ends_loosely(path, path.len);
}
