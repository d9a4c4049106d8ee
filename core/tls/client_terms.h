/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client_terms.h - the terms of TLS as a client: which authorities of servers
 * are trusted, and which certificate to send when a server requests one.
 *
 * Read when a policy is loaded. Counted: sessions with a server under these
 * terms may outlive the policy that declared them. Frozen.
 */
#ifndef YETT_TLS_CLIENT_TERMS_H
#define YETT_TLS_CLIENT_TERMS_H

#include "policy/rules.h"
#include "tls/library.h"

struct yett_client_terms; /* opaque; Frozen */
struct yett_crl_store;

/* What a policy declares; lent for the call. */
struct yett_client_declared {
	const struct yett_trust *const *trust; /* any one suffices */
	uint32_t trust_count;                  /* 0: what the system trusts */
	const struct yett_key *key;            /* NULL: no certificate */
	struct yett_crl_store *lists;          /* may be NULL */
};

/*
 * Read the files; what a trust lacks is no failure (trust.h). `now` in seconds
 * since 1970 UTC. The result has one reference. YETT_E_NOT_FOUND,
 * YETT_E_SYSTEM, YETT_E_LIMIT: a file cannot be read YETT_E_POLICY: what a file
 * holds is not what was declared YETT_E_TLS:    GnuTLS refused
 */
YETT_MUST_USE
enum yett_status yett_client_terms_open(struct yett_client_terms **out,
    const struct yett_client_declared *declared, int64_t now,
    struct yett_fault *fault);

/* One more reference. Any thread. */
struct yett_client_terms *
yett_client_terms_ref(const struct yett_client_terms *terms);

/* Release and forget. NULL inside is fine. */
void yett_client_terms_unref(struct yett_client_terms **terms);

/* SHA-256 over everything that a session depends on: authorities, revocation
 * lists, and the certificate that is shown. YETT_SHA256_LEN bytes. */
const uint8_t *yett_client_terms_digest(const struct yett_client_terms *terms);

/* Between which seconds since 1970 the certificate that is shown holds; false:
 * none is shown. */
bool yett_client_terms_dates(const struct yett_client_terms *terms,
    int64_t *from, int64_t *to);

/* Whether a certificate is shown whose extended key usage lacks clientAuth. */
bool
yett_client_terms_show_another_purpose(const struct yett_client_terms *terms);

#endif
