/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"
#include "cli/verb.h"
#include "yett_tools.h"

#include <stdbool.h>
#include <string.h>

enum { FORMAT, STRICT, BIND, AS };

static const struct yett_option options[] = {
	[FORMAT] = { "format", "text|short|json",
	    "output format (default: text)" },
	[STRICT] = { "strict", NULL, "fail on warnings, too" },
	[BIND] = { "bind", NULL, "also open the listeners and the access log" },
	[AS] = { "as", "PATH",
	    "check the file as if it lay at PATH: what it names is looked for "
	    "from there" },
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
	status = yett_policy_check(arguments->operand, arguments->option[AS],
	    flags, &complaint.report,
	    complaint.out == stdout ? NULL : write_stdout, NULL, &fault);
	/* Programs get an array, also where there was nothing to read. */
	if (complaint.out == stdout && complaint.len == 0)
		fputs("[]\n", stdout);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_check = {
	.name = "check",
	.operand = "POLICY",
	.summary = "find every mistake in a policy before it runs",
	.story = "Loads the policy and opens its keys, authorities and "
		 "revocation lists as `yett\n"
		 "run` would, but opens no listener. Prints mistakes, warnings "
		 "and remarks to\n"
		 "standard error, each with its line and a caret, and then to "
		 "standard output a\n"
		 "table of what the handshake of each site asks, and why. With "
		 "--format=json,\n"
		 "standard output is an array of the findings and nothing "
		 "else. `yett explain\n"
		 "CODE` describes a finding.",
	.options = options,
	.run = check,
};
