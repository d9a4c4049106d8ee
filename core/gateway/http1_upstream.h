/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_upstream.h - a forwarded request: the client's body up, the upstream's
 * answer down, each under the other's back-pressure. For the http1 files only.
 */
#ifndef YETT_GATEWAY_HTTP1_UPSTREAM_H
#define YETT_GATEWAY_HTTP1_UPSTREAM_H

#include "gateway/http1.h"

/* Whether a body of `len` bytes is more than the policy allows. */
bool yett_http1_is_too_long(const struct yett_http1 *http1, uint64_t len);

/* One step in state FORWARD; true when something moved. */
bool yett_http1_step_forward(struct yett_http1 *http1);

/* Log, and note for the access log, why the exchange failed. */
void yett_http1_tell_failure(struct yett_http1 *http1);

/* The client broke its own message: nothing more of it goes upstream, and the
 * link is closed with the exchange. Answers if that can still be. */
void yett_http1_break_body(struct yett_http1 *http1, unsigned status,
    const char *why);

/* End the exchange, if there is one, and note what came of it. */
void yett_http1_close_exchange(struct yett_http1 *http1);

#endif
