/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trailer.h - the fields behind a chunked body: splits, filters and writes
 * them.
 *
 * No decision considers them: it is made from the head alone, and many servers
 * merge trailers into the head. So only fields pass that mean nothing in a
 * head for framing, routing, identity or access.
 */
#ifndef YETT_HTTP_TRAILER_H
#define YETT_HTTP_TRAILER_H

#include "base/buf.h"
#include "http/field.h"

/*
 * May it go on behind the body (RFC 9110, section 6.5.1)? Not what is about
 * framing, routing, authentication, conditions or content, not what a cache or
 * a user agent acts on, and nothing that tells who the client is; `_`
 * counts as `-`.
 */
bool yett_trailer_may_pass(const struct yett_field *field);

/* Take the first field off `section`, lines that body.h let through; it lies
 * there. False at the end. */
bool yett_trailer_next(struct yett_slice *section, struct yett_field *field);

/*
 * Append the last chunk, those fields of `section`, lines that body.h let
 * through, that may pass, and the empty line. YETT_E_NOMEM: `out` may hold a
 * part.
 */
YETT_MUST_USE
enum yett_status
yett_trailer_write(struct yett_buf *out, struct yett_slice section);

#endif
