/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket_pair.h - a connection without a network, both ends as the loop wants
 * them.
 */
#ifndef YETT_TESTS_SOCKET_PAIR_H
#define YETT_TESTS_SOCKET_PAIR_H

#include <stdbool.h>
#include <sys/socket.h>

/* False: descriptors are exhausted. */
static inline bool
socket_pair(int fd[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		   0, fd) == 0;
}

#endif
