/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signature.h - which signatures a client can verify, and which keys make
 * them.
 *
 * One table of TLS's signature schemes, GnuTLS's algorithms and kinds of keys.
 * Any thread.
 */
#ifndef YETT_TLS_SIGNATURE_H
#define YETT_TLS_SIGNATURE_H

#include <gnutls/x509.h>
#include <stdint.h>

/* Kinds of keys, as far as a client can tell that it knows one. */
enum yett_key_kind {
	YETT_KEY_RSA = 1 << 0,
	YETT_KEY_RSA_PSS = 1 << 1, /* good for nothing but PSS */
	YETT_KEY_P256 = 1 << 2,
	YETT_KEY_P384 = 1 << 3,
	YETT_KEY_P521 = 1 << 4,
	YETT_KEY_ED25519 = 1 << 5,
	YETT_KEY_ED448 = 1 << 6,
};
#define YETT_KEYS_RSA (YETT_KEY_RSA | YETT_KEY_RSA_PSS)
#define YETT_KEYS_CURVE                                                        \
	(YETT_KEY_P256 | YETT_KEY_P384 | YETT_KEY_P521 | YETT_KEY_ED25519 |    \
	    YETT_KEY_ED448)

/* A set of schemes has one bit for each: that of `code` (RFC 8446, section
 * 4.2.3), or none when it is of no use here. */
uint32_t yett_signature_scheme(unsigned code);

/* That of GnuTLS's algorithm, as a priority string names it; 0: none. */
uint32_t yett_signature_algorithm(gnutls_sign_algorithm_t algorithm);

/* Schemes of which one has to be known to check the signature on `cert`; 0:
 * none will do. */
uint32_t yett_signature_of(gnutls_x509_crt_t cert);

/* The kinds of keys whose signatures in a handshake of `version` one checks who
 * knows `schemes`. */
unsigned yett_signature_kinds(uint32_t schemes, uint16_t version);

#endif
