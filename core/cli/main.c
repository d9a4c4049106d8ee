/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/arguments.h"

/* What was printed must have arrived: a full disk is no success, and no change
 * of decisions. */
static enum yett_exit
finish(const struct yett_verb *verb, enum yett_exit exit_status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_status;
	fputs("yett: cannot write to standard output\n", stderr);
	if (exit_status != YETT_EXIT_FINE)
		return exit_status;
	return verb == &yett_verb_impact || verb == &yett_verb_diff
	    ? YETT_EXIT_WRONG
	    : YETT_EXIT_SYSTEM;
}

int
main(int argc, char *argv[])
{
	const struct yett_verb *verb;
	struct yett_arguments arguments;
	bool help;

	if (argc < 2) {
		yett_verb_print_help(NULL, stderr);
		return YETT_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		verb = &yett_verb_help;
	else if (strcmp(argv[1], "--version") == 0)
		verb = &yett_verb_version;
	else
		verb = yett_verb_find(argv[1]);
	if (verb == NULL) {
		yett_arguments_unknown_verb("yett", argv[1]);
		return YETT_EXIT_USAGE;
	}
	if (!yett_arguments_parse(verb, argv + 2, &arguments, &help))
		return YETT_EXIT_USAGE;
	if (help) {
		yett_verb_print_help(verb, stdout);
		return finish(verb, YETT_EXIT_FINE);
	}
	return finish(verb, verb->run(&arguments));
}
