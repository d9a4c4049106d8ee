/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/client.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/x509.h>

#define TYPE "rig.client"

static struct client *
to_client(lua_State *L)
{
	struct client *client = luaL_checkudata(L, 1, TYPE);

	luaL_argcheck(L, client->session != NULL, 1, "is closed");
	return client;
}

/* Wait for what the session waits for. */
static bool
wait_session(struct client *client, uint64_t deadline)
{
	short events = gnutls_record_get_direction(client->session) == 1
	    ? POLLOUT
	    : POLLIN;

	return rig_wait(client->fd, events, deadline);
}

static void
keep_alert(struct client *client)
{
	const char *name = gnutls_alert_get_strname(
	    gnutls_alert_get(client->session));
	size_t used = 0;

	if (name == NULL)
		name = "GNUTLS_A_UNKNOWN";
	name += strlen("GNUTLS_A_");
	for (; name[used] != '\0' && used < sizeof(client->alert) - 1; used++)
		client->alert[used] = yett_lower(name[used]);
	client->alert[used] = '\0';
}

/* One word for a result that ends an operation. */
static const char *
failure_word(struct client *client, int result)
{
	switch (result) {
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
	case GNUTLS_E_WARNING_ALERT_RECEIVED:
		keep_alert(client);
		return client->alert;
	case GNUTLS_E_PREMATURE_TERMINATION: return "cut";
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR: return "reset";
	case GNUTLS_E_AGAIN: return "timeout";
	}
	return gnutls_strerror(result);
}

static int
shake_hands(struct client *client, uint64_t deadline)
{
	int result;

	do {
		result = gnutls_handshake(client->session);
		if (result == GNUTLS_E_AGAIN && !wait_session(client, deadline))
			break;
	} while (result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED ||
	    result == GNUTLS_E_GOT_APPLICATION_DATA);
	return result;
}

/* Send what comes before the hello: with it, or byte for byte. */
static void
send_first(lua_State *L, const struct client *client)
{
	bool apart = rig_flag_field(L, 1, "apart");
	size_t len = 0, step;
	const char *bytes;

	lua_getfield(L, 1, "first");
	bytes = lua_tolstring(L, -1, &len);
	step = apart ? 1 : len;
	for (size_t sent = 0; sent < len; sent += step) {
		if (send(client->fd, bytes + sent, step,
			MSG_NOSIGNAL | (apart ? 0 : MSG_MORE)) != (ssize_t)step)
			luaL_error(L, "send: %s", strerror(errno));
		if (apart)
			usleep(500);
	}
	lua_pop(L, 1);
}

/* rig.handshake { port, sni, tls, cert, key, alpn, session,
 * post_handshake_auth, no_tickets, fragment, priority, window, first, apart }
 * -> client, or client and a word for why the handshake failed */
static int
handshake(lua_State *L)
{
	struct client *client;
	int result;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	client = lua_newuserdatauv(L, sizeof(*client), 0);
	*client = (struct client){ .fd = -1 };
	luaL_setmetatable(L, TYPE);
	client->fd = rig_dial((unsigned)rig_number_field(L, 1, "port", 0));
	if (client->fd < 0)
		return luaL_error(L, "connect: %s", strerror(errno));
	rig_set_window(client->fd, (int)rig_number_field(L, 1, "window", 0));
	rig_client_set_up(L, client);
	send_first(L, client);
	lua_settop(L, 2);
	result = shake_hands(client, rig_deadline(RIG_PATIENCE));
	client->resumed = gnutls_session_is_resumed(client->session) != 0;
	if (result == 0)
		return 1;
	lua_pushstring(L, failure_word(client, result));
	return 2;
}

/* The algorithm of the server's key, "rsa", "ec/ecdsa", "eddsa (ed25519)"; nil
 * when no certificate came. */
