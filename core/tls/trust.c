/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/trust_store.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "policy/place.h"
#include "tls/bounds.h"
#include "tls/datum.h"

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
	store->is_nameless = trust->is_nameless;
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

bool
yett_trust_store_is_nameless(const struct yett_trust_store *store)
{
	return store->is_nameless;
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
