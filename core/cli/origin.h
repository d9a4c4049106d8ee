/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - the demo's application: a libmicrohttpd daemon without a port
 * that answers every request with what it received.
 */
#ifndef YETT_CLI_ORIGIN_H
#define YETT_CLI_ORIGIN_H

struct MHD_Daemon; /* of microhttpd.h */

/* With a thread of its own. NULL: libmicrohttpd could not start it. */
struct MHD_Daemon *yett_origin_start(void);

/* NULL is fine. */
void yett_origin_stop(struct MHD_Daemon *origin);

#endif
