/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/signature.h"

#include <stddef.h>

#define CURVES (YETT_KEY_P256 | YETT_KEY_P384 | YETT_KEY_P521)

/* In TLS 1.3 a scheme of ECDSA names the curve as well, and RSA signs with PSS
 * only (RFC 8446, section 4.2.3). With SHA-1 nobody signs here, but a chain may
 * be older. */
static const struct scheme {
	uint16_t code;
	gnutls_sign_algorithm_t algorithm;
	unsigned tls12, tls13; /* of enum yett_key_kind */
} schemes[] = {
	{ 0x0401, GNUTLS_SIGN_RSA_SHA256, YETT_KEY_RSA, 0 },
	{ 0x0501, GNUTLS_SIGN_RSA_SHA384, YETT_KEY_RSA, 0 },
	{ 0x0601, GNUTLS_SIGN_RSA_SHA512, YETT_KEY_RSA, 0 },
	{ 0x0403, GNUTLS_SIGN_ECDSA_SHA256, CURVES, YETT_KEY_P256 },
	{ 0x0503, GNUTLS_SIGN_ECDSA_SHA384, CURVES, YETT_KEY_P384 },
	{ 0x0603, GNUTLS_SIGN_ECDSA_SHA512, CURVES, YETT_KEY_P521 },
	{ 0x0804, GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, YETT_KEY_RSA, YETT_KEY_RSA },
	{ 0x0805, GNUTLS_SIGN_RSA_PSS_RSAE_SHA384, YETT_KEY_RSA, YETT_KEY_RSA },
	{ 0x0806, GNUTLS_SIGN_RSA_PSS_RSAE_SHA512, YETT_KEY_RSA, YETT_KEY_RSA },
	{ 0x0809, GNUTLS_SIGN_RSA_PSS_SHA256, YETT_KEY_RSA_PSS,
	    YETT_KEY_RSA_PSS },
	{ 0x080a, GNUTLS_SIGN_RSA_PSS_SHA384, YETT_KEY_RSA_PSS,
	    YETT_KEY_RSA_PSS },
	{ 0x080b, GNUTLS_SIGN_RSA_PSS_SHA512, YETT_KEY_RSA_PSS,
	    YETT_KEY_RSA_PSS },
	{ 0x0807, GNUTLS_SIGN_EDDSA_ED25519, YETT_KEY_ED25519,
	    YETT_KEY_ED25519 },
	{ 0x0808, GNUTLS_SIGN_EDDSA_ED448, YETT_KEY_ED448, YETT_KEY_ED448 },
	{ 0x0201, GNUTLS_SIGN_RSA_SHA1, 0, 0 },
	{ 0x0203, GNUTLS_SIGN_ECDSA_SHA1, 0, 0 },
};
#define COUNT (sizeof(schemes) / sizeof(schemes[0]))

uint32_t
yett_signature_scheme(unsigned code)
{
	for (size_t i = 0; i < COUNT; i++)
		if (schemes[i].code == code)
			return UINT32_C(1) << i;
	return 0;
}

/* GnuTLS has names of its own for ECDSA with the curve of TLS 1.3. */
static gnutls_sign_algorithm_t
without_curve(gnutls_sign_algorithm_t algorithm)
{
	switch (algorithm) {
	case GNUTLS_SIGN_ECDSA_SECP256R1_SHA256:
		return GNUTLS_SIGN_ECDSA_SHA256;
	case GNUTLS_SIGN_ECDSA_SECP384R1_SHA384:
		return GNUTLS_SIGN_ECDSA_SHA384;
	case GNUTLS_SIGN_ECDSA_SECP521R1_SHA512:
		return GNUTLS_SIGN_ECDSA_SHA512;
	default: return algorithm;
	}
}

uint32_t
yett_signature_algorithm(gnutls_sign_algorithm_t algorithm)
{
	algorithm = without_curve(algorithm);
	for (size_t i = 0; i < COUNT; i++)
		if (schemes[i].algorithm == algorithm)
			return UINT32_C(1) << i;
	return 0;
}

uint32_t
yett_signature_of(gnutls_x509_crt_t cert)
{
	int algorithm = gnutls_x509_crt_get_signature_algorithm(cert);

	/* A certificate does not tell which of the two kinds of RSA keys made
	 * its PSS signature. */
	switch (algorithm) {
	case GNUTLS_SIGN_RSA_PSS_SHA256:
		return yett_signature_scheme(0x0804) |
		    yett_signature_scheme(0x0809);
	case GNUTLS_SIGN_RSA_PSS_SHA384:
		return yett_signature_scheme(0x0805) |
		    yett_signature_scheme(0x080a);
	case GNUTLS_SIGN_RSA_PSS_SHA512:
		return yett_signature_scheme(0x0806) |
		    yett_signature_scheme(0x080b);
	default: break;
	}
	return algorithm < 0
	    ? 0
	    : yett_signature_algorithm((gnutls_sign_algorithm_t)algorithm);
}

unsigned
yett_signature_kinds(uint32_t known, uint16_t version)
{
	unsigned kinds = 0;

	for (size_t i = 0; i < COUNT; i++)
		if ((known & UINT32_C(1) << i) != 0)
			kinds |= version < 0x0304 ? schemes[i].tls12
						  : schemes[i].tls13;
	return kinds;
}
