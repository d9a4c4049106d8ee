/* SPDX-License-Identifier: Apache-2.0 */
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tls/crl_form.h"
#include "tls/datum.h"
#include "tls/der.h"

#define TAG_UTC_TIME 0x17
#define TAG_GENERALIZED_TIME 0x18
#define TAG_CONTEXT(n) (0x80 + (n)) /* primitive */

/* The parts of a CertificateList that the encoding has. */
struct parts {
	struct yett_slice signed_part; /* with its tag */
	struct yett_slice issuer;      /* with its tag */
	struct yett_slice revoked;     /* the entries; absent: none */
	struct yett_slice extensions;  /* absent: none */
	struct yett_slice algorithm;
	struct yett_slice signature;
	int64_t this_update, next_update;
};

static enum yett_status
damaged(struct yett_fault *fault)
{
	return yett_fail(fault, YETT_E_POLICY, "it is damaged");
}

/* --- the frame ---------------------------------------------------------------
 */

static bool
two_digits(const char **at, int *out)
{
	if ((*at)[0] < '0' || (*at)[0] > '9' || (*at)[1] < '0' ||
	    (*at)[1] > '9')
		return false;
	*out = ((*at)[0] - '0') * 10 + (*at)[1] - '0';
	*at += 2;
	return true;
}

/* RFC 5280, section 4.1.2.5: UTCTime is of 1950 to 2049; both end in Z. */
static bool
read_time(struct yett_slice *rest, int64_t *out)
{
	struct yett_slice text;
	struct tm tm = { .tm_isdst = 0 };
	const char *at;
	int century = 0, year, month;
	uint8_t tag;

	if (!yett_der_next(rest, &tag, &text))
		return false;
	at = text.at;
	if (text.len != (tag == TAG_UTC_TIME ? 13 : 15) ||
	    (tag != TAG_UTC_TIME && tag != TAG_GENERALIZED_TIME) ||
	    at[text.len - 1] != 'Z')
		return false;
	if ((tag == TAG_GENERALIZED_TIME && !two_digits(&at, &century)) ||
	    !two_digits(&at, &year) || !two_digits(&at, &month) ||
	    !two_digits(&at, &tm.tm_mday) || !two_digits(&at, &tm.tm_hour) ||
	    !two_digits(&at, &tm.tm_min) || !two_digits(&at, &tm.tm_sec))
		return false;
	if (tag == TAG_UTC_TIME)
		century = year < 50 ? 20 : 19;
	tm.tm_year = century * 100 + year - 1900;
	tm.tm_mon = month - 1;
	*out = (int64_t)timegm(&tm);
	return true;
}

/* The next element, with its tag and length. */
static bool
take_whole(struct yett_slice *rest, uint8_t tag, struct yett_slice *out)
{
	struct yett_slice content;
	const char *start = rest->at;

	if (!yett_der_take(rest, tag, &content))
		return false;
	*out = (struct yett_slice){ start, (size_t)(rest->at - start) };
	return true;
}

static bool
is_time(struct yett_slice rest)
{
	return rest.len > 0 &&
	    ((uint8_t)rest.at[0] == TAG_UTC_TIME ||
		(uint8_t)rest.at[0] == TAG_GENERALIZED_TIME);
}

/* RFC 5280, section 5.1: TBSCertList. */
static bool
cut_body(struct yett_slice body, struct parts *out, bool *lasts)
{
	struct yett_slice version, algorithm, wrapped;

	(void)yett_der_take(&body, YETT_DER_INTEGER, &version);
	*lasts = false;
	if (!yett_der_take(&body, YETT_DER_SEQUENCE, &algorithm) ||
	    !yett_slice_eq(algorithm, out->algorithm) ||
	    !take_whole(&body, YETT_DER_SEQUENCE, &out->issuer) ||
	    !read_time(&body, &out->this_update))
		return false;
	if (is_time(body)) {
		if (!read_time(&body, &out->next_update))
			return false;
		*lasts = true;
	}
	if (!yett_der_take(&body, YETT_DER_SEQUENCE, &out->revoked))
		out->revoked = YETT_SLICE_NONE;
	out->extensions = YETT_SLICE_NONE;
	if (yett_der_take(&body, YETT_DER_CONTEXT_0, &wrapped) &&
	    !yett_der_take(&wrapped, YETT_DER_SEQUENCE, &out->extensions))
		return false;
	return body.len == 0;
}

