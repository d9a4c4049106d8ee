/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verbs.h - all verbs of the program.
 */
#ifndef YETT_CLI_VERBS_H
#define YETT_CLI_VERBS_H

#include "cli/verb.h"

/* In the order of the help; NULL ends it. */
extern const struct yett_verb *const yett_verbs[];

#endif
