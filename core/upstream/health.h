/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health.h - whether one address of an upstream is worth trying.
 *
 * Learned from the requests that go there. What cannot be reached is left out
 * at once, what does not answer after YETT_HEALTH_STRIKES times in a row; for a
 * second at first, then twice as long with each trial that fails, up to
 * YETT_HEALTH_LONGEST_S, each time a fifth more or less. When that time is over
 * one request is let through.
 *
 * Shared by all workers, without a lock; knows no clock. Nanoseconds of a
 * monotonic clock.
 */
#ifndef YETT_UPSTREAM_HEALTH_H
#define YETT_UPSTREAM_HEALTH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define YETT_HEALTH_STRIKES 3
#define YETT_HEALTH_LONGEST_S 60

/* All zero: healthy. */
struct yett_health {
	_Atomic uint64_t retry_at; /* when to try again; 0: it is up */
	atomic_uint strikes;       /* bad answers in a row */
	atomic_uint trials;        /* that failed since it went down */
};

enum yett_health_state {
	YETT_HEALTH_UP,
	YETT_HEALTH_DUE,  /* to be tried by whoever claims it */
	YETT_HEALTH_DOWN, /* to be left out */
};

/* How a request failed. */
enum yett_health_blow {
	YETT_BLOW_UNREACHABLE, /* nothing could be sent */
	YETT_BLOW_ANSWER,      /* none in time, or none that can be used */
};

/* What to do with it at `now`. */
enum yett_health_state
yett_health_state(const struct yett_health *health, uint64_t now);

/* When a trial is due; 0: it is up. */
uint64_t yett_health_retry_at(const struct yett_health *health);

/*
 * It is DUE: be the one that tries. False: somebody else does. Should nothing
 * come of it, the next trial is due after as long again.
 */
bool yett_health_claim(struct yett_health *health, uint64_t now);

/*
 * A request failed there; `is_trial` if it was let through for that. `chance`
 * is any number, from which the time gets its jitter. True: with this it went
 * down.
 */
bool yett_health_fail(struct yett_health *health, enum yett_health_blow blow,
    bool is_trial, uint64_t now, uint32_t chance);

/* A request was answered. True: with this it came up again. */
bool yett_health_answer(struct yett_health *health);

#endif
