/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/trust.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/place.h"
#include "tls/bounds.h"
#include "tls/cas.h"
#include "tls/crl_set.h"
#include "tls/datum.h"
#include "tls/name_constraints.h"
#include "tls/server_name.h"

/* We judge dates and revocation ourselves; keys below 112 bits are refused. */
#define VERIFY_FLAGS                                                           \
	(GNUTLS_VERIFY_DISABLE_TIME_CHECKS |                                   \
	    GNUTLS_VERIFY_DISABLE_CRL_CHECKS |                                 \
	    GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

struct yett_trust_store {
	gnutls_x509_trust_list_t list; /* lends the CAs */
	struct yett_cas cas;
	struct yett_crl_set crls;
	uint32_t depth, rsa_bits;
	struct yett_slice spiffe; /* a copy; absent: any */
	uint8_t digest[YETT_SHA256_LEN];
	uint64_t id;
	struct yett_trust_problem *problem; /* their texts are owned */
	size_t problem_count;
};

/* The way through a chain to a CA. */
struct path {
	const struct yett_parsed_chain *sent;
	gnutls_x509_crt_t step[YETT_CHAIN_CERTIFICATES]; /* of `sent` */
	uint32_t step_count;
	gnutls_x509_crt_t anchor; /* lent by the store */
};

/* --- opening ------------------------------------------------------------ */

void
yett_trust_store_close(struct yett_trust_store *store)
{
	if (store == NULL)
		return;
	if (store->list != NULL)
		gnutls_x509_trust_list_deinit(store->list, 0);
	yett_cas_clear(&store->cas);
	free((void *)(uintptr_t)store->spiffe.at);
	yett_crl_set_clear(&store->crls);
	for (size_t i = 0; i < store->problem_count; i++)
		free((void *)(uintptr_t)store->problem[i].what);
	free(store->problem);
	free(store);
}

/* A list of authorities may have some that nobody here can check with; their
 * keys cost nothing. A large one of RSA does. */
static enum yett_status
check_ca(gnutls_x509_crt_t ca, uint32_t rsa_bits, struct yett_fault *fault)
{
	enum yett_bound bound;
	gnutls_datum_t der;
	char name[256] = "";
	size_t len = sizeof(name);

	if (gnutls_x509_crt_export2(ca, GNUTLS_X509_FMT_DER, &der) < 0)
		return YETT_E_NOMEM;
	bound = yett_bounds_look(yett_datum_slice(&der), rsa_bits);
	gnutls_free(der.data);
	if (bound != YETT_BOUND_RSA_MODULUS && bound != YETT_BOUND_RSA_EXPONENT)
		return YETT_OK;
	if (gnutls_x509_crt_get_dn(ca, name, &len) < 0)
		name[0] = '\0';
	return yett_fail(fault, YETT_E_POLICY, "the authority \"%s\" %s%s",
	    name, yett_bound_text(bound),
	    bound == YETT_BOUND_RSA_MODULUS ? ": raise rsa_bits" : "");
}

static enum yett_status
check_cas(const struct yett_cas *cas, uint32_t rsa_bits,
    struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;

	for (size_t i = 0; i < cas->count && status == YETT_OK; i++)
		status = check_ca(cas->ca[i], rsa_bits, fault);
	return status;
}

/* A file that cannot be used refuses those whom it would let in, and nobody
 * else: note it. Only memory that is out is a failure. */
static enum yett_status
note_problem(struct yett_trust_store *store, bool is_crl, uint32_t element,
    enum yett_status status, const struct yett_fault *why)
{
	struct yett_trust_problem *grown;
	char *text;

	if (status == YETT_OK || status == YETT_E_NOMEM)
		return status;
	grown = reallocarray(store->problem, store->problem_count + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return YETT_E_NOMEM;
	store->problem = grown;
	text = strdup(
	    why->what[0] != '\0' ? why->what : yett_status_text(status));
	if (text == NULL)
		return YETT_E_NOMEM;
	store->problem[store->problem_count++] =
	    (struct yett_trust_problem){ is_crl, element, text };
	return YETT_OK;
}

/* All of a file, or nothing. */
static enum yett_status
load_cas(struct yett_trust_store *store, struct yett_slice from,
    struct yett_fault *fault)
{
	struct yett_cas read = { NULL, 0 };
	enum yett_status status = yett_cas_add_file(&read, from, fault);

	if (status == YETT_OK)
		status = check_cas(&read, store->rsa_bits, fault);
	if (status == YETT_OK)
		status = yett_cas_move(&store->cas, &read);
	yett_cas_clear(&read);
	return status;
}

static enum yett_status
load_crls(struct yett_trust_store *store, const struct yett_trust *trust,
    struct yett_crl_store *lists)
{
	struct yett_fault unsigned_one = YETT_FAULT_NONE;
	enum yett_status status = YETT_OK;

	store->crls.is_asked = trust->crl_count > 0;
	for (uint32_t i = 0; i < trust->crl_count && status == YETT_OK; i++) {
		struct yett_fault why = YETT_FAULT_NONE;

		status = yett_crl_store_open(lists, trust->crl[i],
		    &store->crls.crls, &why);
		store->crls.is_short |= status != YETT_OK;
		status = note_problem(store, true, i + 1, status, &why);
	}
	if (status == YETT_OK)
		status = yett_crl_set_bind(&store->crls, store->cas.ca,
		    store->cas.count, &unsigned_one);
	return note_problem(store, true, 0, status, &unsigned_one);
}

static enum yett_status
load_all(struct yett_trust_store *store, const struct yett_trust *trust,
    struct yett_crl_store *lists)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; i < trust->ca_count && status == YETT_OK; i++) {
		struct yett_fault why = YETT_FAULT_NONE;

		status = load_cas(store, trust->ca[i], &why);
		status = note_problem(store, false, i + 1, status, &why);
	}
	return status == YETT_OK ? load_crls(store, trust, lists) : status;
}

