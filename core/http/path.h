/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path.h - one normal path for every spelling, and how else it may be read.
 *
 * Normal are: unreserved bytes decoded once, other escapes kept in upper case,
 * bytes that RFC 3986 has in no path escaped, dot segments removed. What two
 * readers could read differently is refused with 400. Normalising a normal path
 * changes nothing. Escapes need not be UTF-8.
 *
 * A normal path may still have what origins read in several ways: an escaped
 * slash or backslash, and runs of slashes, but for one at its start. Whether it
 * may have them at a site is for policy/site_path.h.
 */
#ifndef YETT_HTTP_PATH_H
#define YETT_HTTP_PATH_H

#include "base/slice.h"
#include "http/refusal.h"

/* What is read in several ways; a set of these. */
enum yett_path_part {
	YETT_PATH_SLASH = 1,     /* %2F */
	YETT_PATH_BACKSLASH = 2, /* %5C, and `\` as it is */
	YETT_PATH_RUN = 4,       /* `//` */
};

/* Room for the normal form of what has `len` bytes: each may become an escape.
 */
#define YETT_PATH_SCRATCH(len) (3 * (len))

/*
 * The normal form of `path`, which begins with `/` and has no query. It is
 * `path` itself or in `scratch`, which has room for YETT_PATH_SCRATCH(path.len)
 * bytes. A run of slashes that `..` would take away is merged first, with all
 * others. False: refused with 400.
 */
YETT_MUST_USE
bool yett_path_normalise(struct yett_slice *normal, struct yett_slice path,
    char *scratch, struct yett_refusal *refusal);

/* Which parts with several readings a normal path has. */
unsigned yett_path_kept(struct yett_slice path);

/* The path with each run of slashes merged, in `scratch`, which has room for
 * path.len bytes and may be where the path is. */
struct yett_slice yett_path_merge(struct yett_slice path, char *scratch);

/* The readings of a path that an origin may have, one after another. The first
 * is the path itself. */
#define YETT_PATH_READINGS 16
struct yett_path_readings {
	struct yett_slice path;
	unsigned kept;
	unsigned next;
};
struct yett_path_reading {
	unsigned number;        /* below YETT_PATH_READINGS */
	struct yett_slice path; /* in the scratch */
	bool is_sound; /* false: it climbs above its root, or the like */
};

/* `path` is normal. */
void yett_path_readings_init(struct yett_path_readings *readings,
    struct yett_slice path);

/* The next reading, in `scratch`, which has room for path.len bytes. False:
 * there is none any more. */
bool yett_path_readings_next(struct yett_path_readings *readings,
    struct yett_path_reading *out, char *scratch);

/*
 * Whether `path`, which is normal, has one name where names have no case.
 * False: such file systems take it for another name of the same file: `::`
 * (also escaped), `~` and a digit, a dot or space at the end of a segment; or
 * it has escapes that are not UTF-8, which Windows reads in a code page. `%u`
 * is no escape and was refused before.
 */
bool yett_path_has_one_name(struct yett_slice path);

#endif
