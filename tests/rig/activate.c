/* SPDX-License-Identifier: Apache-2.0 */
/*
 * activate.c - what systemd does for a service with a socket unit: activate
 * POLICY opens two TCP sockets on 127.0.0.1, as descriptors 3 and 4 named "web"
 * and "other", and becomes `yett run POLICY`.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int
open_socket(int want)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&in, sizeof(in)) != 0 ||
	    listen(fd, 128) != 0)
		return -1;
	return fd == want ? fd : dup2(fd, want);
}

int
main(int argc, char **argv)
{
	const char *build = getenv("TOP_BUILDDIR");
	char pid[24], program[4096];

	if (argc != 2 || build == NULL || open_socket(3) != 3 ||
	    open_socket(4) != 4)
		return 99;
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	snprintf(program, sizeof(program), "%s/yett", build);
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "2", 1);
	setenv("LISTEN_FDNAMES", "web:other", 1);
	execl(program, "yett", "run", argv[1], (char *)NULL);
	return 99;
}
