/* SPDX-License-Identifier: Apache-2.0 */
#include "base/standard_error.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* Between a look at the room there is and the write that needs it. Nobody waits
 * for it: a terminal may take a part of a line and then stop. */
static pthread_mutex_t looking = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool torn; /* the last line was cut */

/* A pipe with room for less than PIPE_BUF bytes is not writable, poll(2) says;
 * one without a reader has POLLERR, and would raise SIGPIPE. */
static bool
has_room(void)
{
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };

	return poll(&room, 1, 0) == 1 && room.revents == POLLOUT;
}

static ssize_t
write_shared(const char *at, size_t len)
{
	ssize_t wrote = -1;

	if (pthread_mutex_trylock(&looking) != 0)
		return -1;
	if (has_room())
		wrote = write(STDERR_FILENO, at, len);
	pthread_mutex_unlock(&looking);
	return wrote;
}

/* There may be no other description: of another user's pipe or terminal,
 * without /proc, or when descriptors have run out. */
static ssize_t
write_to_reader(const char *at, size_t len)
{
	ssize_t wrote;
	int own;

	if (!has_room())
		return -1;
	own = open("/proc/self/fd/2",
	    O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (own < 0)
		return write_shared(at, len);
	wrote = write(own, at, len);
	close(own);
	return wrote;
}

static ssize_t
write_now(const char *at, size_t len)
{
	struct stat facts;

	if (fstat(STDERR_FILENO, &facts) != 0)
		return -1;
	if (S_ISREG(facts.st_mode)) /* its position is shared, too */
		return write(STDERR_FILENO, at, len);
	if (S_ISSOCK(facts.st_mode))
		return send(STDERR_FILENO, at, len,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
	return write_to_reader(at, len);
}

bool
yett_standard_error_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM"); /* device:inode */
	unsigned long long device, inode;
	struct stat facts;

	return stream != NULL &&
	    sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	    fstat(STDERR_FILENO, &facts) == 0 && facts.st_dev == device &&
	    facts.st_ino == inode;
}

bool
yett_standard_error_write(const char *line, size_t len)
{
	ssize_t wrote;

	if (atomic_load(&torn)) {
		if (write_now("\n", 1) != 1)
			return false;
		atomic_store(&torn, false);
	}
	wrote = write_now(line, len);
	if (wrote > 0 && (size_t)wrote < len)
		atomic_store(&torn, true);
	return wrote == (ssize_t)len;
}
