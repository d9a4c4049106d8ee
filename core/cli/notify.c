/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
send_to(const char *path, const char *text, size_t len)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t path_len = strlen(path);
	int fd;

	if (path_len == 0 || path_len >= sizeof(to.sun_path))
		return;
	memcpy(to.sun_path, path, path_len);
	if (path[0] == '@') /* an abstract name */
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT,
	    (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_len));
	close(fd);
}

void
yett_notify(const char *format, ...)
{
	const char *path = getenv("NOTIFY_SOCKET");
	char text[512];
	va_list args;
	int len;

	if (path == NULL)
		return;
	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		send_to(path, text,
		    (size_t)len < sizeof(text) ? (size_t)len
					       : sizeof(text) - 1);
}

void
yett_notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	yett_notify("RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
	    (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

bool
yett_notify_watchdog(struct timespec *pause)
{
	const char *time = getenv("WATCHDOG_USEC"),
		   *pid = getenv("WATCHDOG_PID");
	unsigned long long half = time == NULL ? 0
					       : strtoull(time, NULL, 10) / 2;

	if (half == 0 || (pid != NULL && strtol(pid, NULL, 10) != getpid()))
		return false;
	pause->tv_sec = (time_t)(half / 1000000);
	pause->tv_nsec = (long)(half % 1000000) * 1000;
	return true;
}
