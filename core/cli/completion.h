/* SPDX-License-Identifier: Apache-2.0 */
/*
 * completion.h - what shells and readers are told of the verbs.
 *
 * Written from the table that the program itself reads its command line by.
 */
#ifndef YETT_CLI_COMPLETION_H
#define YETT_CLI_COMPLETION_H

#include <stdio.h>

/* A completion script for the shell of that name. */
void yett_completion_bash(FILE *out);
void yett_completion_zsh(FILE *out);
void yett_completion_fish(FILE *out);

/* The manual page, as roff with the man macros. */
void yett_manual_write(FILE *out);

#endif
