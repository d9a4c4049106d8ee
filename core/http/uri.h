/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uri.h - a request target as its parts: the authority if it names one, the
 * path in its normal form, the query.
 */
#ifndef YETT_HTTP_URI_H
#define YETT_HTTP_URI_H

#include "base/slice.h"
#include "http/method.h"
#include "http/path.h"

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
	struct yett_slice
	    path; /* normal (path.h); "/" for `*`, empty for CONNECT */
	struct yett_slice query; /* without its `?`; escapes for non-ASCII */
	bool has_query;          /* `/a?` has one, `/a` has not */
};

/*
 * Read `target`, whose bytes the parsed head holds. The slices of `uri` point
 * into `target` or, when they had to be rewritten, into `scratch`, which
 * has room for YETT_PATH_SCRATCH(target.len) bytes and must live as long as
 * they do. They do not overlap. False: refused with 400.
 */
YETT_MUST_USE
bool yett_uri_parse(struct yett_uri *uri, struct yett_slice target,
    enum yett_method method, char *scratch, struct yett_refusal *refusal);

#endif
