/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credentials_review.h - finds certificates and revocation lists that expire
 * soon.
 */
#ifndef YETT_TLS_CREDENTIALS_REVIEW_H
#define YETT_TLS_CREDENTIALS_REVIEW_H

#include "policy/finding.h"
#include "tls/credentials.h"

/*
 * Add what the dates of keys, CAs and CRLs are to be warned of at `now`, in
 * seconds since 1970. Soon means: within 30 days, and less than a third of the
 * whole time is left, so that what is made for a day or a week is not always
 * soon.
 *
 * W209: it expires soon. W210: it is not valid now. W211: a CRL is due soon.
 * W222: a CA that is none. W223: one whose CRL is missing among others.
 */
void yett_credentials_review(const struct yett_credentials *credentials,
    int64_t now, struct yett_findings *findings);

/* The same for a certificate that is shown to upstreams: it was read from
 * `cert`, declared at `spot`, and holds between `from` and `to`. */
void yett_credentials_review_shown(const struct yett_spot *spot,
    struct yett_slice cert, int64_t from, int64_t to, int64_t now,
    struct yett_findings *findings);

/* Add W241 for each file of `trust` that cannot be used. */
void yett_credentials_review_problems(const struct yett_trust_store *store,
    const struct yett_trust *trust, struct yett_findings *findings);

#endif
