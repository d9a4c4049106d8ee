/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"
#include "cli/foreground.h"
#include "cli/verb.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static enum yett_exit
run(const struct yett_arguments *arguments)
{
	const char *policy = arguments->operand;
	struct yett_gateway *gateway = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status;

	yett_complaint_init(&complaint);
	yett_foreground_block_reload();
	status = yett_gateway_new(&gateway, &fault);
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
	.story = "Runs the gateway until SIGTERM or SIGINT: requests under way "
		 "end first, a second\nsignal stops at once. SIGHUP loads the "
		 "policy again; if it is wrong the old one\nstays in force "
		 "and standard error says why.",
	.options = options,
	.run = run,
};