static void
push_server_key(lua_State *L, const struct client *client)
{
	unsigned count;
	const gnutls_datum_t *der =
	    gnutls_certificate_get_peers(client->session, &count);
	gnutls_x509_crt_t cert;
	char name[32] = "";
	const char *known = NULL;

	if (der == NULL || gnutls_x509_crt_init(&cert) < 0) {
		lua_pushnil(L);
		return;
	}
	if (gnutls_x509_crt_import(cert, der, GNUTLS_X509_FMT_DER) >= 0)
		known = gnutls_pk_get_name((
		    gnutls_pk_algorithm_t)gnutls_x509_crt_get_pk_algorithm(cert,
		    NULL));
	gnutls_x509_crt_deinit(cert);
	for (size_t i = 0; known != NULL && known[i] != '\0' && i < 31; i++)
		name[i] = yett_lower(known[i]);
	lua_pushstring(L, name);
}

/* client:fact("was_asked") and the like */
static int
client_fact(lua_State *L)
{
	static const char *const names[] = { "was_asked", "asked_late",
		"resumed", "ca_names", "alert", "version", "alpn", "server_key",
		"stapled", NULL };
	struct client *client = to_client(L);
	gnutls_datum_t alpn = { NULL, 0 }, stapled;

	switch (luaL_checkoption(L, 2, NULL, names)) {
	case 0: lua_pushboolean(L, client->was_asked); break;
	case 1: lua_pushboolean(L, client->asked_late); break;
	case 2: lua_pushboolean(L, client->resumed); break;
	case 3:
		lua_pushlstring(L, client->ca_names.memory,
		    yett_buf_len(&client->ca_names));
		break;
	case 4:
		lua_pushstring(L,
		    client->alert[0] != '\0' ? client->alert : NULL);
		break;
	case 5:
		lua_pushstring(L,
		    gnutls_protocol_get_name(
			gnutls_protocol_get_version(client->session)));
		break;
	case 6:
		(void)gnutls_alpn_get_selected_protocol(client->session,
		    &alpn); /* none leaves it empty */
		if (alpn.data == NULL)
			lua_pushnil(L);
		else
			lua_pushlstring(L, (const char *)alpn.data, alpn.size);
		break;
	case 7: push_server_key(L, client); break;
	case 8:
		if (gnutls_ocsp_status_request_get(client->session, &stapled) <
		    0)
			lua_pushnil(L);
		else
			lua_pushlstring(L, (const char *)stapled.data,
			    stapled.size);
		break;
	}
	return 1;
}

/* A record without payload: new keys, or a warning, or where these end the
 * connection padding alone. */
static int
send_nothing(gnutls_session_t session, bool keys)
{
	if (keys)
		return gnutls_session_key_update(session, 0);
	if (gnutls_protocol_get_version(session) == GNUTLS_TLS1_3)
		return (int)gnutls_record_send2(session, "", 0, 1, 0);
	return gnutls_alert_send(session, GNUTLS_AL_WARNING,
	    GNUTLS_A_USER_CANCELED);
}

/* client:nothing(n, keys): n records without payload; how many were sent */
static int
client_nothing(lua_State *L)
{
	struct client *client = to_client(L);
	lua_Integer n = luaL_checkinteger(L, 2), sent = 0;
	bool keys = lua_toboolean(L, 3);

	while (sent < n && send_nothing(client->session, keys) == 0)
		sent++;
	lua_pushinteger(L, sent);
	return 1;
}

/* client:finish(): says that no more comes, and goes on reading */
static int
client_finish(lua_State *L)
{
	struct client *client = to_client(L);

	rig_client_must(L, gnutls_bye(client->session, GNUTLS_SHUT_WR), "bye");
	shutdown(client->fd, SHUT_WR);
	return 0;
}

/* client:drop(): sends no more without saying so, as one that is closed */
static int
client_drop(lua_State *L)
{
	shutdown(to_client(L)->fd, SHUT_WR);
	return 0;
}

/* client:push(bytes, seconds) -> how many were taken until nothing moved for
 * that long */
static int
client_push(lua_State *L)
{
	struct client *client = to_client(L);
	size_t len, sent = 0;
	const char *bytes = luaL_checklstring(L, 2, &len);
	double seconds = rig_seconds(L, 3);

	while (sent < len || client->unsent) {
		ssize_t wrote = client->unsent
		    ? gnutls_record_send(client->session, NULL, 0)
		    : gnutls_record_send(client->session, bytes + sent,
			  len - sent);

		if (wrote > 0) {
			sent += (size_t)wrote;
			client->unsent = false;
			continue;
		}
		if (wrote != GNUTLS_E_AGAIN && wrote != GNUTLS_E_INTERRUPTED)
			break;
		client->unsent = true;
		if (!rig_wait(client->fd, POLLOUT, rig_deadline(seconds)))
			break;
	}
	lua_pushinteger(L, (lua_Integer)sent);
	return 1;
}

