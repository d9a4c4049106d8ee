/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_redirect.h - what a request in clear text gets: where its site is in
 * https, and nothing else. For the http1 files only.
 */
#ifndef YETT_GATEWAY_HTTP1_REDIRECT_H
#define YETT_GATEWAY_HTTP1_REDIRECT_H

#include "gateway/http1.h"

/*
 * Answer with the https URL of the same site, path and query: 301 to GET and
 * HEAD, 308 to what must keep its method (RFC 9110, section 15.4.9). 421 for a
 * host that no site of a name is of; site "*" is for connections, not for
 * names.
 */
void yett_http1_redirect(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target);

#endif
