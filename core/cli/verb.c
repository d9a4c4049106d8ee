/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verb.h"

#include <string.h>

static void
print_option(const char *name, const char *argument, const char *help,
    FILE *out)
{
	char left[40];

	snprintf(left, sizeof(left), "--%s%s%s", name,
	    argument != NULL ? " " : "", argument != NULL ? argument : "");
	if (strlen(left) <= 14)
		fprintf(out, "  %-14s %s\n", left, help);
	else
		fprintf(out, "  %s\n  %-14s %s\n", left, "", help);
}

static void
print_overview(const struct yett_verb *const *verbs, FILE *out)
{
	fputs("yett - a TLS gateway whose policy decides, per name and per "
	      "path, who needs a\nclient certificate\n\n"
	      "usage: yett VERB [OPTION...] [ARGUMENT]\n\n",
	    out);
	for (size_t i = 0; verbs[i] != NULL; i++)
		fprintf(out, "  %-14s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\n`yett help VERB` describes one verb.\n"
	      "Exit status: 0 success, 1 the policy is wrong or a check "
	      "failed, "
	      "2 wrong usage,\n3 the system failed (file, port, memory); "
	      "impact and diff: decisions change.\n",
	    out);
}

const struct yett_verb *
yett_verb_find(const struct yett_verb *const *verbs, const char *name)
{
	for (size_t i = 0; verbs[i] != NULL; i++)
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	return NULL;
}

void
yett_verb_print_help(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, FILE *out)
{
	if (verb == NULL) {
		print_overview(verbs, out);
		return;
	}
	fprintf(out, "usage: yett %s%s%s%s\n\n%s\n", verb->name,
	    verb->options[0].name != NULL ? " [OPTION...]" : "",
	    verb->operand != NULL ? " " : "",
	    verb->operand != NULL ? verb->operand : "", verb->story);
	fputs("\noptions:\n", out);
	for (const struct yett_option *option = verb->options;
	     option->name != NULL; option++)
		print_option(option->name, option->argument, option->help, out);
	print_option("help", NULL, "print this", out);
}
