/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity_fields.h - the header fields that pass a verified identity to an
 * upstream.
 *
 * One set of fields for each form that servers are known to write. All of
 * them, whoever sends them, are removed from every request before
 * (http/field.h). A certificate that did not verify is not forwarded; the
 * nginx form says that it did not. Values are visible ASCII and spaces,
 * whatever a certificate has in its names: what could end a value early is
 * escaped.
 */
#ifndef YETT_REQUEST_IDENTITY_FIELDS_H
#define YETT_REQUEST_IDENTITY_FIELDS_H

#include "base/buf.h"
#include "policy/decide.h"
#include "tls/peer.h"

#define YETT_IDENTITY_FIELDS_MOST 6

/* One field; its value lies in the buffer that was appended to, which moves
 * while it grows. */
struct yett_identity_field {
	struct yett_slice name; /* static */
	size_t start, len;
};
struct yett_identity_fields {
	struct yett_identity_field at[YETT_IDENTITY_FIELDS_MOST];
	uint32_t count;
};

/* Append the values of what `decision` tells of `peer` (NULL: it sent nothing)
 * to `text`, and their names to `out`, which is empty.
 * YETT_E_NOMEM: parts may have been appended. */
YETT_MUST_USE
enum yett_status yett_identity_fields_write(struct yett_peer *peer,
    const struct yett_decision *decision, struct yett_buf *text,
    struct yett_identity_fields *out);

/* The first field of a form, for people; absent for none. Static. */
struct yett_slice yett_identity_fields_name(enum yett_forward_cert form);

#endif
