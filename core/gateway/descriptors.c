/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/descriptors.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"

/* An eighth is left alone, but neither too few nor more than ever needed. */
#define RESERVE_LEAST 8
#define RESERVE_MOST 256
/* Of the process: logs, files that are read, the threads beside the workers. */
#define WANTED_BESIDES 32

static int
reserve_of(int limit)
{
	int eighth = limit / 8;

	return eighth < RESERVE_LEAST ? RESERVE_LEAST
	    : eighth > RESERVE_MOST   ? RESERVE_MOST
				      : eighth;
}

struct yett_descriptors
yett_descriptors_look(void)
{
	struct rlimit limit;
	int most;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= INT_MAX)
		return (struct yett_descriptors){ INT_MAX, INT_MAX };
	most = (int)limit.rlim_cur;
	return (struct yett_descriptors){ most, most - reserve_of(most) };
}

int
yett_descriptors_lowest(int fd, const struct yett_descriptors *descriptors)
{
	int lowest = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (lowest < 0)
		return descriptors->limit;
	close(lowest);
	return lowest;
}

void
yett_descriptors_review(const struct yett_settings *settings, uint32_t sockets)
{
	struct rlimit limit;
	/* Each connection may need a link to an upstream at the same time. */
	uint64_t wanted = 2 * (uint64_t)settings->limits.connections + sockets +
	    WANTED_BESIDES;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return;
	yett_log(YETT_LOG_WARN, "descriptors-few",
	    "limit=%" PRIu64 " hard=%" PRIu64 " wanted=%" PRIu64
	    " connections=%" PRIu32
	    " cure=\"raise LimitNOFILE= or ulimit -n to what is wanted, or "
	    "lower limits.connections\"",
	    (uint64_t)limit.rlim_cur, (uint64_t)limit.rlim_max, wanted,
	    settings->limits.connections);
}
