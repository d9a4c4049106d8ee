/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cas.h - a growing list of CA certificates. Of this folder only.
 */
#ifndef YETT_TLS_CAS_H
#define YETT_TLS_CAS_H

#include <gnutls/x509.h>

#include "base/slice.h"
#include "base/status.h"

/* Owns the certificates. All zero is a valid empty list. */
struct yett_cas {
	gnutls_x509_crt_t *ca;
	size_t count;
};

/* Free all; the list is empty and usable. */
void yett_cas_clear(struct yett_cas *cas);

/*
 * Add the certificates in the PEM or DER file `from`, or at that URL.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: it cannot be read
 * YETT_E_POLICY: it holds none
 */
YETT_MUST_USE
enum yett_status yett_cas_add_file(struct yett_cas *cas, struct yett_slice from,
    struct yett_fault *fault);

/* Append all of `from`, which is empty then. YETT_E_NOMEM: nothing moved. */
YETT_MUST_USE
enum yett_status yett_cas_move(struct yett_cas *cas, struct yett_cas *from);

/* Add what the system trusts. YETT_E_NOT_FOUND: that is nothing. */
YETT_MUST_USE
enum yett_status
yett_cas_add_system(struct yett_cas *cas, struct yett_fault *fault);

#endif
