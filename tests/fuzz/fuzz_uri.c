/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any target: what is taken has a path without anything that two readers could
 * read differently, also once all its escapes are decoded, but for what a site
 * may keep, and no byte that RFC 3986 has in no path; normalising it again
 * changes nothing; its query has no byte that is not ASCII and has not become
 * longer otherwise.
 */
#include "fuzz/fuzz.h"

#include "http/octet.h"
#include "http/uri.h"

#define TARGET_MOST 4096
#define PATH_MOST YETT_PATH_SCRATCH(TARGET_MOST)

static size_t
count_of(struct yett_slice text, char c)
{
	size_t found = 0;

	for (size_t i = 0; i < text.len; i++)
		found += text.at[i] == c;
	return found;
}

static bool
has(struct yett_slice text, const char *part)
{
	return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

static int
hex(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Decode as an upstream would, escapes being sound. */
static struct yett_slice
decode(struct yett_slice path, char *out)
{
	size_t len = 0;

	for (size_t i = 0; i < path.len; i++) {
		if (path.at[i] == '%') {
			must(i + 2 < path.len);
			out[len++] = (char)(hex(path.at[i + 1]) << 4 |
			    hex(path.at[i + 2]));
			i += 2;
		} else {
			out[len++] = path.at[i];
		}
	}
	return (struct yett_slice){ out, len };
}

/* Only what may stand in a path, and no overlong UTF-8. */
static void
must_be_legal(struct yett_slice path, struct yett_slice decoded)
{
	for (size_t i = 0; i < path.len; i++)
		must(path.at[i] == '%' ||
		    yett_octet_is(path.at[i], YETT_OCTET_PATH));
	for (size_t i = 0; i + 1 < decoded.len; i++) {
		unsigned char lead = (unsigned char)decoded.at[i];
		unsigned char next = (unsigned char)decoded.at[i + 1];

		must(next < 0x80 || next > 0xbf ||
		    (lead != 0xc0 && lead != 0xc1 &&
			!(lead == 0xe0 && next < 0xa0) &&
			!(lead == 0xf0 && next < 0x90)));
	}
}

static void
must_be_normal(struct yett_slice path)
{
	char memory[PATH_MOST + 2];
	struct yett_slice decoded = decode(path, memory);

	must(path.len > 0 && path.at[0] == '/');
	must(path.len == 1 || path.at[1] != '/');
	must_be_legal(path, decoded);
	for (size_t i = 0; i < decoded.len; i++)
		must((unsigned char)decoded.at[i] >= 0x20 &&
		    decoded.at[i] != 0x7f);
	must(!has(path, "/./") && !has(path, "/../"));
	must(!has(path, "/.;") && !has(path, "/..;"));
}

/* A path that nobody keeps anything of has one reading; all others have some,
 * none longer, and without steps where they were removed. */
static void
must_read_well(struct yett_slice path)
{
	char memory[PATH_MOST + 2], text[PATH_MOST];
	unsigned kept = yett_path_kept(path);
	struct yett_path_readings readings;
	struct yett_path_reading reading;
	uint32_t count = 0;

	must(yett_path_kept(yett_path_merge(path, text)) ==
	    (kept & ~(unsigned)YETT_PATH_RUN));
	yett_path_readings_init(&readings, path);
	while (yett_path_readings_next(&readings, &reading, text)) {
		must(reading.path.len <= path.len);
		must(reading.number > 0 || yett_slice_eq(reading.path, path));
		must(!reading.is_sound || reading.path.at[0] == '/');
		if (reading.number % 4 > 0 && reading.is_sound)
			must(!has(reading.path, "/../") &&
			    !has(reading.path, "/./"));
		count++;
	}
	must(kept == 0 ? count == 1 : count > 1);
	if (kept == 0) {
		struct yett_slice decoded = decode(path, memory);

		must(count_of(decoded, '/') == count_of(path, '/'));
		must(count_of(decoded, '\\') == 0);
		must(!has(decoded, "//") && !has(decoded, "/../"));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_slice target = { (const char *)data, size };
	struct yett_slice again;
	char *scratch = malloc(YETT_PATH_SCRATCH(size) + 1);
	char *other = malloc(YETT_PATH_SCRATCH(size) * 3 + 1);
	struct yett_refusal refusal;
	struct yett_uri uri;

	if (size > TARGET_MOST ||
	    !yett_uri_parse(&uri, target, YETT_METHOD_GET, scratch, &refusal))
		goto out;
	must(uri.path.len + uri.query.len <= YETT_PATH_SCRATCH(size));
	for (size_t i = 0; i < uri.query.len; i++)
		must(yett_octet_is(uri.query.at[i], YETT_OCTET_QUERY));
	must(uri.form == YETT_URI_ORIGIN || lies_in(uri.authority, target));
	must_be_normal(uri.path);
	must(yett_path_normalise(&again, uri.path, other, &refusal));
	must(yett_slice_eq(again, uri.path));
	must_read_well(uri.path);
	must(!yett_path_has_one_name(uri.path) ||
	    (!has(uri.path, "./") && !has(uri.path, "::")));
out:
	free(scratch);
	free(other);
	return 0;
}
