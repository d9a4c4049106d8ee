/* SPDX-License-Identifier: Apache-2.0 */
#include "control/app.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "gateway/gateway.h"
#include "yett_mhd.h"

const char *
yett_app_unfit(struct MHD_Daemon *daemon)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon,
	    MHD_DAEMON_INFO_FLAGS);

	if (info == NULL ||
	    (info->flags & MHD_USE_INTERNAL_POLLING_THREAD) == 0)
		return "the libmicrohttpd daemon has no thread of its own: "
		       "start it with MHD_USE_POLL_INTERNAL_THREAD";
	if ((info->flags & MHD_USE_EPOLL) != 0)
		return "the libmicrohttpd daemon uses epoll, with which it may "
		       "sleep for ever: start it with "
		       "MHD_USE_POLL_INTERNAL_THREAD";
	return NULL;
}

enum yett_status
yett_app_open(void *daemon, int *out, const struct yett_address *client,
    struct yett_fault *fault)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		ends) != 0) {
		(void)yett_fail_errno(fault, errno,
		    "cannot make a socket pair");
		return YETT_E_LIMIT;
	}
	/* libmicrohttpd owns its end from here on: it closes it even when it
	 * says no. */
	if (MHD_add_connection(daemon, ends[1],
		(const struct sockaddr *)&client->storage,
		client->len) != MHD_YES) {
		close(ends[0]);
		return yett_fail(fault, YETT_E_LIMIT,
		    "the application takes no more connections");
	}
	*out = ends[0];
	return YETT_OK;
}

enum yett_status
yett_gateway_add_mhd(struct yett_gateway *gateway, const char *name,
    struct MHD_Daemon *daemon, struct yett_fault *fault)
{
	const char *unfit = daemon == NULL ? "there is no libmicrohttpd daemon"
					   : yett_app_unfit(daemon);

	if (unfit != NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "%s", unfit);
	return yett_gateway_add_app(gateway, yett_slice_of(name),
	    &(struct yett_app_door){ yett_app_open, NULL, daemon }, fault);
}
