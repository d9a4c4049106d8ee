/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_url.h"

enum yett_exit
yett_explain_url(const struct yett_arguments *arguments)
{
	fprintf(stderr, "yett explain: %s cannot be explained yet\n",
	    arguments->operand);
	return YETT_EXIT_USAGE;
}