static enum yett_status
cut(struct yett_slice der, struct parts *out, struct yett_fault *fault)
{
	struct yett_slice list, whole, body;
	bool lasts;

	if (!yett_der_take(&der, YETT_DER_SEQUENCE, &list) || der.len > 0 ||
	    !take_whole(&list, YETT_DER_SEQUENCE, &out->signed_part) ||
	    !yett_der_take(&list, YETT_DER_SEQUENCE, &out->algorithm) ||
	    !yett_der_take(&list, YETT_DER_BIT_STRING, &out->signature) ||
	    list.len > 0 || out->signature.len < 2 || *out->signature.at != 0)
		return damaged(fault);
	out->signature.at++; /* no bit is unused */
	out->signature.len--;
	whole = out->signed_part;
	if (!yett_der_take(&whole, YETT_DER_SEQUENCE, &body) ||
	    !cut_body(body, out, &lasts))
		return damaged(fault);
	if (!lasts)
		return yett_fail(fault, YETT_E_POLICY,
		    "it does not say until when it holds (nextUpdate)");
	return YETT_OK;
}

/* --- extensions ----------------------------------------------------------- */

struct extension {
	struct yett_slice oid, value;
	bool is_critical;
};

static bool
next_extension(struct yett_slice *rest, struct extension *out)
{
	struct yett_slice one, flag;

	if (!yett_der_take(rest, YETT_DER_SEQUENCE, &one) ||
	    !yett_der_take(&one, YETT_DER_OID, &out->oid))
		return false;
	out->is_critical = yett_der_take(&one, YETT_DER_BOOLEAN, &flag) &&
	    flag.len == 1 && *flag.at != 0;
	return yett_der_take(&one, YETT_DER_OCTET_STRING, &out->value) &&
	    one.len == 0;
}

/* Of the arc id-ce, which all that we know are of. */
static bool
is_extension(const struct extension *extension, uint8_t number)
{
	const char oid[] = { 0x55, 0x1d, (char)number };

	return yett_slice_eq(extension->oid,
	    (struct yett_slice){ oid, sizeof(oid) });
}

bool
yett_crl_point_names(struct yett_slice content, struct yett_slice *out)
{
	*out = YETT_SLICE_NONE;
	return yett_der_take(&content, YETT_DER_CONTEXT_0, out) &&
	    content.len == 0;
}

static enum yett_status
partial(struct yett_fault *fault)
{
	return yett_fail(fault, YETT_E_POLICY,
	    "it is a delta, indirect, or for some reasons only; take one that "
	    "the CA makes for all");
}

/* RFC 5280, section 5.2.5. */
static enum yett_status
read_point(struct yett_crl *crl, struct yett_slice value,
    struct yett_fault *fault)
{
	struct yett_slice point, content, names;
	uint8_t tag;

	if (!yett_der_take(&value, YETT_DER_SEQUENCE, &point))
		return damaged(fault);
	while (yett_der_next(&point, &tag, &content)) {
		bool is_set = content.len == 1 && *content.at != 0;

		if (tag == YETT_DER_CONTEXT_0) {
			if (!yett_crl_point_names(content, &names))
				return partial(fault);
			crl->points = yett_arena_copy(&crl->arena, names);
			if (crl->points.at == NULL)
				return YETT_E_NOMEM;
		} else if (tag == TAG_CONTEXT(1)) {
			crl->only_users = is_set;
		} else if (tag == TAG_CONTEXT(2)) {
			crl->only_authorities = is_set;
		} else if ((tag != TAG_CONTEXT(4) && tag != TAG_CONTEXT(5)) ||
		    is_set) {
			return partial(fault);
		}
	}
	return point.len > 0 ? damaged(fault) : YETT_OK;
}

/* RFC 5280, section 5.2: a list with a critical extension that is not
 * understood must not be used. */
static enum yett_status
read_extensions(struct yett_crl *crl, struct yett_slice rest,
    struct yett_fault *fault)
{
	struct extension extension;
	enum yett_status status = YETT_OK;

	while (status == YETT_OK && rest.len > 0) {
		if (!next_extension(&rest, &extension))
			return damaged(fault);
		if (is_extension(&extension, 28))
			status = read_point(crl, extension.value, fault);
		else if (is_extension(&extension, 27))
			return partial(fault);
		else if (extension.is_critical)
			return yett_fail(fault, YETT_E_POLICY,
			    "it has a critical extension that is not known");
	}
	return status;
}

