/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay.c - stands between the gateway and a server that is not ours, and
 * keeps every byte that goes to the server.
 *
 * One thread accepts, one copies both ways for each connection, until one side
 * has ended and the other has taken all.
 */
#include "rig/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

#define TYPE "rig.relay"

struct relay;

/* A connection from the gateway; the thread's, but for what is noted. */
struct pair {
	struct pair *next;
	struct relay *relay;
	pthread_t thread;
	int front, back;      /* closed under the relay's lock; -1 then */
	struct yett_buf kept; /* went to the server; the relay's lock */
};

struct relay {
	int fd, stop[2];
	unsigned port, to;
	pthread_t acceptor;
	bool accepting;

	pthread_mutex_t lock; /* guards what follows */
	struct pair *pairs;   /* the newest first */
	size_t count;
};

/* Copy what is there; false: that side has ended, or the other takes none. */
static bool
copy_some(struct pair *pair, int from, int to, bool keep)
{
	char bytes[16384];
	ssize_t got = recv(from, bytes, sizeof(bytes), 0);
	ssize_t done = 0;

	if (got <= 0)
		return got < 0 && errno == EINTR;
	if (keep) {
		pthread_mutex_lock(&pair->relay->lock);
		/* Without memory the play sees too little, and fails. */
		if (yett_buf_append(&pair->kept,
			(struct yett_slice){ bytes, (size_t)got }) != YETT_OK)
			abort();
		pthread_mutex_unlock(&pair->relay->lock);
	}
	while (done < got) {
		ssize_t sent = send(to, bytes + done, (size_t)(got - done),
		    MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		done += sent;
	}
	return true;
}

static void
close_one(struct pair *pair, int *fd)
{
	pthread_mutex_lock(&pair->relay->lock);
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	pthread_mutex_unlock(&pair->relay->lock);
}

static void *
copy_all(void *arg)
{
	struct pair *pair = arg;
	struct pollfd pollfds[2] = {
		{ .fd = pair->front, .events = POLLIN },
		{ .fd = pair->back, .events = POLLIN },
	};
	bool going = true;

	while (going && (poll(pollfds, 2, -1) >= 0 || errno == EINTR)) {
		if (pollfds[0].revents != 0)
			going = copy_some(pair, pair->front, pair->back, true);
		if (going && pollfds[1].revents != 0)
			going = copy_some(pair, pair->back, pair->front, false);
	}
	close_one(pair, &pair->front);
	close_one(pair, &pair->back);
	return NULL;
}

static void
add_pair(struct relay *relay, int front)
{
	struct pair *pair = calloc(1, sizeof(*pair));
	int back = rig_dial_blocking(relay->to);

	if (pair == NULL || back < 0) {
		free(pair);
		close(front);
		close(back);
		return;
	}
	rig_send_at_once(front);
	*pair = (struct pair){ .relay = relay, .front = front, .back = back };
	pthread_mutex_lock(&relay->lock);
	if (pthread_create(&pair->thread, NULL, copy_all, pair) != 0)
		abort();
	pair->next = relay->pairs;
	relay->pairs = pair;
	relay->count++;
	pthread_mutex_unlock(&relay->lock);
}

static void *
accept_all(void *arg)
{
	struct relay *relay = arg;
	struct pollfd pollfds[2] = {
		{ .fd = relay->fd, .events = POLLIN },
		{ .fd = relay->stop[0], .events = POLLIN },
	};

	while (poll(pollfds, 2, -1) >= 0 || errno == EINTR) {
		int fd;

		if (pollfds[1].revents != 0)
			break;
		fd = accept4(relay->fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			add_pair(relay, fd);
	}
	return NULL;
}

/* --- from Lua ------------------------------------------------------------ */

static struct relay *
to_relay(lua_State *L)
{
	return luaL_checkudata(L, 1, TYPE);
}

/* rig.relay(port) -> relay: to that port of loopback */
static int
relay_new(lua_State *L)
{
	unsigned to = (unsigned)luaL_checkinteger(L, 1);
	struct relay *relay = lua_newuserdatauv(L, sizeof(*relay), 0);

	*relay = (struct relay){ .fd = -1, .stop = { -1, -1 }, .to = to };
	pthread_mutex_init(&relay->lock, NULL);
	luaL_setmetatable(L, TYPE);
	relay->fd = rig_listen(&relay->port);
	if (relay->fd < 0 || pipe2(relay->stop, O_CLOEXEC) != 0)
		return luaL_error(L, "listen: %s", strerror(errno));
	relay->accepting = pthread_create(&relay->acceptor, NULL, accept_all,
			       relay) == 0;
	if (!relay->accepting)
		return luaL_error(L, "no thread");
	return 1;
}

static int
relay_port(lua_State *L)
{
	lua_pushinteger(L, to_relay(L)->port);
	return 1;
}

/* relay:kept() -> a list: what went to the server on each connection */
static int
relay_kept(lua_State *L)
{
	struct relay *relay = to_relay(L);
	lua_Integer at;

	lua_newtable(L);
	pthread_mutex_lock(&relay->lock);
	at = (lua_Integer)relay->count;
	/* Lua may run out of memory here: so be it. */
	for (struct pair *pair = relay->pairs; pair != NULL;
	     pair = pair->next) {
		struct yett_slice kept = yett_buf_slice(&pair->kept);

		lua_pushlstring(L, kept.at, kept.len);
		lua_rawseti(L, -2, at--);
	}
	pthread_mutex_unlock(&relay->lock);
	return 1;
}

static int
relay_gc(lua_State *L)
{
	struct relay *relay = to_relay(L);

	if (relay->accepting && write(relay->stop[1], "", 1) == 1)
		pthread_join(relay->acceptor, NULL);
	relay->accepting = false;
	pthread_mutex_lock(&relay->lock);
	for (struct pair *pair = relay->pairs; pair != NULL; pair = pair->next)
		if (pair->front >= 0)
			shutdown(pair->front, SHUT_RDWR);
	pthread_mutex_unlock(&relay->lock);
	while (relay->pairs != NULL) {
		struct pair *pair = relay->pairs;

		relay->pairs = pair->next;
		pthread_join(pair->thread, NULL);
		yett_buf_clear(&pair->kept);
		free(pair);
	}
	for (int i = 0; i < 2; i++)
		if (relay->stop[i] >= 0)
			close(relay->stop[i]);
	if (relay->fd >= 0)
		close(relay->fd);
	relay->fd = relay->stop[0] = relay->stop[1] = -1;
	return 0;
}

void
rig_open_relay(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "port", relay_port },
		{ "kept", relay_kept },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, relay_gc);
	lua_pushcfunction(L, relay_new);
	lua_setfield(L, -2, "relay");
}
