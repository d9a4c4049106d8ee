/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/crl.h"

#include <stdlib.h>

#include "tls/crl_form.h"
#include "tls/datum.h"
#include "tls/der.h"

#define OID_DISTRIBUTION_POINTS "2.5.29.31"

enum yett_status
yett_crl_read(struct yett_crl **out, struct yett_slice der,
    struct yett_fault *fault)
{
	struct yett_crl *crl = calloc(1, sizeof(*crl));
	enum yett_status status;

	if (crl == NULL)
		return YETT_E_NOMEM;
	atomic_init(&crl->refs, 1);
	pthread_mutex_init(&crl->lock, NULL);
	status = yett_crl_fill(crl, der, fault);
	if (status != YETT_OK) {
		yett_crl_unref(&crl);
		return status;
	}
	*out = crl;
	return YETT_OK;
}

struct yett_crl *
yett_crl_ref(struct yett_crl *crl)
{
	atomic_fetch_add_explicit(&crl->refs, 1, memory_order_relaxed);
	return crl;
}

void
yett_crl_unref(struct yett_crl **crl)
{
	struct yett_crl *taken = *crl;

	*crl = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	pthread_mutex_destroy(&taken->lock);
	yett_arena_clear(&taken->arena);
	free(taken->serial);
	free(taken);
}

unsigned
yett_crl_refs(const struct yett_crl *crl)
{
	return atomic_load_explicit(&crl->refs, memory_order_acquire);
}

const uint8_t *
yett_crl_digest(const struct yett_crl *crl)
{
	return crl->digest;
}

struct yett_crl_facts
yett_crl_facts(const struct yett_crl *crl)
{
	return (struct yett_crl_facts){ crl->issuer_text, crl->this_update,
		crl->next_update, crl->first[YETT_SERIAL_MOST + 1] };
}

bool
yett_crl_is_like(const struct yett_crl *a, const struct yett_crl *b)
{
	return yett_slice_eq(a->issuer, b->issuer) &&
	    yett_slice_eq(a->points, b->points) &&
	    a->only_users == b->only_users &&
	    a->only_authorities == b->only_authorities;
}

/* --- who signed it ------------------------------------------------------- */

bool
yett_crl_names(const struct yett_crl *crl, gnutls_x509_crt_t issuer)
{
	gnutls_datum_t name = { NULL, 0 };
	bool same = gnutls_x509_crt_get_raw_dn(issuer, &name) >= 0 &&
	    yett_slice_eq(yett_datum_slice(&name), crl->issuer);

	gnutls_free(name.data);
	return same;
}

/* RFC 5280, section 6.3.3 (f): a key usage must be for lists. */
static bool
may_sign(gnutls_x509_crt_t issuer)
{
	unsigned usage = 0;
	int code = gnutls_x509_crt_get_key_usage(issuer, &usage, NULL);

	if (gnutls_x509_crt_get_ca_status(issuer, NULL) <= 0)
		return false;
	return code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
	    (code >= 0 && (usage & GNUTLS_KEY_CRL_SIGN) != 0);
}

static bool
has_signed(const struct yett_crl *crl, gnutls_x509_crt_t issuer)
{
	gnutls_datum_t body = yett_datum(crl->body);
	gnutls_datum_t signature = yett_datum(crl->signature);
	gnutls_pubkey_t key;
	int code;

	if (gnutls_pubkey_init(&key) < 0)
		return false;
	code = gnutls_pubkey_import_x509(key, issuer, 0);
	if (code >= 0)
		code = crl->is_hashed
		    ? gnutls_pubkey_verify_hash2(key, crl->algorithm, 0, &body,
			  &signature)
		    : gnutls_pubkey_verify_data2(key, crl->algorithm, 0, &body,
			  &signature);
	gnutls_pubkey_deinit(key);
	return code >= 0;
}

/* Whether the verdict on `key` is known; the lock is held. */
static bool
remembers(const struct yett_crl *crl, const uint8_t key[YETT_SHA256_LEN],
    bool *is_it)
{
	for (uint32_t i = 0; i < crl->signer_count; i++)
		if (memcmp(crl->signer[i].key, key, YETT_SHA256_LEN) == 0) {
			*is_it = crl->signer[i].is_it;
			return true;
		}
	return false;
}

