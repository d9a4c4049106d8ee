/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/verbs.h"

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

/* A socket or a file would get the number of a standard descriptor that is
 * closed, and then what is meant for people. /dev/null takes it instead, open
 * the other way: who reads or writes there fails, as he did. */
static bool
hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null",
			fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int
main(int argc, char *argv[])
{
	const struct yett_verb *verb;
	struct yett_arguments arguments;
	bool help;

	if (!hold_standard_descriptors())
		return YETT_EXIT_SYSTEM;
	if (argc < 2) {
		yett_verb_print_help(yett_verbs, NULL, stderr);
		return YETT_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		verb = &yett_verb_help;
	else if (strcmp(argv[1], "--version") == 0)
		verb = &yett_verb_version;
	else
		verb = yett_verb_find(yett_verbs, argv[1]);
	if (verb == NULL) {
		yett_arguments_unknown_verb(yett_verbs, "yett", argv[1]);
		return YETT_EXIT_USAGE;
	}
	if (!yett_arguments_parse(yett_verbs, verb, argv + 2, &arguments,
		&help))
		return YETT_EXIT_USAGE;
	if (help) {
		yett_verb_print_help(yett_verbs, verb, stdout);
		return finish(verb, YETT_EXIT_FINE);
	}
	return finish(verb, verb->run(&arguments));
}
