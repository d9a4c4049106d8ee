/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate_requests.h - what handshakes ask for: the names of the CAs of
 * each set of trusts that a policy's handshakes can ask for. Of this folder
 * only. Frozen.
 */
#ifndef YETT_TLS_CERTIFICATE_REQUESTS_H
#define YETT_TLS_CERTIFICATE_REQUESTS_H

#include <gnutls/gnutls.h>

#include "policy/generation.h"
#include "tls/trust.h"

struct yett_certificate_requests;

/*
 * Prepare the sets of `gen`, whose trusts are opened in `trust`, in their
 * order. YETT_E_NOMEM, YETT_E_TLS: the names cannot be prepared.
 */
YETT_MUST_USE
enum yett_status
yett_certificate_requests_open(struct yett_certificate_requests **out,
    const struct yett_generation *gen, struct yett_trust_store *const *trust,
    struct yett_fault *fault);

/* NULL is fine. */
void
yett_certificate_requests_close(struct yett_certificate_requests *requests);

/* The object that names the CAs of `trusts`; the one that names none for a set
 * that nothing declares. Lent. */
gnutls_certificate_credentials_t
yett_certificate_requests_of(const struct yett_certificate_requests *requests,
    struct yett_trust_set trusts);

#endif
