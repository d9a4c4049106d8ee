/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials.h - all that GnuTLS needs of one generation: the keys of its
 * sites, its opened trusts, and the lists of CA names to send.
 *
 * Opened before the generation is published and attached to it, so that it
 * lives exactly as long. Frozen except for the OCSP responses (staple.h); any
 * thread reads.
 */
#ifndef YETT_TLS_CREDENTIALS_H
#define YETT_TLS_CREDENTIALS_H

#include "policy/generation.h"
#include "tls/trust.h"

struct yett_credentials; /* opaque; Frozen */

/*
 * Open the keys of all sites and the CAs and CRLs of all trusts of `gen`, and
 * tell it the ids of its trusts; lists from `lists`, which may be NULL. What a
 * trust lacks is no failure (trust.h). Blocks for the files. Does not take a
 * reference: hang the result on `gen` by yett_generation_attach(), with
 * yett_credentials_release().
 *
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: a file cannot be read
 * YETT_E_POLICY: what a file holds is not what was declared, or a key does not
 *                belong to its certificate; `where` is the declaration
 * YETT_E_TLS:    GnuTLS refused
 */
YETT_MUST_USE
enum yett_status yett_credentials_open(struct yett_credentials **out,
    struct yett_generation *gen, struct yett_crl_store *lists,
    struct yett_fault *fault);

/* The same without keys: enough to judge certificates, but no handshake can be
 * made with it.
 * YETT_E_NOT_FOUND: a file of a trust cannot be used; `where` is the trust. */
YETT_MUST_USE
enum yett_status yett_credentials_open_trusts(struct yett_credentials **out,
    struct yett_generation *gen, struct yett_fault *fault);
void yett_credentials_close(struct yett_credentials *credentials);

/*
 * Look after what changes by itself, the files of OCSP responses: some of them
 * each time, in turn. Call once a second, always from one thread; `now` in
 * seconds since 1970. Blocks for the files.
 */
void yett_credentials_tend(struct yett_credentials *credentials, int64_t now);

/* How many trusts' lists stand how at `now`, in seconds since 1970. */
void yett_credentials_crls(const struct yett_credentials *credentials,
    int64_t now, uint32_t count[YETT_CRL_STATES]);

/* yett_credentials_close() as yett_generation_attach() wants it. */
void yett_credentials_release(void *credentials);

/* The generation they belong to; lent. */
struct yett_generation *
yett_credentials_generation(const struct yett_credentials *credentials);

/* The opened trust with that index in the generation; NULL: no such. */
const struct yett_trust_store *
yett_credentials_trust(const struct yett_credentials *credentials,
    uint32_t trust);

/* How many files of trusts cannot be used, and in *why, unless there is none,
 * what is wrong with the first; lent. */
uint32_t yett_credentials_problems(const struct yett_credentials *credentials,
    const char **why);

#endif
