/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addresses.h - the endpoints of one target, as its name was resolved last.
 *
 * Counted, and shared by all workers and by all generations that name the
 * target: an address that stays keeps its health and its links. The list is
 * replaced as a whole under a lock; a version that grows tells workers to look
 * again, so that a request costs one load.
 */
#ifndef YETT_UPSTREAM_ADDRESSES_H
#define YETT_UPSTREAM_ADDRESSES_H

#include "upstream/endpoint.h"
#include "upstream/lookup.h"

/* Addresses of one name; more are not tried. */
#define YETT_ADDRESSES_MOST YETT_LOOKUP_MOST

struct yett_addresses; /* opaque */

/*
 * Resolve the name of `target`, to which a reference is taken. The result has
 * one reference. A name without an address, or whose resolver takes too long,
 * has no endpoints: yett_addresses_lacks() tells why.
 * YETT_E_LIMIT: it was abandoned.
 */
YETT_MUST_USE
enum yett_status
yett_addresses_new(struct yett_addresses **out, struct yett_target *target,
    const struct yett_lookup_env *env, struct yett_fault *fault);

/* Whether there is no endpoint, since nobody could resolve the name so far;
 * *why is then what the first attempt found, and lives as long as the
 * addresses.
 */
bool yett_addresses_lacks(struct yett_addresses *addresses, const char **why);

struct yett_addresses *yett_addresses_ref(struct yett_addresses *addresses);

/* Release and forget. NULL inside is fine. */
void yett_addresses_unref(struct yett_addresses **addresses);

const struct yett_target *
yett_addresses_target(const struct yett_addresses *addresses);

/*
 * Resolve again, if there is a name to resolve; blocks, so never in a worker.
 * What fails keeps the addresses there are; that, its end, and new addresses
 * are told in the log.
 */
void
yett_addresses_refresh(struct yett_addresses *addresses, yett_resolve *resolve);

/* Grows when the list changes. */
uint32_t yett_addresses_version(const struct yett_addresses *addresses);

/* The endpoints, each with a reference for the caller, and of which version
 * they are; returns how many. */
uint32_t yett_addresses_take(struct yett_addresses *addresses,
    struct yett_endpoint *out[YETT_ADDRESSES_MOST], uint32_t *version);

/* An upstream has a limit of connections: links to all endpoints, also to those
 * that come later, count while they are idle, too. */
void yett_addresses_limit(struct yett_addresses *addresses);

/* How many of its endpoints are up, or down. */
uint32_t yett_addresses_count(struct yett_addresses *addresses, bool down);

#endif
