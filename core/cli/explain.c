/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "cli/explain_url.h"
#include "yett_tools.h"

static const struct yett_option options[YETT_EXPLAIN_OPTIONS + 1] = {
	[YETT_EXPLAIN_POLICY] = { "policy", "POLICY",
	    "policy file or folder (default: policy.lua)" },
	[YETT_EXPLAIN_CERT] = { "cert", "FILE",
	    "client certificate (PEM, optionally with its chain)" },
	[YETT_EXPLAIN_FROM] = { "from", "IP", "address of the client" },
	[YETT_EXPLAIN_SNI] = { "sni", "NAME",
	    "server name in the handshake (default: host of URL)" },
	[YETT_EXPLAIN_ALPN] = { "alpn", "LIST",
	    "protocols the client offers, such as h2,http/1.1" },
	[YETT_EXPLAIN_TLS] = { "tls", "1.2|1.3",
	    "highest TLS version the client offers" },
	[YETT_EXPLAIN_ASKED] = { "asked", "none|request|require",
	    "what the handshake asked, regardless of the policy" },
	[YETT_EXPLAIN_METHOD] = { "method", "METHOD", "method (default: GET)" },
	[YETT_EXPLAIN_HEADER] = { "header", "LINE...",
	    "header field, \"Name: value\"; may be repeated" },
	[YETT_EXPLAIN_LOG] = { "log", "FILE",
	    "record of decisions (default: the one the policy names)" },
	[YETT_EXPLAIN_FORMAT] = { "format", "text|json",
	    "output format (default: text)" },
	[YETT_EXPLAIN_CODES] = { "codes", NULL, "list all codes" },
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
	.summary = "explain how a request is decided, or what a code means",
	.story = "URL: explains step by step how the policy decides a request "
		 "for URL, with file\n"
		 "and line of each rule. The functions that decide are those "
		 "of the gateway. Opens\n"
		 "no socket and reads no key.\n"
		 "\n"
		 "DECISION: explains a recorded decision by its id, which the "
		 "Yett-Decision field\n"
		 "of the answer has, and what this policy decides for the same "
		 "facts.\n"
		 "\n"
		 "CODE: describes a finding, such as E303, with wrong and "
		 "right code; or what a\n"
		 "response or a log contains, such as 0x80070032, "
		 "ERROR_NOT_SUPPORTED, 403.7, late\n"
		 "or not_sent, and what to do about it.",
	.options = options,
	.run = explain,
};
