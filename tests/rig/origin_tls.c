/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin_tls.c - the origin's side of TLS: it shows what the play gives it,
 * may want a certificate, may break off, and tells what came of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "rig/origin.h"

enum mood {
	MOOD_SHAKES,
	MOOD_CLOSES,  /* once the ClientHello came */
	MOOD_RESETS,  /* likewise */
	MOOD_HOLDS,   /* says nothing */
	MOOD_BABBLES, /* answers the ClientHello in clear */
};

struct origin_tls {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	gnutls_datum_t ticket_key;
	enum mood mood;
	bool wants_certificate;
};

static void
must(lua_State *L, int code)
{
	if (code < 0)
		luaL_error(L, "origin: %s", gnutls_strerror(code));
}

/* The table `tls` of the table at 1: { cert, key, ca, priority, mood }. */
void
rig_origin_open_tls(lua_State *L, struct origin *origin)
{
	static const char *const moods[] = { "shakes", "closes", "resets",
		"holds", "babbles", NULL };
	struct origin_tls *tls;
	const char *ca, *priority;
	int at;

	if (lua_getfield(L, 1, "tls") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	at = lua_gettop(L);
	tls = origin->tls = calloc(1, sizeof(*tls));
	if (tls == NULL)
		luaL_error(L, "out of memory");
	must(L, gnutls_certificate_allocate_credentials(&tls->credentials));
	must(L,
	    gnutls_certificate_set_x509_key_file(tls->credentials,
		rig_text_field(L, at, "cert"), rig_text_field(L, at, "key"),
		GNUTLS_X509_FMT_PEM));
	ca = rig_text_field(L, at, "ca");
	tls->wants_certificate = ca != NULL;
	if (ca != NULL)
		must(L,
		    gnutls_certificate_set_x509_trust_file(tls->credentials, ca,
			GNUTLS_X509_FMT_PEM));
	priority = rig_text_field(L, at, "priority");
	must(L,
	    gnutls_priority_init(&tls->priority,
		priority != NULL ? priority : "NORMAL", NULL));
	must(L, gnutls_session_ticket_key_generate(&tls->ticket_key));
	lua_getfield(L, at, "mood");
	tls->mood = (enum mood)luaL_checkoption(L, -1, "shakes", moods);
	lua_pop(L, 2);
}

void
rig_origin_close_tls(struct origin *origin)
{
	struct origin_tls *tls = origin->tls;

	origin->tls = NULL;
	if (tls == NULL)
		return;
	if (tls->credentials != NULL)
		gnutls_certificate_free_credentials(tls->credentials);
	if (tls->priority != NULL)
		gnutls_priority_deinit(tls->priority);
	gnutls_free(tls->ticket_key.data);
	free(tls);
}

static bool
break_off(struct peer *peer)
{
	static const char clear[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	char hello[16384];

	if (peer->origin->tls->mood == MOOD_HOLDS) {
		(void)rig_origin_hold(peer);
		return false;
	}
	(void)recv(peer->fd, hello, sizeof(hello), 0);
	if (peer->origin->tls->mood == MOOD_BABBLES)
		(void)send(peer->fd, clear, sizeof(clear) - 1, MSG_NOSIGNAL);
	if (peer->origin->tls->mood == MOOD_RESETS)
		rig_origin_reset(peer);
	return false;
}

static bool
shake(struct peer *peer)
{
	static unsigned char http[] = "http/1.1";
	const gnutls_datum_t alpn = { http, sizeof(http) - 1 };
	const struct origin_tls *tls = peer->origin->tls;
	unsigned status = 0;
	int code;

	if (gnutls_init(&peer->tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL) < 0)
		return false;
	gnutls_priority_set(peer->tls, tls->priority);
	gnutls_credentials_set(peer->tls, GNUTLS_CRD_CERTIFICATE,
	    tls->credentials);
	gnutls_session_ticket_enable_server(peer->tls, &tls->ticket_key);
	/* Who does not offer just this is not served. */
	gnutls_alpn_set_protocols(peer->tls, &alpn, 1, GNUTLS_ALPN_MANDATORY);
	if (tls->wants_certificate)
		gnutls_certificate_server_set_request(peer->tls,
		    GNUTLS_CERT_REQUIRE);
	gnutls_transport_set_int(peer->tls, peer->fd);
	do
		code = gnutls_handshake(peer->tls);
	while (code < 0 && !gnutls_error_is_fatal(code));
	if (code < 0 ||
	    (tls->wants_certificate &&
		(gnutls_certificate_verify_peers2(peer->tls, &status) < 0 ||
		    status != 0))) {
		gnutls_alert_send_appropriate(peer->tls, code);
		return false;
	}
	return true;
}

bool
rig_origin_accept_tls(struct peer *peer)
{
	struct origin *origin = peer->origin;
	bool fine;

	if (origin->tls == NULL)
		return true;
	fine = origin->tls->mood == MOOD_SHAKES ? shake(peer) : break_off(peer);
	pthread_mutex_lock(&origin->lock);
	if (!fine)
		origin->failed++;
	else if (gnutls_session_is_resumed(peer->tls))
		origin->resumed++;
	pthread_mutex_unlock(&origin->lock);
	return fine;
}

void
rig_origin_end_tls(struct peer *peer, bool says_so)
{
	if (peer->tls == NULL)
		return;
	if (says_so)
		gnutls_bye(peer->tls, GNUTLS_SHUT_WR);
	gnutls_deinit(peer->tls);
	peer->tls = NULL;
}

ssize_t
rig_peer_recv(struct peer *peer, void *at, size_t len)
{
	ssize_t got;

	if (peer->tls == NULL) {
		do
			got = recv(peer->fd, at, len, 0);
		while (got < 0 && errno == EINTR);
		return got;
	}
	do
		got = gnutls_record_recv(peer->tls, at, len);
	while (got == GNUTLS_E_INTERRUPTED || got == GNUTLS_E_AGAIN);
	return got;
}

ssize_t
rig_peer_send(struct peer *peer, const void *at, size_t len)
{
	ssize_t sent;

	if (peer->tls == NULL) {
		do
			sent = send(peer->fd, at, len, MSG_NOSIGNAL);
		while (sent < 0 && errno == EINTR);
		return sent;
	}
	do
		sent = gnutls_record_send(peer->tls, at, len);
	while (sent == GNUTLS_E_INTERRUPTED || sent == GNUTLS_E_AGAIN);
	return sent;
}
