/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chain_review.h - whether clients can accept the certificates of sites.
 */
#ifndef YETT_TLS_CHAIN_REVIEW_H
#define YETT_TLS_CHAIN_REVIEW_H

#include "policy/finding.h"
#include "tls/credentials.h"

/*
 * Add what a client would find wrong with the chain of a site.
 *
 * W216: no DNS name of its certificate is the site's (RFC 6125, section 6.4).
 * W243: its extended key usage is not for servers.
 * W217: a certificate did not issue the one before it; a note where the issuer
 *       of a lone certificate can be fetched, and so is no root.
 */
void yett_chain_review(const struct yett_credentials *credentials,
    struct yett_findings *findings);

#endif
