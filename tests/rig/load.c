/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - many requests at once, while a play does something to the gateway.
 *
 * Each thread connects, sends GETs on the kept-alive connection, closes and
 * connects again, and counts what did not get the status it should have.
 */
#include "rig/rig.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#define TYPE "rig.load"
#define THREADS_MAX 12

/* Shared: frozen once started, but for the counters. */
struct load {
	unsigned port, per_connection;
	int status;
	char *sni, *path;
	gnutls_certificate_credentials_t credentials;
	unsigned threads;
	pthread_t thread[THREADS_MAX];
	atomic_bool stopping;
	atomic_uint done, failed;
	atomic_uint lost; /* failed, though somebody listened */
	pthread_mutex_t lock;
	char first[128]; /* the first failure, guarded by the lock */
};

/* One connection of one thread. */
struct caller {
	int fd;
	gnutls_session_t session;
	char bytes[4096];
	size_t len;
	bool is_last; /* the answer says that the connection closes */
};

static void
fail(struct load *load, const char *what, const char *detail)
{
	atomic_fetch_add(&load->failed, 1);
	if (strcmp(what, "connect") != 0)
		atomic_fetch_add(&load->lost, 1);
	pthread_mutex_lock(&load->lock);
	if (load->first[0] == '\0')
		snprintf(load->first, sizeof(load->first), "%.20s: %.100s",
		    what, detail);
	pthread_mutex_unlock(&load->lock);
}

static bool
wait_caller(struct caller *caller)
{
	short events = gnutls_record_get_direction(caller->session) == 1
	    ? POLLOUT
	    : POLLIN;

	return rig_wait(caller->fd, events, rig_deadline(RIG_PATIENCE));
}

