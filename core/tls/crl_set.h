/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl_set.h - the revocation lists of one trust, and whether they revoke a
 * certificate.
 *
 * A certificate passes only if there is a list of its issuer whose signature
 * that issuer made, whose dates hold, and which covers such certificates.
 * Filled at load, then Frozen.
 */
#ifndef YETT_TLS_CRL_SET_H
#define YETT_TLS_CRL_SET_H

#include "base/buf.h"
#include "policy/facts.h"
#include "tls/crl_file.h"

/* A CRL is believed this long after its nextUpdate: clocks differ. */
#define YETT_CRL_GRACE_S 60

/* All zero is a valid empty set, which asks for no lists. */
struct yett_crl_set {
	struct yett_crls crls;
	gnutls_x509_crt_t *bound; /* of each the CA that signed it, or NULL */
	bool is_asked;            /* lists are declared */
	bool is_short;            /* one of them is not here: nobody passes */
	size_t first_due, first_end; /* of those in force, which is next */
};

/* How the list stands that ends first. */
enum yett_crl_state {
	YETT_CRL_NONE, /* there are no lists */
	YETT_CRL_CURRENT,
	YETT_CRL_DUE,   /* its successor should be there by now */
	YETT_CRL_STALE, /* over, and whom its issuer vouches for is refused */
	YETT_CRL_AWAY,  /* one could not be read: everybody is refused */
};
#define YETT_CRL_STATES 5

/* Let go of all lists; the set is empty and usable. */
void yett_crl_set_clear(struct yett_crl_set *set);

/*
 * When all are there, by name a list of `ca`: find which CA signed each, and
 * which ends first. YETT_E_POLICY: the CA that one names did not sign it; the
 * set is short of that one then, and can be used.
 */
YETT_MUST_USE
enum yett_status yett_crl_set_bind(struct yett_crl_set *set,
    const gnutls_x509_crt_t *ca, size_t count, struct yett_fault *fault);

/* Append the SHA-256 of each list, ascending. */
YETT_MUST_USE
enum yett_status
yett_crl_set_digest(const struct yett_crl_set *set, struct yett_buf *out);

/*
 * How the lists stand at `now`: the worst of them, whose number is *index,
 * unless they are NONE or AWAY. Of several lists of one issuer the last one
 * counts. A list is due in the last quarter of its time, or its last day if
 * that is less.
 */
enum yett_crl_state
yett_crl_set_state(const struct yett_crl_set *set, int64_t now, size_t *index);

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
