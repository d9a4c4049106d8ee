/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials_choice.h - what a handshake takes out of the credentials: the
 * part of credentials.h that has GnuTLS's types. Of this folder only.
 */
#ifndef YETT_TLS_CREDENTIALS_CHOICE_H
#define YETT_TLS_CREDENTIALS_CHOICE_H

#include "tls/credentials.h"
#include "tls/priority.h"
#include "tls/server_key.h"

/*
 * The object that names the CAs of `trusts`. A set that nothing declares, which
 * only a function can choose, gets the one that names none: the names are a
 * hint for the client, and what is accepted does not depend on them.
 */
gnutls_certificate_credentials_t
yett_credentials_asking(const struct yett_credentials *credentials,
    struct yett_trust_set trusts);

/*
 * The key of `site` for a client that can check signatures of `kinds` (of enum
 * yett_key_kind) in the handshake and of `chain_schemes` on certificates: first
 * those with a chain that it can check as well (RFC 8446, section 4.4.2.2),
 * then elliptic curves rather than RSA, then in the order declared. NULL: none.
 */
const struct yett_server_key *
yett_credentials_key(const struct yett_credentials *credentials,
    const struct yett_site *site, unsigned kinds, uint32_t chain_schemes);

/* What `site` speaks. */
const struct yett_priority *
yett_credentials_priority(const struct yett_credentials *credentials,
    const struct yett_site *site);

/* The key that `site` declares as number `index`; NULL: no such. */
const struct yett_server_key *
yett_credentials_key_at(const struct yett_credentials *credentials,
    const struct yett_site *site, uint32_t index);

#endif