/* --- entries -------------------------------------------------------------- */

/* An entry of another issuer makes the list indirect, and is critical. */
static bool
next_entry(struct yett_slice *rest, struct yett_serial *serial, bool *odd)
{
	struct yett_slice entry, number, extensions;
	struct extension extension;
	int64_t when;

	if (!yett_der_take(rest, YETT_DER_SEQUENCE, &entry) ||
	    !yett_der_take(&entry, YETT_DER_INTEGER, &number) ||
	    !yett_serial_read(serial, number) || !read_time(&entry, &when))
		return false;
	if (entry.len == 0)
		return true;
	if (!yett_der_take(&entry, YETT_DER_SEQUENCE, &extensions) ||
	    entry.len > 0)
		return false;
	while (extensions.len > 0) {
		if (!next_extension(&extensions, &extension))
			return false;
		*odd |= extension.is_critical;
	}
	return true;
}

/* Count the serials of each length into crl->first; how many bytes they are. */
static enum yett_status
count_entries(struct yett_crl *crl, struct yett_slice rest, size_t *bytes,
    struct yett_fault *fault)
{
	struct yett_serial serial;
	uint32_t number = 0, sum = 0;
	bool odd = false;

	*bytes = 0;
	for (; rest.len > 0; number++) {
		if (!next_entry(&rest, &serial, &odd))
			return yett_fail(fault, YETT_E_POLICY,
			    "its entry %u is damaged", number + 1);
		if (odd)
			return partial(fault);
		crl->first[serial.len + 1]++;
		*bytes += serial.len;
	}
	for (uint32_t i = 0; i < YETT_SERIAL_MOST + 2; i++) {
		sum += crl->first[i];
		crl->first[i] = sum;
	}
	return YETT_OK;
}

static int
by_value(const void *a, const void *b, void *len)
{
	return memcmp(a, b, *(const size_t *)len);
}

/* All serials into one array, sorted: a list may have a million. */
static enum yett_status
read_entries(struct yett_crl *crl, struct yett_slice rest,
    struct yett_fault *fault)
{
	uint8_t *next[YETT_SERIAL_MOST + 1], *at;
	struct yett_serial serial;
	bool odd;
	size_t bytes;
	enum yett_status status = count_entries(crl, rest, &bytes, fault);

	if (status != YETT_OK)
		return status;
	crl->serial = malloc(bytes + 1);
	if (crl->serial == NULL)
		return YETT_E_NOMEM;
	at = crl->serial;
	for (size_t i = 0; i <= YETT_SERIAL_MOST; i++) {
		next[i] = at;
		at += i * (crl->first[i + 1] - crl->first[i]);
	}
	while (rest.len > 0 && next_entry(&rest, &serial, &odd)) {
		memcpy(next[serial.len], serial.byte, serial.len);
		next[serial.len] += serial.len;
	}
	at = crl->serial;
	for (size_t i = 1; i <= YETT_SERIAL_MOST; i++) {
		size_t count = crl->first[i + 1] - crl->first[i];

		qsort_r(at, count, i, by_value, &i);
		at += i * count;
	}
	return YETT_OK;
}

/* --- the signature -------------------------------------------------------- */

/* "1.2.840..." of the encoded `oid`; false: too long. */
static bool
write_oid(struct yett_slice oid, char *out, size_t size)
{
	uint64_t value = 0;
	size_t len = 0;
	bool is_first = true;

	for (size_t i = 0; i < oid.len; i++) {
		uint8_t byte = (uint8_t)oid.at[i];
		uint64_t top;

		value = value << 7 | (byte & 0x7f);
		if (value > UINT32_MAX || len + 24 > size)
			return false;
		if ((byte & 0x80) != 0)
			continue;
		top = value < 80 ? value / 40 : 2;
		if (is_first)
			len += (size_t)snprintf(out + len, size - len, "%u.%u",
			    (unsigned)top, (unsigned)(value - top * 40));
		else
			len += (size_t)snprintf(out + len, size - len, ".%u",
			    (unsigned)value);
		is_first = false;
		value = 0;
	}
	return !is_first;
}

