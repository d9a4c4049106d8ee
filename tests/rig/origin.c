/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.c - the server behind the gateway, played by a script.
 *
 * One thread accepts, one serves each connection. A path has a list of steps
 * (send these bytes, read the body, hold until told, cut, reset); every request
 * is kept with the bytes that came. Plays look at what was kept at any time.
 */
#include "rig/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int
listen_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	strcpy(address.sun_path, path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 512) != 0)
		return -1;
	return fd;
}

static void *
serve_peer(void *arg)
{
	struct peer *peer = arg;

	if (rig_origin_accept_tls(peer) &&
	    (!peer->origin->proxied || rig_origin_take_proxy(peer)))
		while (rig_origin_serve(peer))
			;
	rig_origin_end_tls(peer, false);
	yett_buf_clear(&peer->held);
	yett_buf_clear(&peer->proxy);
	pthread_mutex_lock(&peer->origin->lock);
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
	pthread_mutex_unlock(&peer->origin->lock);
	return NULL;
}

static void
add_peer(struct origin *origin, int fd)
{
	struct peer *peer = calloc(1, sizeof(*peer));

	if (peer == NULL) {
		close(fd);
		return;
	}
	peer->origin = origin;
	peer->fd = fd;
	pthread_mutex_lock(&origin->lock);
	peer->ordinal = ++origin->connections;
	if (pthread_create(&peer->thread, NULL, serve_peer, peer) == 0) {
		peer->next = origin->peers;
		origin->peers = peer;
		peer = NULL;
	}
	pthread_mutex_unlock(&origin->lock);
	if (peer != NULL) {
		close(fd);
		free(peer);
	}
}

