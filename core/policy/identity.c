/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/identity.h"

#include "policy/matcher.h"

#define SPIFFE YETT_LIT("spiffe://")

/* The values of one kind that a certificate has. */
struct values {
	const struct yett_slice *at;
	uint32_t count;
	enum yett_glob_style style;
	bool whole; /* no globs */
};

static bool
value_matches(const struct values *values, struct yett_slice glob,
    struct yett_slice value)
{
	if (values->whole)
		return yett_slice_eq_nocase(glob, value);
	return yett_glob_matches(glob, values->style, value);
}

static bool
any_matches(const struct values *values, const struct yett_slice *glob,
    uint32_t count)
{
	for (uint32_t i = 0; i < values->count; i++)
		for (uint32_t j = 0; j < count; j++)
			if (value_matches(values, glob[j], values->at[i]))
				return true;
	return false;
}

static struct values
values_of(const struct yett_certificate *of, enum yett_identity_kind kind,
    const struct yett_slice *spiffe)
{
	switch (kind) {
	case YETT_IDENTITY_DNS:
		return (struct values){ of->dns, of->dns_count, YETT_GLOB_DNS,
			false };
	case YETT_IDENTITY_EMAIL:
		return (struct values){ of->email, of->email_count,
			YETT_GLOB_EMAIL, false };
	case YETT_IDENTITY_URI:
		return (struct values){ of->uri, of->uri_count, YETT_GLOB_URI,
			false };
	case YETT_IDENTITY_SPIFFE:
		return (struct values){ spiffe, spiffe->at != NULL,
			YETT_GLOB_URI, false };
	case YETT_IDENTITY_SUBJECT:
		return (
		    struct values){ &of->subject, 1, YETT_GLOB_SUBJECT, false };
	case YETT_IDENTITY_FINGERPRINT:
		return (struct values){ &of->fingerprint, 1, YETT_GLOB_PLAIN,
			true };
	case YETT_IDENTITY_KINDS: break;
	}
	return (struct values){ 0 };
}

bool
yett_identity_matches(const struct yett_identity *identity,
    const struct yett_certificate *certificate)
{
	struct yett_slice spiffe = yett_certificate_spiffe(certificate);

	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++) {
		struct values values = values_of(certificate,
		    (enum yett_identity_kind)kind, &spiffe);

		if (identity->list[kind].count > 0 &&
		    !any_matches(&values, identity->list[kind].glob,
			identity->list[kind].count))
			return false;
	}
	return true;
}

struct yett_slice
yett_certificate_spiffe(const struct yett_certificate *certificate)
{
	if (certificate->uri_count != 1 ||
	    !yett_slice_starts_with(certificate->uri[0], SPIFFE))
		return YETT_SLICE_NONE;
	return certificate->uri[0];
}

/* What follows "spiffe://" in its SPIFFE id. */
static struct yett_slice
spiffe_rest(const struct yett_certificate *certificate)
{
	struct yett_slice id = yett_certificate_spiffe(certificate);

	if (id.at != NULL) {
		id.at += SPIFFE.len;
		id.len -= SPIFFE.len;
	}
	return id;
}

struct yett_slice
yett_certificate_domain(const struct yett_certificate *certificate)
{
	struct yett_slice domain = spiffe_rest(certificate);
	const char *slash = domain.at == NULL
	    ? NULL
	    : memchr(domain.at, '/', domain.len);

	if (slash != NULL)
		domain.len = (size_t)(slash - domain.at);
	return domain;
}

bool
yett_certificate_is_of_domain(const struct yett_certificate *certificate,
    struct yett_slice domain)
{
	struct yett_slice rest = spiffe_rest(certificate);

	if (rest.at == NULL)
		return false;
	if (yett_slice_starts_with(domain, SPIFFE)) {
		domain.at += SPIFFE.len;
		domain.len -= SPIFFE.len;
	}
	return yett_slice_starts_with(rest, domain) &&
	    (rest.len == domain.len || rest.at[domain.len] == '/');
}
