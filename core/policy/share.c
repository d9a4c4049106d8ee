/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/share.h"

#include "base/siphash.h"

#define NAME_MOST 256 /* of a site; canonical names are shorter */
#define NETWORK 8     /* bytes of an IPv6 address that name a network */

/* Nothing up the sleeve, and never to be changed: it would choose others. */
static const uint8_t share_key[YETT_SIPHASH_KEY_LEN] = "yett share of 1";

static bool
is_ipv4(const struct yett_ip *ip)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(ip->byte, mapped, sizeof(mapped)) == 0;
}

uint32_t
yett_share_of(const struct yett_site *site, const struct yett_ip *ip)
{
	char bytes[NAME_MOST + sizeof(ip->byte)];
	size_t len = site->name.len < NAME_MOST ? site->name.len : NAME_MOST;
	size_t count = is_ipv4(ip) ? sizeof(ip->byte) : NETWORK;
	uint64_t hash;

	memcpy(bytes, ip->byte, count);
	memcpy(bytes + count, site->name.at, len);
	hash = yett_siphash(share_key,
	    (struct yett_slice){ bytes, count + len });
	return (uint32_t)((hash >> 32) * 100 >> 32);
}

bool
yett_share_has(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_ip *ip)
{
	return rule->spared == 0 ||
	    yett_share_of(site, ip) < 100 - rule->spared;
}

enum yett_need
yett_share_need(const struct yett_rule *rule)
{
	return rule->spared < 100 ? rule->need : YETT_NEED_NONE;
}

struct yett_ask
yett_site_ask(const struct yett_site *site, const struct yett_ip *ip)
{
	uint32_t hundredth, i = 0;

	if (site->level_count == 0)
		return site->ask;
	hundredth = yett_share_of(site, ip);
	while (i + 1 < site->level_count && hundredth >= site->level[i].below)
		i++;
	return site->level[i].ask;
}
