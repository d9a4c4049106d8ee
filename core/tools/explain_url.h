/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_url.h - parses the URL to explain.
 */
#ifndef YETT_TOOLS_EXPLAIN_URL_H
#define YETT_TOOLS_EXPLAIN_URL_H

#include "base/slice.h"
#include "base/status.h"

/* A URL's parts. Lent. */
struct yett_explain_url {
	bool clear_text;             /* http:// */
	struct yett_slice authority; /* with the port */
	struct yett_slice target;    /* "/path?query"; may lack the slash */
};

/*
 * Cut up `text`; a fragment is dropped, as clients do.
 * YETT_E_ARGUMENT: it is no http(s) URL, or names a user.
 */
YETT_MUST_USE
enum yett_status yett_explain_url_parse(struct yett_explain_url *out,
    const char *text, struct yett_fault *fault);

#endif
