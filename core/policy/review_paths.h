/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review_paths.h - reviews which rule matches which path.
 */
#ifndef YETT_POLICY_REVIEW_PATHS_H
#define YETT_POLICY_REVIEW_PATHS_H

#include "policy/finding.h"

/* Whether there is a path that `rule` of `site` decides. */
bool
yett_review_matches(const struct yett_site *site, const struct yett_rule *rule);

/* Whether there is a path of `site` that none of its rules decides. */
bool yett_review_falls_back(const struct yett_site *site);

/* Add W205, W206 and W207 about the rules of `site`. */
void
yett_review_paths(const struct yett_site *site, struct yett_findings *findings);

#endif
