/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/tally.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESS_LEN 16
#define NETWORK_LEN 8

struct yett_tally_entry {
	struct yett_tally_entry *next; /* in its bucket */
	uint8_t key[ADDRESS_LEN];
	uint32_t count;
};

static void
write_key(const struct yett_address *client, uint8_t key[ADDRESS_LEN])
{
	static const uint8_t mapped[ADDRESS_LEN - 4] = { [10] = 0xff, 0xff };

	yett_address_mapped(client, key);
	if (memcmp(key, mapped, sizeof(mapped)) != 0)
		memset(key + NETWORK_LEN, 0, ADDRESS_LEN - NETWORK_LEN);
}

/* FNV-1a. That clients can choose what collides is bounded by the number of
 * connections. */
static uint32_t
hash_of(const uint8_t key[ADDRESS_LEN])
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < ADDRESS_LEN; i++)
		hash = (hash ^ key[i]) * UINT32_C(16777619);
	return hash;
}

/* The pointer to the entry of `key`, or to where it would hang. */
static struct yett_tally_entry **
find(struct yett_tally *tally, const uint8_t key[ADDRESS_LEN])
{
	struct yett_tally_entry **at =
	    &tally->bucket[hash_of(key) % YETT_TALLY_BUCKETS];

	while (*at != NULL && memcmp((*at)->key, key, ADDRESS_LEN) != 0)
		at = &(*at)->next;
	return at;
}

bool
yett_tally_add(struct yett_tally *tally, const struct yett_address *client,
    uint32_t most)
{
	struct yett_tally_entry **at;
	uint8_t key[ADDRESS_LEN];

	write_key(client, key);
	at = find(tally, key);
	if (*at == NULL) {
		*at = calloc(1, sizeof(**at));
		if (*at == NULL)
			return false;
		memcpy((*at)->key, key, sizeof(key));
	}
	if ((*at)->count >= most)
		return false;
	(*at)->count++;
	return true;
}

void
yett_tally_remove(struct yett_tally *tally, const struct yett_address *client)
{
	struct yett_tally_entry **at, *entry;
	uint8_t key[ADDRESS_LEN];

	write_key(client, key);
	at = find(tally, key);
	entry = *at;
	if (entry == NULL || --entry->count > 0)
		return;
	*at = entry->next;
	free(entry);
}

void
yett_tally_clear(struct yett_tally *tally)
{
	for (size_t i = 0; i < YETT_TALLY_BUCKETS; i++)
		while (tally->bucket[i] != NULL) {
			struct yett_tally_entry *entry = tally->bucket[i];

			tally->bucket[i] = entry->next;
			free(entry);
		}
}
