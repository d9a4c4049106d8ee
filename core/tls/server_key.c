/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/server_key.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/file.h"
#include "tls/datum.h"
#include "tls/token.h"

#define FILE_MOST (1024 * 1024)
#define CHAIN_MOST 16

struct yett_server_key {
	gnutls_pcert_st chain[CHAIN_MOST];
	unsigned chain_count;
	/* Of each signature on the chain those schemes that check it. */
	uint32_t signed_with[CHAIN_MOST];
	gnutls_privkey_t key;
	char *url; /* of a token; for its PIN, whenever it is asked for again */
	enum yett_key_kind kind;
	struct yett_staple *staple; /* NULL: none is declared */
	bool must_staple;
	struct yett_server_key_terms terms;
};

/* The number of RFC 6066's status_request among TLS features (RFC 7633). */
#define FEATURE_STATUS_REQUEST 5

void
yett_server_key_close(struct yett_server_key *key)
{
	if (key == NULL)
		return;
	for (unsigned i = 0; i < key->chain_count; i++)
		gnutls_pcert_deinit(&key->chain[i]);
	if (key->key != NULL)
		gnutls_privkey_deinit(key->key);
	yett_staple_close(key->staple);
	free(key->url);
	free(key);
}

static enum yett_status
read_chain(struct yett_server_key *key, struct yett_slice from,
    struct yett_fault *fault)
{
	unsigned count = CHAIN_MOST;
	int code;

	if (yett_token_is_url(from)) {
		enum yett_status status = yett_token_check(from, fault);

		if (status != YETT_OK)
			return status;
		code = gnutls_pcert_list_import_x509_file(key->chain, &count,
		    from.at, GNUTLS_X509_FMT_PEM, yett_token_pin,
		    (void *)(uintptr_t)from.at, 0);
		if (code < 0)
			return yett_token_fail(from, "certificate", code,
			    fault);
	} else {
		struct yett_buf text = { 0 };
		enum yett_status status = yett_file_read(from.at, FILE_MOST,
		    &text, fault);
		gnutls_datum_t pem;

		if (status != YETT_OK)
			return status;
		pem = yett_datum(yett_buf_slice(&text));
		code = gnutls_pcert_list_import_x509_raw(key->chain, &count,
		    &pem, GNUTLS_X509_FMT_PEM, 0);
		yett_buf_clear(&text);
	}
	if (code < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "%.*s holds no certificate chain in PEM: %s",
		    YETT_ARG(from), gnutls_strerror(code));
	key->chain_count = count;
	return YETT_OK;
}

static enum yett_status
open_on_token(struct yett_server_key *key, struct yett_slice from,
    struct yett_fault *fault)
{
	enum yett_status status = yett_token_check(from, fault);
	int code;

	if (status != YETT_OK)
		return status;
	key->url = strndup(from.at, from.len);
	if (key->url == NULL)
		return YETT_E_NOMEM;
	gnutls_privkey_set_pin_function(key->key, yett_token_pin, key->url);
	code = gnutls_privkey_import_url(key->key, from.at, 0);
	return code < 0 ? yett_token_fail(from, "private key", code, fault)
			: YETT_OK;
}

