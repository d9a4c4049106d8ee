/* SPDX-License-Identifier: Apache-2.0 */
#include "http/uri.h"

#include "http/octet.h"

/* Where the rewriting of a path has come to. */
struct rewrite {
	const char *at, *end; /* of the path, not read yet */
	const char *start;    /* of the normal path */
	char *out;            /* its end so far */
};

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

/* The byte that the escape right before `out` stands for, or -1. */
static int
byte_before(const char *out, const char *start)
{
	return out - start < 3 ? -1 : escaped_byte(out - 3, out);
}

/*
 * Whether a byte and the next one begin a UTF-8 sequence that is longer than it
 * has to be: lax readers take it for a character in ASCII (RFC 3629,
 * section 10).
 */
static bool
is_overlong(int lead, int next)
{
	if (next < 0x80 || next > 0xbf)
		return false;
	switch (lead) {
	case 0xc0:
	case 0xc1: return true;
	case 0xe0: return next < 0xa0;
	case 0xf0: return next < 0x90;
	case 0xf8: return next < 0x88;
	case 0xfc: return next < 0x84;
	}
	return false;
}

static void
write_escape(struct rewrite *path, int byte)
{
	static const char hex[] = "0123456789ABCDEF";

	*path->out++ = '%';
	*path->out++ = hex[byte >> 4];
	*path->out++ = hex[byte & 15];
}

/* Write a byte of the path as an escape, if it may be one. */
static bool
put_escape(struct rewrite *path, int byte, struct yett_refusal *refusal)
{
	if (byte == '/' || byte == '\\')
		return yett_refuse(refusal, 400,
		    byte == '/' ? "the path has an escaped slash"
				: "the path has a backslash");
	if (is_overlong(byte_before(path->out, path->start), byte))
		return yett_refuse(refusal, 400,
		    "the path has UTF-8 in an overlong form");
	write_escape(path, byte);
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
	path->at += 3;
	if (!yett_octet_is((char)byte, YETT_OCTET_UNRESERVED))
		return put_escape(path, byte, refusal);
	*path->out++ = (char)byte;
	return true;
}

/* Take a byte that RFC 3986 has in no path. Browsers send `[ ] | ^` as they
 * are, and old ones all else that can be seen. */
static bool
take_raw(struct rewrite *path, struct yett_refusal *refusal)
{
	const int byte = (unsigned char)*path->at++;

	if (byte == '#')
		return yett_refuse(refusal, 400, "the target has a fragment");
	if (byte <= ' ' || byte == 0x7f)
		return yett_refuse(refusal, 400,
		    "the path has a byte that must be escaped");
	return put_escape(path, byte, refusal);
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
			if (!take_raw(path, refusal))
				return false;
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
settle_segment(struct rewrite *path, char *segment,
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
		if (slash == path->start)
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
	struct rewrite rewrite = { path.at, path.at + path.len, scratch,
		scratch };

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
		    !settle_segment(&rewrite, segment, refusal))
			return false;
	}
	*normal = (struct yett_slice){ scratch,
		(size_t)(rewrite.out - scratch) };
	return true;
}

/*
 * The query as it is sent on: as it came, but bytes that are not ASCII become
 * escapes. All else that can be seen may stand in one: nothing is decided by
 * how a query is read, and signatures are made over it.
 */
static bool
parse_query(struct yett_slice *out, struct yett_slice query, char *scratch,
    struct yett_refusal *refusal)
{
	struct rewrite rewrite = { .start = scratch, .out = scratch };
	bool is_plain = true;

	for (size_t i = 0; i < query.len; i++) {
		const char c = query.at[i];

		if (yett_octet_is(c, YETT_OCTET_QUERY)) {
			*rewrite.out++ = c;
			continue;
		}
		if ((unsigned char)c < 0x80)
			return yett_refuse(refusal, 400,
			    c == '#'
				? "the target has a fragment"
				: "the query has a byte that must be escaped");
		is_plain = false;
		write_escape(&rewrite, (unsigned char)c);
	}
	*out = is_plain
	    ? query
	    : (struct yett_slice){ scratch, (size_t)(rewrite.out - scratch) };
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
			scratch + YETT_URI_SCRATCH(path.len), refusal))
			return false;
	}
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

/*
 * How many bytes of an escaped UTF-8 sequence the escape at `i` leads, or 0: it
 * leads none (RFC 3629, section 4; overlong ones never get here).
 */
static size_t
utf8_len(struct yett_slice path, size_t i)
{
	const char *at = path.at + i, *end = path.at + path.len;
	const int lead = escaped_byte(at, end),
		  next = escaped_byte(at + 3, end);
	const size_t len = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	if (lead < 0xc2 || lead > 0xf4 || (lead == 0xed && next > 0x9f) ||
	    (lead == 0xf4 && next > 0x8f))
		return 0;
	for (size_t k = 1; k < len; k++) {
		const int byte = escaped_byte(at + 3 * k, end);

		if (byte < 0x80 || byte > 0xbf)
			return 0;
	}
	return len;
}

static bool
is_utf8(struct yett_slice path)
{
	for (size_t i = 0; i < path.len;) {
		size_t len = 1;

		if (path.at[i] != '%') {
			i++;
			continue;
		}
		if (escaped_byte(path.at + i, path.at + path.len) >= 0x80)
			len = utf8_len(path, i);
		if (len == 0)
			return false;
		i += 3 * len;
	}
	return true;
}

bool
yett_uri_has_one_name(struct yett_slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (is_treacherous(path, i))
			return false;
	return (path.len == 0 || !ends_loosely(path, path.len)) &&
	    is_utf8(path);
}
