/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver.h - a thread that resolves the names of upstreams again.
 *
 * The policy in force sets the interval; names without any address are tried
 * each second. The system's resolver may block for long: that is why no worker
 * does this, and why stopping does not wait for it.
 */
#ifndef YETT_GATEWAY_RESOLVER_H
#define YETT_GATEWAY_RESOLVER_H

#include "rollout/current.h"

struct yett_resolver; /* opaque; Shared */

/* `current` is lent until yett_resolver_stop(). YETT_E_SYSTEM: no thread. */
YETT_MUST_USE
enum yett_status yett_resolver_start(struct yett_resolver **out,
    struct yett_current *current, struct yett_fault *fault);

/* Another policy is in force, whose names are resolved now: a load takes over
 * what was known of them. NULL is fine. */
void yett_resolver_wake(struct yett_resolver *resolver);

/* Takes and nulls it. Waits a moment; a thread that hangs in the system's
 * resolver ends by itself, later. NULL inside is fine. */
void yett_resolver_stop(struct yett_resolver **resolver);

#endif
