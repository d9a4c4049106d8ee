/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leaf.h - the facts of one certificate, as copies.
 *
 * Names keep their true length; one that contains a NUL or another control
 * character is omitted. Worker-owned.
 */
#ifndef YETT_TLS_LEAF_H
#define YETT_TLS_LEAF_H

#include <gnutls/x509.h>

#include "policy/facts.h"

struct yett_leaf; /* opaque */

/* From DER, or what was parsed already. NULL: it cannot be read, or memory is
 * out. */
struct yett_leaf *yett_leaf_parse(struct yett_slice der);
struct yett_leaf *yett_leaf_read(gnutls_x509_crt_t crt);
void yett_leaf_free(struct yett_leaf *leaf);

/* Lent until the leaf is freed. */
const struct yett_certificate *yett_leaf_facts(const struct yett_leaf *leaf);

#endif
