/* SPDX-License-Identifier: Apache-2.0 */
/*
 * share.h - selects the clients to which a rule with `share` applies.
 *
 * A client is always in the same hundredth of a site's clients: by a hash of
 * the site's name and its address with a fixed key, so that neither a reload
 * nor another gateway changes it. A greater share contains every smaller one.
 * All rules of a site use the same hash, so that their shares overlap as far
 * as possible and few handshakes ask. Of an IPv6 address the first 64 bits
 * count, because one host has all of the rest.
 */
#ifndef YETT_POLICY_SHARE_H
#define YETT_POLICY_SHARE_H

#include "policy/facts.h"

/* Which hundredth of the clients of `site` this one is in: 0 to 99. */
uint32_t yett_share_of(const struct yett_site *site, const struct yett_ip *ip);

/* Whether a rule of `site` is for this client. */
bool yett_share_has(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_ip *ip);

/* What a rule needs of those that it is for: of nobody at 0 per cent. */
enum yett_need yett_share_need(const struct yett_rule *rule);

/* What a handshake of `site` with this client asks, without function. */
struct yett_ask
yett_site_ask(const struct yett_site *site, const struct yett_ip *ip);

#endif
