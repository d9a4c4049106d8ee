/* SPDX-License-Identifier: Apache-2.0 */
/*
 * review.h - finds what a policy does although its author may not have meant
 * it.
 *
 * Queries the frozen generation with the functions that decide: which rule
 * matches a path, what a handshake asks. So its findings are what will happen.
 */
#ifndef YETT_POLICY_REVIEW_H
#define YETT_POLICY_REVIEW_H

#include "policy/finding.h"
#include "policy/generation.h"

/*
 * Add what is to be said about the rules of `gen`, which the list then borrows
 * from. Pure but for `findings` and the date of today; any thread.
 *
 * W201: a rule whose certificate no handshake asks for: every client is late.
 *       A note where `late` says what is to become of it.
 * W202: asking makes browsers show their picker on public paths; once a site.
 * W205: a rule that never matches.        W206: one that changes nothing.
 * W207: globs that cross.                 W208: an identity nobody can have.
 * W212: a trust without revocation lists. W225: a shadow whose date has come.
 * W213: a need that may be late because of what a function may say; a note
 *       where all rules that it concerns have `late`.
 * W229: everybody may say whose connections he forwards.
 * W218, W219: preflights that are refused, or reach nothing; once a site.
 * E121: a late need that is redirected in a circle: the policy is wrong.
 */
void
yett_review(const struct yett_generation *gen, struct yett_findings *findings);

#endif
