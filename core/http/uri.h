/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uri.h - a request target as one normal path, or a refusal.
 *
 * Rules, functions and upstreams see the same path: unreserved bytes
 * decoded once, other escapes kept in upper case, bytes that RFC 3986 has in no
 * path escaped, dot segments removed, runs of `/` merged. What two readers
 * could read differently is refused with 400. Normalising a normal path changes
 * nothing. Escapes need not be UTF-8.
 */
#ifndef YETT_HTTP_URI_H
#define YETT_HTTP_URI_H

#include "base/slice.h"
#include "http/method.h"
#include "http/refusal.h"

/* RFC 9112, section 3.2. */
enum yett_uri_form {
	YETT_URI_ORIGIN,    /* /where?q */
	YETT_URI_ABSOLUTE,  /* https://www.example.org/where?q */
	YETT_URI_AUTHORITY, /* www.example.org:80, of CONNECT only */
	YETT_URI_ASTERISK,  /* *, of OPTIONS only */
};

struct yett_uri {
	enum yett_uri_form form;
	struct yett_slice authority; /* as sent; at NULL when not given */
	struct yett_slice path;  /* normal; "/" for `*`, empty for CONNECT */
	struct yett_slice query; /* without its `?`; escapes for non-ASCII */
	bool has_query;          /* `/a?` has one, `/a` has not */
};

/* Room for the normal form of what has `len` bytes: each may become an escape.
 */
#define YETT_URI_SCRATCH(len) (3 * (len))

/*
 * Read `target`, whose bytes the parsed head holds. The slices of `uri` point
 * into `target` or, when they had to be rewritten, into `scratch`, which
 * has room for YETT_URI_SCRATCH(target.len) bytes and must live as long as they
 * do. They do not overlap. False: refused with 400.
 */
YETT_MUST_USE
bool yett_uri_parse(struct yett_uri *uri, struct yett_slice target,
    enum yett_method method, char *scratch, struct yett_refusal *refusal);

/*
 * The normal form of `path`, which begins with `/` and has no query: for paths
 * that a policy declares. As above otherwise.
 */
YETT_MUST_USE
bool yett_uri_normalise(struct yett_slice *normal, struct yett_slice path,
    char *scratch, struct yett_refusal *refusal);

/*
 * Whether `path`, which is normal, has one name where names have no case.
 * False: such file systems take it for another name of the same file: `::`
 * (also escaped), `~` and a digit, a dot or space at the end of a segment; or
 * it has escapes that are not UTF-8, which Windows reads in a code page. `%u`
 * is no escape and was refused before.
 */
bool yett_uri_has_one_name(struct yett_slice path);

#endif