static void
remember(struct yett_crl *crl, const uint8_t key[YETT_SHA256_LEN], bool is_it)
{
	struct yett_crl_signer *signer;
	bool known;

	pthread_mutex_lock(&crl->lock);
	if (!remembers(crl, key, &known) &&
	    crl->signer_count < YETT_CRL_SIGNERS) {
		signer = &crl->signer[crl->signer_count++];
		memcpy(signer->key, key, YETT_SHA256_LEN);
		signer->is_it = is_it;
	}
	pthread_mutex_unlock(&crl->lock);
}

bool
yett_crl_is_by(struct yett_crl *crl, gnutls_x509_crt_t issuer)
{
	uint8_t key[YETT_SHA256_LEN];
	size_t len = sizeof(key);
	bool known, is_it = false;

	if (!yett_crl_names(crl, issuer) || !may_sign(issuer) ||
	    gnutls_x509_crt_get_key_id(issuer, GNUTLS_KEYID_USE_SHA256, key,
		&len) < 0)
		return false;
	pthread_mutex_lock(&crl->lock);
	known = remembers(crl, key, &is_it);
	pthread_mutex_unlock(&crl->lock);
	if (known)
		return is_it;
	is_it = has_signed(crl, issuer);
	remember(crl, key, is_it);
	return is_it;
}

/* --- whom it is about ------------------------------------------------------
 */

static bool
is_authority(gnutls_x509_crt_t cert)
{
	return gnutls_x509_crt_get_ca_status(cert, NULL) > 0;
}

/* Whether two GeneralNames have one name in common. */
static bool
share_name(struct yett_slice ours, struct yett_slice theirs)
{
	struct yett_slice name, other;
	uint8_t tag, other_tag;

	while (yett_der_next(&ours, &tag, &name))
		for (struct yett_slice rest = theirs;
		     yett_der_next(&rest, &other_tag, &other);)
			if (tag == other_tag && yett_slice_eq(name, other))
				return true;
	return false;
}

/* Whether one of the distribution points in `extension` is that of the list,
 * whose issuer is the certificate's: a point with a cRLIssuer is another's, and
 * one with reasons does not tell of all. */
static bool
has_point(struct yett_slice extension, struct yett_slice points)
{
	struct yett_slice list, point, content, names;

	if (!yett_der_take(&extension, YETT_DER_SEQUENCE, &list))
		return false;
	while (yett_der_take(&list, YETT_DER_SEQUENCE, &point)) {
		if (!yett_der_take(&point, YETT_DER_CONTEXT_0, &content) ||
		    !yett_crl_point_names(content, &names))
			continue;
		if (point.len > 0)
			continue;
		if (share_name(points, names))
			return true;
	}
	return false;
}

static bool
is_of_point(const struct yett_crl *crl, gnutls_x509_crt_t cert)
{
	gnutls_datum_t extension = { NULL, 0 };
	bool found = gnutls_x509_crt_get_extension_by_oid2(cert,
			 OID_DISTRIBUTION_POINTS, 0, &extension, NULL) >= 0 &&
	    has_point(yett_datum_slice(&extension), crl->points);

	gnutls_free(extension.data);
	return found;
}

bool
yett_crl_is_about(const struct yett_crl *crl, gnutls_x509_crt_t cert)
{
	if (crl->only_users && is_authority(cert))
		return false;
	if (crl->only_authorities && !is_authority(cert))
		return false;
	return crl->points.at == NULL || is_of_point(crl, cert);
}

/* --- what is in it ----------------------------------------------------------
 */

/* Where the serials of length `len` begin. */
static const uint8_t *
serials_of(const struct yett_crl *crl, uint8_t len)
{
	size_t at = 0;

	for (uint8_t i = 0; i < len; i++)
		at += (size_t)i * (crl->first[i + 1] - crl->first[i]);
	return crl->serial + at;
}

bool
yett_crl_has(const struct yett_crl *crl, const struct yett_serial *serial)
{
	const uint8_t *at = serials_of(crl, serial->len);
	size_t low = 0,
	       high = crl->first[serial->len + 1] - crl->first[serial->len];

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(at + middle * serial->len, serial->byte,
		    serial->len);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}
