/* SPDX-License-Identifier: Apache-2.0 */
/*
 * descriptors.h - how many file descriptors the process may have, and how many
 * of these connections leave alone.
 *
 * The kernel gives the lowest number that is free, so that a number tells how
 * many are taken below it. Those that connections leave alone are for what
 * clients that are in need: links to upstreams, files. Any thread.
 */
#ifndef YETT_GATEWAY_DESCRIPTORS_H
#define YETT_GATEWAY_DESCRIPTORS_H

#include "policy/rules.h"

/* Of the limit, and of what connections may take of it. INT_MAX: no limit. */
struct yett_descriptors {
	int limit, ceiling;
};

/* One system call; the limit may be changed from outside. */
struct yett_descriptors yett_descriptors_look(void);

/* The lowest number that is free, or the limit: none is. Two system calls;
 * `fd` is any that is open. */
int yett_descriptors_lowest(int fd, const struct yett_descriptors *descriptors);

/* Warn (descriptors-few) when the limit is below what all connections that
 * `settings` let in may need, with `sockets` of the workers. */
void
yett_descriptors_review(const struct yett_settings *settings, uint32_t sockets);

#endif
