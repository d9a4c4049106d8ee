/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manual.h - writes the manual page from the table of verbs and options.
 */
#ifndef YETT_CLI_MANUAL_H
#define YETT_CLI_MANUAL_H

#include "cli/verb.h"

/* The manual page, as roff with the man macros. */
void yett_manual_write(const struct yett_verb *const *verbs, FILE *out);

#endif