/* client:send(bytes) -> true, or nil and "closed" */
static int
client_send(lua_State *L)
{
	size_t len;

	luaL_checklstring(L, 2, &len);
	lua_settop(L, 2);
	client_push(L);
	if ((size_t)lua_tointeger(L, -1) < len)
		return rig_push_failure(L, "closed");
	lua_pushboolean(L, true);
	return 1;
}

/* client:receive(seconds) -> bytes, or nil and "timeout", "closed" (properly),
 * "cut" (without close_notify), "reset", or the name of an alert */
static int
client_receive(lua_State *L)
{
	struct client *client = to_client(L);
	uint64_t deadline = rig_deadline(rig_seconds(L, 2));
	char bytes[16384];
	ssize_t got;

	for (;;) {
		got = gnutls_record_recv(client->session, bytes, sizeof(bytes));
		if (got == GNUTLS_E_AGAIN && wait_session(client, deadline))
			continue;
		if (got == GNUTLS_E_INTERRUPTED)
			continue;
		if (got != GNUTLS_E_REHANDSHAKE &&
		    got != GNUTLS_E_REAUTH_REQUEST)
			break;
		client->asked_late = true;
	}
	if (got < 0)
		return rig_push_failure(L, failure_word(client, (int)got));
	if (got == 0)
		return rig_push_failure(L, "closed");
	lua_pushlstring(L, bytes, (size_t)got);
	return 1;
}

/* client:renegotiate() -> "done", or the word for why not */
static int
client_renegotiate(lua_State *L)
{
	struct client *client = to_client(L);
	int result = shake_hands(client, rig_deadline(RIG_PATIENCE));

	lua_pushstring(L, result == 0 ? "done" : failure_word(client, result));
	return 1;
}

/* client:ticket() -> what a later client can give as `session`; nil: none
 * came so far */
static int
client_ticket(lua_State *L)
{
	struct client *client = to_client(L);
	gnutls_datum_t data;

	if (!(gnutls_session_get_flags(client->session) &
		GNUTLS_SFLAGS_SESSION_TICKET)) {
		lua_pushnil(L);
		return 1;
	}
	rig_client_must(L, gnutls_session_get_data2(client->session, &data),
	    "ticket");
	lua_pushlstring(L, (const char *)data.data, data.size);
	gnutls_free(data.data);
	return 1;
}

/* client:raw(bytes): past TLS, straight to the socket */
static int
client_raw(lua_State *L)
{
	struct client *client = to_client(L);
	size_t len;
	const char *bytes = luaL_checklstring(L, 2, &len);

	if (write(client->fd, bytes, len) != (ssize_t)len)
		return rig_push_failure(L, "closed");
	lua_pushboolean(L, true);
	return 1;
}

static int
client_close(lua_State *L)
{
	struct client *client = luaL_checkudata(L, 1, TYPE);

	if (client->fd >= 0) {
		/* As far as the socket takes it; the close is what counts. */
		(void)gnutls_bye(client->session, GNUTLS_SHUT_WR);
		close(client->fd);
	}
	rig_client_forget(client);
	return 0;
}

static int
client_reset(lua_State *L)
{
	struct client *client = to_client(L);

	rig_reset(client->fd);
	rig_client_forget(client);
	return 0;
}

void
rig_open_client(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "fact", client_fact },
		{ "finish", client_finish },
		{ "drop", client_drop },
		{ "nothing", client_nothing },
		{ "push", client_push },
		{ "send", client_send },
		{ "receive", client_receive },
		{ "renegotiate", client_renegotiate },
		{ "ticket", client_ticket },
		{ "raw", client_raw },
		{ "reset", client_reset },
		{ "close", client_close },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, client_close);
	lua_pushcfunction(L, handshake);
	lua_setfield(L, -2, "handshake");
}
