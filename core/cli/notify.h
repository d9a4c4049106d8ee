/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify.h - how the program is, told to the service manager that started it.
 *
 * The protocol of sd_notify(3): datagrams to the socket that NOTIFY_SOCKET
 * names. Without it all of this does nothing. Any thread; nobody is waited for.
 */
#ifndef YETT_CLI_NOTIFY_H
#define YETT_CLI_NOTIFY_H

#include <stdbool.h>
#include <time.h>

/* Send assignments, one a line: "READY=1\nSTATUS=...". */
void yett_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* That a reload begins; a READY=1 must follow. */
void yett_notify_reloading(void);

/* Whether WATCHDOG=1 is wanted of this process; `pause` is then half the time
 * within which it must come. */
bool yett_notify_watchdog(struct timespec *pause);

#endif
