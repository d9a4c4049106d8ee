/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - a TLS client under full control.
 *
 * Says what a play tells it to, and keeps what a play wants to know: whether
 * it was asked for a certificate and by which CAs, which alert came, whether
 * its ticket was taken. It believes any server: that is not what is tested.
 * client.c has its Lua side, client_setup.c how a session is made as the play
 * wishes.
 */
#ifndef RIG_CLIENT_H
#define RIG_CLIENT_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "rig/records.h"
#include <unistd.h>

#include "rig/rig.h"

#define CHAIN_MAX 64

struct client {
	int fd; /* -1: closed */
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	gnutls_pcert_st chain[CHAIN_MAX];
	unsigned chain_len;
	gnutls_privkey_t key;
	struct rig_records records;
	struct yett_buf ca_names; /* one a line */
	char alert[64];           /* the last that came; empty: none */
	bool was_asked;
	useconds_t thinks_us; /* before it gives a certificate */
	bool resumed;
	bool asked_late; /* post-handshake, or by renegotiation */
	bool unsent;     /* a record waits for the socket */
};

/* Raise what a call of GnuTLS says has failed. */
void rig_client_must(lua_State *L, int result, const char *what);

/* Make the session over `client->fd`, as the table at 1 wishes. */
void rig_client_set_up(lua_State *L, struct client *client);

/* Free everything but the socket. */
void rig_client_forget(struct client *client);

#endif
