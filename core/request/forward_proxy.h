/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward_proxy.h - writes the PROXY protocol head, version 2, that begins a
 * link to an upstream.
 *
 * The identity in it follows from the same verification as the header fields
 * (forward.h); a link that began with a head carries this request only.
 */
#ifndef YETT_REQUEST_FORWARD_PROXY_H
#define YETT_REQUEST_FORWARD_PROXY_H

#include "io/address.h"
#include "policy/decide.h"
#include "tls/session.h"

/*
 * Append the head to `out`. `client` and `server` are the two ends of the
 * client's connection.
 * YETT_E_NOMEM: `out` may hold a part.
 */
YETT_MUST_USE
enum yett_status yett_forward_proxy(const struct yett_session *session,
    const struct yett_decision *decision, const struct yett_address *client,
    const struct yett_address *server, struct yett_buf *out);

#endif
