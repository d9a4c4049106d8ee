/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/client_terms.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tls/client_judge.h"

struct yett_client_terms {
	atomic_uint refs;
	struct yett_trust_store **trust;
	uint32_t trust_count;
	struct yett_server_key *key; /* NULL: none */
	gnutls_certificate_credentials_t credentials;
	uint8_t digest[YETT_SHA256_LEN];
};

static void
terms_free(struct yett_client_terms *terms)
{
	if (terms->credentials != NULL)
		gnutls_certificate_free_credentials(terms->credentials);
	for (uint32_t i = 0; i < terms->trust_count; i++)
		yett_trust_store_close(terms->trust[i]);
	free(terms->trust);
	yett_server_key_close(terms->key);
	free(terms);
}

static enum yett_status
open_trusts(struct yett_client_terms *terms,
    const struct yett_client_declared *declared, struct yett_fault *fault)
{
	uint32_t count = declared->trust_count;
	enum yett_status status = YETT_OK;

	terms->trust = calloc(count + 1, sizeof(struct yett_trust_store *));
	if (terms->trust == NULL)
		return YETT_E_NOMEM;
	if (count == 0)
		status = yett_trust_store_open_system(&terms->trust[0], fault);
	for (uint32_t i = 0; i < count && status == YETT_OK; i++) {
		status = yett_trust_store_open(&terms->trust[i],
		    declared->trust[i], declared->lists, fault);
		if (status == YETT_OK)
			terms->trust_count++;
	}
	if (count == 0 && status == YETT_OK)
		terms->trust_count = 1;
	return status;
}

static enum yett_status
open_credentials(struct yett_client_terms *terms,
    const struct yett_client_declared *declared, int64_t now,
    struct yett_fault *fault)
{
	enum yett_status status;

	if (gnutls_certificate_allocate_credentials(&terms->credentials) < 0)
		return YETT_E_NOMEM;
	if (declared->key == NULL)
		return YETT_OK;
	status = yett_server_key_open(&terms->key, declared->key, now, fault);
	if (status == YETT_OK)
		yett_server_key_attach(terms->credentials);
	return status;
}

static enum yett_status
append_digest(struct yett_buf *text, const uint8_t digest[YETT_SHA256_LEN])
{
	return yett_buf_append(text,
	    (struct yett_slice){ (const char *)digest, YETT_SHA256_LEN });
}

static enum yett_status
digest_all(struct yett_client_terms *terms)
{
	struct yett_buf text = { 0 };
	uint8_t key[YETT_SHA256_LEN] = { 0 };
	enum yett_status status = YETT_OK;

	if (terms->key != NULL)
		status = yett_server_key_digest(terms->key, key);
	if (status == YETT_OK)
		status = append_digest(&text, key);
	for (uint32_t i = 0; i < terms->trust_count && status == YETT_OK; i++)
		status = append_digest(&text,
		    yett_trust_store_digest(terms->trust[i]));
	if (status == YETT_OK)
		status = yett_sha256(yett_buf_slice(&text), terms->digest);
	yett_buf_clear(&text);
	return status;
}

enum yett_status
yett_client_terms_open(struct yett_client_terms **out,
    const struct yett_client_declared *declared, int64_t now,
    struct yett_fault *fault)
{
	struct yett_client_terms *terms = calloc(1, sizeof(*terms));
	enum yett_status status;

	if (terms == NULL)
		return YETT_E_NOMEM;
	atomic_init(&terms->refs, 1);
	status = open_trusts(terms, declared, fault);
	if (status == YETT_OK)
		status = open_credentials(terms, declared, now, fault);
	if (status == YETT_OK)
		status = digest_all(terms);
	if (status != YETT_OK) {
		terms_free(terms);
		return status;
	}
	*out = terms;
	return YETT_OK;
}

struct yett_client_terms *
yett_client_terms_ref(const struct yett_client_terms *terms)
{
	/* Frozen but for the count. */
	struct yett_client_terms *counted =
	    (struct yett_client_terms *)(uintptr_t)terms;

	atomic_fetch_add_explicit(&counted->refs, 1, memory_order_relaxed);
	return counted;
}

void
yett_client_terms_unref(struct yett_client_terms **terms)
{
	struct yett_client_terms *taken = *terms;

	*terms = NULL;
	if (taken != NULL &&
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) ==
		1)
		terms_free(taken);
}

const uint8_t *
yett_client_terms_digest(const struct yett_client_terms *terms)
{
	return terms->digest;
}

bool
yett_client_terms_dates(const struct yett_client_terms *terms, int64_t *from,
    int64_t *to)
{
	if (terms->key == NULL)
		return false;
	yett_server_key_dates(terms->key, from, to);
	return true;
}

