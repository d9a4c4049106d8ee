/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"
#include "cli/verb.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

static enum yett_exit
check(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status;

	yett_complaint_init(&complaint);
	status = yett_policy_check(arguments->operand, &complaint.report,
	    write_stdout, NULL, &fault);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_check = {
	.name = "check",
	.operand = "POLICY",
	.summary = "find everything that a start with this policy would",
	.story = "Loads the policy and opens its keys, authorities and "
		 "revocation lists as a start\nwould, but listens nowhere. "
		 "Mistakes go to standard error with the line and a\ncaret; "
		 "then the table of what each site's handshake asks, and why, "
		 "to standard\noutput.",
	.options = options,
	.run = check,
};
