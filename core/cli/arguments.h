/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arguments.h - parses argv into the options and operands of a verb, or
 * reports wrong usage.
 */
#ifndef YETT_CLI_ARGUMENTS_H
#define YETT_CLI_ARGUMENTS_H

#include <stdbool.h>

#include "cli/verb.h"

/*
 * Read `argv`, which begins behind the verb and ends with NULL, by the option
 * table of `verb`, which is one of `verbs`. Options are written "--name",
 * "--name VALUE" or
 * "--name=VALUE", before or after the operands, or "-n VALUE" where the verb
 * has a letter for them; "--" ends them. `*help` is set when --help or -h was
 * among them, and nothing else is checked then.
 *
 * False: the mistake was told on standard error; `out` is undefined.
 */
bool yett_arguments_parse(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, char *const argv[],
    struct yett_arguments *out, bool *help);

/*
 * Tell on standard error that none of `verbs` is called `word`, and which was
 * probably meant; `who` says so: "yett" or "yett help".
 */
void yett_arguments_unknown_verb(const struct yett_verb *const *verbs,
    const char *who, const char *word);

#endif
