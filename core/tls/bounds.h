/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bounds.h - bounds on what a certificate may cost those who verify with it.
 *
 * Read from the DER encoding, before GnuTLS parses it or computes with its
 * key: GnuTLS verifies a signature with a key of any size. Any thread.
 */
#ifndef YETT_TLS_BOUNDS_H
#define YETT_TLS_BOUNDS_H

#include <stdint.h>

#include "base/slice.h"

/* The RSA modulus that is used at most, unless a trust says otherwise. */
#define YETT_BOUNDS_RSA_BITS 8192
#define YETT_BOUNDS_EXPONENT_BITS 64

/* Elements of DER, such as names and parts of names, that one certificate may
 * consist of, and all of a message: GnuTLS takes some two microseconds each. */
#define YETT_BOUNDS_ELEMENTS 1500
#define YETT_BOUNDS_MESSAGE_ELEMENTS 4000

/* What is wrong with a certificate. */
enum yett_bound {
	YETT_BOUND_KEPT,       /* nothing */
	YETT_BOUND_MALFORMED,  /* the message, by its lengths */
	YETT_BOUND_UNREADABLE, /* a certificate */
	YETT_BOUND_RSA_MODULUS,
	YETT_BOUND_RSA_EXPONENT,
	YETT_BOUND_ALGORITHM, /* of the key: not RSA, ECDSA or EdDSA */
	YETT_BOUND_ELEMENTS,  /* it consists of too many parts */
	YETT_BOUND_CURVE,     /* none of the three of NIST, or spelled out */
};

/* Look at the parts and the key of the certificate `der`; 0 `rsa_bits`: the
 * usual number. */
enum yett_bound yett_bounds_look(struct yett_slice der, uint32_t rsa_bits);

/* Look at all certificates of a Certificate message, without its header. */
enum yett_bound yett_bounds_look_message(struct yett_slice message, bool tls13,
    uint32_t rsa_bits);

/* "has an RSA key that is too large" ...: static. */
const char *yett_bound_text(enum yett_bound bound);

#endif
