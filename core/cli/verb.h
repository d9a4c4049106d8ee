/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verb.h - the verbs of the command line.
 *
 * One struct per verb with the table of its options: parsing, --help,
 * completion and suggestions use the same words.
 */
#ifndef YETT_CLI_VERB_H
#define YETT_CLI_VERB_H

#include <stdio.h>

#include "yett.h"

/* How the program ends. The numbers are API: scripts rely on them. */
enum yett_exit {
	YETT_EXIT_FINE = 0,
	YETT_EXIT_WRONG = 1,  /* the policy is wrong; a check failed */
	YETT_EXIT_USAGE = 2,  /* the command line is wrong */
	YETT_EXIT_SYSTEM = 3, /* the system said no: file, port, memory */
	/* Of impact and diff, for which a system that says no is WRONG. */
	YETT_EXIT_CHANGED = 3,
};

#define YETT_OPTIONS_MOST 12

/* How many operands a verb may take. */
#define YETT_OPERANDS_MOST 33

/* How often an option may be repeated. */
#define YETT_REPEATS_MOST 64

/* One option of a verb. Frozen. */
struct yett_option {
	const char *name; /* without the dashes; NULL ends a table */
	/* What follows it, "PORT", or the words that may, "text|json"; NULL: a
	 * switch. "LINE..." may be given again and again; at most one option
	 * of a verb is so. */
	const char *argument;
	const char *help; /* one line */
};

struct yett_verb;

/* What a verb was given. The strings belong to main()'s argv. */
struct yett_arguments {
	/* All verbs, for those that describe the program; NULL ends it. */
	const struct yett_verb *const *verbs;
	/* By place in the verb's table: the argument, "" for a switch that
	 * was given, NULL for what was not. */
	const char *option[YETT_OPTIONS_MOST];
	const char *operand; /* the first; NULL when none was given */
	const char *operands[YETT_OPERANDS_MOST]; /* all, in order */
	/* By place in `operands`: what the verb's paired option said right
	 * before it, or NULL. */
	const char *paired[YETT_OPERANDS_MOST];
	size_t operand_count;
	/* What the option that may be repeated was given, in order. */
	const char *repeated[YETT_REPEATS_MOST];
	size_t repeated_count;
};

/* One verb. Frozen. */
struct yett_verb {
	const char *name;
	const char
	    *operand; /* "POLICY", "[VERB]" if it may be left out, NULL */
	const char *summary; /* one line */
	const char *story;   /* what a person wants to know before using it */
	const struct yett_option *options;
	enum yett_exit (*run)(const struct yett_arguments *arguments);
	size_t operands_most; /* how many it takes; 0: one, if it has any */
	const char *paired;   /* the option that belongs to the operand behind
				 it and may be given for each; NULL: none */
	const char *letters;  /* short forms of the first options; NULL: none */
};

extern const struct yett_verb yett_verb_run, yett_verb_check, yett_verb_demo,
    yett_verb_explain, yett_verb_impact, yett_verb_diff, yett_verb_ca,
    yett_verb_import, yett_verb_test, yett_verb_version, yett_verb_help;

/* For programs and editors. */
extern const struct yett_verb yett_verb_export, yett_verb_completion,
    yett_verb_init, yett_verb_bench, yett_verb_repl;

/* What --help prints: for `verb`, or the overview of `verbs` when it is NULL.
 */
void yett_verb_print_help(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, FILE *out);

/* The one of `verbs` with this name; NULL when there is none. */
const struct yett_verb *
yett_verb_find(const struct yett_verb *const *verbs, const char *name);

#endif
