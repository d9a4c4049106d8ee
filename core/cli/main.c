/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/arguments.h"

static enum yett_exit
unknown_verb(const char *word)
{
	const char *names[32] = { NULL };
	const char *meant;

	for (size_t i = 0; yett_verbs[i] != NULL; i++)
		names[i] = yett_verbs[i]->name;
	meant = yett_arguments_suggest(word, names);
	fprintf(stderr, "yett: there is no verb \"%s\"\n", word);
	if (meant != NULL)
		fprintf(stderr, "  did you mean `yett %s`?\n", meant);
	else
		fputs("  see `yett help`\n", stderr);
	return YETT_EXIT_USAGE;
}

/* What was printed must have arrived: a full disk is no success. */
static enum yett_exit
finish(enum yett_exit exit_status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return exit_status;
	fputs("yett: cannot write to standard output\n", stderr);
	return exit_status != YETT_EXIT_FINE ? exit_status : YETT_EXIT_SYSTEM;
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
	if (verb == NULL)
		return unknown_verb(argv[1]);
	if (!yett_arguments_parse(verb, argv + 2, &arguments, &help))
		return YETT_EXIT_USAGE;
	if (help) {
		yett_verb_print_help(verb, stdout);
		return finish(YETT_EXIT_FINE);
	}
	return finish(verb->run(&arguments));
}
