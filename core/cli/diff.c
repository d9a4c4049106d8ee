/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <string.h>

#include "cli/complaint.h"
#include "cli/verb.h"
#include "yett_tools.h"

enum { OPTION_FORMAT };

static const struct yett_option options[] = {
	{ "format", "text|json", "output format (default: text)" },
	{ NULL, NULL, NULL },
};

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

static enum yett_status
load_both(const struct yett_arguments *arguments, struct yett_policy *policy[2],
    struct yett_complaint *complaint, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;

	for (int i = 0; i < 2 && status == YETT_OK; i++)
		status = yett_policy_load(&policy[i], arguments->operands[i],
		    &complaint->report, fault);
	return status;
}

static enum yett_exit
diff(const struct yett_arguments *arguments)
{
	const char *format = arguments->option[OPTION_FORMAT];
	bool json = format != NULL && strcmp(format, "json") == 0;
	struct yett_policy *policy[2] = { NULL, NULL };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_diff_summary summary = { 0 };
	struct yett_complaint complaint;
	enum yett_status status;
	enum yett_exit end;

	if (arguments->operand_count != 2) {
		fputs("yett diff: two policies are needed: yett diff OLD NEW\n",
		    stderr);
		return YETT_EXIT_USAGE;
	}
	if (format != NULL && !json && strcmp(format, "text") != 0) {
		fprintf(stderr,
		    "yett diff: --format \"%s\" is not text or json\n", format);
		return YETT_EXIT_USAGE;
	}
	yett_complaint_init(&complaint);
	status = load_both(arguments, policy, &complaint, &fault);
	if (status == YETT_OK)
		status = yett_policy_diff(policy[0], policy[1],
		    json ? YETT_FORMAT_JSON : YETT_FORMAT_TEXT, write_stdout,
		    NULL, &summary, &fault);
	yett_policy_free(policy[0]);
	yett_policy_free(policy[1]);
	if (status == YETT_OK)
		return summary.different + summary.unknown > 0
		    ? YETT_EXIT_CHANGED
		    : YETT_EXIT_FINE;
	end = yett_complain(&complaint, status, &fault);
	return end == YETT_EXIT_SYSTEM ? YETT_EXIT_WRONG : end;
}

const struct yett_verb yett_verb_diff = {
	.name = "diff",
	.operand = "OLD NEW",
	.summary =
	    "prove that two policies decide alike, or show where they differ",
	.story = "Compares two policies site by site. For declared rules the "
		 "result is a proof\n"
		 "that they decide alike, or a connection and a request on "
		 "which they differ. For\n"
		 "a site with functions the result is \"unknown\"; use `yett "
		 "impact` with a record.\n"
		 "Lists added, removed and changed rules with their lines.\n"
		 "\n"
		 "Two policies decide alike if they request certificates alike "
		 "and refuse alike,\n"
		 "with the same status, reason and redirect. Upstreams and the "
		 "text of answers do\n"
		 "not count.\n"
		 "\n"
		 "Exit status: 0 proven equal, 3 not, 1 a policy is wrong or "
		 "cannot be read,\n"
		 "2 wrong usage.",
	.options = options,
	.run = diff,
	.operands_most = 2,
};
