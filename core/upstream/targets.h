/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets.h - the upstreams of one generation, ready to connect.
 *
 * Opened with the generation: texts are taken apart, names resolved, and what
 * https needs is read. What the generation before named on the same terms is
 * shared with it. Frozen, but that addresses change.
 */
#ifndef YETT_UPSTREAM_TARGETS_H
#define YETT_UPSTREAM_TARGETS_H

#include "policy/finding.h"
#include "policy/generation.h"
#include "upstream/addresses.h"

/* What one `upstream` of the policy names. */
struct yett_upstream_targets {
	struct yett_addresses **addresses;
	uint32_t count; /* at least 1 */
	struct yett_link_limits limits;
};

struct yett_targets;

/* What targets are opened with; lent for the call. */
struct yett_targets_env {
	/* Must outlive the result. NULL: nothing will be connected, and any
	 * application may be named. */
	const struct yett_apps *apps;
	const struct yett_targets *previous; /* may be NULL */
	struct yett_lookup_env lookup;
	struct yett_crl_store *lists; /* of https upstreams; may be NULL */
	/* Gets each target that cannot be opened as E502, the first 20; NULL:
	 * the first one ends it. */
	struct yett_findings *findings;
};

/*
 * YETT_E_POLICY:    a target is malformed, or names no application; a file
 *                   does not hold what it shall.
 * YETT_E_NOT_FOUND: a file is not there.
 * YETT_E_SYSTEM, YETT_E_LIMIT, YETT_E_TLS: a file cannot be used.
 * YETT_E_LIMIT: it was abandoned.
 * The fault's `where` is the place of the upstream.
 *
 * Blocks for names that the generation before did not have, as long as the
 * look-up may: never in a worker. A name without an address is no failure:
 * yett_targets_review() warns of it, and requests to it fail until
 * yett_targets_refresh() finds one. A name that was known before is taken over
 * with what is known of it.
 */
YETT_MUST_USE
enum yett_status
yett_targets_open(struct yett_targets **out, const struct yett_generation *gen,
    const struct yett_targets_env *env, struct yett_fault *fault);
void yett_targets_close(struct yett_targets *targets);

/* Add what the dates of the certificates that are shown to servers are to be
 * warned of, as yett_credentials_review() does, names that have no address, and
 * applications that another program than `yett run` must have. `now` in seconds
 * since 1970. */
void yett_targets_review(const struct yett_targets *targets,
    const struct yett_generation *gen, int64_t now,
    struct yett_findings *findings);

/* Resolve all names again; blocks. `is_stopped` is asked before each. */
void yett_targets_refresh(const struct yett_targets *targets,
    yett_resolve *resolve, bool (*is_stopped)(void *arg), void *arg);

/* The same for those that have no address yet; false: there are none left. */
bool yett_targets_refresh_lacking(const struct yett_targets *targets,
    yett_resolve *resolve, bool (*is_stopped)(void *arg), void *arg);

/* Log the names that have no address yet. */
void yett_targets_tell(const struct yett_targets *targets);

/* Between which seconds since 1970 the certificate holds that upstream `index`
 * is shown; false: none is. */
bool yett_targets_shown(const struct yett_targets *targets, uint32_t index,
    int64_t *from, int64_t *to);

/* How many addresses there are that are up, or down. */
uint32_t yett_targets_count(const struct yett_targets *targets, bool down);

/* Unique in the process. */
uint64_t yett_targets_id(const struct yett_targets *targets);

/* By yett_upstream.index of the same generation. Never NULL. */
const struct yett_upstream_targets *
yett_targets_of(const struct yett_targets *targets, uint32_t index);

#endif
