/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/crl.h"

#include <stdlib.h>

#include "base/file.h"
#include "tls/datum.h"
#include "tls/trust.h"

#define FILE_MOST (64 * 1024 * 1024)

/* RFC 5280, section 4.1.2.2 allows 20 octets; some use more. */
#define SERIAL_MOST 32

/* A successor is due so long before the end, or a quarter of the list's time.
 */
#define DUE_S (24 * 3600)

/* Without leading zeros. */
struct serial {
	uint8_t len;
	uint8_t byte[SERIAL_MOST];
};

struct yett_crl {
	gnutls_x509_crl_t crl;
	struct serial *serial; /* ascending */
	size_t serial_count;
	int64_t this_update, next_update;
	/* The CA whose signature was found good at load, or NULL. */
	gnutls_x509_crt_t bound;
};

void
yett_crl_set_clear(struct yett_crl_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		gnutls_x509_crl_deinit(set->crl[i].crl);
		free(set->crl[i].serial);
	}
	free(set->crl);
	*set = (struct yett_crl_set){ .count = 0 };
}

static bool
make_serial(struct serial *out, const uint8_t *byte, size_t len)
{
	while (len > 0 && *byte == 0) {
		byte++;
		len--;
	}
	if (len > SERIAL_MOST)
		return false;
	*out = (struct serial){ .len = (uint8_t)len };
	memcpy(out->byte, byte, len);
	return true;
}

static int
by_value(const void *a, const void *b)
{
	const struct serial *left = a, *right = b;

	if (left->len != right->len)
		return left->len < right->len ? -1 : 1;
	return memcmp(left->byte, right->byte, left->len);
}

/* All serials into one sorted array: a list may have a million. */
static enum yett_status
read_serials(struct yett_crl *crl, struct yett_fault *fault)
{
	gnutls_x509_crl_iter_t iter = NULL;
	enum yett_status status = YETT_OK;
	int count = gnutls_x509_crl_get_crt_count(crl->crl);
	int code = 0;

	if (count < 0)
		return yett_fail(fault, YETT_E_POLICY, "it is damaged: %s",
		    gnutls_strerror(count));
	crl->serial = calloc((size_t)count + 1, sizeof(*crl->serial));
	if (crl->serial == NULL)
		return YETT_E_NOMEM;
	for (int i = 0; i < count && status == YETT_OK; i++) {
		uint8_t byte[128];
		size_t len = sizeof(byte);
		time_t when;

		code = gnutls_x509_crl_iter_crt_serial(crl->crl, &iter, byte,
		    &len, &when);
		if (code < 0 || !make_serial(&crl->serial[i], byte, len))
			status = yett_fail(fault, YETT_E_POLICY,
			    "its entry %d is damaged", i + 1);
	}
	gnutls_x509_crl_iter_deinit(iter);
	crl->serial_count = (size_t)count;
	qsort(crl->serial, crl->serial_count, sizeof(*crl->serial), by_value);
	return status;
}

/* RFC 5280, section 5.2: a list with a critical extension that is not
 * understood must not be used. The known ones make it partial or indirect. */
static bool
is_partial(gnutls_x509_crl_t crl)
{
	for (unsigned i = 0;; i++) {
		char oid[128];
		size_t len = sizeof(oid);
		unsigned critical = 0;
		int code = gnutls_x509_crl_get_extension_info(crl, i, oid, &len,
		    &critical);

		if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return false;
		if (code < 0 || critical != 0)
			return true;
	}
}

static enum yett_status
read_crl(struct yett_crl *crl, int64_t now, struct yett_fault *fault)
{
	crl->this_update = gnutls_x509_crl_get_this_update(crl->crl);
	crl->next_update = gnutls_x509_crl_get_next_update(crl->crl);
	if (crl->this_update < 0 || crl->next_update < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "it does not say until when it holds (nextUpdate)");
	if (crl->next_update + YETT_CRL_GRACE_S <= now)
		return yett_fail(fault, YETT_E_POLICY,
		    "it is stale: a newer one was due %lld seconds ago; fetch "
		    "it from the CA",
		    (long long)(now - crl->next_update));
	if (is_partial(crl->crl))
		return yett_fail(fault, YETT_E_POLICY,
		    "it is partial or indirect (a critical extension); take "
		    "the CA's full list");
	return read_serials(crl, fault);
}

/* Import `text`; the lists' array is GnuTLS's memory. */
static int
import(struct yett_slice text, gnutls_x509_crl_t **list, unsigned *count)
{
	gnutls_datum_t data = yett_datum(text);
	bool is_pem = memmem(text.at, text.len, "-----BEGIN", 10) != NULL;

	return gnutls_x509_crl_list_import2(list, count, &data,
	    is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, 0);
}

