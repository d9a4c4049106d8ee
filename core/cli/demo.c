/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "cli/foreground.h"
#include "cli/origin.h"
#include "cli/sample.h"
#include "cli/tour.h"
#include "yett_mhd.h"

#define PORT 8443 /* unless --port or --check */

enum { OPTION_CHECK, OPTION_PORT, OPTION_DIR };
static const struct yett_option options[] = {
	[OPTION_CHECK] = { "check", NULL,
	    "send the requests, print TAP, exit 0 or 1" },
	[OPTION_PORT] = { "port", "PORT",
	    "port on 127.0.0.1 (default: 8443; a free one with "
	    "--check)" },
	[OPTION_DIR] = { "dir", "DIR",
	    "write certificates and policy to DIR, and keep them" },
	{ NULL, NULL, NULL },
};

/* Everything a demo holds; what is not there is NULL. */
struct demo {
	struct yett_sample sample;
	struct MHD_Daemon *origin;
	struct yett_gateway *gateway;
	struct yett_complaint complaint;
	char policy[YETT_SAMPLE_PATH];
};

static bool
read_port(const char *text, unsigned *out)
{
	char *end;
	unsigned long port;

	errno = 0;
	port = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    port > 65535) {
		fprintf(stderr,
		    "yett demo: \"%s\" is not a port: give 0 to 65535\n", text);
		return false;
	}
	*out = (unsigned)port;
	return true;
}

static enum yett_status
write_files(struct demo *demo, const char *dir, unsigned port,
    struct yett_fault *fault)
{
	enum yett_status status = yett_sample_open(&demo->sample, dir, fault);

	if (status == YETT_OK)
		status = yett_sample_issue(&demo->sample, fault);
	if (status == YETT_OK)
		status = yett_sample_write_policy(&demo->sample, port, fault);
	return status;
}

static enum yett_status
start(struct demo *demo, struct yett_fault *fault)
{
	enum yett_status status = yett_gateway_new(&demo->gateway, fault);

	if (status != YETT_OK)
		return status;
	demo->origin = yett_origin_start();
	if (demo->origin == NULL) {
		snprintf(fault->what, sizeof(fault->what),
		    "libmicrohttpd cannot start the demo's origin");
		return YETT_E_SYSTEM;
	}
	yett_sample_path(&demo->sample, "policy.lua", demo->policy);
	status = yett_gateway_add_mhd(demo->gateway, "origin", demo->origin,
	    fault);
	/* Without a report: what a check would warn of is what the demo is
	 * there to show. */
	if (status == YETT_OK)
		status = yett_gateway_load(demo->gateway, demo->policy, NULL,
		    fault);
	if (status == YETT_OK)
		status = yett_gateway_start(demo->gateway, fault);
	return status;
}

static void
close_all(struct demo *demo)
{
	yett_gateway_free(demo->gateway);
	yett_origin_stop(demo->origin); /* after the gateway that uses it */
	yett_sample_close(&demo->sample);
}

static enum yett_exit
show(struct demo *demo)
{
	unsigned port = yett_gateway_port(demo->gateway, 0);

	printf("The gateway listens on 127.0.0.1:%u and runs %s\n"
	       "Try these in another terminal:\n",
	    port, demo->policy);
	yett_tour_print(&demo->sample, port);
	printf("\nEdit the policy and `kill -HUP %ld` reloads it; Ctrl-C "
	       "ends.\n",
	    (long)getpid());
	fflush(stdout);
	return yett_foreground_wait(demo->gateway, demo->policy)
	    ? YETT_EXIT_FINE
	    : YETT_EXIT_SYSTEM;
}

static enum yett_exit
demonstrate(const struct yett_arguments *arguments)
{
	bool check = arguments->option[OPTION_CHECK] != NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	unsigned port = check ? 0 : PORT;
	struct demo demo = { 0 };
	enum yett_exit result;
	enum yett_status status;

	if (arguments->option[OPTION_PORT] != NULL &&
	    !read_port(arguments->option[OPTION_PORT], &port))
		return YETT_EXIT_USAGE;
	yett_complaint_init(&demo.complaint);
	yett_foreground_block_signals();
	if (check)
		yett_log_to(NULL, NULL, YETT_LOG_WARN);
	status = write_files(&demo, arguments->option[OPTION_DIR], port,
	    &fault);
	if (status == YETT_OK)
		status = start(&demo, &fault);
	if (status == YETT_OK) {
		demo.sample.keep = arguments->option[OPTION_DIR] != NULL;
		result = check ? yett_tour_check(&demo.sample,
				     yett_gateway_port(demo.gateway, 0))
			       : show(&demo);
	} else {
		result = yett_complain(&demo.complaint, status, &fault);
	}
	close_all(&demo);
	return result;
}

const struct yett_verb yett_verb_demo = {
	.name = "demo",
	.summary = "try Yett on this machine, with curl",
	.story = "Creates throw-away authorities, certificates and a sample "
		 "policy in a temporary\n"
		 "directory, starts an application and a gateway in front of "
		 "it on 127.0.0.1, and\n"
		 "prints curl lines to try: a public page, a page that "
		 "requires a certificate, and\n"
		 "a late need. The demo removes everything when it ends.",
	.options = options,
	.run = demonstrate,
};
