/* SPDX-License-Identifier: Apache-2.0 */
#include "request/certificate_note.h"

#include <stdio.h>

#include "base/log.h"

struct yett_certificate_note
yett_certificate_note_of(const struct yett_certificate *leaf,
    enum yett_log_certificate how)
{
	struct yett_certificate_note note = { .subject = YETT_SLICE_NONE };

	if (leaf == NULL || how == YETT_LOG_CERTIFICATE_NONE)
		return note;
	note.issuer = leaf->issuer;
	note.sha256 = leaf->fingerprint;
	if (how == YETT_LOG_CERTIFICATE_MASKED)
		return note;
	note.subject = leaf->subject;
	note.serial = leaf->serial;
	return note;
}

/* Append names as "dns:a.test uri:..."; what does not fit is left out. */
static void
add_names(char *out, size_t size, const char *kind,
    const struct yett_slice *name, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		size_t len = strlen(out);
		int wrote = snprintf(out + len, size - len, "%s%s:%.*s",
		    len > 0 ? " " : "", kind, YETT_ARG(name[i]));

		if (wrote < 0 || (size_t)wrote >= size - len) {
			out[len] = '\0';
			return;
		}
	}
}

static void
add_pair(char out[YETT_CERTIFICATE_PAIRS], const char *key,
    struct yett_slice value)
{
	size_t len = strlen(out);
	char quoted[400];

	if (value.len > 0)
		snprintf(out + len, YETT_CERTIFICATE_PAIRS - len, " %s=%s", key,
		    yett_log_quote(quoted, sizeof(quoted), value));
}

const char *
yett_certificate_note_pairs(char out[YETT_CERTIFICATE_PAIRS],
    const struct yett_certificate *leaf, enum yett_log_certificate how)
{
	struct yett_certificate_note note = yett_certificate_note_of(leaf, how);
	char names[300] = "";

	out[0] = '\0';
	if (leaf != NULL && how == YETT_LOG_CERTIFICATE_FULL) {
		add_names(names, sizeof(names), "dns", leaf->dns,
		    leaf->dns_count);
		add_names(names, sizeof(names), "email", leaf->email,
		    leaf->email_count);
		add_names(names, sizeof(names), "uri", leaf->uri,
		    leaf->uri_count);
	}
	add_pair(out, "subject", note.subject);
	add_pair(out, "issuer", note.issuer);
	add_pair(out, "serial", note.serial);
	add_pair(out, "sha256", note.sha256);
	add_pair(out, "names", yett_slice_of(names));
	return out;
}
