/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review_functions.h - reviews what the functions of a site may return: what
 * they ask in a handshake, and what they need later.
 */
#ifndef YETT_POLICY_REVIEW_FUNCTIONS_H
#define YETT_POLICY_REVIEW_FUNCTIONS_H

#include "policy/finding.h"

/* Add W213 about the functions of `site`. */
void yett_review_functions(const struct yett_site *site,
    struct yett_findings *findings);

#endif