static enum yett_status
fill_list(struct yett_trust_store *store, struct yett_fault *fault)
{
	int code = gnutls_x509_trust_list_init(&store->list, 0);

	if (code >= 0 && store->cas.count > 0)
		code = gnutls_x509_trust_list_add_cas(store->list,
		    store->cas.ca, (unsigned)store->cas.count, 0);
	if (code < 0)
		return yett_fail(fault, YETT_E_TLS, "cannot trust: %s",
		    gnutls_strerror(code));
	return YETT_OK;
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(a, b, YETT_SHA256_LEN);
}

/* Append the SHA-256 of each CA certificate, ascending. */
static enum yett_status
digest_cas(const struct yett_trust_store *store, struct yett_buf *out)
{
	uint8_t(*digest)[YETT_SHA256_LEN] = calloc(store->cas.count + 1,
	    sizeof(*digest));
	size_t len = YETT_SHA256_LEN;
	int code = 0;
	enum yett_status status;

	if (digest == NULL)
		return YETT_E_NOMEM;
	for (size_t i = 0; i < store->cas.count && code >= 0; i++)
		code = gnutls_x509_crt_get_fingerprint(store->cas.ca[i],
		    GNUTLS_DIG_SHA256, digest[i], &len);
	qsort(digest, store->cas.count, sizeof(*digest), by_digest);
	status = code < 0 ? YETT_E_TLS
			  : yett_buf_append(out,
				(struct yett_slice){ (const char *)digest,
				    store->cas.count * sizeof(*digest) });
	free(digest);
	return status;
}

/* The CAs alone give the id, with everything else the digest. */
static enum yett_status
digest_all(struct yett_trust_store *store)
{
	struct yett_buf text = { 0 };
	enum yett_status status = digest_cas(store, &text);

	if (status == YETT_OK)
		status = yett_sha256(yett_buf_slice(&text), store->digest);
	memcpy(&store->id, store->digest, sizeof(store->id));
	if (status == YETT_OK)
		status = yett_buf_printf(&text, "|%zu|%u|%u|%s|%.*s|",
		    store->cas.count, store->depth, store->rsa_bits,
		    GNUTLS_KP_TLS_WWW_CLIENT, YETT_ARG(store->spiffe));
	if (status == YETT_OK)
		status = yett_crl_set_digest(&store->crls, &text);
	if (status == YETT_OK)
		status = yett_sha256(yett_buf_slice(&text), store->digest);
	yett_buf_clear(&text);
	return status;
}

