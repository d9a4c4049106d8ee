/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "cli/explain_url.h"

static const struct yett_option options[YETT_EXPLAIN_OPTIONS + 1] = {
	[YETT_EXPLAIN_POLICY] = { "policy", "POLICY",
	    "its file or folder; else policy.lua" },
	[YETT_EXPLAIN_CERT] = { "cert", "FILE",
	    "the client shows this certificate (PEM, its chain may follow)" },
	[YETT_EXPLAIN_FROM] = { "from", "IP", "the client's address" },
	[YETT_EXPLAIN_SNI] = { "sni", "NAME",
	    "the server name of the handshake; else the URL's host" },
	[YETT_EXPLAIN_ALPN] = { "alpn", "LIST",
	    "the protocols it offers, such as h2,http/1.1" },
	[YETT_EXPLAIN_TLS] = { "tls", "1.2|1.3", "the highest that it offers" },
	[YETT_EXPLAIN_ASKED] = { "asked", "none|request|require",
	    "what the handshake did, whatever the policy says" },
	[YETT_EXPLAIN_METHOD] = { "method", "METHOD", "else GET" },
	[YETT_EXPLAIN_HEADER] = { "header", "LINE...",
	    "a header field, \"Name: value\"; may be repeated" },
	[YETT_EXPLAIN_LOG] = { "log", "FILE",
	    "the record of a decision; else the one the policy names" },
	[YETT_EXPLAIN_FORMAT] = { "format", "text|json",
	    "how it is told; else as text" },
	[YETT_EXPLAIN_CODES] = { "codes", NULL, "list the codes of findings" },
};

/* The id of a decision, as an answer tells it: sixteen hexadecimal digits. */
static bool
is_decision(const char *operand)
{
	return strlen(operand) == 16 &&
	    strspn(operand, "0123456789abcdef") == 16;
}

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

/* Whether `word` is like E303: a letter and digits. */
static bool
is_code(const char *word)
{
	return isalpha((unsigned char)word[0]) &&
	    isdigit((unsigned char)word[1]) &&
	    strspn(word + 1, "0123456789") == strlen(word + 1);
}

/* The page of a code; NULL: their list. */
static enum yett_exit
explain_code(const char *code)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status = yett_explain_code(code, write_stdout, NULL,
	    &fault);

	if (status == YETT_OK)
		return YETT_EXIT_FINE;
	if (status != YETT_E_NOT_FOUND || code == NULL || is_code(code))
		fprintf(stderr, "yett explain: %s\n", fault.what);
	else
		fprintf(stderr,
		    "yett explain: \"%s\" is no URL, no decision's id and no "
		    "code; write https://NAME/PATH\n",
		    code);
	return status == YETT_E_NOT_FOUND ? YETT_EXIT_USAGE : YETT_EXIT_SYSTEM;
}

static enum yett_exit
explain(const struct yett_arguments *arguments)
{
	const char *what = arguments->operand;

	if (arguments->option[YETT_EXPLAIN_CODES] != NULL)
		return explain_code(NULL);
	if (what != NULL && strstr(what, "://") != NULL)
		return yett_explain_url(arguments);
	if (what != NULL && is_decision(what))
		return yett_explain_decision(arguments);
	if (what != NULL)
		return explain_code(what);
	fputs("yett explain: nothing to explain; write https://NAME/PATH\n",
	    stderr);
	return YETT_EXIT_USAGE;
}

const struct yett_verb yett_verb_explain = {
	.name = "explain",
	.operand = "[URL|DECISION|CODE]",
	.summary =
	    "tell what the policy does with a request, or what a code means",
	.story = "Tells the decision about a request for URL as a numbered "
		 "story, with file and\nline of each rule, made by the very "
		 "functions that the gateway uses. No socket is\nopened and no "
		 "key is read.\n\nDECISION is the id of a recorded one, "
		 "which an answer names in Yett-Decision: what\nit was, and "
		 "what this policy makes of the same facts.\n\nCODE is what a "
		 "finding ends with, such as E303: what it means, with wrong "
		 "and\nright code; or what a client was told or a log holds, "
		 "such as 0x80070032,\nERROR_NOT_SUPPORTED, 403.7, late or "
		 "not_sent: what it means and what to do.",
	.options = options,
	.run = explain,
};
