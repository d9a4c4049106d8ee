/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renewal.h - what is logged about certificates and lists that end, or were
 * renewed.
 */
#ifndef YETT_GATEWAY_RENEWAL_H
#define YETT_GATEWAY_RENEWAL_H

#include "rollout/terms.h"

/* Log what holds for another time in `now` than in `before`, which were made of
 * the same text. */
void yett_renewal_tell(const struct yett_rollout *before,
    const struct yett_rollout *now);

/* What was logged about the terms of one generation. All zero is valid. One
 * thread at a time. */
struct yett_renewal_watch {
	uint64_t generation;
	int64_t next; /* seconds since 1970 */
	uint8_t *stage;
	size_t count;
};

/* Log, once each, what has less than 30, 7 and 1 days left, or a third of its
 * time if that is less, and what has ended. Call once a second; `now` in
 * seconds since 1970. */
void yett_renewal_tend(struct yett_renewal_watch *watch,
    const struct yett_rollout *rollout, int64_t now);
void yett_renewal_clear(struct yett_renewal_watch *watch);

#endif
