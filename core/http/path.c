/* SPDX-License-Identifier: Apache-2.0 */
#include "http/path.h"

#include "http/octet.h"

/* Where the rewriting of a path has come to. */
struct rewrite {
	const char *at, *end; /* of the path, not read yet */
	char *start, *out;    /* of the normal path so far */
	bool merges;          /* runs of slashes become one */
	bool is_careful;      /* nothing is dropped that has two readings */
	bool has_climbed_run; /* `..` took an empty segment away */
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

/* Write a byte of the path as an escape, if it may be one. */
static bool
put_escape(struct rewrite *path, int byte, struct yett_refusal *refusal)
{
	if (is_overlong(byte_before(path->out, path->start), byte))
		return yett_refuse(refusal, 400,
		    "the path has UTF-8 in an overlong form");
	path->out = yett_octet_escape(path->out, (unsigned char)byte);
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

/* Take away the segment in front of *slash, which moves to its place. */
static bool
climb(struct rewrite *path, char **slash, struct yett_refusal *refusal)
{
	const char *end = *slash;
	struct yett_slice gone;

	if (*slash == path->start)
		return yett_refuse(refusal, 400,
		    "the path climbs above its root");
	while (*--*slash != '/')
		;
	gone = (struct yett_slice){ *slash + 1, (size_t)(end - *slash - 1) };
	path->has_climbed_run |= gone.len == 0;
	if (path->is_careful && yett_path_kept(gone) != 0)
		return yett_refuse(refusal, 400,
		    "the path climbs over an escaped slash");
	return true;
}

/*
 * Judge the segment that begins at `segment` and has just been written behind
 * its slash: "." vanishes, and an empty one if runs are merged or it is the
 * first; ".." takes the one before it along. The slash stays where the path
 * ends with one of them (RFC 3986, section 5.2.4).
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
		if (segment[dots] == ';')
			return yett_refuse(refusal, 400,
			    "a dot segment has parameters");
		return true;
	}
	if (dots == 0 && !path->merges && slash > path->start)
		return true;
	if (dots == 2 && !climb(path, &slash, refusal))
		return false;
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

static bool
rewrite_all(struct rewrite *path,
    bool (*take)(struct rewrite *path, struct yett_refusal *refusal),
    struct yett_refusal *refusal)
{
	while (path->at < path->end) {
		char *segment;

		*path->out++ = *path->at++; /* the slash */
		segment = path->out;
		if (!take(path, refusal) ||
		    !settle_segment(path, segment, refusal))
			return false;
	}
	return true;
}

static struct yett_slice
written(const struct rewrite *path)
{
	return (struct yett_slice){ path->start,
		(size_t)(path->out - path->start) };
}

bool
yett_path_normalise(struct yett_slice *normal, struct yett_slice path,
    char *scratch, struct yett_refusal *refusal)
{
	const struct rewrite start = { .at = path.at,
		.end = path.at + path.len,
		.start = scratch,
		.out = scratch,
		.is_careful = true };
	struct rewrite rewrite = start;

	if (path.len == 0 || path.at[0] != '/')
		return yett_refuse(refusal, 400,
		    "the path does not begin with a slash");
	if (is_plainly_normal(path)) {
		*normal = path;
		return true;
	}
	if (!rewrite_all(&rewrite, take_segment, refusal))
		return false;
	if (rewrite.has_climbed_run) {
		/* Is it the run or the name in front of it that has gone? */
		rewrite = start;
		rewrite.merges = true;
		if (!rewrite_all(&rewrite, take_segment, refusal))
			return false;
	}
	*normal = written(&rewrite);
	return true;
}

/* --- several readings */

unsigned
yett_path_kept(struct yett_slice path)
{
	unsigned kept = 0;

	for (size_t i = 0; i < path.len; i++) {
		const char *at = path.at + i;

		if (*at == '/' && i + 1 < path.len && at[1] == '/')
			kept |= YETT_PATH_RUN;
		if (*at != '%' || path.len - i < 3)
			continue;
		if (at[1] == '2' && at[2] == 'F')
			kept |= YETT_PATH_SLASH;
		else if (at[1] == '5' && at[2] == 'C')
			kept |= YETT_PATH_BACKSLASH;
	}
	return kept;
}

