/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ca.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "tls/datum.h"

#define ROOT_NOT_BEFORE 1577836800 /* 2020-01-01 */
#define ROOT_NOT_AFTER 2493072000  /* 2049-01-01 */

struct yett_ca {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	struct yett_buf chain; /* PEM of it and its parents, without root */
};

/* What is being made; cleared by one function whatever is there. */
struct product {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

static void
product_clear(struct product *product)
{
	if (product->crt != NULL)
		gnutls_x509_crt_deinit(product->crt);
	if (product->key != NULL)
		gnutls_x509_privkey_deinit(product->key);
	*product = (struct product){ NULL, NULL };
}

static enum yett_status
refused(struct yett_fault *fault, const char *what, int code)
{
	return yett_fail(fault,
	    code == GNUTLS_E_MEMORY_ERROR ? YETT_E_NOMEM : YETT_E_TLS,
	    "cannot make %s: %s", what, gnutls_strerror(code));
}

static int
make_key(gnutls_x509_privkey_t *out, enum yett_ca_key kind)
{
	gnutls_pk_algorithm_t algorithm = GNUTLS_PK_ECDSA;
	unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
	int code = gnutls_x509_privkey_init(out);

	switch (kind) {
	case YETT_CA_ECDSA: break;
	case YETT_CA_RSA:
		algorithm = GNUTLS_PK_RSA;
		bits = 2048;
		break;
	case YETT_CA_ED25519:
		algorithm = GNUTLS_PK_EDDSA_ED25519;
		bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_ED25519);
		break;
	}
	if (code >= 0)
		code = gnutls_x509_privkey_generate(*out, algorithm, bits, 0);
	return code;
}

/* As DER wants it: positive and without needless zeros; tells the length. */
static size_t
serial_bytes(uint32_t serial, uint8_t out[5])
{
	size_t len = 0;

	for (int shift = 32; shift >= 0; shift -= 8) {
		uint8_t byte = (uint8_t)((uint64_t)serial >> shift);
		bool first = len == 0;
		bool next_is_high = shift > 0 &&
		    ((uint64_t)serial >> (shift - 8) & 0x80) != 0;

		if (!first || byte != 0 || next_is_high || shift == 0)
			out[len++] = byte;
	}
	return len;
}

static int
set_serial(gnutls_x509_crt_t crt, uint32_t serial)
{
	uint8_t byte[16];
	size_t len = sizeof(byte);

	if (serial != 0)
		len = serial_bytes(serial, byte);
	else if (gnutls_rnd(GNUTLS_RND_NONCE, byte, sizeof(byte)) < 0)
		return GNUTLS_E_RANDOM_FAILED;
	else
		byte[0] = (byte[0] & 0x3f) | 0x40; /* positive, full length */
	return gnutls_x509_crt_set_serial(crt, byte, len);
}

static int
add_name(gnutls_x509_crt_t crt, gnutls_x509_subject_alt_name_t kind,
    struct yett_slice name)
{
	return gnutls_x509_crt_set_subject_alt_name(crt, kind, name.at,
	    (unsigned)name.len, GNUTLS_FSAN_APPEND);
}

static int
add_names(gnutls_x509_crt_t crt, gnutls_x509_subject_alt_name_t kind,
    const char *const *name)
{
	int code = 0;

	for (; name != NULL && *name != NULL && code >= 0; name++)
		code = add_name(crt, kind, yett_slice_of(*name));
	return code;
}

static int
add_addresses(gnutls_x509_crt_t crt, const char *const *text)
{
	int code = 0;

	for (; text != NULL && *text != NULL && code >= 0; text++) {
		char byte[16];
		size_t len = 0;

		if (inet_pton(AF_INET, *text, byte) == 1)
			len = 4;
		else if (inet_pton(AF_INET6, *text, byte) == 1)
			len = 16;
		else
			return GNUTLS_E_INVALID_REQUEST;
		code = add_name(crt, GNUTLS_SAN_IPADDRESS,
		    (struct yett_slice){ byte, len });
	}
	return code;
}

/* By hand (RFC 5280, section 4.2.1.6): GnuTLS would write a name as it thinks
 * it should be. */
static int
set_raw_dns(gnutls_x509_crt_t crt, struct yett_slice name)
{
	unsigned char der[124] = { 0x30, 0, 0x82, 0 };

	if (name.len > sizeof(der) - 4)
		return GNUTLS_E_INVALID_REQUEST;
	der[1] = (unsigned char)(name.len + 2);
	der[3] = (unsigned char)name.len;
	memcpy(der + 4, name.at, name.len);
	return gnutls_x509_crt_set_extension_by_oid(crt, GNUTLS_X509EXT_OID_SAN,
	    der, name.len + 4, 0);
}

