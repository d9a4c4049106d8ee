/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/client.h"

#include <string.h>
#include <unistd.h>

#include <gnutls/x509.h>

#define NAME_MAX_BYTES 512

void
rig_client_must(lua_State *L, int result, const char *what)
{
	if (result < 0)
		luaL_error(L, "%s: %s", what, gnutls_strerror(result));
}

/* GnuTLS asks for a certificate because the server did: note it, and give what
 * the play said. Everything stays the client's. */
static int
on_asked(gnutls_session_t session, const gnutls_datum_t *ca, int ca_count,
    const gnutls_pk_algorithm_t *algorithms, int algorithm_count,
    gnutls_pcert_st **chain, unsigned *chain_len, gnutls_privkey_t *key)
{
	struct client *client = gnutls_session_get_ptr(session);

	(void)algorithms;
	(void)algorithm_count;
	client->was_asked = true;
	(void)usleep(client->thinks_us);
	yett_buf_clear(&client->ca_names);
	for (int i = 0; i < ca_count; i++) {
		char name[NAME_MAX_BYTES];
		size_t len = sizeof(name);

		if (gnutls_x509_rdn_get(&ca[i], name, &len) != 0 ||
		    yett_buf_printf(&client->ca_names, "%s\n", name) != YETT_OK)
			return -1;
	}
	*chain = client->chain;
	*chain_len = client->chain_len;
	*key = client->key;
	return 0;
}

static void
load_certificate(lua_State *L, struct client *client, const char *cert,
    const char *key)
{
	gnutls_datum_t pem;

	client->chain_len = CHAIN_MAX;
	rig_client_must(L, gnutls_load_file(cert, &pem), cert);
	rig_client_must(L,
	    gnutls_pcert_list_import_x509_raw(client->chain, &client->chain_len,
		&pem, GNUTLS_X509_FMT_PEM, 0),
	    cert);
	gnutls_free(pem.data);
	rig_client_must(L, gnutls_load_file(key, &pem), key);
	rig_client_must(L, gnutls_privkey_init(&client->key), key);
	rig_client_must(L,
	    gnutls_privkey_import_x509_raw(client->key, &pem,
		GNUTLS_X509_FMT_PEM, NULL, 0),
	    key);
	gnutls_free(pem.data);
}

/* "1.2", "1.3", or both; or a priority string of the play's own. */
static void
set_versions(lua_State *L, struct client *client)
{
	const char *priority = rig_text_field(L, 1, "priority");
	const char *version = rig_text_field(L, 1, "tls");

	if (priority == NULL && version == NULL)
		priority = "NORMAL";
	if (priority == NULL)
		priority = lua_pushfstring(L, "NORMAL:-VERS-ALL:+VERS-TLS%s",
		    version);
	rig_client_must(L,
	    gnutls_priority_set_direct(client->session, priority, NULL),
	    priority);
}

static void
set_alpn(lua_State *L, struct client *client)
{
	gnutls_datum_t names[8];
	unsigned count = 0;

	if (lua_getfield(L, 1, "alpn") == LUA_TTABLE)
		for (count = 0; count < 8; count++) {
			size_t len;

			if (lua_rawgeti(L, -1, (lua_Integer)count + 1) !=
			    LUA_TSTRING)
				break;
			names[count].data = (unsigned char *)(uintptr_t)
			    lua_tolstring(L, -1, &len);
			names[count].size = (unsigned)len;
			lua_pop(L, 1); /* the table still holds it */
		}
	if (count > 0)
		rig_client_must(L,
		    gnutls_alpn_set_protocols(client->session, names, count, 0),
		    "alpn");
}

static void
set_session(lua_State *L, struct client *client)
{
	size_t len;

	if (lua_getfield(L, 1, "session") != LUA_TSTRING)
		return;
	rig_client_must(L,
	    gnutls_session_set_data(client->session, lua_tolstring(L, -1, &len),
		lua_rawlen(L, -1)),
	    "session");
}

void
rig_client_set_up(lua_State *L, struct client *client)
{
	const char *sni = rig_text_field(L, 1, "sni");
	const char *cert = rig_text_field(L, 1, "cert");
	unsigned flags = GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL;

	if (rig_flag_field(L, 1, "post_handshake_auth"))
		flags |= GNUTLS_POST_HANDSHAKE_AUTH;
	if (rig_flag_field(L, 1, "no_tickets"))
		flags |= GNUTLS_NO_TICKETS;
	rig_client_must(L, gnutls_init(&client->session, flags), "init");
	gnutls_session_set_ptr(client->session, client);
	rig_client_must(L,
	    gnutls_certificate_allocate_credentials(&client->credentials),
	    "credentials");
	if (cert != NULL)
		load_certificate(L, client, cert, rig_text_field(L, 1, "key"));
	gnutls_certificate_set_retrieve_function2(client->credentials,
	    on_asked);
	rig_client_must(L,
	    gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE,
		client->credentials),
	    "credentials");
	if (sni != NULL)
		rig_client_must(L,
		    gnutls_server_name_set(client->session, GNUTLS_NAME_DNS,
			sni, strlen(sni)),
		    "sni");
	lua_getfield(L, 1, "thinks");
	client->thinks_us = (useconds_t)(luaL_optnumber(L, -1, 0) * 1e6);
	lua_pop(L, 1);
	set_versions(L, client);
	set_alpn(L, client);
	set_session(L, client);
	rig_records_attach(&client->records, client->session, client->fd,
	    rig_flag_field(L, 1, "fragment"));
}

void
rig_client_forget(struct client *client)
{
	if (client->session != NULL)
		gnutls_deinit(client->session);
	if (client->credentials != NULL)
		gnutls_certificate_free_credentials(client->credentials);
	for (unsigned i = 0; i < client->chain_len; i++)
		gnutls_pcert_deinit(&client->chain[i]);
	if (client->key != NULL)
		gnutls_privkey_deinit(client->key);
	yett_buf_clear(&client->ca_names);
	rig_records_clear(&client->records);
	*client = (struct client){ .fd = -1 };
}
