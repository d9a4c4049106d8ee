/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/resource.h>

#include "cli/complaint.h"
#include "cli/foreground.h"
#include "cli/verb.h"
#include "yett_mhd.h"

enum { STRICT };

static const struct yett_option options[] = {
	[STRICT] = { "strict", NULL,
	    "refuse to start or reload with warnings" },
	{ NULL, NULL, NULL },
};

/* A connection takes up to two descriptors, and the soft limit is often 1024
 * for the sake of programs that still use select(). */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* then fewer are served */
}

static enum yett_exit
run(const struct yett_arguments *arguments)
{
	const char *policy = arguments->operand;
	struct yett_gateway *gateway = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status;

	yett_complaint_init(&complaint);
	raise_descriptor_limit();
	yett_foreground_block_reload();
	status = yett_gateway_new(&gateway, &fault);
	if (status == YETT_OK)
		status = yett_gateway_add_metrics(gateway, "metrics", &fault);
	if (status == YETT_OK && arguments->option[STRICT] != NULL)
		yett_gateway_be_strict(gateway);
	if (status == YETT_OK)
		status = yett_gateway_load(gateway, policy, &complaint.report,
		    &fault);
	if (status == YETT_OK) {
		yett_foreground_block_signals();
		status = yett_gateway_start(gateway, &fault);
	}
	if (status == YETT_OK && !yett_foreground_wait(gateway, policy))
		status = YETT_E_SYSTEM;
	yett_gateway_free(gateway);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_run = {
	.name = "run",
	.operand = "POLICY",
	.summary = "run the gateway in the foreground",
	.story = "Runs the gateway until SIGTERM or SIGINT. The first signal "
		 "drains: requests\n"
		 "under way end. A second signal stops at once. SIGHUP reloads "
		 "the policy; if the\n"
		 "new policy is wrong, the old one stays in force and standard "
		 "error says why.",
	.options = options,
	.run = run,
};