static int
add_subject(gnutls_x509_crt_t crt, const struct yett_ca_request *request)
{
	struct yett_slice name = request->raw_common_name;

	if (request->subject != NULL)
		return gnutls_x509_crt_set_dn(crt, request->subject, NULL);
	if (request->common_name != NULL)
		name = yett_slice_of(request->common_name);
	if (name.at == NULL)
		return 0;
	return gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME,
	    0, name.at, (unsigned)name.len);
}

static int
add_purposes(gnutls_x509_crt_t crt, unsigned purposes)
{
	int code = 0;

	if (purposes & YETT_CA_CLIENT)
		code = gnutls_x509_crt_set_key_purpose_oid(crt,
		    GNUTLS_KP_TLS_WWW_CLIENT, 0);
	if (code >= 0 && (purposes & YETT_CA_SERVER))
		code = gnutls_x509_crt_set_key_purpose_oid(crt,
		    GNUTLS_KP_TLS_WWW_SERVER, 0);
	return code;
}

static int
add_all_names(gnutls_x509_crt_t crt, const struct yett_ca_request *request)
{
	int code = add_subject(crt, request);

	if (code >= 0 && request->raw_dns.at != NULL)
		return set_raw_dns(crt, request->raw_dns);
	if (code >= 0)
		code = add_names(crt, GNUTLS_SAN_DNSNAME, request->dns);
	if (code >= 0)
		code = add_addresses(crt, request->ip);
	if (code >= 0)
		code = add_names(crt, GNUTLS_SAN_RFC822NAME, request->email);
	if (code >= 0)
		code = add_names(crt, GNUTLS_SAN_URI, request->uri);
	return code;
}

/* Everything of a certificate but its signature. */
static int
make_product(struct product *out, const struct yett_ca_request *request,
    bool is_ca)
{
	int code = gnutls_x509_crt_init(&out->crt);

	if (code >= 0)
		code = make_key(&out->key, request->key);
	if (code >= 0)
		code = gnutls_x509_crt_set_key(out->crt, out->key);
	if (code >= 0)
		code = gnutls_x509_crt_set_version(out->crt, 3);
	if (code >= 0)
		code = set_serial(out->crt, request->serial);
	if (code >= 0)
		code = gnutls_x509_crt_set_activation_time(out->crt,
		    request->not_before);
	if (code >= 0)
		code = gnutls_x509_crt_set_expiration_time(out->crt,
		    request->not_after);
	if (code >= 0)
		code = gnutls_x509_crt_set_ca_status(out->crt, is_ca);
	if (code >= 0)
		code = gnutls_x509_crt_set_key_usage(out->crt,
		    is_ca ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN
			: request->no_signature ? GNUTLS_KEY_KEY_AGREEMENT
						: GNUTLS_KEY_DIGITAL_SIGNATURE);
	if (code >= 0)
		code = add_all_names(out->crt, request);
	return code >= 0 ? add_purposes(out->crt, request->purposes) : code;
}

static int
set_key_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	unsigned char id[32];
	size_t len = sizeof(id);
	int code = gnutls_x509_crt_get_key_id(crt, 0, id, &len);

	if (code >= 0)
		code = gnutls_x509_crt_set_subject_key_id(crt, id, len);
	if (code < 0 || crt == issuer)
		return code;
	len = sizeof(id);
	code = gnutls_x509_crt_get_subject_key_id(issuer, id, &len, NULL);
	return code < 0 ? code
			: gnutls_x509_crt_set_authority_key_id(crt, id, len);
}

/* `ca` NULL: with its own key. */
static int
sign_product(const struct product *product, const struct yett_ca *ca)
{
	gnutls_x509_crt_t issuer = ca == NULL ? product->crt : ca->crt;
	gnutls_x509_privkey_t key = ca == NULL ? product->key : ca->key;
	int code = set_key_ids(product->crt, issuer);

	return code < 0 ? code
			: gnutls_x509_crt_sign2(product->crt, issuer, key,
			      GNUTLS_DIG_SHA256, 0);
}

/* Append what GnuTLS exported into `pem` and free it. */
static enum yett_status
append_pem(struct yett_buf *out, gnutls_datum_t *pem)
{
	enum yett_status status = yett_buf_append(out, yett_datum_slice(pem));

	gnutls_free(pem->data);
	return status;
}

static enum yett_status
append_crt(struct yett_buf *out, gnutls_x509_crt_t crt,
    struct yett_fault *fault)
{
	gnutls_datum_t pem;
	int code = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem);

	return code < 0 ? refused(fault, "a certificate", code)
			: append_pem(out, &pem);
}

static enum yett_status
append_key(struct yett_buf *out, gnutls_x509_privkey_t key,
    struct yett_fault *fault)
{
	gnutls_datum_t pem;
	int code = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM,
	    NULL, GNUTLS_PKCS_PLAIN, &pem);

	return code < 0 ? refused(fault, "a key", code) : append_pem(out, &pem);
}

