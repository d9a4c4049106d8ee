/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complaint.h"
#include "cli/verb.h"
#include "yett_tools.h"

enum { OPTION_LOG, OPTION_MAX_REFUSED, OPTION_SINCE, OPTION_FORMAT };

static const struct yett_option options[] = {
	{ "log", "FILE...",
	    "record, with its rotated files (default: that of POLICY)" },
	{ "max-refused", "N", "accept up to N decisions that become refusals" },
	{ "since", "TIME", "only decisions of the last 90m, 24h, 7d" },
	{ "format", "text|json", "output format (default: text)" },
	{ NULL, NULL, NULL },
};

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

/* A whole number and what follows it; false: it is none. */
static bool
read_number(const char *text, unsigned long long *out, const char **rest)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 15)
		return false;
	*out = strtoull(text, &end, 10);
	*rest = end;
	return true;
}

static bool
read_duration(const char *text, uint64_t *seconds)
{
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	unsigned long long number;
	const char *rest;

	if (!read_number(text, &number, &rest) || number > 1000000000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(rest, units[i].unit) == 0) {
			*seconds = number * units[i].seconds;
			return true;
		}
	return false;
}

static enum yett_exit
usage(const char *option, const char *value, const char *wanted)
{
	fprintf(stderr, "yett impact: --%s \"%s\" is not %s\n", option, value,
	    wanted);
	return YETT_EXIT_USAGE;
}

static enum yett_exit
read_options(const struct yett_arguments *arguments,
    struct yett_impact_options *out, unsigned long long *most)
{
	const char *format = arguments->option[OPTION_FORMAT];
	const char *since = arguments->option[OPTION_SINCE];
	const char *refused = arguments->option[OPTION_MAX_REFUSED];
	const char *rest;

	*out = (struct yett_impact_options){
		.log = arguments->repeated,
		.log_count = arguments->repeated_count,
		.format = YETT_FORMAT_TEXT,
	};
	if (format != NULL && strcmp(format, "json") == 0)
		out->format = YETT_FORMAT_JSON;
	else if (format != NULL && strcmp(format, "text") != 0)
		return usage("format", format, "text or json");
	if (since != NULL && !read_duration(since, &out->since_seconds))
		return usage("since", since, "a time like 24h");
	if (refused != NULL &&
	    (!read_number(refused, most, &rest) || *rest != '\0'))
		return usage("max-refused", refused, "a number");
	return YETT_EXIT_FINE;
}

/* Something was read, but nothing of ours: that proves nothing. */
static bool
is_no_record(const struct yett_impact_summary *summary)
{
	return summary->unreadable > 0 &&
	    summary->decisions + summary->older + summary->later +
		summary->lost ==
	    0;
}

/* What a script is told: 3 means changes, so a system that says no is 1. */
static enum yett_exit
exit_of(const struct yett_arguments *arguments, unsigned long long most,
    const struct yett_impact_summary *summary)
{
	bool accepted = arguments->option[OPTION_MAX_REFUSED] != NULL;

	if (is_no_record(summary)) {
		fputs("yett impact: no line is one of a record: is it the "
		      "right file?\n",
		    stderr);
		return YETT_EXIT_WRONG;
	}
	if (accepted ? summary->newly_refused > most : summary->changed > 0) {
		if (!accepted)
			fprintf(stderr,
			    "yett impact: decisions change (use --max-refused "
			    "%llu to accept)\n",
			    (unsigned long long)summary->newly_refused);
		return YETT_EXIT_CHANGED;
	}
	return YETT_EXIT_FINE;
}

static enum yett_exit
impact(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_impact_summary summary;
	struct yett_impact_options wanted;
	struct yett_policy *policy = NULL;
	struct yett_complaint complaint;
	unsigned long long most = 0;
	enum yett_exit end = read_options(arguments, &wanted, &most);
	enum yett_status status;

	if (end != YETT_EXIT_FINE)
		return end;
	yett_complaint_init(&complaint);
	status = yett_policy_load(&policy, arguments->operand,
	    &complaint.report, &fault);
	if (status == YETT_OK)
		status = yett_policy_impact(policy, &wanted, write_stdout, NULL,
		    &summary, &fault);
	yett_policy_free(policy);
	if (status == YETT_OK)
		return exit_of(arguments, most, &summary);
	end = yett_complain(&complaint, status, &fault);
	return end == YETT_EXIT_SYSTEM ? YETT_EXIT_WRONG : end;
}

const struct yett_verb yett_verb_impact = {
	.name = "impact",
	.operand = "POLICY",
	.summary = "decide recorded traffic again with another policy",
	.story = "Reads a record of decisions (gateway { log = { record = "
		 "\"FILE\" } }) and decides\n"
		 "each one again with POLICY. Reports what stays the same, "
		 "what changes, and what\n"
		 "the record does not allow to tell because POLICY uses a fact "
		 "that it lacks.\n"
		 "\n"
		 "Exit status: 0 nothing changes, 3 decisions change, 1 the "
		 "policy is wrong or a\n"
		 "file cannot be read, 2 wrong usage.",
	.options = options,
	.run = impact,
};
