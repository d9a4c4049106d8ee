/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session_facts.h - what a session asks upwards, and says of itself, as far as
 * those need to know that shake hands for it.
 */
#ifndef YETT_TLS_SESSION_FACTS_H
#define YETT_TLS_SESSION_FACTS_H

#include "policy/decide.h"
#include "tls/credentials.h"

/*
 * Decide what the handshake has to do (yett_decide_hello()), by the generation
 * in force, whose credentials go to *credentials. Leaving it NULL fails the
 * handshake. `learned` of the hello is the callee's to set. `arg` is the
 * connection's. Called once, or twice after a
 * HelloRetryRequest.
 */
typedef void (*yett_session_ask)(void *arg, struct yett_hello *hello,
    struct yett_hello_decision *decision,
    const struct yett_credentials **credentials);

/* What the two sides settled, as names; an absent one is not known. Our
 * certificate's algorithms are, unless the session was resumed: then none was
 * shown. */
struct yett_session_terms {
	struct yett_slice version; /* "TLSv1.3" */
	struct yett_slice cipher;
	struct yett_slice signature, key; /* "ECDSA-SHA256", "EC256" */
};

#define YETT_SESSION_KEY_TEXT 24

#endif
