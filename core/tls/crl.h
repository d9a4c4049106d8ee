/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl.h - the revocation lists of one trust, checked by ourselves.
 *
 * A certificate passes only if a list of its issuer is there whose signature
 * that issuer made and whose dates hold. Filled at load, then Frozen.
 */
#ifndef YETT_TLS_CRL_H
#define YETT_TLS_CRL_H

#include <gnutls/x509.h>

#include "base/buf.h"
#include "policy/facts.h"
#include "tls/library.h"

/* All zero is a valid empty set. */
struct yett_crl_set {
	struct yett_crl *crl;
	size_t count;
	size_t first_due, first_end; /* of those in force, which is next */
};

/* How the list stands that ends first. */
enum yett_crl_state {
	YETT_CRL_NONE, /* there are no lists */
	YETT_CRL_CURRENT,
	YETT_CRL_DUE,   /* its successor should be there by now */
	YETT_CRL_STALE, /* over, and whom its issuer vouches for is refused */
};
#define YETT_CRL_STATES 4

/* Free all lists; the set is empty and usable. */
void yett_crl_set_clear(struct yett_crl_set *set);

/*
 * Add the lists in the PEM or DER file `path`.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: it cannot be read
 * YETT_E_POLICY: it holds no list, or one that is stale at `now` or partial
 */
YETT_MUST_USE
enum yett_status yett_crl_set_load(struct yett_crl_set *set,
    struct yett_slice path, int64_t now, struct yett_fault *fault);

/*
 * When all are loaded: check the signatures of the lists that name one of the
 * CAs as issuer, once for all, and find which ends first. YETT_E_POLICY: that
 * CA did not make it.
 */
YETT_MUST_USE
enum yett_status yett_crl_set_bind(struct yett_crl_set *set,
    const gnutls_x509_crt_t *ca, size_t count, struct yett_fault *fault);

/* Append the SHA-256 of each list, ascending. */
YETT_MUST_USE
enum yett_status
yett_crl_set_digest(const struct yett_crl_set *set, struct yett_buf *out);

/*
 * How the lists stand at `now`: the worst of them, whose number is *index. Of
 * several lists of one issuer the last one counts. A list is due in the last
 * quarter of its time, or its last day if that is less.
 */
enum yett_crl_state
yett_crl_set_state(const struct yett_crl_set *set, int64_t now, size_t *index);

/* The issuer, thisUpdate and nextUpdate of list number `index`; false: none. */
bool yett_crl_set_dates(const struct yett_crl_set *set, size_t index,
    char *issuer, size_t size, int64_t *from, int64_t *to);

/* Whether one of the lists is of `issuer`, whatever its dates. */
bool yett_crl_set_has(const struct yett_crl_set *set, gnutls_x509_crt_t issuer);

/*
 * Whether `issuer` withdrew `cert`, by `now`: VERIFIED, REVOKED or
 * CRL_UNAVAILABLE. Lowers *valid_until to the next date that can change it.
 */
enum yett_verification
yett_crl_set_judge(const struct yett_crl_set *set, gnutls_x509_crt_t cert,
    gnutls_x509_crt_t issuer, int64_t now, int64_t *valid_until);

#endif
