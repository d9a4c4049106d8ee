/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - how many connections each client address has.
 *
 * A small hash table that owns its entries; an address without a connection
 * has none. Of IPv6 the network of 64 bits counts: one host has as many
 * addresses of it as it likes. Worker-owned.
 */
#ifndef YETT_GATEWAY_TALLY_H
#define YETT_GATEWAY_TALLY_H

#include "io/address.h"

#define YETT_TALLY_BUCKETS 1024

struct yett_tally_entry;

/* All zero is empty. */
struct yett_tally {
	struct yett_tally_entry *bucket[YETT_TALLY_BUCKETS];
};

/* Count one more. False: it has `most` already, or memory is out. */
bool yett_tally_add(struct yett_tally *tally, const struct yett_address *client,
    uint32_t most);

/* Count one less, of what was added. */
void
yett_tally_remove(struct yett_tally *tally, const struct yett_address *client);

/* Forget all. */
void yett_tally_clear(struct yett_tally *tally);

#endif
