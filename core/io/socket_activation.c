/* SPDX-License-Identifier: Apache-2.0 */
#include "io/socket_activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/socket.h"

#define FIRST_FD 3
#define FDS_MOST 1024

/* The whole of a variable as a number; -1: it is none. */
static long
number_of(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long number;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return *end == '\0' && errno == 0 ? number : -1;
}

/* How many descriptors are for this process. */
static long
count_handed(void)
{
	long count = number_of("LISTEN_FDS");

	return number_of("LISTEN_PID") == (long)getpid() && count > 0 &&
		count <= FDS_MOST
	    ? count
	    : 0;
}

static const char *
names_handed(void)
{
	const char *names = getenv("LISTEN_FDNAMES");

	return names == NULL ? "" : names;
}

/* Take the next name off the list. */
static struct yett_slice
next_name(const char **names)
{
	size_t len = strcspn(*names, ":");
	struct yett_slice name = { *names, len };

	*names += len;
	if (**names == ':')
		(*names)++;
	return name;
}

/* The descriptor of this name whose turn it is; -1: there is none. */
static int
find(struct yett_slice name, uint32_t turn)
{
	long count = count_handed();
	uint32_t matches = 0;

	for (int pass = 0; pass < 2; pass++) {
		const char *names = names_handed();
		uint32_t seen = 0;

		for (long i = 0; i < count; i++) {
			if (!yett_slice_eq(next_name(&names), name))
				continue;
			if (pass == 1 && seen == turn % matches)
				return FIRST_FD + (int)i;
			seen++;
		}
		matches = seen;
		if (matches == 0)
			break;
	}
	return -1;
}

static bool
is_listening(int fd)
{
	int listens = 0, type = 0;
	socklen_t len = sizeof(listens);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) != 0 ||
	    listens == 0)
		return false;
	len = sizeof(type);
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_STREAM;
}

enum yett_status
yett_socket_activation_open(int *out, struct yett_slice name, uint32_t turn,
    struct yett_address *bound, struct yett_fault *fault)
{
	int handed = find(name, turn), fd, flags = -1;

	if (handed < 0 && count_handed() == 0)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "no socket was handed to this process, so none is \"%.*s\"",
		    YETT_ARG(name));
	if (handed < 0)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "no socket named \"%.*s\" was handed to this process; "
		    "there are: %s",
		    YETT_ARG(name), names_handed());
	yett_socket_local(handed, bound);
	if (!is_listening(handed) ||
	    (bound->storage.ss_family != AF_INET &&
		bound->storage.ss_family != AF_INET6))
		return yett_fail(fault, YETT_E_SYSTEM,
		    "what was handed over as \"%.*s\" is no TCP socket that "
		    "listens",
		    YETT_ARG(name));
	fd = fcntl(handed, F_DUPFD_CLOEXEC, 0);
	if (fd >= 0)
		flags = fcntl(fd, F_GETFL);
	/* One that blocks would stop its worker. */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		enum yett_status status = yett_fail_errno(fault, errno,
		    "cannot use the socket \"%.*s\"", YETT_ARG(name));

		yett_socket_close(&fd);
		return status;
	}
	*out = fd;
	return YETT_OK;
}