/* Take over the lists of `list`, whatever the outcome. */
static enum yett_status
add_lists(struct yett_crl_set *set, gnutls_x509_crl_t *list, unsigned count,
    int64_t now, struct yett_fault *fault)
{
	struct yett_crl *grown = reallocarray(set->crl, set->count + count,
	    sizeof(*grown));
	enum yett_status status = grown == NULL ? YETT_E_NOMEM : YETT_OK;

	if (grown != NULL)
		set->crl = grown;
	for (unsigned i = 0; i < count; i++) {
		if (grown == NULL) {
			gnutls_x509_crl_deinit(list[i]);
			continue;
		}
		set->crl[set->count] = (struct yett_crl){ .crl = list[i] };
		if (status == YETT_OK)
			status = read_crl(&set->crl[set->count], now, fault);
		set->count++;
	}
	return status;
}

enum yett_status
yett_crl_set_load(struct yett_crl_set *set, struct yett_slice path, int64_t now,
    struct yett_fault *fault)
{
	struct yett_fault why = YETT_FAULT_NONE;
	struct yett_buf text = { 0 };
	gnutls_x509_crl_t *list = NULL;
	unsigned count = 0;
	enum yett_status status = yett_file_read(path.at, FILE_MOST, &text,
	    fault);
	int code;

	if (status != YETT_OK)
		goto out;
	code = import(yett_buf_slice(&text), &list, &count);
	if (code < 0 || count == 0) {
		status = yett_fail(fault, YETT_E_POLICY,
		    "%.*s holds no revocation list: %s", YETT_ARG(path),
		    gnutls_strerror(code));
		goto out;
	}
	status = add_lists(set, list, count, now, &why);
	if (why.what[0] != '\0')
		(void)yett_fail(fault, status,
		    "cannot use the revocation list %.*s: %s", YETT_ARG(path),
		    why.what);
out:
	gnutls_free(list);
	yett_buf_clear(&text);
	return status;
}

/*
 * The dates we judge ourselves, by the time we are given. GnuTLS 3.7.9 judges
 * them too, by the system's clock and whatever the flags say, so its bits for
 * dates, and INVALID beside them, are passed over.
 */
static bool
is_signed_by(gnutls_x509_crl_t crl, gnutls_x509_crt_t issuer)
{
	const unsigned dates = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
	    GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE;
	unsigned result = ~0u;
	int code = gnutls_x509_crl_verify(crl, &issuer, 1, 0, &result);

	if (code < 0)
		return false;
	if ((result & dates) != 0)
		result &= ~(dates | GNUTLS_CERT_INVALID);
	return result == 0;
}

static enum yett_status
bind(struct yett_crl *crl, const gnutls_x509_crt_t *ca, size_t count,
    struct yett_fault *fault)
{
	bool named = false;

	for (size_t i = 0; i < count && crl->bound == NULL; i++) {
		if (!gnutls_x509_crl_check_issuer(crl->crl, ca[i]))
			continue;
		named = true;
		if (is_signed_by(crl->crl, ca[i]))
			crl->bound = ca[i];
	}
	if (named && crl->bound == NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "a revocation list is not signed by the CA it names");
	return YETT_OK;
}

static int64_t
due_date(const struct yett_crl *crl)
{
	int64_t quarter = (crl->next_update - crl->this_update) / 4;

	return crl->next_update - (quarter < DUE_S ? quarter : DUE_S);
}

static bool
has_same_issuer(const struct yett_crl *a, const struct yett_crl *b)
{
	gnutls_datum_t left = { NULL, 0 }, right = { NULL, 0 };
	bool same = gnutls_x509_crl_get_raw_issuer_dn(a->crl, &left) >= 0 &&
	    gnutls_x509_crl_get_raw_issuer_dn(b->crl, &right) >= 0 &&
	    yett_slice_eq(yett_datum_slice(&left), yett_datum_slice(&right));

	gnutls_free(left.data);
	gnutls_free(right.data);
	return same;
}

/* Whether another list of the same issuer, and of the same key of it, takes
 * over: it begins before this one ends, and holds longer. */
static bool
is_followed(const struct yett_crl_set *set, size_t index)
{
	const struct yett_crl *crl = &set->crl[index];

	for (size_t i = 0; i < set->count; i++)
		if (set->crl[i].next_update > crl->next_update &&
		    set->crl[i].this_update <= crl->next_update &&
		    set->crl[i].bound == crl->bound &&
		    has_same_issuer(&set->crl[i], crl))
			return true;
	return false;
}