/* RFC 4055, section 3.1: the hash is a parameter. */
static gnutls_sign_algorithm_t
read_pss(struct yett_slice parameters)
{
	struct yett_slice list, hash, oid;
	char text[128];

	if (!yett_der_take(&parameters, YETT_DER_SEQUENCE, &list) ||
	    !yett_der_take(&list, YETT_DER_CONTEXT_0, &hash) ||
	    !yett_der_take(&hash, YETT_DER_SEQUENCE, &hash) ||
	    !yett_der_take(&hash, YETT_DER_OID, &oid) ||
	    !write_oid(oid, text, sizeof(text)))
		return GNUTLS_SIGN_UNKNOWN;
	switch (gnutls_oid_to_digest(text)) {
	case GNUTLS_DIG_SHA256: return GNUTLS_SIGN_RSA_PSS_SHA256;
	case GNUTLS_DIG_SHA384: return GNUTLS_SIGN_RSA_PSS_SHA384;
	case GNUTLS_DIG_SHA512: return GNUTLS_SIGN_RSA_PSS_SHA512;
	default: break;
	}
	return GNUTLS_SIGN_UNKNOWN;
}

static enum yett_status
read_algorithm(struct yett_crl *crl, struct yett_slice algorithm,
    struct yett_fault *fault)
{
	struct yett_slice oid;
	char text[128];

	if (!yett_der_take(&algorithm, YETT_DER_OID, &oid) ||
	    !write_oid(oid, text, sizeof(text)))
		return damaged(fault);
	crl->algorithm = strcmp(text, "1.2.840.113549.1.1.10") == 0
	    ? read_pss(algorithm)
	    : gnutls_oid_to_sign(text);
	if (crl->algorithm == GNUTLS_SIGN_UNKNOWN ||
	    gnutls_sign_is_secure2(crl->algorithm,
		GNUTLS_SIGN_FLAG_SECURE_FOR_CERTS) == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "its signature's algorithm, %s, is not believed", text);
	return YETT_OK;
}

/* Of what was signed the hash is enough, but for EdDSA. */
static enum yett_status
keep_signature(struct yett_crl *crl, const struct parts *parts)
{
	gnutls_pk_algorithm_t kind = gnutls_sign_get_pk_algorithm(
	    crl->algorithm);
	gnutls_digest_algorithm_t hash = gnutls_sign_get_hash_algorithm(
	    crl->algorithm);
	struct yett_slice body = parts->signed_part;
	char digest[64];

	crl->is_hashed = kind != GNUTLS_PK_EDDSA_ED25519 &&
	    kind != GNUTLS_PK_EDDSA_ED448;
	if (crl->is_hashed) {
		if (gnutls_hash_get_len(hash) > (int)sizeof(digest) ||
		    gnutls_hash_fast(hash, body.at, body.len, digest) < 0)
			return YETT_E_TLS;
		body = (struct yett_slice){ digest,
			(size_t)gnutls_hash_get_len(hash) };
	}
	crl->body = yett_arena_copy(&crl->arena, body);
	crl->signature = yett_arena_copy(&crl->arena, parts->signature);
	return crl->body.at == NULL || crl->signature.at == NULL ? YETT_E_NOMEM
								 : YETT_OK;
}

/* --- all ------------------------------------------------------------------ */

static enum yett_status
keep_issuer(struct yett_crl *crl, struct yett_slice issuer)
{
	gnutls_datum_t name = yett_datum(issuer), text = { NULL, 0 };

	crl->issuer = yett_arena_copy(&crl->arena, issuer);
	if (gnutls_x509_rdn_get2(&name, &text, 0) >= 0)
		crl->issuer_text = yett_arena_copy(&crl->arena,
		    yett_datum_slice(&text));
	gnutls_free(text.data);
	return crl->issuer.at == NULL ? YETT_E_NOMEM : YETT_OK;
}

enum yett_status
yett_crl_fill(struct yett_crl *crl, struct yett_slice der,
    struct yett_fault *fault)
{
	struct parts parts = { .next_update = 0 };
	enum yett_status status = cut(der, &parts, fault);

	crl->this_update = parts.this_update;
	crl->next_update = parts.next_update;
	if (status == YETT_OK)
		status = read_extensions(crl, parts.extensions, fault);
	if (status == YETT_OK)
		status = read_algorithm(crl, parts.algorithm, fault);
	if (status == YETT_OK)
		status = read_entries(crl, parts.revoked, fault);
	if (status == YETT_OK)
		status = keep_issuer(crl, parts.issuer);
	if (status == YETT_OK)
		status = keep_signature(crl, &parts);
	return status == YETT_OK ? yett_sha256(der, crl->digest) : status;
}
