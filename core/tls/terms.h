/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h - the parameters of a finished handshake, as names for people and
 * other programs. Of this folder only.
 */
#ifndef YETT_TLS_TERMS_H
#define YETT_TLS_TERMS_H

#include <gnutls/gnutls.h>

#include "tls/server_key.h"
#include "tls/session_facts.h"

/* Implements yett_session_terms() for a session that is not in clear text. */
void
yett_terms_read(gnutls_session_t tls, const struct yett_server_key_terms *shown,
    char key[YETT_SESSION_KEY_TEXT], struct yett_session_terms *out);

#endif