/* The last list of all is followed by none, so that there are such. */
static void
find_first(struct yett_crl_set *set)
{
	bool found = false;

	for (size_t i = 0; i < set->count; i++) {
		if (is_followed(set, i))
			continue;
		if (!found ||
		    due_date(&set->crl[i]) <
			due_date(&set->crl[set->first_due]))
			set->first_due = i;
		if (!found ||
		    set->crl[i].next_update <
			set->crl[set->first_end].next_update)
			set->first_end = i;
		found = true;
	}
}

enum yett_status
yett_crl_set_bind(struct yett_crl_set *set, const gnutls_x509_crt_t *ca,
    size_t count, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;

	for (size_t i = 0; i < set->count && status == YETT_OK; i++)
		status = bind(&set->crl[i], ca, count, fault);
	find_first(set);
	return status;
}

enum yett_crl_state
yett_crl_set_state(const struct yett_crl_set *set, int64_t now, size_t *index)
{
	if (set->count == 0)
		return YETT_CRL_NONE;
	*index = set->first_end;
	if (set->crl[set->first_end].next_update + YETT_CRL_GRACE_S <= now)
		return YETT_CRL_STALE;
	*index = set->first_due;
	return due_date(&set->crl[set->first_due]) <= now ? YETT_CRL_DUE
							  : YETT_CRL_CURRENT;
}

static int
by_digest(const void *a, const void *b)
{
	return memcmp(a, b, YETT_SHA256_LEN);
}

static enum yett_status
digest_list(gnutls_x509_crl_t crl, uint8_t out[YETT_SHA256_LEN])
{
	enum yett_status status = YETT_E_TLS;
	gnutls_datum_t der;

	if (gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &der) < 0)
		return YETT_E_TLS;
	status = yett_sha256(yett_datum_slice(&der), out);
	gnutls_free(der.data);
	return status;
}

enum yett_status
yett_crl_set_digest(const struct yett_crl_set *set, struct yett_buf *out)
{
	uint8_t(
	    *digest)[YETT_SHA256_LEN] = calloc(set->count + 1, sizeof(*digest));
	enum yett_status status = digest == NULL ? YETT_E_NOMEM : YETT_OK;

	for (size_t i = 0; i < set->count && status == YETT_OK; i++)
		status = digest_list(set->crl[i].crl, digest[i]);
	if (status == YETT_OK) {
		qsort(digest, set->count, sizeof(*digest), by_digest);
		status = yett_buf_append(out,
		    (struct yett_slice){ (const char *)digest,
			set->count * sizeof(*digest) });
	}
	free(digest);
	return status;
}

bool
yett_crl_set_dates(const struct yett_crl_set *set, size_t index, char *issuer,
    size_t size, int64_t *from, int64_t *to)
{
	if (index >= set->count)
		return false;
	issuer[0] = '\0';
	if (gnutls_x509_crl_get_issuer_dn(set->crl[index].crl, issuer, &size) <
	    0)
		issuer[0] = '\0';
	*from = set->crl[index].this_update;
	*to = set->crl[index].next_update;
	return true;
}

static bool
applies(const struct yett_crl *crl, gnutls_x509_crt_t issuer)
{
	if (crl->bound == issuer)
		return true;
	return gnutls_x509_crl_check_issuer(crl->crl, issuer) &&
	    is_signed_by(crl->crl, issuer);
}

bool
yett_crl_set_has(const struct yett_crl_set *set, gnutls_x509_crt_t issuer)
{
	for (size_t i = 0; i < set->count; i++)
		if (applies(&set->crl[i], issuer))
			return true;
	return false;
}

static void
lower(int64_t *valid_until, int64_t date, int64_t now)
{
	if (date > now && date < *valid_until)
		*valid_until = date;
}

enum yett_verification
yett_crl_set_judge(const struct yett_crl_set *set, gnutls_x509_crt_t cert,
    gnutls_x509_crt_t issuer, int64_t now, int64_t *valid_until)
{
	enum yett_verification result = YETT_VERIFY_CRL_UNAVAILABLE;
	struct serial serial;
	uint8_t byte[128];
	size_t len = sizeof(byte);

	if (gnutls_x509_crt_get_serial(cert, byte, &len) < 0 ||
	    !make_serial(&serial, byte, len))
		return YETT_VERIFY_UNTRUSTED;
	for (size_t i = 0; i < set->count; i++) {
		const struct yett_crl *crl = &set->crl[i];
		int64_t end = crl->next_update + YETT_CRL_GRACE_S;

		if (!applies(crl, issuer))
			continue;
		/* Also by a list that is stale: nothing is unrevoked. */
		if (bsearch(&serial, crl->serial, crl->serial_count,
			sizeof(serial), by_value) != NULL)
			return YETT_VERIFY_REVOKED;
		lower(valid_until, crl->this_update, now);
		lower(valid_until, end, now);
		if (crl->this_update <= now && now < end)
			result = YETT_VERIFIED;
	}
	return result;
}
