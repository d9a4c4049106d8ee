/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl_file.h - the revocation lists of a file, PEM or DER.
 */
#ifndef YETT_TLS_CRL_FILE_H
#define YETT_TLS_CRL_FILE_H

#include "tls/crl.h"

/* Owns a reference to each. All zero: none. */
struct yett_crls {
	struct yett_crl **at;
	size_t count;
};

void yett_crls_clear(struct yett_crls *crls);

/* Add one more reference. */
YETT_MUST_USE
enum yett_status yett_crls_add(struct yett_crls *crls, struct yett_crl *crl);

/*
 * Add the lists in `text`, which is written over. `name` is how messages call
 * it. YETT_E_POLICY: it holds none, or one that cannot be used.
 */
YETT_MUST_USE
enum yett_status yett_crls_read(struct yett_crls *crls, char *text, size_t len,
    const char *name, struct yett_fault *fault);

/* The same for the file `path`.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: it cannot be read */
YETT_MUST_USE
enum yett_status yett_crls_read_file(struct yett_crls *crls, const char *path,
    struct yett_fault *fault);

#endif
