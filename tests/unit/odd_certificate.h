/* SPDX-License-Identifier: Apache-2.0 */
/*
 * odd_certificate.h - certificates that no library would issue, in DER: for
 * what a client may send.
 */
#ifndef TESTS_ODD_CERTIFICATE_H
#define TESTS_ODD_CERTIFICATE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <gnutls/abstract.h>

#include "base/buf.h"

/* Append an element: begin it, append its content, end it. */
size_t odd_begin(struct yett_buf *der, uint8_t tag);
void odd_end(struct yett_buf *der, size_t begun);
void odd_put(struct yett_buf *der, uint8_t tag, struct yett_slice content);

enum odd_key {
	ODD_RSA,
	ODD_RSA_PSS,
	ODD_P256,
	ODD_P521,
	ODD_ED448,
	ODD_P192,
	ODD_BRAINPOOL,
	ODD_EXPLICIT, /* a curve that is spelled out */
	ODD_DSA,
	ODD_UNKNOWN,
	ODD_SIGNER, /* that of the signer */
};

struct odd_certificate {
	enum odd_key key;
	size_t modulus_bits, exponent_bits; /* of RSA, odd numbers */
	struct yett_slice extensions;       /* in DER, one behind the other */
	struct yett_slice issuer, subject;  /* content of a Name; absent: Odd */
	const char *until; /* "210101000000Z"; NULL: "491231235959Z" */
	uint32_t serial;
	gnutls_privkey_t signer; /* on P-256; NULL: no signature */
};
void odd_write(struct yett_buf *der, const struct odd_certificate *certificate);

#endif
