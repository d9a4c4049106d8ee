/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/trust_store.h"

#include <gnutls/x509.h>

#include "tls/bounds.h"
#include "tls/datum.h"
#include "tls/name_constraints.h"
#include "tls/server_name.h"

/* We judge dates and revocation ourselves; keys below 112 bits are refused. */
#define VERIFY_FLAGS                                                           \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS |                                   \
	    GNUTLS_VERIFY_DISABLE_CRL_CHECKS |                                 \
	    GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

/* Of the ways through a chain so many are judged, and so many looked at. */
#define PATHS_MOST 6
#define STEPS_MOST 100

/* One way through a chain to a CA, and what is known of those before. */
struct path {
	const struct yett_trust_store *store;
	const struct yett_parsed_chain *sent;
	const char *oid; /* the purpose */
	int64_t now;
	gnutls_x509_crt_t step[YETT_CHAIN_CERTIFICATES]; /* of `sent` */
	uint32_t step_count;
	gnutls_x509_crt_t anchor; /* lent by the store */
	unsigned paths_left, steps_left;
	struct yett_trust_result best;
};

/* --- bounds --------------------------------------------------------------- */

enum yett_verification
yett_trust_judge_bound(enum yett_bound bound)
{
	switch (bound) {
	case YETT_BOUND_KEPT: return YETT_VERIFIED;
	case YETT_BOUND_RSA_MODULUS:
	case YETT_BOUND_RSA_EXPONENT:
	case YETT_BOUND_ELEMENTS: return YETT_VERIFY_TOO_LARGE;
	case YETT_BOUND_ALGORITHM:
	case YETT_BOUND_CURVE: return YETT_VERIFY_WEAK_ALGORITHM;
	case YETT_BOUND_MALFORMED:
	case YETT_BOUND_UNREADABLE: break;
	}
	return YETT_VERIFY_UNTRUSTED;
}

/* Whether all of `chain` may be counted with here. */
static enum yett_verification
judge_bounds(const struct yett_trust_store *store,
    const struct yett_chain *chain)
{
	enum yett_verification judged = yett_chain_is_too_large(chain)
	    ? YETT_VERIFY_TOO_LARGE
	    : YETT_VERIFIED;

	for (uint32_t i = 0; i < chain->count && judged == YETT_VERIFIED; i++)
		judged = yett_trust_judge_bound(
		    yett_bounds_look(chain->der[i], store->rsa_bits));
	return judged;
}

/* --- one path ---------------------------------------------------------------
 */

/* The path with its anchor; returns how many certificates. A CA that is itself
 * the client constrains nobody. */
static uint32_t
with_anchor(const struct path *path,
    gnutls_x509_crt_t whole[YETT_CHAIN_CERTIFICATES + 1])
{
	uint32_t count = path->step_count;

	memcpy(whole, path->step, count * sizeof(gnutls_x509_crt_t));
	if (!gnutls_x509_crt_equals(whole[count - 1], path->anchor))
		whole[count++] = path->anchor;
	return count;
}

static bool
holds_names(const struct path *path)
{
	gnutls_x509_crt_t whole[YETT_CHAIN_CERTIFICATES + 1];
	uint32_t count = with_anchor(path, whole);

	return yett_name_constraints_hold(whole, count);
}

/* Whether more authorities follow one than it allows (RFC 5280, section
 * 4.2.1.9). GnuTLS has one word for this and for constraints of names. */
static bool
is_too_deep(const struct path *path)
{
	gnutls_x509_crt_t whole[YETT_CHAIN_CERTIFICATES + 1];
	uint32_t count = with_anchor(path, whole);

	for (uint32_t i = 1; i < count; i++) {
		unsigned ca;
		int most = -1;

		if (gnutls_x509_crt_get_basic_constraints(whole[i], NULL, &ca,
			&most) >= 0 &&
		    most >= 0 && (uint32_t)most < i - 1)
			return true;
	}
	return false;
}

/* What GnuTLS found, most telling first. */
static enum yett_verification
explain(const struct path *path, unsigned result)
{
	if ((result & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) != 0)
		return is_too_deep(path) ? YETT_VERIFY_PATH_LENGTH
					 : YETT_VERIFY_NAME_CONSTRAINTS;
	if ((result & GNUTLS_CERT_INSECURE_ALGORITHM) != 0)
		return YETT_VERIFY_WEAK_ALGORITHM;
	return (result & ~(unsigned)GNUTLS_CERT_INVALID) ==
		GNUTLS_CERT_PURPOSE_MISMATCH
	    ? YETT_VERIFY_WRONG_PURPOSE
	    : YETT_VERIFY_UNTRUSTED;
}

