/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/crl_set.h"

#include <stdlib.h>

/* A successor is due so long before the end, or a quarter of the list's time.
 */
#define DUE_S (24 * 3600)

void
yett_crl_set_clear(struct yett_crl_set *set)
{
	yett_crls_clear(&set->crls);
	free(set->bound);
	*set = (struct yett_crl_set){ .is_asked = false };
}

static int64_t
end_of(const struct yett_crl_set *set, size_t index)
{
	return yett_crl_facts(set->crls.at[index]).next_update;
}

static int64_t
due_date(const struct yett_crl_set *set, size_t index)
{
	struct yett_crl_facts facts = yett_crl_facts(set->crls.at[index]);
	int64_t quarter = (facts.next_update - facts.this_update) / 4;

	return facts.next_update - (quarter < DUE_S ? quarter : DUE_S);
}

/* Whether another list of the same issuer, and of the same key of it, takes
 * over: it begins before this one ends, and holds longer. */
static bool
is_followed(const struct yett_crl_set *set, size_t index)
{
	for (size_t i = 0; i < set->crls.count; i++)
		if (end_of(set, i) > end_of(set, index) &&
		    yett_crl_facts(set->crls.at[i]).this_update <=
			end_of(set, index) &&
		    set->bound[i] == set->bound[index] &&
		    yett_crl_is_like(set->crls.at[i], set->crls.at[index]))
			return true;
	return false;
}

/* The last list of all is followed by none, so that there are such. */
static void
find_first(struct yett_crl_set *set)
{
	bool found = false;

	for (size_t i = 0; i < set->crls.count; i++) {
		if (is_followed(set, i))
			continue;
		if (!found || due_date(set, i) < due_date(set, set->first_due))
			set->first_due = i;
		if (!found || end_of(set, i) < end_of(set, set->first_end))
			set->first_end = i;
		found = true;
	}
}

static enum yett_status
bind(struct yett_crl_set *set, size_t index, const gnutls_x509_crt_t *ca,
    size_t count, struct yett_fault *fault)
{
	struct yett_crl *crl = set->crls.at[index];
	bool is_named = false;

	for (size_t i = 0; i < count && set->bound[index] == NULL; i++) {
		is_named |= yett_crl_names(crl, ca[i]);
		if (yett_crl_is_by(crl, ca[i]))
			set->bound[index] = ca[i];
	}
	if (!is_named || set->bound[index] != NULL)
		return YETT_OK;
	set->is_short = true;
	return yett_fail(fault, YETT_E_POLICY,
	    "a revocation list is not signed by the CA it names, \"%.*s\"",
	    YETT_ARG(yett_crl_facts(crl).issuer));
}

enum yett_status
yett_crl_set_bind(struct yett_crl_set *set, const gnutls_x509_crt_t *ca,
    size_t count, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;

	set->bound = calloc(set->crls.count + 1, sizeof(gnutls_x509_crt_t));
	if (set->bound == NULL)
		return YETT_E_NOMEM;
	for (size_t i = 0; i < set->crls.count; i++) {
		enum yett_status one = bind(set, i, ca, count, fault);

		if (status == YETT_OK)
			status = one;
	}
	find_first(set);
	return status;
}

enum yett_crl_state
yett_crl_set_state(const struct yett_crl_set *set, int64_t now, size_t *index)
{
	if (set->is_short)
		return YETT_CRL_AWAY;
	if (set->crls.count == 0)
		return YETT_CRL_NONE;
	*index = set->first_end;
	if (end_of(set, set->first_end) + YETT_CRL_GRACE_S <= now)
		return YETT_CRL_STALE;
	*index = set->first_due;
	return due_date(set, set->first_due) <= now ? YETT_CRL_DUE
						    : YETT_CRL_CURRENT;
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(a, b, YETT_SHA256_LEN);
}

enum yett_status
yett_crl_set_digest(const struct yett_crl_set *set, struct yett_buf *out)
{
	size_t count = set->crls.count;
	uint8_t(*digest)[YETT_SHA256_LEN] = calloc(count + 1, sizeof(*digest));
	enum yett_status status;

	if (digest == NULL)
		return YETT_E_NOMEM;
	for (size_t i = 0; i < count; i++)
		memcpy(digest[i], yett_crl_digest(set->crls.at[i]),
		    YETT_SHA256_LEN);
	qsort(digest, count, sizeof(*digest), by_digest);
	status = yett_buf_append(out,
	    (struct yett_slice){ (const char *)digest,
		count * sizeof(*digest) });
	free(digest);
	if (status == YETT_OK && set->is_short)
		status = yett_buf_append(out, YETT_LIT("short"));
	return status;
}

static bool
is_of(const struct yett_crl_set *set, size_t index, gnutls_x509_crt_t issuer)
{
	return set->bound[index] == issuer ||
	    yett_crl_is_by(set->crls.at[index], issuer);
}

bool
yett_crl_set_has(const struct yett_crl_set *set, gnutls_x509_crt_t issuer)
{
	for (size_t i = 0; i < set->crls.count; i++)
		if (is_of(set, i, issuer))
			return true;
	return false;
}

static void
lower(int64_t *valid_until, int64_t date, int64_t now)
{
	if (date > now && date < *valid_until)
		*valid_until = date;
}

static bool
read_serial(gnutls_x509_crt_t cert, struct yett_serial *out)
{
	char byte[128];
	size_t len = sizeof(byte);

	return gnutls_x509_crt_get_serial(cert, byte, &len) >= 0 &&
	    yett_serial_read(out, (struct yett_slice){ byte, len });
}

enum yett_verification
yett_crl_set_judge(const struct yett_crl_set *set, gnutls_x509_crt_t cert,
    gnutls_x509_crt_t issuer, int64_t now, int64_t *valid_until)
{
	enum yett_verification result = YETT_VERIFY_CRL_UNAVAILABLE;
	struct yett_serial serial;

	if (!read_serial(cert, &serial))
		return YETT_VERIFY_UNTRUSTED;
	for (size_t i = 0; i < set->crls.count; i++) {
		const struct yett_crl *crl = set->crls.at[i];
		struct yett_crl_facts facts = yett_crl_facts(crl);
		int64_t end = facts.next_update + YETT_CRL_GRACE_S;

		if (!is_of(set, i, issuer) || !yett_crl_is_about(crl, cert))
			continue;
		/* Also by a list that is stale: nothing is unrevoked. */
		if (yett_crl_has(crl, &serial))
			return YETT_VERIFY_REVOKED;
		lower(valid_until, facts.this_update, now);
		lower(valid_until, end, now);
		if (facts.this_update <= now && now < end)
			result = YETT_VERIFIED;
	}
	return set->is_short ? YETT_VERIFY_CRL_UNAVAILABLE : result;
}
