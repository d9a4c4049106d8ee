/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl_store.h - the revocation lists of a process, each in memory once.
 *
 * Trusts and generations that name the same list share it. A list in memory is
 * found by its file, as long as the file looks unchanged, and otherwise by its
 * digest. Shared: a lock guards all, and is held while a file is read, never
 * by a worker.
 */
#ifndef YETT_TLS_CRL_STORE_H
#define YETT_TLS_CRL_STORE_H

#include "base/slice.h"
#include "tls/crl_file.h"

struct yett_crl_store; /* opaque */

/* YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_crl_store_new(struct yett_crl_store **out);

/* NULL is fine. Lists that others hold live on. */
void yett_crl_store_free(struct yett_crl_store *store);

/* Add the lists of the file `path` to `out`; statuses of yett_crls_read_file().
 * Without a store, NULL, they are read. */
YETT_MUST_USE
enum yett_status yett_crl_store_open(struct yett_crl_store *store,
    struct yett_slice path, struct yett_crls *out, struct yett_fault *fault);

/* Forget those that nobody else holds; frees them. */
void yett_crl_store_sweep(struct yett_crl_store *store);

/* How many files were opened so far. */
uint64_t yett_crl_store_reads(struct yett_crl_store *store);

#endif