static enum yett_verification
verify_path(struct path *path)
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = yett_datum(yett_slice_of(path->oid)).data,
	};
	unsigned result = ~0u;
	int code = gnutls_x509_trust_list_verify_crt2(path->store->list,
	    path->step, path->step_count, &purpose, 1, VERIFY_FLAGS, &result,
	    NULL);

	/* Both: 17 certificates give a negative code and no bit. */
	if (code < 0)
		return YETT_VERIFY_UNTRUSTED;
	if (result != 0)
		return explain(path, result);
	return holds_names(path) ? YETT_VERIFIED : YETT_VERIFY_NAME_CONSTRAINTS;
}

/* X509-SVID, section 5: exactly one URI, which is the SPIFFE ID. */
static bool
is_of_domain(gnutls_x509_crt_t leaf, struct yett_slice domain)
{
	struct yett_slice start = YETT_LIT("spiffe://");
	struct yett_slice id = YETT_SLICE_NONE;
	char uri[2048];
	unsigned uris = 0;

	for (unsigned i = 0;; i++) {
		char name[sizeof(uri)];
		size_t len = sizeof(name);
		int type = gnutls_x509_crt_get_subject_alt_name(leaf, i, name,
		    &len, NULL);

		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		if (type < 0) /* damaged, or longer than any SPIFFE ID */
			return false;
		if (type != GNUTLS_SAN_URI)
			continue;
		uris++;
		memcpy(uri, name, len);
		id = (struct yett_slice){ uri, len };
	}
	if (uris != 1 || !yett_slice_starts_with(id, start))
		return false;
	id.at += start.len;
	id.len -= start.len;
	return id.len > domain.len && yett_slice_starts_with(id, domain) &&
	    id.at[domain.len] == '/';
}

/* Of all steps: revoked before unavailable before good. */
static enum yett_verification
judge_revocation(const struct path *path, int64_t *valid_until)
{
	const struct yett_trust_store *store = path->store;
	enum yett_verification worst = YETT_VERIFIED;

	if (!store->crls.is_asked)
		return YETT_VERIFIED;
	for (uint32_t i = 0; i < path->step_count; i++) {
		gnutls_x509_crt_t issuer = i + 1 < path->step_count
		    ? path->step[i + 1]
		    : path->anchor;
		enum yett_verification one;

		if (gnutls_x509_crt_equals(path->step[i], path->anchor))
			continue;
		one = yett_crl_set_judge(&store->crls, path->step[i], issuer,
		    path->now, valid_until);
		if (one == YETT_VERIFY_UNTRUSTED || one == YETT_VERIFY_REVOKED)
			return one;
		if (one != YETT_VERIFIED)
			worst = one;
	}
	return worst;
}

/* Whether `cert` is within its dates; lowers *valid_until to the next one. */
static bool
is_current(gnutls_x509_crt_t cert, int64_t now, int64_t *valid_until)
{
	int64_t from = gnutls_x509_crt_get_activation_time(cert);
	int64_t to = gnutls_x509_crt_get_expiration_time(cert);

	if (from < 0 || to < 0)
		return false;
	if (from > now && from < *valid_until)
		*valid_until = from;
	if (to >= now && to + 1 < *valid_until)
		*valid_until = to + 1; /* notAfter itself is included */
	return from <= now && now <= to;
}

static bool
is_current_path(const struct path *path, int64_t *valid_until)
{
	bool current = is_current(path->anchor, path->now, valid_until);

	for (uint32_t i = 0; i < path->step_count; i++)
		current &= is_current(path->step[i], path->now, valid_until);
	return current;
}

static void
judge_path(struct path *path, struct yett_trust_result *out)
{
	const struct yett_trust_store *store = path->store;
	bool current;

	*out = (struct yett_trust_result){ verify_path(path), INT64_MAX };
	if (out->verification == YETT_VERIFIED && store->spiffe.at != NULL &&
	    !is_of_domain(path->sent->crt[0], store->spiffe))
		out->verification = YETT_VERIFY_SPIFFE_DOMAIN;
	if (out->verification != YETT_VERIFIED)
		return;
	current = is_current_path(path, &out->valid_until);
	out->verification = judge_revocation(path, &out->valid_until);
	if (out->verification == YETT_VERIFIED && !current)
		out->verification = YETT_VERIFY_EXPIRED;
}

/* --- the best path
 * ------------------------------------------------------------ */

/* A better one replaces `best`; of bad ones the first date counts that may
 * change anything. */
static void
note(struct path *path, const struct yett_trust_result *one)
{
	struct yett_trust_result *best = &path->best;
	int64_t until = one->valid_until < best->valid_until
	    ? one->valid_until
	    : best->valid_until;

	if (yett_verification_rank(one->verification) >
	    yett_verification_rank(best->verification))
		*best = *one;
	if (best->verification != YETT_VERIFIED)
		best->valid_until = until;
}

