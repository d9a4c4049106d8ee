/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>

#include "cli/complaint.h"
#include "yett_tools.h"

enum { VERBOSE, FILTER, COVERAGE, COVERAGE_MIN, TAP, JUNIT, FROM_LOG, LOG };

static const struct yett_option options[] = {
	[VERBOSE] = { "verbose", NULL, "also print the tests that pass (-v)" },
	[FILTER] = { "filter", "TEXT",
	    "run only tests with TEXT in their name" },
	[COVERAGE] = { "coverage", NULL,
	    "list the outcomes of rules that no test covers" },
	[COVERAGE_MIN] = { "coverage-min", "PERCENT",
	    "fail below this coverage" },
	[TAP] = { "tap", NULL, "print TAP" },
	[JUNIT] = { "junit", "FILE", "write JUnit XML to FILE" },
	[FROM_LOG] = { "from-log", "ID",
	    "write a test from this recorded decision" },
	[LOG] = { "log", "FILE",
	    "record of decisions (default: the one the policy "
	    "names)" },
	{ NULL, NULL, NULL },
};

static void
write_file(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg); /* ferror() tells at the end */
}

static bool
read_percent(const char *text, unsigned *out)
{
	char *end;
	unsigned long percent;

	*out = 0;
	if (text == NULL)
		return true;
	percent = strtoul(text, &end, 10);
	*out = (unsigned)percent;
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && percent <= 100)
		return true;
	fprintf(stderr, "yett test: --coverage-min is 0 to 100, not \"%s\"\n",
	    text);
	return false;
}

/* Run, with everything opened. */
static enum yett_exit
run_tests(const struct yett_test_run *run)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	int passed = 0;
	enum yett_status status = yett_policy_test(run, &passed, &fault);

	if (status == YETT_OK)
		return passed ? YETT_EXIT_FINE : YETT_EXIT_WRONG;
	fflush(stdout);
	yett_complaint_init(&complaint);
	return yett_complain(&complaint, status, &fault);
}

/* Run and write JUnit's XML to the file `path`. */
static enum yett_exit
run_with_junit(struct yett_test_run *run, const char *path)
{
	FILE *file = fopen(path, "w");
	enum yett_exit end;
	bool lost;

	if (file == NULL) {
		fprintf(stderr, "yett test: cannot write %s: %m\n", path);
		return YETT_EXIT_SYSTEM;
	}
	run->junit = write_file;
	run->junit_arg = file;
	end = run_tests(run);
	lost = ferror(file) != 0;
	if (fclose(file) == 0 && !lost)
		return end;
	fprintf(stderr, "yett test: cannot write %s\n", path);
	return end != YETT_EXIT_FINE ? end : YETT_EXIT_SYSTEM;
}

/* Print a test of a recorded decision. */
static enum yett_exit
write_test(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;

	if (arguments->operand_count > 1 ||
	    (arguments->option[LOG] == NULL && arguments->operand == NULL)) {
		fputs("yett test: --from-log ID needs --log FILE, or one "
		      "policy that names its record\n",
		    stderr);
		return YETT_EXIT_USAGE;
	}
	yett_complaint_init(&complaint);
	return yett_complain(&complaint,
	    yett_policy_test_from_log(arguments->option[LOG],
		arguments->option[FROM_LOG], arguments->operand, write_file,
		stdout, &fault),
	    &fault);
}

static enum yett_exit
test(const struct yett_arguments *arguments)
{
	static const char *const here[] = { "." };
	bool named = arguments->operand_count > 0;
	struct yett_test_run run = {
		.paths = named ? arguments->operands : here,
		.path_count = named ? arguments->operand_count : 1,
		.filter = arguments->option[FILTER],
		.verbose = arguments->option[VERBOSE] != NULL,
		.tap = arguments->option[TAP] != NULL,
		.coverage = arguments->option[COVERAGE] != NULL,
		.write = write_file,
		.write_arg = stdout,
	};

	if (arguments->option[FROM_LOG] != NULL)
		return write_test(arguments);
	if (!read_percent(arguments->option[COVERAGE_MIN], &run.coverage_min))
		return YETT_EXIT_USAGE;
	if (arguments->option[JUNIT] != NULL)
		return run_with_junit(&run, arguments->option[JUNIT]);
	return run_tests(&run);
}

const struct yett_verb yett_verb_test = {
	.name = "test",
	.operand = "[FILE|DIR]",
	.summary = "run the tests beside a policy",
	.story = "Runs the tests in NAME_test.lua beside the policy NAME.lua, "
		 "or every *_test.lua\n"
		 "of DIR (default: the current directory). Needs no network, "
		 "no keys and no root.\n"
		 "For each test that fails, prints what was expected and what "
		 "was decided. Fails\n"
		 "if there is no test.",
	.options = options,
	.run = test,
	.operands_most = YETT_OPERANDS_MOST - 1,
	.letters = "v",
};
