/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ca_names.h - the names of CAs that a CertificateRequest carries. Of this
 * folder only.
 */
#ifndef YETT_TLS_CA_NAMES_H
#define YETT_TLS_CA_NAMES_H

#include <gnutls/gnutls.h>

#include "tls/trust.h"

/* Name the CAs of all `count` stores in the CertificateRequests of `into`;
 * each name once. YETT_E_NOMEM, YETT_E_TLS. */
YETT_MUST_USE
enum yett_status yett_ca_names_set(const struct yett_trust_store *const *store,
    uint32_t count, gnutls_certificate_credentials_t into);

#endif
