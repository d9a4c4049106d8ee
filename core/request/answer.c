/* SPDX-License-Identifier: Apache-2.0 */
#include "request/answer.h"

#include "http/head.h"
#include "http/location.h"

#define FACILITY_WIN32 0x8007u

/* What is served, for Allow. */
#define METHODS "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH"

struct row {
	unsigned status, substatus;
	uint32_t win32;
	const char *title, *detail;
};

/* The numbers behind the statuses are those IIS logs: KB 943891 for the
 * substatus; E_ACCESSDENIED, CERT_E_* and CRYPT_E_* for the Win32 status. */
static const struct row rows[] = {
	[YETT_REASON_NOT_SENT] = { 403, 7, 5,
	    "A client certificate is required",
	    "The connection asked for a client certificate and none was "
	    "sent." },
	[YETT_REASON_UNTRUSTED] = { 403, 16, 0x800b0109u,
	    "The client certificate is not trusted",
	    "The client certificate was not issued by an authority that is "
	    "accepted here." },
	[YETT_REASON_WRONG_PURPOSE] = { 403, 16, 0x800b0110u,
	    "The client certificate is not for clients",
	    "The client certificate was issued for another purpose than client "
	    "authentication (extended key usage)." },
	[YETT_REASON_EXPIRED] = { 403, 17, 0x800b0101u,
	    "The client certificate is outside its dates",
	    "The client certificate, or one of its issuers, has expired or is "
	    "not yet valid." },
	[YETT_REASON_REVOKED] = { 403, 13, 0x80092010u,
	    "The client certificate is revoked",
	    "The client certificate, or one of its issuers, was revoked." },
	[YETT_REASON_IDENTITY] = { 403, 12, 5,
	    "This client certificate is not accepted here",
	    "The client certificate is good, but it is not one of those that "
	    "this address is for." },
	[YETT_REASON_MISDIRECTED] = { 421, 0, 0, "Misdirected Request",
	    "The host of the request is not the server name of the "
	    "connection." },
	[YETT_REASON_POLICY_ERROR] = { 500, 0, 0, "The policy failed",
	    "The request could not be decided, so it was refused." },
	[YETT_REASON_DENIED] = { 403, 0, 5, "The request was denied",
	    "The policy denies this request." },
};

/* Causes that say more than their reason; a NULL title is the reason's. */
static const struct cause_row {
	uint32_t win32;
	const char *title, *detail;
} cause_rows[YETT_CAUSES] = {
	[YETT_CAUSE_CRL_UNAVAILABLE] = { 0x80092013u,
	    "The client certificate cannot be checked",
	    "Whether the client certificate is revoked cannot be told: the "
	    "revocation list of its issuer is missing or past its date." },
	[YETT_CAUSE_NAME_CONSTRAINTS] = { 0x800b0114u, NULL,
	    "The client certificate has a name that its authority may not "
	    "vouch for." },
	[YETT_CAUSE_TOO_LARGE] = { 0x800b010au, NULL,
	    "The client sent more certificates, or larger ones, than are "
	    "looked at." },
	[YETT_CAUSE_WEAK_ALGORITHM] = { 0x80096010u, NULL,
	    "A signature or a key in the chain of the client certificate is of "
	    "a kind that is too weak, or not used." },
	[YETT_CAUSE_PATH_LENGTH] = { 0x80096019u, NULL,
	    "The chain of the client certificate is longer than one of its "
	    "authorities may have it." },
	[YETT_CAUSE_TOO_DEEP] = { 0x800b010au, NULL,
	    "More authorities stand between the client certificate and one "
	    "that is accepted here than may." },
	[YETT_CAUSE_SPIFFE_DOMAIN] = { 0x800b0109u, NULL,
	    "The client certificate is not of the SPIFFE domain that is "
	    "accepted here." },
};

static void
fill_cause(enum yett_cause cause, struct yett_answer *out)
{
	const struct cause_row *row = (unsigned)cause < YETT_CAUSES
	    ? &cause_rows[cause]
	    : &cause_rows[YETT_CAUSE_NONE];

	if (row->detail == NULL)
		return;
	out->win32 = row->win32;
	if (row->title != NULL)
		out->title = yett_slice_of(row->title);
	out->detail = yett_slice_of(row->detail);
}

