/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - the TLS library as a whole: start, version, hash and random.
 *
 * GnuTLS is reached from this folder only. Any thread.
 */
#ifndef YETT_TLS_LIBRARY_H
#define YETT_TLS_LIBRARY_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

#define YETT_SHA256_LEN 32

/*
 * Make GnuTLS ready; cheap when it already is. Call before anything else of
 * this folder.
 * YETT_E_TLS: it refuses, or is older than what was built against.
 */
YETT_MUST_USE
enum yett_status yett_tls_library_init(struct yett_fault *fault);

/* The version of GnuTLS that runs, "3.7.9"; static. */
const char *yett_tls_library_version(void);

/* What is known to be wrong with `version` for our use, one phrase to warn
 * with; NULL: nothing. Static. Distributions repair without a new number. */
const char *yett_tls_library_weakness(const char *version);

/* YETT_E_TLS: GnuTLS refused; `out` must not be used. */
YETT_MUST_USE
enum yett_status
yett_sha256(struct yett_slice bytes, uint8_t out[YETT_SHA256_LEN]);

/* Unguessable bytes, fit for keys. */
YETT_MUST_USE
enum yett_status yett_random(void *at, size_t len, struct yett_fault *fault);

#endif