static enum yett_status
copy_spiffe(struct yett_trust_store *store, struct yett_slice spiffe)
{
	char *copy;

	if (spiffe.at == NULL)
		return YETT_OK;
	copy = malloc(spiffe.len + 1);
	if (copy == NULL)
		return YETT_E_NOMEM;
	memcpy(copy, spiffe.at, spiffe.len);
	store->spiffe = (struct yett_slice){ copy, spiffe.len };
	return YETT_OK;
}

enum yett_status
yett_trust_store_open(struct yett_trust_store **out,
    const struct yett_trust *trust, struct yett_crl_store *lists,
    struct yett_fault *fault)
{
	struct yett_trust_store *store = calloc(1, sizeof(*store));
	enum yett_status status;

	if (store == NULL)
		return YETT_E_NOMEM;
	store->depth = trust->depth;
	store->rsa_bits = trust->rsa_bits == 0 ? YETT_BOUNDS_RSA_BITS
					       : trust->rsa_bits;
	status = copy_spiffe(store, trust->spiffe);
	if (status == YETT_OK)
		status = load_all(store, trust, lists);
	if (status == YETT_OK)
		status = fill_list(store, fault);
	if (status == YETT_OK)
		status = digest_all(store);
	if (store->cas.count == 0)
		store->id = trust->id; /* no two that lack theirs are alike */
	if (status != YETT_OK) {
		char where[YETT_PLACE_TEXT];

		yett_fault_where(fault, "%s",
		    yett_place_write(where, sizeof(where), &trust->place));
		yett_trust_store_close(store);
		return status;
	}
	*out = store;
	return YETT_OK;
}

enum yett_status
yett_trust_store_open_system(struct yett_trust_store **out,
    struct yett_fault *fault)
{
	struct yett_trust_store *store = calloc(1, sizeof(*store));
	enum yett_status status;

	if (store == NULL)
		return YETT_E_NOMEM;
	store->depth = YETT_CHAIN_CERTIFICATES - 1;
	store->rsa_bits = YETT_BOUNDS_RSA_BITS;
	status = yett_cas_add_system(&store->cas, fault);
	if (status == YETT_OK)
		status = fill_list(store, fault);
	if (status == YETT_OK)
		status = digest_all(store);
	if (status != YETT_OK) {
		yett_trust_store_close(store);
		return status;
	}
	*out = store;
	return YETT_OK;
}

const uint8_t *
yett_trust_store_digest(const struct yett_trust_store *store)
{
	return store->digest;
}

uint32_t
yett_trust_store_rsa_bits(const struct yett_trust_store *store)
{
	return store->rsa_bits;
}

const struct yett_cas *
yett_trust_store_cas(const struct yett_trust_store *store)
{
	return &store->cas;
}

uint64_t
yett_trust_store_id(const struct yett_trust_store *store)
{
	return store->id;
}

/* Whether nothing that `ca` signed will be believed. Version 1 had no word for
 * it, so a root of that age is one. */
static bool
is_no_authority(gnutls_x509_crt_t ca)
{
	int status = gnutls_x509_crt_get_ca_status(ca, NULL);

	return status == 0 ||
	    (status < 0 && gnutls_x509_crt_get_version(ca) >= 3);
}

bool
yett_trust_store_problem(const struct yett_trust_store *store, size_t index,
    struct yett_trust_problem *out)
{
	if (index >= store->problem_count)
		return false;
	*out = store->problem[index];
	return true;
}

static void
list_dates(const struct yett_trust_store *store, size_t index,
    struct yett_trust_dates *out)
{
	struct yett_crl_facts facts = yett_crl_facts(
	    store->crls.crls.at[index]);

	*out = (struct yett_trust_dates){ .is_crl = true,
		.from = facts.this_update,
		.to = facts.next_update };
	snprintf(out->name, sizeof(out->name), "%.*s", YETT_ARG(facts.issuer));
}

enum yett_crl_state
yett_trust_store_crls(const struct yett_trust_store *store, int64_t now,
    struct yett_trust_dates *out)
{
	size_t index;
	enum yett_crl_state state = yett_crl_set_state(&store->crls, now,
	    &index);

	if (state != YETT_CRL_NONE && state != YETT_CRL_AWAY)
		list_dates(store, index, out);
	return state;
}

