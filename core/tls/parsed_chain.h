/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parsed_chain.h - a chain as GnuTLS's objects, parsed once for all checks.
 * The objects are large, so they are not kept for long.
 */
#ifndef YETT_TLS_PARSED_CHAIN_H
#define YETT_TLS_PARSED_CHAIN_H

#include <gnutls/x509.h>
#include <stdint.h>

#include "base/slice.h"

/* Bounds of a chain that is looked at; a longer one is too large. */
#define YETT_CHAIN_CERTIFICATES 10
#define YETT_CHAIN_BYTES (32 * 1024)

/* A chain as sent: DER, the leaf first. Lent. */
struct yett_chain {
	const struct yett_slice *der;
	uint32_t count;
};

struct yett_parsed_chain {
	struct yett_chain der; /* lent */
	gnutls_x509_crt_t crt[YETT_CHAIN_CERTIFICATES];
	uint32_t count;
};

/* Whether it breaks one of the bounds above. */
bool yett_chain_is_too_large(const struct yett_chain *chain);

/* Parse `chain`, which must outlive the result. False: it is empty or too
 * large, or one cannot be read. */
bool yett_parsed_chain_open(struct yett_parsed_chain *out,
    const struct yett_chain *chain);

/* NULL, and one that was not opened, are fine. */
void yett_parsed_chain_clear(struct yett_parsed_chain *parsed);

#endif