bool
yett_client_terms_show_another_purpose(const struct yett_client_terms *terms)
{
	gnutls_x509_crt_t crt;
	gnutls_pcert_st pcert;
	bool is_another;

	if (terms->key == NULL)
		return false;
	pcert = *yett_server_key_certificate(terms->key, 0); /* only read */
	if (gnutls_pcert_export_x509(&pcert, &crt) < 0)
		return false;
	is_another = gnutls_x509_crt_check_key_purpose(crt,
			 GNUTLS_KP_TLS_WWW_CLIENT, 0) == 0;
	gnutls_x509_crt_deinit(crt);
	return is_another;
}

gnutls_certificate_credentials_t
yett_client_terms_credentials(const struct yett_client_terms *terms)
{
	return terms->credentials;
}

const struct yett_server_key *
yett_client_terms_key(const struct yett_client_terms *terms)
{
	return terms->key;
}

uint32_t
yett_client_terms_rsa_bits(const struct yett_client_terms *terms)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < terms->trust_count; i++) {
		uint32_t bits = yett_trust_store_rsa_bits(terms->trust[i]);

		if (bits > most)
			most = bits;
	}
	return most;
}

/* What is wrong with a server whose chain did not verify. */
static const struct yett_client_judgement faults[YETT_VERIFICATIONS] = {
	[YETT_VERIFY_UNTRUSTED] = { GNUTLS_A_UNKNOWN_CA,
	    "its certificate reaches no CA that is trusted (unknown CA)", 0 },
	[YETT_VERIFY_EXPIRED] = { GNUTLS_A_CERTIFICATE_EXPIRED,
	    "its certificate is expired, or not valid yet", 0 },
	[YETT_VERIFY_REVOKED] = { GNUTLS_A_CERTIFICATE_REVOKED,
	    "its certificate is revoked", 0 },
	[YETT_VERIFY_CRL_UNAVAILABLE] = { GNUTLS_A_CERTIFICATE_REVOKED,
	    "no current revocation list tells about its certificate", 0 },
	[YETT_VERIFY_NAME_CONSTRAINTS] = { GNUTLS_A_BAD_CERTIFICATE,
	    "its certificate has a name that its authority may not vouch for",
	    0 },
	[YETT_VERIFY_TOO_LARGE] = { GNUTLS_A_BAD_CERTIFICATE,
	    "its chain is too long, or too large", 0 },
	[YETT_VERIFY_WRONG_PURPOSE] = { GNUTLS_A_BAD_CERTIFICATE,
	    "its certificate is not for servers", 0 },
	[YETT_VERIFY_WEAK_ALGORITHM] = { GNUTLS_A_BAD_CERTIFICATE,
	    "a signature or key in its chain is too weak", 0 },
	[YETT_VERIFY_PATH_LENGTH] = { GNUTLS_A_BAD_CERTIFICATE,
	    "its chain is longer than one of its authorities may have it", 0 },
	[YETT_VERIFY_TOO_DEEP] = { GNUTLS_A_UNKNOWN_CA,
	    "its chain is longer than the trust's depth", 0 },
	[YETT_VERIFY_SPIFFE_DOMAIN] = { GNUTLS_A_BAD_CERTIFICATE,
	    "its certificate is not of the trust's SPIFFE domain", 0 },
};

static void
judge(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, struct yett_slice name, int64_t now,
    struct yett_client_judgement *out)
{
	struct yett_trust_result result;
	bool wrong_name;

	yett_trust_store_verify_server(store, chain, name, now, &result,
	    &wrong_name);
	*out = (struct yett_client_judgement){ GNUTLS_A_UNKNOWN_CA, NULL,
		result.valid_until };
	if (result.verification == YETT_VERIFIED)
		return;
	*out = faults[(unsigned)result.verification < YETT_VERIFICATIONS
		? result.verification
		: YETT_VERIFY_UNTRUSTED];
	out->valid_until = result.valid_until;
	if (wrong_name) {
		out->alert = GNUTLS_A_BAD_CERTIFICATE;
		out->why = "its certificate is for another name";
	}
}

/* Of several trusts the first one that says more than "unknown". */
void
yett_client_terms_judge(const struct yett_client_terms *terms,
    const struct yett_chain *chain, struct yett_slice name, int64_t now,
    struct yett_client_judgement *out)
{
	struct yett_parsed_chain parsed;

	*out = (struct yett_client_judgement){ GNUTLS_A_INTERNAL_ERROR,
		"it cannot be judged", 0 };
	/* What cannot be parsed is untrusted everywhere. */
	(void)yett_parsed_chain_open(&parsed, chain);
	for (uint32_t i = 0; i < terms->trust_count; i++) {
		struct yett_client_judgement one;

		judge(terms->trust[i], &parsed, name, now, &one);
		if (i == 0 || one.why == NULL ||
		    out->alert == GNUTLS_A_UNKNOWN_CA)
			*out = one;
		if (one.why == NULL)
			break;
	}
	yett_parsed_chain_clear(&parsed);
}