/* Take the bytes up to the next slash or the end as they are. */
static bool
copy_segment(struct rewrite *path, struct yett_refusal *refusal)
{
	(void)refusal;
	while (path->at < path->end && *path->at != '/')
		*path->out++ = *path->at++;
	return true;
}

/* Remove dot segments from what is in `scratch`, in place. */
static bool
remove_dots(struct yett_slice *path, char *scratch, bool merges,
    struct yett_refusal *refusal)
{
	struct rewrite rewrite = { .at = path->at,
		.end = path->at + path->len,
		.start = scratch,
		.out = scratch,
		.merges = merges };

	if (!rewrite_all(&rewrite, copy_segment, refusal))
		return false;
	*path = written(&rewrite);
	return true;
}

struct yett_slice
yett_path_merge(struct yett_slice path, char *scratch)
{
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] != '/' || len == 0 || scratch[len - 1] != '/')
			scratch[len++] = path.at[i];
	return (struct yett_slice){ scratch, len };
}

/* Make slashes of the escapes that are in the set `decoded`. */
static struct yett_slice
decode(struct yett_slice path, unsigned decoded, char *scratch)
{
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++) {
		const struct yett_slice escape = { path.at + i,
			path.len - i < 3 ? 0 : 3 };

		scratch[len++] = path.at[i];
		if (path.at[i] == '%' &&
		    (yett_path_kept(escape) & decoded) != 0) {
			scratch[len - 1] = '/';
			i += 2;
		}
	}
	return (struct yett_slice){ scratch, len };
}

/* Does a segment begin with a dot? Those that matter do. */
static bool
has_dots(struct yett_slice path)
{
	return memmem(path.at, path.len, "/.", 2) != NULL;
}

void
yett_path_readings_init(struct yett_path_readings *readings,
    struct yett_slice path)
{
	*readings = (struct yett_path_readings){ path, yett_path_kept(path),
		0 };
}

/* What an origin may do besides decoding. */
enum way {
	AS_IT_IS,
	DOTS,        /* remove dot segments */
	RUNS_DOTS,   /* merge runs, then remove dot segments */
	MERGED_DOTS, /* merge runs before all else, and remove dot segments */
	WAYS,
};

/* Whether that gives a reading of its own of `path`, which was decoded. */
static bool
gives_more(enum way way, unsigned kept, unsigned decoded,
    struct yett_slice path)
{
	switch (way) {
	case AS_IT_IS: return true;
	case DOTS: return decoded != 0 && has_dots(path);
	case RUNS_DOTS: return (yett_path_kept(path) & YETT_PATH_RUN) != 0;
	case MERGED_DOTS:
		return decoded != 0 && (kept & YETT_PATH_RUN) != 0 &&
		    has_dots(path);
	case WAYS: break;
	}
	return false;
}

/* Each set of escapes that may be decoded, times each way. */
bool
yett_path_readings_next(struct yett_path_readings *readings,
    struct yett_path_reading *out, char *scratch)
{
	struct yett_refusal refusal;

	while (readings->next < YETT_PATH_READINGS) {
		const unsigned number = readings->next++;
		const unsigned decoded = number / WAYS;
		const enum way way = number % WAYS;
		struct yett_slice path = readings->path;

		if ((decoded & ~readings->kept) != 0)
			continue;
		if (way == MERGED_DOTS)
			path = yett_path_merge(path, scratch);
		path = decode(path, decoded, scratch);
		if (!gives_more(way, readings->kept, decoded, path))
			continue;
		*out = (struct yett_path_reading){ number, path, true };
		if (way != AS_IT_IS)
			out->is_sound = remove_dots(&out->path, scratch,
			    way == RUNS_DOTS, &refusal);
		return true;
	}
	return false;
}

/* --- sites whose names have no case */

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
yett_path_has_one_name(struct yett_slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (is_treacherous(path, i))
			return false;
	return (path.len == 0 || !ends_loosely(path, path.len)) &&
	    is_utf8(path);
}