static bool
connect_caller(struct load *load, struct caller *caller)
{
	int result;

	caller->len = 0;
	caller->is_last = false;
	caller->session = NULL;
	caller->fd = rig_dial(load->port);
	if (caller->fd < 0) {
		fail(load, "connect", strerrordesc_np(errno));
		return false;
	}
	result = gnutls_init(&caller->session,
	    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
	if (result == 0)
		result = gnutls_set_default_priority(caller->session);
	if (result == 0)
		result = gnutls_credentials_set(caller->session,
		    GNUTLS_CRD_CERTIFICATE, load->credentials);
	if (result == 0)
		result = gnutls_server_name_set(caller->session,
		    GNUTLS_NAME_DNS, load->sni, strlen(load->sni));
	if (result == 0) {
		gnutls_transport_set_int(caller->session, caller->fd);
		do
			result = gnutls_handshake(caller->session);
		while (result == GNUTLS_E_AGAIN && wait_caller(caller));
	}
	if (result != 0)
		fail(load, "handshake", gnutls_strerror(result));
	return result == 0;
}

static void
close_caller(struct caller *caller)
{
	if (caller->session != NULL)
		gnutls_deinit(caller->session);
	if (caller->fd >= 0)
		close(caller->fd);
}

/* Read until the answer in `bytes` is whole; its length, or 0. */
static size_t
whole_answer(struct caller *caller)
{
	const char *end, *length;

	caller->bytes[caller->len] = '\0';
	end = strstr(caller->bytes, "\r\n\r\n");
	if (end == NULL)
		return 0;
	length = strcasestr(caller->bytes, "\r\ncontent-length:");
	if (length == NULL || length > end)
		return 0;
	return (size_t)(end - caller->bytes) + 4 +
	    strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
}

static bool
read_answer(struct load *load, struct caller *caller)
{
	size_t whole;
	int status;

	while ((whole = whole_answer(caller)) == 0 || caller->len < whole) {
		ssize_t got = gnutls_record_recv(caller->session,
		    caller->bytes + caller->len,
		    sizeof(caller->bytes) - 1 - caller->len);

		if (got > 0)
			caller->len += (size_t)got;
		else if (got != GNUTLS_E_AGAIN || !wait_caller(caller)) {
			fail(load, "answer",
			    got == 0 ? "closed" : gnutls_strerror((int)got));
			return false;
		}
	}
	status = atoi(caller->bytes + strlen("HTTP/1.1 "));
	if (status != load->status) {
		caller->bytes[60] = '\0';
		fail(load, "status", caller->bytes);
	}
	caller->bytes[whole] = '\0';
	caller->is_last = strcasestr(caller->bytes, "\r\nconnection: close") !=
	    NULL;
	caller->len = 0; /* no pipelining: nothing follows */
	return true;
}

static bool
call_once(struct load *load, struct caller *caller)
{
	char request[512];
	int len = snprintf(request, sizeof(request),
	    "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", load->path, load->sni);
	ssize_t sent;

	/* A request fits one record and the socket's buffer. */
	sent = gnutls_record_send(caller->session, request, (size_t)len);
	if (sent != len) {
		fail(load, "send", gnutls_strerror((int)sent));
		return false;
	}
	if (!read_answer(load, caller))
		return false;
	atomic_fetch_add(&load->done, 1);
	return true;
}

static void *
call_on_and_on(void *arg)
{
	struct load *load = arg;

	while (!atomic_load(&load->stopping)) {
		struct caller caller;
		unsigned left = load->per_connection;

		if (connect_caller(load, &caller))
			while (left > 0 && !caller.is_last &&
			    !atomic_load(&load->stopping) &&
			    call_once(load, &caller))
				left--;
		else
			usleep(1000); /* do not burn while all is refused */
		close_caller(&caller);
	}
	return NULL;
}

/* rig.load { port, sni, path, status, threads, per_connection } -> load */
static int
load_new(lua_State *L)
{
	struct load *load;
	unsigned threads;

	luaL_checktype(L, 1, LUA_TTABLE);
	load = lua_newuserdatauv(L, sizeof(*load), 0);
	memset(load, 0, sizeof(*load));
	pthread_mutex_init(&load->lock, NULL);
	luaL_setmetatable(L, TYPE);
	load->port = (unsigned)rig_number_field(L, 1, "port", 0);
	load->sni = strdup(rig_text_field(L, 1, "sni"));
	load->path = strdup(rig_text_field(L, 1, "path"));
	load->status = (int)rig_number_field(L, 1, "status", 200);
	load->per_connection = (unsigned)rig_number_field(L, 1,
	    "per_connection", 20);
	threads = (unsigned)rig_number_field(L, 1, "threads", 2);
	luaL_argcheck(L, threads <= THREADS_MAX, 1, "too many threads");
	if (gnutls_certificate_allocate_credentials(&load->credentials) != 0)
		return luaL_error(L, "out of memory");
	for (; load->threads < threads; load->threads++)
		if (pthread_create(&load->thread[load->threads], NULL,
			call_on_and_on, load) != 0)
			return luaL_error(L, "no thread");
	return 1;
}

/* load:done() -> how many requests were answered so far */
static int
load_done(lua_State *L)
{
	struct load *load = luaL_checkudata(L, 1, TYPE);

	lua_pushinteger(L, atomic_load(&load->done));
	return 1;
}

/* load:lost() -> how many failed that did not fail to connect */
static int
load_lost(lua_State *L)
{
	struct load *load = luaL_checkudata(L, 1, TYPE);

	lua_pushinteger(L, atomic_load(&load->lost));
	return 1;
}

/* load:stop() -> answered, failed, the first failure or nil */
static int
load_stop(lua_State *L)
{
	struct load *load = luaL_checkudata(L, 1, TYPE);

	atomic_store(&load->stopping, true);
	while (load->threads > 0)
		pthread_join(load->thread[--load->threads], NULL);
	lua_pushinteger(L, atomic_load(&load->done));
	lua_pushinteger(L, atomic_load(&load->failed));
	lua_pushstring(L, load->first[0] != '\0' ? load->first : NULL);
	return 3;
}

static int
load_gc(lua_State *L)
{
	struct load *load = luaL_checkudata(L, 1, TYPE);

	load_stop(L);
	if (load->credentials != NULL)
		gnutls_certificate_free_credentials(load->credentials);
	load->credentials = NULL;
	free(load->sni);
	free(load->path);
	load->sni = load->path = NULL;
	return 0;
}

void
rig_open_load(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "done", load_done },
		{ "lost", load_lost },
		{ "stop", load_stop },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, load_gc);
	lua_pushcfunction(L, load_new);
	lua_setfield(L, -2, "load");
}
