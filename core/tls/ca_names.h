/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ca_names.h - the names of CAs that a CertificateRequest carries. Of this
 * folder only.
 */
#ifndef YETT_TLS_CA_NAMES_H
#define YETT_TLS_CA_NAMES_H

#include <gnutls/gnutls.h>

#include "tls/trust.h"

/* A list of names may take 64 KiB (RFC 8446, section 4.2.4), and some clients
 * do not read as many; so it is left out when it is longer than this. */
#define YETT_CA_NAMES_BYTES (48 * 1024)

/*
 * Name the CAs of all `count` stores in the CertificateRequests of `into`; each
 * name once. None at all when a store shall not be named, or all are longer
 * than they may be: a client that gets no names offers whatever it has.
 * YETT_E_NOMEM, YETT_E_TLS.
 */
YETT_MUST_USE
enum yett_status yett_ca_names_set(const struct yett_trust_store *const *store,
    uint32_t count, gnutls_certificate_credentials_t into);

/* How many bytes the names of all `count` stores take in a handshake; 0: they
 * are not sent, or memory is out. */
size_t
yett_ca_names_size(const struct yett_trust_store *const *store, uint32_t count);

#endif
