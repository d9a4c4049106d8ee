/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redirect_check.h - whether late needs are sent where they can be met.
 *
 * A late need that is sent to a site which does not ask for the certificate
 * either would come back late, and go round for ever.
 */
#ifndef YETT_POLICY_REDIRECT_CHECK_H
#define YETT_POLICY_REDIRECT_CHECK_H

#include "policy/site_table.h"

/*
 * Check `site` after all sites of `table` were derived. A target that no site
 * has by its name or by a "*.name" is somebody else's; a site with a
 * client_hello function answers for itself.
 * YETT_E_POLICY: a target does not ask; the fault tells.
 */
YETT_MUST_USE
enum yett_status yett_redirect_check(const struct yett_site_table *table,
    const struct yett_site *site, struct yett_fault *fault);

#endif
