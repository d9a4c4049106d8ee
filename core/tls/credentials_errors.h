/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials_errors.h - all files that keep a policy's credentials from being
 * opened, where opening them ends at the first.
 */
#ifndef YETT_TLS_CREDENTIALS_ERRORS_H
#define YETT_TLS_CREDENTIALS_ERRORS_H

#include "policy/finding.h"
#include "policy/generation.h"
#include "tls/crl_store.h"

/*
 * Open each certificate and key that `gen` names by itself, by the functions of
 * yett_credentials_open(), and add an error E501 at the name of each that
 * fails; and the warnings about files of trusts. `now` in seconds since 1970.
 * Blocks for the files; nothing is kept. Returns how many keys failed.
 */
uint32_t yett_credentials_errors_add(const struct yett_generation *gen,
    struct yett_crl_store *lists, int64_t now, struct yett_findings *findings);

#endif