static void *
accept_all(void *arg)
{
	struct origin *origin = arg;
	struct pollfd pollfds[2] = {
		{ .fd = origin->fd, .events = POLLIN },
		{ .fd = origin->stop[0], .events = POLLIN },
	};

	while (poll(pollfds, 2, -1) >= 0 || errno == EINTR) {
		int fd;

		if (pollfds[1].revents != 0)
			break;
		fd = accept4(origin->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			add_peer(origin, fd);
	}
	return NULL;
}

/* --- from Lua ------------------------------------------------------------ */

static struct origin *
to_origin(lua_State *L)
{
	return luaL_checkudata(L, 1, RIG_ORIGIN);
}

static void
read_step(lua_State *L, struct step *step)
{
	static const char *const names[] = { "body", "echo", "pour", "hold",
		"close", "bye", "reset", "trickle", "relay", "shut", "login",
		"drain", NULL };
	size_t len;

	if (lua_type(L, -1) == LUA_TSTRING) {
		const char *bytes = lua_tolstring(L, -1, &len);

		step->kind = STEP_SEND;
		if (yett_buf_append(&step->bytes,
			(struct yett_slice){ bytes, len }) != YETT_OK)
			luaL_error(L, "out of memory");
		return;
	}
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_rawgeti(L, -1, 1);
	step->kind = (enum step_kind)(
	    STEP_BODY + luaL_checkoption(L, -1, NULL, names));
	lua_rawgeti(L, -2, 2);
	step->amount = (size_t)luaL_optinteger(L, -1, 0);
	lua_pop(L, 2);
}

/* The table of steps on the top of the stack, for the path below it. */
static void
read_script(lua_State *L, struct origin *origin)
{
	struct script *script;
	size_t count;

	luaL_checktype(L, -1, LUA_TTABLE);
	count = lua_rawlen(L, -1);
	luaL_argcheck(L, count <= STEPS_MAX, 1, "too many steps");
	script = calloc(1, sizeof(*script));
	if (script == NULL)
		luaL_error(L, "out of memory");
	script->next = origin->scripts; /* owned from here on */
	origin->scripts = script;
	script->path = strdup(luaL_checkstring(L, -2));
	for (size_t i = 0; i < count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		read_step(L, &script->steps[script->count++]);
		lua_pop(L, 1);
	}
}

static void
open_listener(lua_State *L, struct origin *origin)
{
	const char *path = rig_text_field(L, 1, "unix");

	origin->fd = path != NULL ? listen_unix(path)
				  : rig_listen(&origin->port);
	if (origin->fd < 0 || pipe2(origin->stop, O_CLOEXEC) != 0)
		luaL_error(L, "listen: %s", strerror(errno));
}

/* rig.origin { scripts = { [path] = { step, ... } }, unix = path, tls = { ...
 * }, proxied = true when each connection begins with a PROXY head } -> origin
 */
static int
origin_new(lua_State *L)
{
	struct origin *origin;

	luaL_checktype(L, 1, LUA_TTABLE);
	origin = lua_newuserdatauv(L, sizeof(*origin), 0);
	memset(origin, 0, sizeof(*origin));
	origin->fd = origin->stop[0] = origin->stop[1] = -1;
	rig_origin_init_locks(origin);
	luaL_setmetatable(L, RIG_ORIGIN);
	if (lua_getfield(L, 1, "scripts") == LUA_TTABLE) {
		lua_pushnil(L);
		while (lua_next(L, -2) != 0) {
			read_script(L, origin);
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
	rig_origin_open_tls(L, origin);
	origin->proxied = rig_flag_field(L, 1, "proxied");
	open_listener(L, origin);
	origin->accepting = pthread_create(&origin->acceptor, NULL, accept_all,
				origin) == 0;
	if (!origin->accepting)
		return luaL_error(L, "no thread");
	return 1;
}

static int
origin_port(lua_State *L)
{
	lua_pushinteger(L, to_origin(L)->port);
	return 1;
}

/* origin:count(n, seconds) -> how many requests came; waits for `n` */
static int
origin_count(lua_State *L)
{
	struct origin *origin = to_origin(L);
	size_t want = (size_t)luaL_optinteger(L, 2, 0);
	struct timespec deadline = rig_timespec(rig_seconds(L, 3));
	int late = 0;
	size_t count;

	pthread_mutex_lock(&origin->lock);
	while (origin->request_count < want && late == 0)
		late = pthread_cond_timedwait(&origin->more, &origin->lock,
		    &deadline);
	count = origin->request_count;
	pthread_mutex_unlock(&origin->lock);
	lua_pushinteger(L, (lua_Integer)count);
	return 1;
}

/* origin:request(n) -> { head, body, raw, length, connection, complete, proxy
 * } */
static int
origin_request(lua_State *L)
{
	struct origin *origin = to_origin(L);
	size_t number = (size_t)luaL_checkinteger(L, 2);
	struct kept *kept = NULL;

	pthread_mutex_lock(&origin->lock);
	if (number >= 1 && number <= origin->request_count)
		kept = origin->requests[number - 1];
	if (kept != NULL) { /* Lua may run out of memory here: so be it */
		lua_createtable(L, 0, 6);
		lua_pushlstring(L, kept->head.memory,
		    yett_buf_len(&kept->head));
		lua_setfield(L, -2, "head");
		lua_pushlstring(L, kept->body.memory,
		    yett_buf_len(&kept->body));
		lua_setfield(L, -2, "body");
		lua_pushlstring(L, kept->raw.memory, yett_buf_len(&kept->raw));
		lua_setfield(L, -2, "raw");
		lua_pushlstring(L, kept->proxy.memory,
		    yett_buf_len(&kept->proxy));
		lua_setfield(L, -2, "proxy");
		lua_pushinteger(L, (lua_Integer)kept->length);
		lua_setfield(L, -2, "length");
		lua_pushinteger(L, kept->connection);
		lua_setfield(L, -2, "connection");
		lua_pushboolean(L, kept->complete);
		lua_setfield(L, -2, "complete");
	}
	pthread_mutex_unlock(&origin->lock);
	if (kept == NULL)
		lua_pushnil(L);
	return 1;
}

/* origin:fact("connections" / "poured" / "failed" / "resumed") */
static int
origin_fact(lua_State *L)
{
	static const char *const names[] = { "connections", "poured", "failed",
		"resumed", NULL };
	struct origin *origin = to_origin(L);
	int choice = luaL_checkoption(L, 2, NULL, names);
	size_t values[4];

	pthread_mutex_lock(&origin->lock);
	values[0] = origin->connections;
	values[1] = origin->poured;
	values[2] = origin->failed;
	values[3] = origin->resumed;
	pthread_mutex_unlock(&origin->lock);
	lua_pushinteger(L, (lua_Integer)values[choice]);
	return 1;
}

/* origin:release(): every hold ends, now and later */
static int
origin_release(lua_State *L)
{
	struct origin *origin = to_origin(L);

	pthread_mutex_lock(&origin->lock);
	origin->released = true;
	pthread_cond_broadcast(&origin->more);
	pthread_mutex_unlock(&origin->lock);
	return 0;
}

static void
stop_threads(struct origin *origin)
{
	pthread_mutex_lock(&origin->lock);
	origin->stopping = true;
	pthread_cond_broadcast(&origin->more);
	for (struct peer *peer = origin->peers; peer != NULL; peer = peer->next)
		if (peer->fd >= 0)
			shutdown(peer->fd, SHUT_RDWR);
	pthread_mutex_unlock(&origin->lock);
	if (origin->accepting) {
		if (write(origin->stop[1], "", 1) == 1)
			pthread_join(origin->acceptor, NULL);
		origin->accepting = false;
	}
	while (origin->peers != NULL) {
		struct peer *peer = origin->peers;

		origin->peers = peer->next;
		pthread_join(peer->thread, NULL);
		free(peer);
	}
}

/* origin:stop(): as if the machine went away; what was kept stays */
static int
origin_stop(lua_State *L)
{
	struct origin *origin = to_origin(L);

	stop_threads(origin);
	if (origin->fd >= 0)
		close(origin->fd);
	origin->fd = -1;
	return 0;
}

static int
origin_gc(lua_State *L)
{
	struct origin *origin = to_origin(L);

	origin_stop(L);
	for (int i = 0; i < 2; i++) {
		if (origin->stop[i] >= 0)
			close(origin->stop[i]);
		origin->stop[i] = -1;
	}
	rig_origin_close_tls(origin);
	rig_origin_clear(origin);
	return 0;
}

void
rig_open_origin(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "port", origin_port },
		{ "count", origin_count },
		{ "request", origin_request },
		{ "fact", origin_fact },
		{ "release", origin_release },
		{ "stop", origin_stop },
		{ NULL, NULL },
	};

	rig_type(L, RIG_ORIGIN, methods, origin_gc);
	lua_pushcfunction(L, origin_new);
	lua_setfield(L, -2, "origin");
}
