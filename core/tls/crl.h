/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl.h - one revocation list: its issuer, its dates, its scope, and its
 * serial numbers, sorted.
 *
 * Read from DER without a tree: a list may have a million entries, and takes
 * as many bytes as their serial numbers. Counted, and shared by all trusts and
 * generations that name it; Frozen, except that it remembers who signed it.
 */
#ifndef YETT_TLS_CRL_H
#define YETT_TLS_CRL_H

#include <gnutls/x509.h>

#include "base/status.h"
#include "tls/library.h"
#include "tls/serial.h"

struct yett_crl; /* opaque */

/*
 * Read the CertificateList `der` (RFC 5280, section 5.1). The result has one
 * reference; nothing of `der` is kept.
 * YETT_E_POLICY: it is damaged, has no nextUpdate, or is one that RFC 5280,
 *                section 6.3.3 makes no use of alone: a delta, an indirect one,
 *                one for some reasons only, or with something critical that
 *                is not known
 */
YETT_MUST_USE
enum yett_status yett_crl_read(struct yett_crl **out, struct yett_slice der,
    struct yett_fault *fault);

struct yett_crl *yett_crl_ref(struct yett_crl *crl);

/* Release and forget. NULL inside is fine. */
void yett_crl_unref(struct yett_crl **crl);

/* How many references there are. */
unsigned yett_crl_refs(const struct yett_crl *crl);

/* SHA-256 of its encoding. */
const uint8_t *yett_crl_digest(const struct yett_crl *crl);

/* What is told about it, and judged by. */
struct yett_crl_facts {
	struct yett_slice issuer; /* RFC 4514; lent */
	int64_t this_update, next_update;
	size_t count; /* of its entries */
};
struct yett_crl_facts yett_crl_facts(const struct yett_crl *crl);

/* Whether one takes the place of the other: of the same name, for the same
 * certificates. Who signed them the caller knows. */
bool yett_crl_is_like(const struct yett_crl *a, const struct yett_crl *b);

/* Whether `issuer` has the name of the one who made it. */
bool yett_crl_names(const struct yett_crl *crl, gnutls_x509_crt_t issuer);

/* Whether it has, may sign lists, and signed this one. The signature is checked
 * once for each key. */
bool yett_crl_is_by(struct yett_crl *crl, gnutls_x509_crt_t issuer);

/* Whether it is about `cert`, by its issuing distribution point (RFC 5280,
 * section 5.2.5). */
bool yett_crl_is_about(const struct yett_crl *crl, gnutls_x509_crt_t cert);

/* Whether it is withdrawn. */
bool yett_crl_has(const struct yett_crl *crl, const struct yett_serial *serial);

#endif
