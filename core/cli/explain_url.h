/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_url.h - `yett explain URL` and `yett explain DECISION`: explains
 * step by step how the policy decides a request, or decided a recorded one.
 */
#ifndef YETT_CLI_EXPLAIN_URL_H
#define YETT_CLI_EXPLAIN_URL_H

#include "cli/verb.h"

/* The places of the options in the table of `explain`. */
enum yett_explain_option {
	YETT_EXPLAIN_POLICY,
	YETT_EXPLAIN_CERT,
	YETT_EXPLAIN_FROM,
	YETT_EXPLAIN_SNI,
	YETT_EXPLAIN_ALPN,
	YETT_EXPLAIN_TLS,
	YETT_EXPLAIN_ASKED,
	YETT_EXPLAIN_METHOD,
	YETT_EXPLAIN_HEADER,
	YETT_EXPLAIN_LOG,
	YETT_EXPLAIN_FORMAT,
	YETT_EXPLAIN_CODES,
	YETT_EXPLAIN_OPTIONS, /* how many */
};

/* Explain one request, and one decision of the record; what they find or fail
 * with is told, and is the exit status. */
enum yett_exit yett_explain_url(const struct yett_arguments *arguments);
enum yett_exit yett_explain_decision(const struct yett_arguments *arguments);

#endif
