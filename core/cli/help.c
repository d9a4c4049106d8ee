/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"
#include "cli/manual.h"

enum { MAN };

static const struct yett_option options[] = {
	[MAN] = { "man", NULL, "print the manual page, as roff" },
	{ NULL, NULL, NULL },
};

static enum yett_exit
help(const struct yett_arguments *arguments)
{
	const struct yett_verb *verb = NULL;

	if (arguments->option[MAN] != NULL) {
		yett_manual_write(arguments->verbs, stdout);
		return YETT_EXIT_FINE;
	}
	if (arguments->operand != NULL) {
		verb = yett_verb_find(arguments->verbs, arguments->operand);
		if (verb == NULL) {
			yett_arguments_unknown_verb(arguments->verbs,
			    "yett help", arguments->operand);
			return YETT_EXIT_USAGE;
		}
	}
	yett_verb_print_help(arguments->verbs, verb, stdout);
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_help = {
	.name = "help",
	.operand = "[VERB]",
	.summary = "print this overview, or the help of one verb",
	.story = "Prints an overview, or the help of one verb.",
	.options = options,
	.run = help,
};
