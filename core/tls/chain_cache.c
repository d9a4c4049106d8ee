/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/chain_cache.h"

#include <stdlib.h>
#include <string.h>

/* Entries with the same place; the older of them is pushed out. */
#define WAYS 2
#define SETS (YETT_CHAIN_CACHE_ENTRIES / WAYS)

struct entry {
	struct yett_chain_cache_key key;
	struct yett_trust_result result; /* valid_until 0: empty */
};

struct yett_chain_cache {
	struct entry entry[SETS][WAYS]; /* the newest of a set first */
};

struct yett_chain_cache *
yett_chain_cache_new(void)
{
	return calloc(1, sizeof(struct yett_chain_cache));
}

void
yett_chain_cache_free(struct yett_chain_cache *cache)
{
	free(cache);
}

/* Digests are spread well: their first bytes are as good as any hash. */
static size_t
set_of(const struct yett_chain_cache_key *key)
{
	size_t chain, store;

	memcpy(&chain, key->chain, sizeof(chain));
	memcpy(&store, key->store, sizeof(store));
	return (chain ^ store) % SETS;
}

bool
yett_chain_cache_find(const struct yett_chain_cache *cache,
    const struct yett_chain_cache_key *key, int64_t now,
    struct yett_trust_result *out)
{
	const struct entry *entry = cache->entry[set_of(key)];

	for (int i = 0; i < WAYS; i++) {
		if (now < entry[i].result.valid_until &&
		    memcmp(&entry[i].key, key, sizeof(*key)) == 0) {
			*out = entry[i].result;
			return true;
		}
	}
	return false;
}

void
yett_chain_cache_keep(struct yett_chain_cache *cache,
    const struct yett_chain_cache_key *key,
    const struct yett_trust_result *result)
{
	struct entry *entry = cache->entry[set_of(key)];

	if (result->verification != YETT_VERIFIED)
		return;
	if (memcmp(&entry[0].key, key, sizeof(*key)) != 0)
		memmove(&entry[1], &entry[0], (WAYS - 1) * sizeof(*entry));
	entry[0] = (struct entry){ *key, *result };
}