static enum yett_status
make_ca(struct yett_ca **out, const struct yett_ca *parent,
    const struct yett_ca_request *request, struct yett_fault *fault)
{
	struct yett_ca *ca = calloc(1, sizeof(*ca));
	struct product product = { NULL, NULL };
	enum yett_status status = YETT_OK;
	int code;

	if (ca == NULL)
		return YETT_E_NOMEM;
	code = make_product(&product, request, true);
	if (code >= 0)
		code = sign_product(&product, parent);
	ca->crt = product.crt;
	ca->key = product.key;
	if (code < 0)
		status = refused(fault, "a CA", code);
	else if (parent != NULL)
		status = append_crt(&ca->chain, ca->crt, fault);
	if (status == YETT_OK && parent != NULL)
		status = yett_buf_append(&ca->chain,
		    yett_buf_slice(&parent->chain));
	if (status != YETT_OK) {
		yett_ca_free(ca);
		return status;
	}
	*out = ca;
	return YETT_OK;
}

enum yett_status
yett_ca_new(struct yett_ca **out, const char *common_name,
    struct yett_fault *fault)
{
	return make_ca(out, NULL,
	    &(struct yett_ca_request){ .common_name = common_name,
		.not_before = ROOT_NOT_BEFORE,
		.not_after = ROOT_NOT_AFTER },
	    fault);
}

enum yett_status
yett_ca_new_below(struct yett_ca **out, const struct yett_ca *parent,
    const char *common_name, uint32_t serial, struct yett_fault *fault)
{
	return make_ca(out, parent,
	    &(struct yett_ca_request){ .common_name = common_name,
		.serial = serial,
		.not_before = ROOT_NOT_BEFORE,
		.not_after = ROOT_NOT_AFTER },
	    fault);
}

void
yett_ca_free(struct yett_ca *ca)
{
	struct product product;

	if (ca == NULL)
		return;
	product = (struct product){ ca->crt, ca->key };
	product_clear(&product);
	yett_buf_clear(&ca->chain);
	free(ca);
}

enum yett_status
yett_ca_issue(const struct yett_ca *ca, const struct yett_ca_request *request,
    struct yett_buf *cert_pem, struct yett_buf *key_pem,
    struct yett_fault *fault)
{
	struct product product = { NULL, NULL };
	enum yett_status status;
	int code = make_product(&product, request, false);

	if (code >= 0)
		code = sign_product(&product, ca);
	status = code < 0 ? refused(fault, "a certificate", code)
			  : append_crt(cert_pem, product.crt, fault);
	if (status == YETT_OK)
		status = yett_buf_append(cert_pem, yett_buf_slice(&ca->chain));
	if (status == YETT_OK)
		status = append_key(key_pem, product.key, fault);
	product_clear(&product);
	return status;
}

enum yett_status
yett_ca_write(const struct yett_ca *ca, struct yett_buf *pem,
    struct yett_fault *fault)
{
	return append_crt(pem, ca->crt, fault);
}

static int
make_crl(gnutls_x509_crl_t crl, const uint32_t *serial, uint32_t count,
    int64_t this_update, int64_t next_update)
{
	int code = gnutls_x509_crl_set_version(crl, 2);

	if (code >= 0)
		code = gnutls_x509_crl_set_this_update(crl, this_update);
	if (code >= 0)
		code = gnutls_x509_crl_set_next_update(crl, next_update);
	if (code >= 0)
		code = gnutls_x509_crl_set_number(crl, "\1", 1);
	for (uint32_t i = 0; i < count && code >= 0; i++) {
		uint8_t byte[5];

		code = gnutls_x509_crl_set_crt_serial(crl, byte,
		    serial_bytes(serial[i], byte), this_update);
	}
	return code;
}

enum yett_status
yett_ca_crl(const struct yett_ca *ca, const uint32_t *serial, uint32_t count,
    int64_t this_update, int64_t next_update, struct yett_buf *pem,
    struct yett_fault *fault)
{
	gnutls_x509_crl_t crl;
	gnutls_datum_t text = { NULL, 0 };
	int code = gnutls_x509_crl_init(&crl);

	if (code < 0)
		return refused(fault, "a CRL", code);
	code = make_crl(crl, serial, count, this_update, next_update);
	if (code >= 0)
		code = gnutls_x509_crl_sign2(crl, ca->crt, ca->key,
		    GNUTLS_DIG_SHA256, 0);
	if (code >= 0)
		code = gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_PEM, &text);
	gnutls_x509_crl_deinit(crl);
	return code < 0 ? refused(fault, "a CRL", code)
			: append_pem(pem, &text);
}
