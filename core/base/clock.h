/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - the clocks: for waiting, for calendars, for budgets.
 */
#ifndef YETT_BASE_CLOCK_H
#define YETT_BASE_CLOCK_H

#include <stdint.h>

#define YETT_NS_PER_S UINT64_C(1000000000)
#define YETT_NS_PER_MS UINT64_C(1000000)

/* Nanoseconds of CLOCK_MONOTONIC: for deadlines and durations. */
uint64_t yett_clock_monotonic(void);

/* The same clock as of its last tick, some milliseconds ago at the most: for
 * what happens often and needs to know only which second it is. */
uint64_t yett_clock_coarse(void);

/* Nanoseconds since 1970-01-01 UTC: for dates of certificates and logs. */
uint64_t yett_clock_wall(void);

/* Nanoseconds of CPU that this thread used: for budgets, which waiting for a
 * turn on a busy machine must not spend. */
uint64_t yett_clock_cpu(void);

#endif
