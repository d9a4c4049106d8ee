/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roster.h - the endpoints of one target, as its name was resolved last.
 *
 * Counted, and shared by all workers and by all generations that name the
 * target: an address that stays keeps its health and its links. The list is
 * replaced as a whole under a lock; a version that grows tells workers to look
 * again, so that a request costs one load.
 */
#ifndef YETT_UPSTREAM_ROSTER_H
#define YETT_UPSTREAM_ROSTER_H

#include "upstream/endpoint.h"

#define YETT_ROSTER_MOST 8 /* addresses of one name; more are not tried */

struct yett_roster; /* opaque */

/* How a name is resolved. */
typedef __typeof__(yett_address_resolve) yett_resolve;

/*
 * Resolve the name of `target`, to which a reference is taken. The result has
 * one reference. Blocks for as long as the resolver does.
 * YETT_E_NOT_FOUND: it has no address.
 */
YETT_MUST_USE
enum yett_status
yett_roster_new(struct yett_roster **out, struct yett_target *target,
    yett_resolve *resolve, struct yett_fault *fault);

struct yett_roster *yett_roster_ref(struct yett_roster *roster);

/* Release and forget. NULL inside is fine. */
void yett_roster_unref(struct yett_roster **roster);

const struct yett_target *yett_roster_target(const struct yett_roster *roster);

/*
 * Resolve again, if there is a name to resolve; blocks, so never in a worker.
 * What fails keeps the addresses there are; that, its end, and new addresses
 * are told in the log.
 */
void yett_roster_refresh(struct yett_roster *roster, yett_resolve *resolve);

/* Grows when the list changes. */
uint32_t yett_roster_version(const struct yett_roster *roster);

/* The endpoints, each with a reference for the caller, and of which version
 * they are; returns how many, at least 1. */
uint32_t yett_roster_take(struct yett_roster *roster,
    struct yett_endpoint *out[YETT_ROSTER_MOST], uint32_t *version);

/* An upstream has a limit of connections: links to all endpoints, also to those
 * that come later, count while they are idle, too. */
void yett_roster_limit(struct yett_roster *roster);

/* How many of its endpoints are up, or down. */
uint32_t yett_roster_count(struct yett_roster *roster, bool down);

#endif
