/* SPDX-License-Identifier: Apache-2.0 */
/*
 * derive.h - derives what the handshake of a site asks from its rules.
 *
 * There is no second chance after the handshake, so any rule that may need a
 * certificate makes the handshake ask for it.
 */
#ifndef YETT_POLICY_DERIVE_H
#define YETT_POLICY_DERIVE_H

#include "base/arena.h"
#include "base/status.h"
#include "policy/name_table.h"
#include "policy/rules.h"

/*
 * Set what `site` asks: `ask`, its levels, and what is asked of clients that
 * learned. The site passed
 * yett_site_check().
 *
 * "never" asks for nothing. "auto" asks when the site, a rule, or the request
 * function may need a certificate, for the trusts of all those. "always" asks
 * for the trusts of the site and of every rule. Only a require on the site
 * itself is enforced in the handshake; all else is asked as a request.
 *
 * All sets of trusts of the site, its rules' too, become the equal ones of
 * `sets`, which is shared by the sites of a draft and keeps what it lacks in
 * `arena`: of 100,000 sites that believe the same authorities a decision
 * reads the same few bytes, which are in the cache.
 *
 * YETT_E_POLICY: it would have to ask without any trust to name.
 * YETT_E_NOMEM: the site may be half done.
 */
YETT_MUST_USE
enum yett_status
yett_site_derive(struct yett_arena *arena, struct yett_name_table *sets,
    struct yett_site *site, struct yett_fault *fault);

#endif
