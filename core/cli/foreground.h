/* SPDX-License-Identifier: Apache-2.0 */
/*
 * foreground.h - a started gateway, until a signal ends it.
 *
 * The library leaves signals alone; this is where the program takes them:
 * SIGTERM and SIGINT drain, a second one stops at once, SIGHUP reloads.
 */
#ifndef YETT_CLI_FOREGROUND_H
#define YETT_CLI_FOREGROUND_H

#include <stdbool.h>

#include "yett.h"

/*
 * Block SIGTERM, SIGINT, SIGHUP and SIGPIPE in this thread and those that it
 * will make. Call before a gateway is made.
 */
void yett_foreground_block_signals(void);

/* Whether a blocked SIGTERM or SIGINT waits to be taken. */
bool yett_foreground_is_ending(void);

/*
 * Wait for signals and do what they say; returns once the gateway is stopped.
 * SIGHUP loads `policy` again; when that fails the reason is told on standard
 * error and the policy in force stays.
 */
void yett_foreground_wait(struct yett_gateway *gateway, const char *policy);

#endif