static void
late_answer(const struct yett_decision *decision, struct yett_answer *out)
{
	const struct yett_late *late = decision->late != NULL
	    ? decision->late
	    : yett_late_default();

	if (late->close == YETT_CLOSE_RESET) {
		out->status = YETT_STATUS_CUT; /* and nothing is said */
		return;
	}
	out->status = late->redirect.at != NULL ? 307 : late->status;
	out->location = late->redirect;
	out->path = decision->path;
	out->query = decision->query;
	out->hresult = late->hresult;
	out->win32 = late->hresult >> 16 == FACILITY_WIN32
	    ? late->hresult & 0xffffu
	    : late->hresult;
	/* Unless the author says something, a redirect is no refusal. */
	out->title = late->redirect.at != NULL &&
		yett_slice_eq(late->title, yett_late_default()->title)
	    ? yett_head_reason(out->status)
	    : late->title;
	out->detail = late->detail;
	out->type = late->type;
	out->body = late->body;
	out->header = late->header;
	out->header_count = late->header_count;
}

void
yett_answer_for(const struct yett_decision *decision, struct yett_answer *out)
{
	const struct row *row = &rows[YETT_REASON_POLICY_ERROR];

	*out = (struct yett_answer){ .reason = decision->reason,
		.cause = decision->cause };
	if (decision->tell)
		out->why = decision->why;
	if (decision->reason == YETT_REASON_LATE) {
		late_answer(decision, out);
		return;
	}
	if (decision->verdict == YETT_VERDICT_REDIRECT) {
		out->status = decision->status;
		out->location = decision->location;
		out->title = yett_head_reason(decision->status);
		return;
	}
	if (decision->reason > YETT_REASON_NONE &&
	    decision->reason < YETT_REASONS)
		row = &rows[decision->reason];
	else
		out->reason = YETT_REASON_POLICY_ERROR;
	out->status = row->status;
	out->substatus = row->substatus;
	out->win32 = row->win32;
	out->title = yett_slice_of(row->title);
	out->detail = yett_slice_of(row->detail);
	fill_cause(decision->cause, out);
	if (decision->reason == YETT_REASON_DENIED && decision->status >= 400 &&
	    decision->status <= 599) {
		out->status = decision->status;
		if (decision->status != 403)
			out->title = yett_head_reason(decision->status);
	}
}

void
yett_answer_plain(unsigned status, const char *detail, struct yett_answer *out)
{
	*out = (struct yett_answer){
		.status = status,
		.title = yett_head_reason(status),
		.detail = yett_slice_of(detail),
		.allow = status == 405 ? YETT_LIT(METHODS) : YETT_SLICE_NONE,
	};
}

void
yett_answer_options(struct yett_answer *out)
{
	*out = (struct yett_answer){
		.status = 200,
		.body = YETT_LIT(""),
		.allow = YETT_LIT(METHODS),
	};
}

enum yett_status
yett_answer_write_location(const struct yett_answer *answer,
    struct yett_buf *out)
{
	return answer->location.at == NULL
	    ? YETT_OK
	    : yett_location_write(out, answer->location, answer->path,
		  answer->query);
}

/* --- preferences --- */

static struct yett_slice
trim(struct yett_slice text)
{
	while (text.len > 0 && (*text.at == ' ' || *text.at == '\t')) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 &&
	    (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* Cut `text` at the first `separator`; returns the part before it. */
static struct yett_slice
cut(struct yett_slice *text, char separator)
{
	struct yett_slice part = *text;
	const char *at = text->len == 0
	    ? NULL
	    : memchr(text->at, separator, text->len);

	if (at == NULL) {
		*text = YETT_SLICE_NONE;
		return trim(part);
	}
	part.len = (size_t)(at - part.at);
	text->len -= part.len + 1;
	text->at = at + 1;
	return trim(part);
}

/* A weight in thousandths (RFC 9110, section 12.4.2); nonsense counts as 1. */
static int
weight(struct yett_slice parameters)
{
	while (parameters.at != NULL) {
		struct yett_slice part = cut(&parameters, ';');
		int thousandths = 0;

		if (part.len < 3 || yett_lower(part.at[0]) != 'q' ||
		    part.at[1] != '=')
			continue;
		if (part.at[2] != '0')
			return 1000;
		for (size_t i = 4, unit = 100; i < part.len && unit > 0;
		     i++, unit /= 10)
			if (part.at[i] >= '0' && part.at[i] <= '9')
				thousandths += (part.at[i] - '0') * (int)unit;
		return thousandths;
	}
	return 1000;
}

bool
yett_answer_prefers_html(struct yett_slice accept)
{
	int html = 0, json = 0;

	while (accept.at != NULL) {
		struct yett_slice parameters = cut(&accept, ',');
		struct yett_slice type = cut(&parameters, ';');

		if (yett_slice_eq_nocase(type, YETT_LIT("text/html")))
			html = weight(parameters);
		else if (yett_slice_eq_nocase(type,
			     YETT_LIT("application/problem+json")) ||
		    yett_slice_eq_nocase(type, YETT_LIT("application/json")))
			json = weight(parameters);
	}
	return html > json;
}
