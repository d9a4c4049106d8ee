/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client_sessions.h - keeps sessions with servers, to resume them.
 *
 * Bounded: one per scope and at most YETT_CLIENT_SESSIONS; a newer one
 * replaces another whose scope has the same slot. Worker-owned. Of this folder
 * only.
 */
#ifndef YETT_TLS_CLIENT_SESSIONS_H
#define YETT_TLS_CLIENT_SESSIONS_H

#include <gnutls/gnutls.h>

#include "tls/library.h"

#define YETT_CLIENT_SESSIONS 256

struct yett_client_session {
	uint8_t scope[YETT_SHA256_LEN];
	gnutls_datum_t data; /* empty: none */
	int64_t valid_until; /* seconds since 1970: of the server's chain */
};

/* All zero is a valid empty set. */
struct yett_client_sessions {
	struct yett_client_session slot[YETT_CLIENT_SESSIONS];
};

/* Free all sessions; the set is empty and usable. */
void yett_client_sessions_clear(struct yett_client_sessions *sessions);

/* The session of `scope` that may be resumed at `now`, or NULL. */
const struct yett_client_session *
yett_client_sessions_find(const struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN], int64_t now);

/* Keep *data, which is emptied, for `scope`. */
void yett_client_sessions_put(struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN], gnutls_datum_t *data,
    int64_t valid_until);

/* The server did not like it. */
void yett_client_sessions_drop(struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN]);

#endif
