/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_table.h - a hash table from names to objects, for as many names as a
 * policy declares.
 *
 * Open addressing; it grows while a draft is written and is only read
 * afterwards. Owns its slots, not the names and not the objects. All zero is a
 * valid empty table. Names come from the author; a client only chooses what is
 * looked up, so it cannot lengthen a chain.
 */
#ifndef YETT_POLICY_NAME_TABLE_H
#define YETT_POLICY_NAME_TABLE_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

struct yett_name_table {
	struct yett_name_slot *slot; /* NULL while cap is 0 */
	uint32_t cap;                /* a power of two */
	uint32_t count;
};

/* Free the table, not what it names; it is empty and usable. */
void yett_name_table_clear(struct yett_name_table *table);

/* Room for one more name. YETT_E_NOMEM: nothing changed. */
YETT_MUST_USE
enum yett_status yett_name_table_reserve(struct yett_name_table *table);

/*
 * Add a name of less than 16 MiB that is not there; yett_name_table_reserve()
 * made room. The name's bytes are lent for as long as the table lives.
 */
void yett_name_table_add(struct yett_name_table *table, struct yett_slice name,
    void *thing);

/*
 * The same for a thing whose finder goes on to read the `len` bytes at
 * `beside`: the processor begins to fetch the first of them together with the
 * thing, not after it.
 */
void yett_name_table_add_with(struct yett_name_table *table,
    struct yett_slice name, void *thing, const void *beside, size_t len);

/* NULL: not there. */
void *yett_name_table_find(const struct yett_name_table *table,
    struct yett_slice name);

#endif
