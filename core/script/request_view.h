/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request_view.h - a request as a function of a policy sees it, its headers,
 * and the client's certificate if it verified for a trust of its path.
 *
 * Lent for one call as hello_view.h says.
 */
#ifndef YETT_SCRIPT_REQUEST_VIEW_H
#define YETT_SCRIPT_REQUEST_VIEW_H

#include "policy/facts.h"
#include "script/vm.h"

struct yett_request_view {
	const struct yett_request *request; /* NULL between calls */
	const struct yett_site *site;
	bool verified;  /* the certificate may be shown */
	uint32_t *read; /* set of enum yett_fact */
};

/* Push an empty view. */
struct yett_request_view *yett_request_view_push(lua_State *L);

#endif
