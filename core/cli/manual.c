/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/manual.h"

#include <stdbool.h>
#include <string.h>

#include "cli/verb.h"

/* Write text between the lines of roff: nothing in it is a request. */
static void
put_text(const char *text, size_t len, FILE *out)
{
	if (len > 0 && (text[0] == '.' || text[0] == '\''))
		fputs("\\&", out);
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			fputs("\\e", out);
		else if (text[i] == '-')
			fputs("\\-", out);
		else
			fputc(text[i], out);
	}
}

static void
put_word(const char *word, FILE *out)
{
	put_text(word, strlen(word), out);
}

/* A story: its lines are filled, but those that are indented stay as they
 * are. */
static void
put_story(const char *story, FILE *out)
{
	bool kept = false;

	while (*story != '\0') {
		size_t len = strcspn(story, "\n");
		bool keep = story[0] == ' ';

		if (len == 0) {
			fputs(kept ? ".fi\n.PP\n" : ".PP\n", out);
			kept = false;
		} else {
			if (keep != kept)
				fputs(keep ? ".nf\n" : ".fi\n", out);
			kept = keep;
			put_text(story, len, out);
			fputc('\n', out);
		}
		story += len + (story[len] == '\n');
	}
	if (kept)
		fputs(".fi\n", out);
}

static void
put_option(const struct yett_option *option, char letter, FILE *out)
{
	fputs(".TP\n\\fB", out);
	if (letter != '\0')
		fprintf(out, "\\-%c\\fR, \\fB", letter);
	fputs("\\-\\-", out);
	put_word(option->name, out);
	fputs("\\fR", out);
	if (option->argument != NULL) {
		fputs(" \\fI", out);
		put_word(option->argument, out);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	put_word(option->help, out);
	fputc('\n', out);
}

static void
put_verb(const struct yett_verb *verb, FILE *out)
{
	size_t letters = verb->letters != NULL ? strlen(verb->letters) : 0;

	fprintf(out, ".SS \"yett %s%s", verb->name,
	    verb->options[0].name != NULL ? " [OPTION...]" : "");
	if (verb->operand != NULL)
		fprintf(out, " %s", verb->operand);
	fputs("\"\n", out);
	put_story(verb->story, out);
	for (size_t i = 0; verb->options[i].name != NULL; i++)
		put_option(&verb->options[i],
		    i < letters ? verb->letters[i] : '\0', out);
}

void
yett_manual_write(const struct yett_verb *const *verbs, FILE *out)
{
	fprintf(out,
	    ".\\\" Written by `yett help --man`.\n"
	    ".TH YETT 1 \"\" \"Yett %s\" \"User Commands\"\n"
	    ".SH NAME\n"
	    "yett \\- a TLS gateway whose policy decides who needs a client "
	    "certificate\n"
	    ".SH SYNOPSIS\n"
	    "\\fByett\\fR \\fIVERB\\fR [\\fIOPTION\\fR...] "
	    "[\\fIARGUMENT\\fR]\n"
	    ".SH DESCRIPTION\n"
	    "Yett is a reverse proxy that terminates TLS. Its policy, a Lua "
	    "file, says which\nnames and paths require a client certificate. "
	    "Yett derives from it what each\nhandshake asks, refuses what has "
	    "no valid certificate, and answers a request\nwhose handshake "
	    "did not ask for one with a late refusal. The guide, README.md\n"
	    "in lua/, describes the language.\n"
	    ".SH VERBS\n",
	    yett_version());
	for (size_t i = 0; verbs[i] != NULL; i++)
		put_verb(verbs[i], out);
	fputs(".SH EXIT STATUS\n"
	      "0 success; 1 the policy is wrong or a check failed; 2 wrong "
	      "usage; 3 the system\nfailed (file, port, memory). impact and "
	      "diff return 3 when decisions change, and 1\nwhen the system "
	      "failed.\n",
	    out);
}
