/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/verbs.h"

const struct yett_verb *const yett_verbs[] = {
	&yett_verb_demo,
	&yett_verb_check,
	&yett_verb_test,
	&yett_verb_explain,
	&yett_verb_impact,
	&yett_verb_diff,
	&yett_verb_run,
	&yett_verb_import,
	&yett_verb_export,
	&yett_verb_repl,
	&yett_verb_init,
	&yett_verb_bench,
	&yett_verb_completion,
	&yett_verb_ca,
	&yett_verb_version,
	&yett_verb_help,
	NULL,
};
