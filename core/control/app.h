/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - connections to a libmicrohttpd daemon inside this process.
 *
 * Implements yett_mhd.h, whose comments are the contract. Knows nothing of
 * requests: it makes socket pairs and gives one end to the daemon. Any thread.
 */
#ifndef YETT_CONTROL_APP_H
#define YETT_CONTROL_APP_H

#include <stdbool.h>

#include "base/status.h"

struct MHD_Daemon;
struct yett_address;

/*
 * Why connections cannot be given to `daemon`, or NULL; static text.
 *
 * It must poll in a thread of its own: libmicrohttpd 0.9.75 otherwise processes
 * a new connection in the calling thread, without a lock. And it must not use
 * epoll: MHD_epoll() of 0.9.75 and of 1.0.1, when it got as many events as it
 * has room for, 128, waits again before it looks at any, without end, having
 * read what told it to end.
 */
const char *yett_app_unfit(struct MHD_Daemon *daemon);

/*
 * Connect to `daemon`, a struct MHD_Daemon that runs, which is told that its
 * client is at `client`: the `open` of a struct yett_app. Does not wait. The
 * caller owns the nonblocking socket.
 *
 * YETT_E_LIMIT: descriptors are exhausted, or the daemon takes no more.
 */
YETT_MUST_USE
enum yett_status yett_app_open(void *daemon, int *out,
    const struct yett_address *client, struct yett_fault *fault);

#endif
