/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_path.h - the one path of a request at a site, or a refusal.
 *
 * An origin may read some paths in several ways (http/path.h). Such a path
 * passes only if the rules of all its readings keep it: otherwise an escaped
 * slash or backslash is refused, and runs of slashes are merged. On a site
 * with case = "insensitive", each reading must have one name.
 */
#ifndef YETT_POLICY_SITE_PATH_H
#define YETT_POLICY_SITE_PATH_H

#include "http/path.h"
#include "policy/generation.h"

/* Bytes of the longest path that may have several readings. */
#define YETT_SITE_PATH_READ_MOST 8192

/*
 * The form in which `path`, which is normal, is decided on at `site` and
 * forwarded: itself, or with its runs of slashes merged, in `scratch`, which
 * has room for path.len bytes and may be where the path is. NULL: a site that
 * keeps nothing. False: `refusal` is the answer, 400, before any rule.
 */
YETT_MUST_USE
bool yett_site_path(struct yett_slice *out, const struct yett_site *site,
    struct yett_slice path, char *scratch, struct yett_refusal *refusal);

#endif
