/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any target: what is taken has a path without anything that two readers could
 * read differently, also once all its escapes are decoded; normalising it again
 * changes nothing; folding it gives the same in lower case or a refusal.
 */
#include "fuzz/fuzz.h"

#include "http/uri.h"

#define TARGET_MOST 4096

static size_t
count(struct yett_slice text, char c)
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

static void
must_be_normal(struct yett_slice path)
{
	char memory[TARGET_MOST + 2];
	struct yett_slice decoded = decode(path, memory);

	must(path.len > 0 && path.at[0] == '/');
	must(count(decoded, '/') == count(path, '/'));
	must(count(decoded, '\\') == 0 && count(decoded, '\0') == 0);
	for (size_t i = 0; i < decoded.len; i++)
		must((unsigned char)decoded.at[i] >= 0x20 &&
		    decoded.at[i] != 0x7f);
	memory[decoded.len++] = '/'; /* so that the last segment ends too */
	decoded.len -= path.at[path.len - 1] == '/';
	must(!has(decoded, "//") && !has(decoded, "/./") &&
	    !has(decoded, "/../"));
	must(!has(path, "/.;") && !has(path, "/..;"));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_slice target = { (const char *)data, size };
	struct yett_slice again;
	char *scratch = malloc(size + 1), *other = malloc(size + 1);
	struct yett_refusal refusal;
	struct yett_uri uri;

	if (size > TARGET_MOST ||
	    !yett_uri_parse(&uri, target, YETT_METHOD_GET, scratch, &refusal))
		goto out;
	must(uri.path.len <= size);
	must(uri.query.len == 0 || lies_in(uri.query, target));
	must(uri.form == YETT_URI_ORIGIN || lies_in(uri.authority, target));
	must_be_normal(uri.path);
	must(yett_uri_normalise(&again, uri.path, other, &refusal));
	must(yett_slice_eq(again, uri.path));
	must(!yett_uri_has_one_name(uri.path) ||
	    (!has(uri.path, "./") && !has(uri.path, "::")));
out:
	free(scratch);
	free(other);
	return 0;
}
