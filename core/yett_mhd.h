/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yett_mhd.h - a libmicrohttpd program as an upstream, inside one process.
 *
 * A program whose pages are served by libmicrohttpd puts the gateway in front
 * of them without opening a second port: the policy says
 *
 *     upstream = "app:pages"
 *
 * and the program, between yett_gateway_new() and yett_gateway_load(),
 *
 *     daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
 *             MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC, 0, NULL, NULL,
 *             answer, NULL, MHD_OPTION_CONNECTION_LIMIT, 100000,
 *             MHD_OPTION_END);
 *     yett_gateway_add_mhd(gateway, "pages", daemon, &fault);
 *
 * The daemon sees requests that Yett has parsed, decided on and written anew,
 * over a socket pair, with the client's address as MHD_get_connection_info()
 * tells it. Four things to know, seen with libmicrohttpd 0.9.75 and 1.0.1:
 *
 * - with poll(), not epoll (which is also what MHD_USE_AUTO chooses): a daemon
 *   that gets 128 events of epoll at once waits for more before it looks at
 *   any, so that requests hang, and MHD_stop_daemon() never returns;
 * - without MHD_USE_ERROR_LOG; else it complains at each answer that such a
 *   socket knows no TCP options;
 * - with a connection limit above what the gateway can reach: a daemon that
 *   meets its limit while connections are added to it hangs for good;
 * - an answer that is queued in the handler's first call for a request ends
 *   the connection; queue it in the second, and connections are used again.
 */
#ifndef YETT_MHD_H
#define YETT_MHD_H

#include <yett.h>

#ifdef __cplusplus
extern "C" {
#endif

struct MHD_Daemon; /* of microhttpd.h */

/*
 * Make `daemon` the upstream "app:NAME" of `gateway`. Before its first policy
 * is loaded.
 *
 * The daemon is lent: it must run until the gateway is stopped or freed, and
 * is stopped by the caller after that. It must have a thread of its own
 * (MHD_USE_POLL_INTERNAL_THREAD): libmicrohttpd takes connections from other
 * threads only then. `name` is copied.
 *
 * YETT_E_ARGUMENT: the daemon has no thread of its own or uses epoll, the name
 *                  is empty, longer than 63 bytes or taken, or a policy was
 *                  loaded
 * YETT_E_LIMIT:    there are 16 applications already
 *
 * Since 0.1.
 */
YETT_API enum yett_status yett_gateway_add_mhd(struct yett_gateway *gateway,
    const char *name, struct MHD_Daemon *daemon, struct yett_fault *fault);

/*
 * Make a page of all that the gateway counts (yett_gateway_metrics()) the
 * upstream "app:NAME", in Prometheus' text format, version 0.0.4. It answers
 * GET and HEAD at whatever path the policy sends there, and is the gateway's
 * own: nothing is to be stopped.
 *
 * YETT_E_ARGUMENT, YETT_E_LIMIT: as yett_gateway_add_mhd()
 * YETT_E_SYSTEM: libmicrohttpd cannot start
 *
 * Since 0.1.
 */
YETT_API enum yett_status yett_gateway_add_metrics(struct yett_gateway *gateway,
    const char *name, struct yett_fault *fault);

#ifdef __cplusplus
}
#endif

#endif
