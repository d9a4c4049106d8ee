/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redirect_check.h - whether redirects of late needs lead to a site that asks.
 *
 * A late need redirected to a site that does not ask for the certificate
 * either would come back late, and go round for ever.
 */
#ifndef YETT_POLICY_REDIRECT_CHECK_H
#define YETT_POLICY_REDIRECT_CHECK_H

#include "policy/finding.h"
#include "policy/generation.h"

/*
 * Look at `site` of `gen` and add an error, E121, for each rule whose target
 * does not ask. A target that no site has by its name or by a "*.name" is
 * somebody else's; a site with a client_hello function answers for itself.
 */
void yett_redirect_check(const struct yett_generation *gen,
    const struct yett_site *site, struct yett_findings *findings);

#endif
