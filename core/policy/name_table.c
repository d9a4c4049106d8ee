/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/name_table.h"

#include <stdlib.h>

#include "base/pages.h"
#include "policy/hash.h"

#define FIRST_CAP 16
#define CACHE_LINE 64
#define LINES_MOST 20 /* a processor waits for about as many at once */

/*
 * Half a line of a cache with all that a look-up waits for: the name's bytes,
 * the thing and what is beside it are fetched at once. The hash tells most
 * other names without a look at their bytes, and saves hashing when growing.
 */
struct yett_name_slot {
	uint32_t hash;
	uint32_t len : 24, lines : 8; /* of the name; of what is beside */
	const char *name;
	void *thing; /* NULL: the slot is free */
	const char *beside;
};

void
yett_name_table_clear(struct yett_name_table *table)
{
	free(table->slot);
	*table = (struct yett_name_table){ NULL, 0, 0 };
}

static struct yett_name_slot *
free_slot(struct yett_name_slot *slot, uint32_t cap, uint32_t hash)
{
	uint32_t at = hash & (cap - 1);

	while (slot[at].thing != NULL)
		at = (at + 1) & (cap - 1);
	return &slot[at];
}

enum yett_status
yett_name_table_reserve(struct yett_name_table *table)
{
	uint32_t cap = table->cap == 0 ? FIRST_CAP : table->cap * 2;
	struct yett_name_slot *slot;

	if (table->count < table->cap / 2)
		return YETT_OK;
	if (cap > UINT32_MAX / 4)
		return YETT_E_NOMEM;
	slot = yett_pages_alloc(cap * sizeof(*slot));
	if (slot == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < table->cap; i++)
		if (table->slot[i].thing != NULL)
			*free_slot(slot, cap,
			    table->slot[i].hash) = table->slot[i];
	free(table->slot);
	table->slot = slot;
	table->cap = cap;
	return YETT_OK;
}

static uint32_t
hash_of(struct yett_slice name)
{
	return yett_hash_short(yett_hash(YETT_HASH_START, name, false));
}

void
yett_name_table_add_with(struct yett_name_table *table, struct yett_slice name,
    void *thing, const void *beside, size_t len)
{
	size_t lines = (len + CACHE_LINE - 1) / CACHE_LINE;
	uint32_t hash = hash_of(name);

	*free_slot(table->slot, table->cap, hash) = (struct yett_name_slot){
		.hash = hash,
		.len = name.len & 0xffffff,
		.lines = lines < LINES_MOST ? (uint8_t)lines : LINES_MOST,
		.name = name.at,
		.thing = thing,
		.beside = beside,
	};
	table->count++;
}

void
yett_name_table_add(struct yett_name_table *table, struct yett_slice name,
    void *thing)
{
	yett_name_table_add_with(table, name, thing, NULL, 0);
}

void *
yett_name_table_find(const struct yett_name_table *table,
    struct yett_slice name)
{
	uint32_t hash = hash_of(name);
	uint32_t mask = table->cap - 1;

	if (table->cap == 0)
		return NULL;
	for (uint32_t at = hash & mask; table->slot[at].thing != NULL;
	     at = (at + 1) & mask) {
		const struct yett_name_slot *slot = &table->slot[at];

		if (slot->hash != hash || slot->len != name.len)
			continue;
		for (uint32_t i = 0; i < slot->lines; i++)
			__builtin_prefetch(slot->beside + i * CACHE_LINE);
		if (memcmp(slot->name, name.at, name.len) == 0)
			return slot->thing;
	}
	return NULL;
}
