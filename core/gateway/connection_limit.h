/* SPDX-License-Identifier: Apache-2.0 */
/*
 * connection_limit.h - how many connections there are, and each client address
 * has, of all workers.
 *
 * Connections are one atomic number. A worker that finds it at the limit waits:
 * it is woken with the next connection that ends, whichever worker had it.
 *
 * Addresses are in a hash table that owns its entries; an address without a
 * connection has none, so there are never more than connections. It has 256
 * parts, each with its lock, which is held for a look at one short chain, once
 * per connection that begins and once per one that ends; the hash is keyed, so
 * that nobody can choose what is in a chain. Of IPv6 the network of 64 bits
 * counts: one host has as many addresses of it as it likes. Without memory for
 * an entry the connection is refused.
 *
 * Any thread.
 */
#ifndef YETT_GATEWAY_CONNECTION_LIMIT_H
#define YETT_GATEWAY_CONNECTION_LIMIT_H

#include "io/address.h"
#include "io/loop.h"

struct yett_connection_limit; /* opaque */

/* Who waits for room. All zero waits for nothing. */
struct yett_connection_limit_waiter {
	struct yett_list node;
	struct yett_wakeup *wakeup; /* of his loop; lent while he waits */
};

/* YETT_E_NOMEM, YETT_E_TLS: no memory, no random key. */
YETT_MUST_USE
enum yett_status yett_connection_limit_new(struct yett_connection_limit **out,
    struct yett_fault *fault);

/* Nobody waits. NULL is fine. */
void yett_connection_limit_free(struct yett_connection_limit *limit);

/* Count one more connection. False: there are `most`. */
YETT_MUST_USE
bool
yett_connection_limit_enter(struct yett_connection_limit *limit, uint32_t most);

/* Count one less, and wake who waits. */
void yett_connection_limit_leave(struct yett_connection_limit *limit);

/* Be woken, once, when there may be room. False: there are less than `most`
 * already, and nobody waits. */
YETT_MUST_USE
bool yett_connection_limit_await(struct yett_connection_limit *limit,
    struct yett_connection_limit_waiter *waiter, uint32_t most);

/* Wait no more. Harmless for who does not. */
void yett_connection_limit_forget(struct yett_connection_limit *limit,
    struct yett_connection_limit_waiter *waiter);

/* Count one more of `client`. False: it has `most` already, or memory is out.
 */
YETT_MUST_USE
bool yett_connection_limit_add(struct yett_connection_limit *limit,
    const struct yett_address *client, uint32_t most);

/* Count one less, of what was added. */
void yett_connection_limit_remove(struct yett_connection_limit *limit,
    const struct yett_address *client);

#endif
