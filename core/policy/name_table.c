/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/name_table.h"

#include <stdlib.h>

#include "policy/hash.h"

#define FIRST_CAP 16

/* The hash is kept beside the name, so that a probe that is not the name
 * costs no look at the name's bytes, and growing costs no hashing. */
struct yett_name_slot {
	uint64_t hash;
	struct yett_slice name;
	void *thing; /* NULL: the slot is free */
};

void
yett_name_table_clear(struct yett_name_table *table)
{
	free(table->slot);
	*table = (struct yett_name_table){ NULL, 0, 0 };
}

static struct yett_name_slot *
free_slot(struct yett_name_slot *slot, uint32_t cap, uint64_t hash)
{
	uint32_t at = yett_hash_short(hash) & (cap - 1);

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
	slot = calloc(cap, sizeof(*slot));
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

void
yett_name_table_add(struct yett_name_table *table, struct yett_slice name,
    void *thing)
{
	uint64_t hash = yett_hash(YETT_HASH_START, name, false);

	*free_slot(table->slot, table->cap,
	    hash) = (struct yett_name_slot){ hash, name, thing };
	table->count++;
}

void *
yett_name_table_find(const struct yett_name_table *table,
    struct yett_slice name)
{
	uint64_t hash = yett_hash(YETT_HASH_START, name, false);
	uint32_t mask = table->cap - 1;

	if (table->cap == 0)
		return NULL;
	for (uint32_t at = yett_hash_short(hash) & mask;
	     table->slot[at].thing != NULL; at = (at + 1) & mask)
		if (table->slot[at].hash == hash &&
		    yett_slice_eq(table->slot[at].name, name))
			return table->slot[at].thing;
	return NULL;
}
