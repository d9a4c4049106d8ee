/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review_preflights.h - reviews CORS preflights, which never carry a
 * certificate: W218 if a site lets some pass and refuses others without saying
 * so, W219 if none reaches the path that would let it pass.
 */
#ifndef YETT_POLICY_REVIEW_PREFLIGHTS_H
#define YETT_POLICY_REVIEW_PREFLIGHTS_H

#include "policy/finding.h"

/* Add what is found about one site, once each. */
void yett_review_preflights(const struct yett_site *site,
    struct yett_findings *findings);

#endif
