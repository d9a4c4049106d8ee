/* SPDX-License-Identifier: Apache-2.0 */
/*
 * location.h - the target of a redirect: a literal host, and parts of a
 * request.
 *
 * "https://HOST[:PORT]" is literal, and so is the rest up to `{path}`,
 * `{query}` or both in this order at the end. So no request can redirect
 * elsewhere, and every byte of a request in it is an escape or a plain byte of
 * a URI: a field cannot end early.
 */
#ifndef YETT_HTTP_LOCATION_H
#define YETT_HTTP_LOCATION_H

#include "base/buf.h"

/* The parts of a location; slices of its text. */
struct yett_location {
	struct yett_slice host; /* in lower case, without port */
	struct yett_slice path; /* literal, may be empty */
	bool has_path, has_query;
};

/* False: it is none; *out is undefined. */
YETT_MUST_USE
bool yett_location_parse(struct yett_location *out, struct yett_slice text);

/*
 * Append `text`, with the path, which begins with `/`, and the query (absent:
 * none) of a request filled in. A location without `{path}` and `{query}` stays
 * as it is; one of them alone leads to the host of the request, for a path that
 * begins with two slashes, which would name a host there (RFC 3986, section
 * 4.2), gets `/.` in front. YETT_E_NOMEM: a part may have been appended.
 */
YETT_MUST_USE
enum yett_status yett_location_write(struct yett_buf *out,
    struct yett_slice text, struct yett_slice path, struct yett_slice query);

#endif
