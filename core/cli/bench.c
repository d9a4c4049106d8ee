/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "cli/complaint.h"
#include "yett_tools.h"

#define MOST_MS 600000

enum { TIME };

static const struct yett_option options[] = {
	[TIME] = { "time", "MS", "duration in ms (default: 1000)" },
	{ NULL, NULL, NULL },
};

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

static enum yett_exit
bench(const struct yett_arguments *arguments)
{
	const char *text = arguments->option[TIME];
	char *end = NULL;
	unsigned long time = text != NULL ? strtoul(text, &end, 10) : 1000;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status;

	if (text != NULL &&
	    (text[0] < '0' || text[0] > '9' || *end != '\0' || time == 0 ||
		time > MOST_MS)) {
		fprintf(stderr,
		    "yett bench: --time is 1 to %d ms, not \"%s\"\n", MOST_MS,
		    text);
		return YETT_EXIT_USAGE;
	}
	yett_complaint_init(&complaint);
	status = yett_policy_bench(arguments->operand, (unsigned)time,
	    &complaint.report, write_stdout, NULL, &fault);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_bench = {
	.name = "bench",
	.operand = "POLICY",
	.summary = "measure how fast a policy decides",
	.story = "Decides uniformly random sites and paths of the policy: for "
		 "each a handshake and\n"
		 "a request with a good certificate. Opens no socket. Prints "
		 "decisions per second\n"
		 "of one core, the median and the 99th percentile of all "
		 "decisions, of each\n"
		 "function and of each rule, slowest first.",
	.options = options,
	.run = bench,
};
