/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake_log.h - what a handshake leaves behind: counts, and a line in the
 * log when it failed.
 */
#ifndef YETT_GATEWAY_HANDSHAKE_LOG_H
#define YETT_GATEWAY_HANDSHAKE_LOG_H

#include "request/context.h"
#include "tls/session.h"

/*
 * Note how the handshake of `session` ended: DONE, FAILED, which `fault` says
 * why, or anything else, when the client left. `client` is its address as text.
 */
void yett_handshake_log(struct yett_context *context,
    const struct yett_session *session, const char *client,
    enum yett_session_result result, const struct yett_fault *fault);

/* Note that the client was waited for in vain, and for what: "hello" ... */
void yett_handshake_log_timeout(struct yett_context *context,
    const struct yett_session *session, const char *client,
    enum yett_expired expired, const char *what);

#endif
