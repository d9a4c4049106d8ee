/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"
#include "cli/verb.h"

#include <stdbool.h>
#include <string.h>

enum { FORMAT, STRICT, BIND };

static const struct yett_option options[] = {
	[FORMAT] = { "format", "text|short|json",
	    "how findings are told; else as text" },
	[STRICT] = { "strict", NULL, "make warnings fail" },
	[BIND] = { "bind", NULL, "open the listeners and the access log, too" },
	{ NULL, NULL, NULL },
};

static bool
read_format(const char *word, enum yett_format *format)
{
	static const char *const words[] = {
		[YETT_FORMAT_TEXT] = "text",
		[YETT_FORMAT_JSON] = "json",
		[YETT_FORMAT_SHORT] = "short",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (word != NULL && strcmp(word, words[i]) != 0)
			continue;
		*format = (enum yett_format)i;
		return true;
	}
	fprintf(stderr,
	    "yett check: --format is text, short or json, not \"%s\"\n", word);
	return false;
}

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
	unsigned flags = 0;
	enum yett_status status;

	yett_complaint_init(&complaint);
	if (!read_format(arguments->option[FORMAT], &complaint.report.format))
		return YETT_EXIT_USAGE;
	if (arguments->option[STRICT] != NULL)
		flags |= YETT_CHECK_STRICT;
	if (arguments->option[BIND] != NULL)
		flags |= YETT_CHECK_BIND;
	if (complaint.report.format == YETT_FORMAT_JSON)
		complaint.out = stdout;
	status = yett_policy_check(arguments->operand, flags, &complaint.report,
	    complaint.out == stdout ? NULL : write_stdout, NULL, &fault);
	/* Programs get an array, also where there was nothing to read. */
	if (complaint.out == stdout && complaint.len == 0)
		fputs("[]\n", stdout);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_check = {
	.name = "check",
	.operand = "POLICY",
	.summary = "find everything that a start with this policy would",
	.story = "Loads the policy and opens its keys, authorities and "
		 "revocation lists as a start\nwould, but listens nowhere. "
		 "Mistakes, warnings and remarks go\nto standard error with "
		 "the line and a caret; then the table of what each site's\n"
		 "handshake asks, and why, to standard output. With "
		 "--format=json an array of the\nfindings is all that goes "
		 "there. `yett explain CODE` tells more about one.",
	.options = options,
	.run = check,
};
