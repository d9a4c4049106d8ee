/* SPDX-License-Identifier: Apache-2.0 */
/*
 * askings.h - what handshakes ask for: the names of the CAs of each set of
 * trusts that a policy's handshakes can ask for. Of this folder only. Frozen.
 */
#ifndef YETT_TLS_ASKINGS_H
#define YETT_TLS_ASKINGS_H

#include <gnutls/gnutls.h>

#include "policy/generation.h"
#include "tls/trust.h"

struct yett_askings;

/*
 * Prepare the sets of `gen`, whose trusts are opened in `trust`, in their
 * order. YETT_E_NOMEM, YETT_E_TLS: the names cannot be prepared.
 */
YETT_MUST_USE
enum yett_status
yett_askings_open(struct yett_askings **out, const struct yett_generation *gen,
    struct yett_trust_store *const *trust, struct yett_fault *fault);

/* NULL is fine. */
void yett_askings_close(struct yett_askings *askings);

/* The object that names the CAs of `trusts`; the one that names none for a set
 * that nothing declares. Lent. */
gnutls_certificate_credentials_t
yett_askings_of(const struct yett_askings *askings,
    struct yett_trust_set trusts);

#endif