static enum yett_status
read_key_file(struct yett_server_key *key, struct yett_slice from,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_file_read(from.at, FILE_MOST, &text,
	    fault);
	gnutls_datum_t pem;
	int code;

	if (status != YETT_OK)
		return status;
	pem = yett_datum(yett_buf_slice(&text));
	code = gnutls_privkey_import_x509_raw(key->key, &pem,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_memset(text.memory, 0, text.cap);
	yett_buf_clear(&text);
	if (code < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "%.*s holds no private key in PEM that needs no password: "
		    "%s",
		    YETT_ARG(from), gnutls_strerror(code));
	return YETT_OK;
}

static enum yett_status
read_key(struct yett_server_key *key, struct yett_slice from,
    struct yett_fault *fault)
{
	if (gnutls_privkey_init(&key->key) < 0)
		return YETT_E_NOMEM;
	return yett_token_is_url(from) ? open_on_token(key, from, fault)
				       : read_key_file(key, from, fault);
}

/* Whether what the key signs the certificate's key can check: for tokens that
 * keep the public key to themselves. It also shows that the token signs. */
static bool
signs_as_pair(const struct yett_server_key *key)
{
	gnutls_datum_t text = { (unsigned char *)(uintptr_t) "yett", 4 };
	gnutls_datum_t signature = { NULL, 0 };
	gnutls_digest_algorithm_t digest;
	gnutls_sign_algorithm_t algorithm;
	bool good;

	if (gnutls_pubkey_get_preferred_hash_algorithm(key->chain[0].pubkey,
		&digest, NULL) < 0)
		return false;
	algorithm =
	    gnutls_pk_to_sign((gnutls_pk_algorithm_t)
				  gnutls_pubkey_get_pk_algorithm(key->chain[0]
								     .pubkey,
				      NULL),
		digest);
	good = gnutls_privkey_sign_data2(key->key, algorithm, 0, &text,
		   &signature) >= 0 &&
	    gnutls_pubkey_verify_data2(key->chain[0].pubkey, algorithm, 0,
		&text, &signature) >= 0;
	gnutls_free(signature.data);
	return good;
}

/* Whether the certificate is for the key: their key ids are equal. */
static bool
is_pair(const struct yett_server_key *key)
{
	unsigned char id[2][64];
	size_t len[2] = { sizeof(id[0]), sizeof(id[1]) };
	gnutls_pubkey_t own = NULL;
	bool equal = false;

	if (gnutls_pubkey_init(&own) < 0)
		return false;
	if (gnutls_pubkey_import_privkey(own, key->key, 0, 0) < 0)
		equal = signs_as_pair(key);
	else if (gnutls_pubkey_get_key_id(own, GNUTLS_KEYID_USE_SHA256, id[0],
		     &len[0]) >= 0 &&
	    gnutls_pubkey_get_key_id(key->chain[0].pubkey,
		GNUTLS_KEYID_USE_SHA256, id[1], &len[1]) >= 0)
		equal = len[0] == len[1] && memcmp(id[0], id[1], len[0]) == 0;
	gnutls_pubkey_deinit(own);
	return equal;
}

static bool
find_kind(struct yett_server_key *key)
{
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

	switch (gnutls_pubkey_get_pk_algorithm(key->chain[0].pubkey, NULL)) {
	case GNUTLS_PK_RSA: key->kind = YETT_KEY_RSA; return true;
	case GNUTLS_PK_RSA_PSS: key->kind = YETT_KEY_RSA_PSS; return true;
	case GNUTLS_PK_EDDSA_ED25519: key->kind = YETT_KEY_ED25519; return true;
	case GNUTLS_PK_EDDSA_ED448: key->kind = YETT_KEY_ED448; return true;
	case GNUTLS_PK_ECDSA: break;
	default: return false;
	}
	if (gnutls_pubkey_export_ecc_raw(key->chain[0].pubkey, &curve, NULL,
		NULL) < 0)
		return false;
	switch (curve) {
	case GNUTLS_ECC_CURVE_SECP256R1: key->kind = YETT_KEY_P256; return true;
	case GNUTLS_ECC_CURVE_SECP384R1: key->kind = YETT_KEY_P384; return true;
	case GNUTLS_ECC_CURVE_SECP521R1: key->kind = YETT_KEY_P521; return true;
	default: return false;
	}
}

static bool
is_must_staple(gnutls_x509_crt_t cert)
{
	gnutls_x509_tlsfeatures_t features;
	unsigned feature;
	bool found = false;

	if (gnutls_x509_tlsfeatures_init(&features) < 0)
		return false;
	if (gnutls_x509_crt_get_tlsfeatures(cert, features, 0, NULL) >= 0)
		for (unsigned i = 0;
		     gnutls_x509_tlsfeatures_get(features, i, &feature) >= 0;
		     i++)
			found |= feature == FEATURE_STATUS_REQUEST;
	gnutls_x509_tlsfeatures_deinit(features);
	return found;
}

static void
read_terms(struct yett_server_key *key, gnutls_x509_crt_t own)
{
	int signature = gnutls_x509_crt_get_signature_algorithm(own);
	int algorithm = gnutls_x509_crt_get_pk_algorithm(own, &key->terms.bits);

	key->terms.signature = signature < 0 ? 0 : signature;
	key->terms.algorithm = algorithm < 0 ? 0 : algorithm;
}

/* What is to be known of the certificates, which GnuTLS keeps in a form that
 * does not tell. */
static enum yett_status
read_x509(struct yett_server_key *key, const struct yett_key *declared,
    int64_t now, struct yett_fault *fault)
{
	gnutls_x509_crt_t chain[CHAIN_MOST];
	enum yett_status status = YETT_OK;
	unsigned count = 0;

	for (; count < key->chain_count; count++)
		if (gnutls_pcert_export_x509(&key->chain[count],
			&chain[count]) < 0)
			break;
	if (count < key->chain_count)
		status = yett_fail(fault, YETT_E_TLS,
		    "%.*s holds a certificate that cannot be read",
		    YETT_ARG(yett_token_shown(declared->cert)));
	/* That of a root by itself needs no check. */
	for (unsigned i = 0; i < count; i++)
		key->signed_with[i] = gnutls_x509_crt_check_issuer(chain[i],
					  chain[i])
		    ? ~UINT32_C(0)
		    : yett_signature_of(chain[i]);
	if (status == YETT_OK) {
		key->must_staple = is_must_staple(chain[0]);
		read_terms(key, chain[0]);
	}
	if (status == YETT_OK && declared->ocsp.at != NULL)
		status = yett_staple_open(&key->staple, declared->ocsp, chain,
		    count, now, fault);
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	return status;
}

enum yett_status
yett_server_key_open(struct yett_server_key **out,
    const struct yett_key *declared, int64_t now, struct yett_fault *fault)
{
	struct yett_server_key *key = calloc(1, sizeof(*key));
	enum yett_status status;

	if (key == NULL)
		return YETT_E_NOMEM;
	status = read_chain(key, declared->cert, fault);
	if (status == YETT_OK)
		status = read_key(key, declared->key, fault);
	if (status == YETT_OK && !is_pair(key))
		status = yett_fail(fault, YETT_E_POLICY,
		    "the key %.*s does not belong to the certificate %.*s; "
		    "give the key that the certificate was requested with, and "
		    "the site's own certificate first in the file",
		    YETT_ARG(yett_token_shown(declared->key)),
		    YETT_ARG(yett_token_shown(declared->cert)));
	if (status == YETT_OK && !find_kind(key))
		status = yett_fail(fault, YETT_E_POLICY,
		    "the key %.*s is of a kind that TLS does not use; take "
		    "ECDSA (P-256, P-384, P-521), RSA, Ed25519 or Ed448",
		    YETT_ARG(yett_token_shown(declared->key)));
	if (status == YETT_OK)
		status = read_x509(key, declared, now, fault);
	if (status != YETT_OK) {
		yett_server_key_close(key);
		return status;
	}
	*out = key;
	return YETT_OK;
}

const gnutls_pcert_st *
yett_server_key_certificate(const struct yett_server_key *key, unsigned index)
{
	return index < key->chain_count ? &key->chain[index] : NULL;
}

void
yett_server_key_dates(const struct yett_server_key *key, int64_t *from,
    int64_t *to)
{
	*from = 0;
	*to = INT64_MAX;
	for (unsigned i = 0; i < key->chain_count; i++) {
		gnutls_pcert_st cert = key->chain[i]; /* it is only read */
		gnutls_x509_crt_t x509;
		int64_t begins, ends;

		if (gnutls_pcert_export_x509(&cert, &x509) < 0)
			continue;
		begins = gnutls_x509_crt_get_activation_time(x509);
		ends = gnutls_x509_crt_get_expiration_time(x509);
		gnutls_x509_crt_deinit(x509);
		if (begins > *from)
			*from = begins;
		if (ends < *to)
			*to = ends;
	}
}

enum yett_status
yett_server_key_digest(const struct yett_server_key *key,
    uint8_t out[YETT_SHA256_LEN])
{
	return yett_sha256(yett_datum_slice(&key->chain[0].cert), out);
}

enum yett_key_kind
yett_server_key_kind(const struct yett_server_key *key)
{
	return key->kind;
}

struct yett_server_key_terms
yett_server_key_terms(const struct yett_server_key *key)
{
	return key->terms;
}

bool
yett_server_key_chain_suits(const struct yett_server_key *key, uint32_t schemes)
{
	for (unsigned i = 0; i < key->chain_count; i++)
		if ((key->signed_with[i] & schemes) == 0)
			return false;
	return true;
}

enum yett_response_lack
yett_server_key_lacks_response(const struct yett_server_key *key,
    const char **why)
{
	if (key->staple == NULL) {
		*why = "it must be stapled, but no ocsp file is declared";
		return key->must_staple ? YETT_RESPONSE_NOT_NAMED
					: YETT_RESPONSE_NOT_LACKING;
	}
	*why = yett_staple_fault(key->staple)->what;
	if ((*why)[0] == '\0')
		return YETT_RESPONSE_NOT_LACKING;
	return yett_staple_lacks_issuer(key->staple)
	    ? YETT_RESPONSE_WITHOUT_ISSUER
	    : YETT_RESPONSE_NOT_GOOD;
}

bool
yett_server_key_tend(const struct yett_server_key *key, int64_t now)
{
	if (key->staple != NULL)
		yett_staple_tend(key->staple, now);
	return key->staple != NULL;
}

void
yett_server_key_choose(struct yett_server_key_choice *choice,
    const struct yett_server_key *key, int64_t now)
{
	choice->key = key;
	if (key->staple == NULL)
		return;
	choice->response = yett_staple_take(key->staple, now);
	if (choice->response != NULL)
		choice->stapled.response = yett_ocsp_response_der(
		    choice->response);
}

void
yett_server_key_choice_clear(struct yett_server_key_choice *choice)
{
	yett_ocsp_response_unref(&choice->response);
	choice->key = NULL;
}

/* GnuTLS's own types: it takes what it only reads as not const. */
static int
retrieve(gnutls_session_t session, const struct gnutls_cert_retr_st *about,
    gnutls_pcert_st **chain, unsigned *chain_count, gnutls_ocsp_data_st **ocsp,
    unsigned *ocsp_count, gnutls_privkey_t *private_key, unsigned *flags)
{
	const struct yett_server_key_choice *choice = gnutls_session_get_ptr(
	    session);

	(void)about;
	if (choice == NULL || choice->key == NULL)
		return GNUTLS_E_INSUFFICIENT_CREDENTIALS;
	*chain = (gnutls_pcert_st *)(uintptr_t)choice->key->chain;
	*chain_count = choice->key->chain_count;
	*private_key = choice->key->key;
	*ocsp = choice->response != NULL
	    ? (gnutls_ocsp_data_st *)(uintptr_t)&choice->stapled
	    : NULL;
	*ocsp_count = choice->response != NULL;
	*flags = 0; /* lent: GnuTLS frees nothing */
	return 0;
}

void
yett_server_key_attach(gnutls_certificate_credentials_t credentials)
{
	gnutls_certificate_set_retrieve_function3(credentials, retrieve);
}
