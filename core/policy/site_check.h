/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_check.h - contradictions between the parts of one site.
 *
 * A contradiction never loads: choosing one side would be a guess.
 */
#ifndef YETT_POLICY_SITE_CHECK_H
#define YETT_POLICY_SITE_CHECK_H

#include "base/status.h"
#include "policy/rules.h"

/*
 * Look for contradictions in `site`, in source order; `trust_count` is that of
 * its generation.
 *
 * YETT_E_POLICY: a site-level require with a weaker path; handshake "never"
 * with a site-level require or a client_hello function; identity without
 * require; a need without a trust; a header of `late` that is malformed or that
 * the gateway writes itself (framing, of one hop, Date, Content-Type, Yett-*).
 * YETT_E_ARGUMENT: a trust set that is not ascending or names no trust.
 */
YETT_MUST_USE
enum yett_status yett_site_check(const struct yett_site *site,
    uint32_t trust_count, struct yett_fault *fault);

#endif
