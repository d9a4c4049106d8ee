/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

static uint64_t
read_clock(clockid_t id)
{
	struct timespec now;

	if (clock_gettime(id, &now) != 0)
		return 0;
	return (uint64_t)now.tv_sec * YETT_NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t
yett_clock_monotonic(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
yett_clock_coarse(void)
{
	return read_clock(CLOCK_MONOTONIC_COARSE);
}

uint64_t
yett_clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

uint64_t
yett_clock_cpu(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}
