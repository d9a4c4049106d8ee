/* SPDX-License-Identifier: Apache-2.0 */
/*
 * foreground.h - runs a started gateway until a signal ends it.
 *
 * The library leaves signals alone; here the program handles them: SIGTERM and
 * SIGINT drain, a second one stops at once, SIGHUP reloads, SIGUSR1 reopens
 * access logs that were moved away. The service manager is notified.
 */
#ifndef YETT_CLI_FOREGROUND_H
#define YETT_CLI_FOREGROUND_H

#include <stdbool.h>

#include "yett.h"

/* Block SIGHUP, SIGUSR1, SIGPIPE and SIGXFSZ, as below, before the first policy
 * is loaded. */
void yett_foreground_block_reload(void);

/*
 * Block SIGTERM, SIGINT, SIGHUP, SIGUSR1, and the two that a write can raise,
 * SIGPIPE and SIGXFSZ, in this thread and those that it will make. Call before
 * a gateway is started; until then, signals end the program as usual.
 */
void yett_foreground_block_signals(void);

/* Whether a blocked SIGTERM or SIGINT waits to be taken. */
bool yett_foreground_is_ending(void);

/*
 * Wait for signals and do what they say; returns once the gateway is stopped.
 * False: no thread could be made for it, and nothing was waited for. SIGHUP
 * loads `policy` again; when that fails the reason is told on standard
 * error and the policy in force stays.
 */
bool yett_foreground_wait(struct yett_gateway *gateway, const char *policy);

#endif
