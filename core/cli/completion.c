/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/verb.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

/* Write `text` with a backslash before each of `special`; a single quote is
 * written as `quote`. */
static void
put_escaped(const char *text, const char *special, const char *quote, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs(quote, out);
		else if (strchr(special, *text) != NULL)
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

/* What an operand of the verb is: a word of a list, or a file. */
static bool
takes_verb(const struct yett_verb *verb)
{
	return verb->operand != NULL && strcmp(verb->operand, "[VERB]") == 0;
}

static bool
takes_iis(const struct yett_verb *verb)
{
	return verb->run == yett_verb_import.run;
}

/* Whether an option takes one of some words. */
static bool
takes_words(const struct yett_option *option)
{
	return option->argument != NULL &&
	    strchr(option->argument, '|') != NULL;
}

/* These words, between `before` and `after`. */
static void
put_words(const char *before, const struct yett_option *option,
    const char *after, FILE *out)
{
	fputs(before, out);
	for (const char *at = option->argument; *at != '\0'; at++)
		fputc(*at == '|' ? ' ' : *at, out);
	fputs(after, out);
}

static bool
takes_shell(const struct yett_verb *verb)
{
	return verb->run == yett_verb_completion.run;
}

static void
put_verbs(const struct yett_verb *const *verbs, const char *before,
    const char *after, FILE *out)
{
	fputs(before, out);
	for (size_t i = 0; verbs[i] != NULL; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", verbs[i]->name);
	fputs(after, out);
}

/* --- bash ----------------------------------------------------------------- */

static void
put_bash_verb(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, FILE *out)
{
	fprintf(out, "\t%s)\n\t\toptions='--help", verb->name);
	for (const struct yett_option *option = verb->options;
	     option->name != NULL; option++)
		fprintf(out, " --%s", option->name);
	fputs("'\n", out);
	for (const struct yett_option *option = verb->options;
	     option->name != NULL; option++)
		if (takes_words(option)) {
			fprintf(out, "\t\t[ \"$before\" != --%s ] ||",
			    option->name);
			put_words(" words='", option, "'\n", out);
		}
	if (takes_verb(verb))
		put_verbs(verbs, "\t\twords='", "'\n", out);
	if (takes_iis(verb))
		fputs("\t\t[ \"$COMP_CWORD\" -ne 2 ] || words=iis\n", out);
	if (takes_shell(verb))
		fputs("\t\twords='bash zsh fish'\n", out);
	fputs("\t\t;;\n", out);
}

static void
write_bash(const struct yett_verb *const *verbs, FILE *out)
{
	fputs("# bash completion for yett; written by `yett completion "
	      "bash`.\n"
	      "_yett()\n{\n"
	      "\tlocal word=${COMP_WORDS[COMP_CWORD]} options= words=\n"
	      "\tlocal before=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	      "\tCOMPREPLY=()\n"
	      "\tcase ${COMP_WORDS[1]} in\n",
	    out);
	for (size_t i = 0; verbs[i] != NULL; i++)
		put_bash_verb(verbs, verbs[i], out);
	fputs("\tesac\n"
	      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n",
	    out);
	put_verbs(verbs, "\t\twords='",
	    "'\n\t\toptions='--help --version'\n\tfi\n", out);
	fputs("\tcase $word in\n"
	      "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
	      "\t*) COMPREPLY=($(compgen -W \"$words\" -- \"$word\")) ;;\n"
	      "\tesac\n}\n"
	      "# Where nothing of ours fits, file names do.\n"
	      "complete -o default -F _yett yett\n",
	    out);
}

/* --- zsh ------------------------------------------------------------------ */

static void
put_zsh_verb(const struct yett_verb *const *verbs, const struct yett_verb *verb,
    FILE *out)
{
	fprintf(out, "\t%s)\n\t\t_arguments '--help[print the help]'",
	    verb->name);
	for (const struct yett_option *option = verb->options;
	     option->name != NULL; option++) {
		fprintf(out, " \\\n\t\t\t'--%s[", option->name);
		put_escaped(option->help, "[]:\\", "'\\''", out);
		fputs("]", out);
		if (takes_words(option))
			put_words(":word:(", option, ")", out);
		else if (option->argument != NULL)
			fprintf(out, ":%s:_files", option->argument);
		fputs("'", out);
	}
	if (takes_verb(verb))
		put_verbs(verbs, " \\\n\t\t\t'1:verb:(", ")'", out);
	else if (takes_shell(verb))
		fputs(" \\\n\t\t\t'1:shell:(bash zsh fish)'", out);
	else if (takes_iis(verb))
		fputs(" \\\n\t\t\t'1:kind:(iis)' '*:file:_files'", out);
	else if (verb->operand != NULL)
		fputs(" \\\n\t\t\t'*:file:_files'", out);
	fputs("\n\t\t;;\n", out);
}

static void
write_zsh(const struct yett_verb *const *verbs, FILE *out)
{
	fputs("#compdef yett\n"
	      "# Written by `yett completion zsh`.\n"
	      "_yett()\n{\n"
	      "\tlocal -a verbs\n\n"
	      "\tverbs=(\n",
	    out);
	for (size_t i = 0; verbs[i] != NULL; i++) {
		fprintf(out, "\t\t'%s:", verbs[i]->name);
		put_escaped(verbs[i]->summary, "\\", "'\\''", out);
		fputs("'\n", out);
	}
	fputs("\t)\n"
	      "\tif (( CURRENT == 2 )); then\n"
	      "\t\t_describe verb verbs\n"
	      "\t\treturn\n"
	      "\tfi\n"
	      "\tshift words\n"
	      "\t(( CURRENT-- ))\n"
	      "\tcase $words[1] in\n",
	    out);
	for (size_t i = 0; verbs[i] != NULL; i++)
		put_zsh_verb(verbs, verbs[i], out);
	fputs("\tesac\n}\n_yett \"$@\"\n", out);
}

/* --- fish ----------------------------------------------------------------- */

static void
put_fish_verb(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, FILE *out)
{
	fprintf(out, "complete -c yett -n __fish_use_subcommand -f -a %s -d '",
	    verb->name);
	put_escaped(verb->summary, "\\", "\\'", out);
	fputs("'\n", out);
	for (const struct yett_option *option = verb->options;
	     option->name != NULL; option++) {
		fprintf(out,
		    "complete -c yett -n '__fish_seen_subcommand_from %s' "
		    "-l %s",
		    verb->name, option->name);
		if (takes_words(option))
			put_words(" -x -a '", option, "'", out);
		else if (option->argument != NULL)
			fputs(" -r", out);
		fputs(" -d '", out);
		put_escaped(option->help, "\\", "\\'", out);
		fputs("'\n", out);
	}
	if (takes_iis(verb))
		fputs("complete -c yett -n '__fish_seen_subcommand_from "
		      "import' -a iis\n",
		    out);
	if (!takes_verb(verb) && !takes_shell(verb))
		return;
	fprintf(out,
	    "complete -c yett -n '__fish_seen_subcommand_from %s' -f -a '",
	    verb->name);
	if (takes_verb(verb))
		put_verbs(verbs, "", "'\n", out);
	else
		fputs("bash zsh fish'\n", out);
}

static void
write_fish(const struct yett_verb *const *verbs, FILE *out)
{
	fputs("# Written by `yett completion fish`.\n", out);
	for (size_t i = 0; verbs[i] != NULL; i++)
		put_fish_verb(verbs, verbs[i], out);
}

/* --- the verb ------------------------------------------------------------- */

static enum yett_exit
completion(const struct yett_arguments *arguments)
{
	const char *shell = arguments->operand;

	if (strcmp(shell, "bash") == 0) {
		write_bash(arguments->verbs, stdout);
	} else if (strcmp(shell, "zsh") == 0) {
		write_zsh(arguments->verbs, stdout);
	} else if (strcmp(shell, "fish") == 0) {
		write_fish(arguments->verbs, stdout);
	} else {
		fprintf(stderr,
		    "yett completion: the shells are bash, zsh and fish, not "
		    "\"%s\"\n",
		    shell);
		return YETT_EXIT_USAGE;
	}
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_completion = {
	.name = "completion",
	.operand = "SHELL",
	.summary = "print a completion script for bash, zsh or fish",
	.story = "`make install` installs the scripts where the shells look. "
		 "For this shell alone:\n"
		 "\n"
		 "  . <(yett completion bash)",
	.options = options,
	.run = completion,
};
