/* SPDX-License-Identifier: Apache-2.0 */
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
	[YETT_EXPLAIN_TLS] = { "tls", "VERSION",
	    "the highest it offers: 1.2 or 1.3" },
	[YETT_EXPLAIN_ASKED] = { "asked", "MODE",
	    "what the handshake did, whatever the policy says: none, request, "
	    "require" },
	[YETT_EXPLAIN_METHOD] = { "method", "METHOD", "else GET" },
	[YETT_EXPLAIN_HEADER] = { "header", "LINE...",
	    "a header field, \"Name: value\"; may be repeated" },
	[YETT_EXPLAIN_LOG] = { "log", "FILE",
	    "the record of a decision; else the one the policy names" },
	[YETT_EXPLAIN_FORMAT] = { "format", "FORMAT", "text or json" },
};

/* The id of a decision, as an answer tells it: sixteen hexadecimal digits. */
static bool
is_decision(const char *operand)
{
	return strlen(operand) == 16 &&
	    strspn(operand, "0123456789abcdef") == 16;
}

static enum yett_exit
explain(const struct yett_arguments *arguments)
{
	if (strstr(arguments->operand, "://") != NULL)
		return yett_explain_url(arguments);
	if (is_decision(arguments->operand))
		return yett_explain_decision(arguments);
	fprintf(stderr,
	    "yett explain: \"%s\" is no URL, and no decision's id; write "
	    "https://NAME/PATH\n",
	    arguments->operand);
	return YETT_EXIT_USAGE;
}

const struct yett_verb yett_verb_explain = {
	.name = "explain",
	.operand = "URL|DECISION",
	.summary = "tell step by step what the policy does with a request",
	.story = "Tells the decision about a request for URL as a numbered "
		 "story, with file and\nline of each rule, made by the very "
		 "functions that the gateway uses. No socket is\nopened and no "
		 "key is read.\n\nDECISION is the id of a recorded one, "
		 "which an answer names in Yett-Decision: what\nit was, and "
		 "what this policy makes of the same facts.",
	.options = options,
	.run = explain,
};