/* The path is whole: judge it. */
static void
finish(struct path *path, gnutls_x509_crt_t anchor)
{
	struct yett_trust_result one = { YETT_VERIFY_TOO_DEEP, INT64_MAX };

	path->anchor = anchor;
	path->paths_left--;
	if (path->step_count - 1 <= path->store->depth)
		judge_path(path, &one);
	note(path, &one);
}

static bool
is_over(const struct path *path)
{
	return path->best.verification == YETT_VERIFIED ||
	    path->paths_left == 0 || path->steps_left == 0;
}

static bool
made(gnutls_x509_crt_t issuer, gnutls_x509_crt_t cert)
{
	unsigned result = ~0u;

	return gnutls_x509_crt_verify(cert, &issuer, 1, VERIFY_FLAGS,
		   &result) >= 0 &&
	    result == 0;
}

/* Judge the path that ends with each CA which names itself issuer of `cert`; of
 * several with that name, each whose signature it is. */
static void
try_anchors(struct path *path, gnutls_x509_crt_t cert)
{
	const struct yett_cas *cas = &path->store->cas;
	gnutls_x509_crt_t first = NULL;
	bool is_alone = true;

	for (size_t i = 0; i < cas->count; i++) {
		if (!gnutls_x509_crt_check_issuer(cert, cas->ca[i]))
			continue;
		is_alone = first == NULL;
		if (!is_alone)
			break;
		first = cas->ca[i];
	}
	if (is_alone && first != NULL)
		finish(path, first);
	for (size_t i = 0; !is_alone && i < cas->count && !is_over(path); i++) {
		if (!gnutls_x509_crt_check_issuer(cert, cas->ca[i]))
			continue;
		path->steps_left--;
		if (made(cas->ca[i], cert))
			finish(path, cas->ca[i]);
	}
}

static bool
is_used(const struct path *path, gnutls_x509_crt_t cert)
{
	for (uint32_t i = 0; i < path->step_count; i++)
		if (path->step[i] == cert)
			return true;
	return false;
}

/*
 * Find ways from the last step on (RFC 4158): a chain may have extraneous
 * certificates, in any order (RFC 8446, section 4.4.2), such as an older one
 * for the same issuer. As deep as a chain is long.
 */
static void
search(struct path *path)
{
	gnutls_x509_crt_t cert = path->step[path->step_count - 1];

	try_anchors(path, cert);
	for (uint32_t i = 1; i < path->sent->count && !is_over(path); i++) {
		gnutls_x509_crt_t issuer = path->sent->crt[i];

		if (is_used(path, issuer) ||
		    !gnutls_x509_crt_check_issuer(cert, issuer))
			continue;
		path->steps_left--;
		path->step[path->step_count++] = issuer;
		search(path);
		path->step_count--;
	}
}

/* A CA may itself be a client: then it is the whole path. */
static gnutls_x509_crt_t
find_itself(const struct yett_trust_store *store, gnutls_x509_crt_t cert)
{
	for (size_t i = 0; i < store->cas.count; i++)
		if (gnutls_x509_crt_equals(cert, store->cas.ca[i]))
			return store->cas.ca[i];
	return NULL;
}

static void
judge_chain(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, const char *oid, int64_t now,
    struct yett_trust_result *out)
{
	struct path path = { .store = store,
		.sent = chain,
		.oid = oid,
		.now = now,
		.paths_left = PATHS_MOST,
		.steps_left = STEPS_MOST,
		.best = { YETT_VERIFY_UNTRUSTED, INT64_MAX } };
	gnutls_x509_crt_t itself;

	*out = (struct yett_trust_result){ judge_bounds(store, &chain->der),
		INT64_MAX };
	if (out->verification != YETT_VERIFIED)
		return;
	if (chain->count > 0) {
		path.step[path.step_count++] = chain->crt[0];
		itself = find_itself(store, chain->crt[0]);
		if (itself != NULL)
			finish(&path, itself);
		else
			search(&path);
	}
	*out = path.best;
}

void
yett_trust_store_verify(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, int64_t now,
    struct yett_trust_result *out)
{
	judge_chain(store, chain, GNUTLS_KP_TLS_WWW_CLIENT, now, out);
}

void
yett_trust_store_verify_server(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, struct yett_slice name, int64_t now,
    struct yett_trust_result *out, bool *wrong_name)
{
	judge_chain(store, chain, GNUTLS_KP_TLS_WWW_SERVER, now, out);
	*wrong_name = out->verification == YETT_VERIFIED &&
	    !yett_server_name_matches(chain->crt[0], name);
	if (*wrong_name)
		out->verification = YETT_VERIFY_UNTRUSTED;
}
