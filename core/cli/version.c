/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verb.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static enum yett_exit
version(const struct yett_arguments *arguments)
{
	(void)arguments;
	printf("yett %s\n", yett_version());
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_version = {
	.name = "version",
	.summary = "print the version",
	.story = "Prints the version of the library.",
	.options = options,
	.run = version,
};