/* Another CA of the store has the same name, as after a change of keys. */
static bool
has_twin(const struct yett_trust_store *store, size_t index)
{
	gnutls_datum_t name = { NULL, 0 }, other = { NULL, 0 };
	bool found = false;

	if (gnutls_x509_crt_get_raw_dn(store->cas.ca[index], &name) < 0)
		return false;
	for (size_t i = 0; i < store->cas.count && !found; i++) {
		if (i == index ||
		    gnutls_x509_crt_get_raw_dn(store->cas.ca[i], &other) < 0)
			continue;
		found = yett_slice_eq(yett_datum_slice(&name),
		    yett_datum_slice(&other));
		gnutls_free(other.data);
	}
	gnutls_free(name.data);
	return found;
}

/* Tell one of several CAs of a name from the others. */
static void
name_twin(gnutls_x509_crt_t ca, struct yett_trust_dates *out)
{
	uint8_t digest[YETT_SHA256_LEN];
	size_t len = sizeof(digest), used;

	if (gnutls_x509_crt_get_fingerprint(ca, GNUTLS_DIG_SHA256, digest,
		&len) < 0)
		return;
	snprintf(out->twin, sizeof(out->twin), "SHA-256 ");
	used = strlen(out->twin);
	for (size_t i = 0; i < len; i++)
		snprintf(out->twin + used + 2 * i,
		    sizeof(out->twin) - used - 2 * i, "%02x", digest[i]);
}

bool
yett_trust_store_dates(const struct yett_trust_store *store, size_t index,
    struct yett_trust_dates *out)
{
	size_t len = sizeof(out->name);
	gnutls_x509_crt_t ca;

	if (index >= store->cas.count + store->crls.crls.count)
		return false;
	if (index >= store->cas.count) {
		list_dates(store, index - store->cas.count, out);
		return true;
	}
	ca = store->cas.ca[index];
	*out = (struct yett_trust_dates){ .no_authority = is_no_authority(ca),
		.no_list = store->crls.is_asked && !store->crls.is_short &&
		    !yett_crl_set_has(&store->crls, ca),
		.from = gnutls_x509_crt_get_activation_time(ca),
		.to = gnutls_x509_crt_get_expiration_time(ca) };
	if (gnutls_x509_crt_get_dn(ca, out->name, &len) < 0)
		out->name[0] = '\0';
	if (has_twin(store, index))
		name_twin(ca, out);
	return true;
}

/* --- judging ------------------------------------------------------------ */

static enum yett_verification
judge_bound(enum yett_bound bound)
{
	switch (bound) {
	case YETT_BOUND_KEPT: return YETT_VERIFIED;
	case YETT_BOUND_RSA_MODULUS:
	case YETT_BOUND_RSA_EXPONENT:
	case YETT_BOUND_ELEMENTS: return YETT_VERIFY_TOO_LARGE;
	case YETT_BOUND_MALFORMED:
	case YETT_BOUND_UNREADABLE:
	case YETT_BOUND_ALGORITHM:
	case YETT_BOUND_CURVE: break;
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
		judged = judge_bound(
		    yett_bounds_look(chain->der[i], store->rsa_bits));
	return judged;
}

static bool
made(gnutls_x509_crt_t issuer, gnutls_x509_crt_t cert)
{
	unsigned result = ~0u;

	return gnutls_x509_crt_verify(cert, &issuer, 1, VERIFY_FLAGS,
		   &result) >= 0 &&
	    result == 0;
}

/* The CA that names itself issuer of `cert`; of several with that name the one
 * whose signature it is. */
static gnutls_x509_crt_t
find_anchor(const struct yett_trust_store *store, gnutls_x509_crt_t cert)
{
	gnutls_x509_crt_t found = NULL;
	size_t count = 0;

	for (size_t i = 0; i < store->cas.count; i++) {
		if (!gnutls_x509_crt_check_issuer(cert, store->cas.ca[i]))
			continue;
		if (count++ == 0 || made(store->cas.ca[i], cert))
			found = store->cas.ca[i];
	}
	return found;
}

static gnutls_x509_crt_t
find_issuer(const struct path *path, gnutls_x509_crt_t cert)
{
	for (uint32_t i = 1; i < path->sent->count; i++) {
		bool used = false;

		for (uint32_t k = 0; k < path->step_count; k++)
			used |= path->step[k] == path->sent->crt[i];
		if (!used &&
		    gnutls_x509_crt_check_issuer(cert, path->sent->crt[i]))
			return path->sent->crt[i];
	}
	return NULL;
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

static bool
build_path(const struct yett_trust_store *store, struct path *path)
{
	gnutls_x509_crt_t cert = path->sent->crt[0];

	path->step[path->step_count++] = cert;
	path->anchor = find_itself(store, cert);
	while (path->anchor == NULL) {
		path->anchor = find_anchor(store, cert);
		if (path->anchor != NULL)
			break;
		cert = find_issuer(path, cert);
		if (cert == NULL)
			return false;
		path->step[path->step_count++] = cert;
	}
	return path->step_count - 1 <= store->depth;
}

/* A CA that is itself the client constrains nobody. */
static bool
holds_names(const struct path *path)
{
	gnutls_x509_crt_t whole[YETT_CHAIN_CERTIFICATES + 1];
	uint32_t count = path->step_count;

	memcpy(whole, path->step, count * sizeof(gnutls_x509_crt_t));
	if (!gnutls_x509_crt_equals(whole[count - 1], path->anchor))
		whole[count++] = path->anchor;
	return yett_name_constraints_hold(whole, count);
}

static enum yett_verification
verify_path(const struct yett_trust_store *store, struct path *path,
    const char *oid, bool *wrong_purpose)
{
	gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = yett_datum(yett_slice_of(oid)).data,
	};
	unsigned result = ~0u;
	int code = gnutls_x509_trust_list_verify_crt2(store->list, path->step,
	    path->step_count, &purpose, 1, VERIFY_FLAGS, &result, NULL);

	/* Both: 17 certificates give a negative code and no bit. */
	if (code < 0)
		return YETT_VERIFY_UNTRUSTED;
	if (result == 0)
		return holds_names(path) ? YETT_VERIFIED
					 : YETT_VERIFY_NAME_CONSTRAINTS;
	*wrong_purpose = (result & ~(unsigned)GNUTLS_CERT_INVALID) ==
	    GNUTLS_CERT_PURPOSE_MISMATCH;
	return (result & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE) != 0
	    ? YETT_VERIFY_NAME_CONSTRAINTS
	    : YETT_VERIFY_UNTRUSTED;
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
judge_revocation(const struct yett_trust_store *store, const struct path *path,
    int64_t now, int64_t *valid_until)
{
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
		    now, valid_until);
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
is_current_path(const struct path *path, int64_t now, int64_t *valid_until)
{
	bool current = is_current(path->anchor, now, valid_until);

	for (uint32_t i = 0; i < path->step_count; i++)
		current &= is_current(path->step[i], now, valid_until);
	return current;
}

/* What the chain of `path` is worth, whoever it is shown by. */
static void
judge_path(const struct yett_trust_store *store, struct path *path,
    const char *oid, int64_t now, struct yett_trust_result *out)
{
	bool current;

	if (!build_path(store, path))
		return;
	out->verification = verify_path(store, path, oid, &out->wrong_purpose);
	if (out->verification == YETT_VERIFIED && store->spiffe.at != NULL &&
	    !is_of_domain(path->sent->crt[0], store->spiffe))
		out->verification = YETT_VERIFY_UNTRUSTED;
	if (out->verification != YETT_VERIFIED)
		return;
	current = is_current_path(path, now, &out->valid_until);
	out->verification = judge_revocation(store, path, now,
	    &out->valid_until);
	if (out->verification == YETT_VERIFIED && !current)
		out->verification = YETT_VERIFY_EXPIRED;
}

static void
judge_chain(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, const char *oid, int64_t now,
    struct yett_trust_result *out)
{
	struct path path = { .sent = chain };

	*out = (struct yett_trust_result){ judge_bounds(store, &chain->der),
		false, INT64_MAX };
	if (out->verification != YETT_VERIFIED)
		return;
	out->verification = YETT_VERIFY_UNTRUSTED;
	if (chain->count > 0)
		judge_path(store, &path, oid, now, out);
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
