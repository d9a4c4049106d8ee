/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.c - sockets with deadlines, and a plain TCP connection for plays.
 */
#include "rig/rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define TYPE "rig.wire"

struct wire {
	int fd; /* -1: closed */
};

uint64_t
rig_deadline(double seconds)
{
	/* What a busy machine was late for is due now. */
	return yett_clock_monotonic() +
	    (seconds > 0 ? (uint64_t)(seconds * 1e9) : 0);
}

double
rig_seconds(lua_State *L, int index)
{
	return luaL_optnumber(L, index, RIG_PATIENCE);
}

bool
rig_wait(int fd, short events, uint64_t deadline)
{
	struct pollfd pollfd = { .fd = fd, .events = events };

	for (;;) {
		uint64_t now = yett_clock_monotonic();
		int left = now < deadline
		    ? (int)((deadline - now) / YETT_NS_PER_MS) + 1
		    : 0;
		int ready = poll(&pollfd, 1, left);

		if (ready > 0)
			return true;
		if (ready == 0 && left == 0)
			return false;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}

void
rig_set_window(int fd, int window)
{
	if (window > 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window,
		    sizeof(window));
}

void
rig_send_at_once(int fd)
{
	int yes = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

int
rig_dial_blocking(unsigned port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	rig_send_at_once(fd);
	if (fd >= 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

int
rig_dial(unsigned port)
{
	/* To loopback this does not block: it connects or is refused. */
	int fd = rig_dial_blocking(port);

	if (fd >= 0)
		(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

int
rig_listen(unsigned *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return -1;
	*port = ntohs(address.sin_port);
	return fd;
}

void
rig_reset(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

const char *
rig_text_field(lua_State *L, int index, const char *name)
{
	const char *text;

	lua_getfield(L, index, name);
	text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
	lua_pop(L, 1);
	return text;
}

bool
rig_flag_field(lua_State *L, int index, const char *name)
{
	bool flag;

	lua_getfield(L, index, name);
	flag = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return flag;
}

lua_Integer
rig_number_field(lua_State *L, int index, const char *name,
    lua_Integer otherwise)
{
	lua_Integer number;

	lua_getfield(L, index, name);
	number = luaL_optinteger(L, -1, otherwise);
	lua_pop(L, 1);
	return number;
}

void
rig_type(lua_State *L, const char *name, const luaL_Reg *methods,
    lua_CFunction gc)
{
	luaL_newmetatable(L, name);
	luaL_setfuncs(L, methods, 0);
	lua_pushvalue(L, -1);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, gc);
	lua_setfield(L, -2, "__gc");
	lua_pop(L, 1);
}

int
rig_push_failure(lua_State *L, const char *word)
{
	lua_pushnil(L);
	lua_pushstring(L, word);
	return 2;
}

static struct wire *
to_wire(lua_State *L)
{
	struct wire *wire = luaL_checkudata(L, 1, TYPE);

	luaL_argcheck(L, wire->fd >= 0, 1, "is closed");
	return wire;
}

/* rig.dial(port) -> wire, or nil and "refused" */
static int
dial(lua_State *L)
{
	unsigned port = (unsigned)luaL_checkinteger(L, 1);
	struct wire *wire = lua_newuserdatauv(L, sizeof(*wire), 0);

	wire->fd = -1;
	luaL_setmetatable(L, TYPE);
	wire->fd = rig_dial(port);
	return wire->fd < 0 ? rig_push_failure(L, "refused") : 1;
}

/* wire:push(bytes, seconds) -> how many were taken until nothing moved for
 * that long */
static int
wire_push(lua_State *L)
{
	struct wire *wire = to_wire(L);
	size_t len, sent = 0;
	const char *bytes = luaL_checklstring(L, 2, &len);
	double seconds = rig_seconds(L, 3);

	while (sent < len) {
		ssize_t wrote = send(wire->fd, bytes + sent, len - sent,
		    MSG_NOSIGNAL);

		if (wrote > 0)
			sent += (size_t)wrote;
		else if (errno != EAGAIN ||
		    !rig_wait(wire->fd, POLLOUT, rig_deadline(seconds)))
			break;
	}
	lua_pushinteger(L, (lua_Integer)sent);
	return 1;
}

/* wire:send(bytes) -> true, or nil and "closed" */
static int
wire_send(lua_State *L)
{
	size_t len;

	luaL_checklstring(L, 2, &len);
	lua_settop(L, 2);
	wire_push(L);
	if ((size_t)lua_tointeger(L, -1) < len)
		return rig_push_failure(L, "closed");
	lua_pushboolean(L, true);
	return 1;
}

/* wire:receive(seconds) -> bytes, or nil and "timeout", "closed", "reset" */
static int
wire_receive(lua_State *L)
{
	struct wire *wire = to_wire(L);
	uint64_t deadline = rig_deadline(rig_seconds(L, 2));
	char bytes[16384];
	ssize_t got;

	do {
		got = recv(wire->fd, bytes, sizeof(bytes), 0);
		if (got < 0 && errno == EAGAIN &&
		    !rig_wait(wire->fd, POLLIN, deadline))
			return rig_push_failure(L, "timeout");
	} while (got < 0 && errno == EAGAIN);
	if (got < 0)
		return rig_push_failure(L, "reset");
	if (got == 0)
		return rig_push_failure(L, "closed");
	lua_pushlstring(L, bytes, (size_t)got);
	return 1;
}

/* wire:shut(): no more will be sent */
static int
wire_shut(lua_State *L)
{
	shutdown(to_wire(L)->fd, SHUT_WR);
	return 0;
}

static int
wire_reset(lua_State *L)
{
	struct wire *wire = to_wire(L);

	rig_reset(wire->fd);
	wire->fd = -1;
	return 0;
}

static int
wire_close(lua_State *L)
{
	struct wire *wire = luaL_checkudata(L, 1, TYPE);

	if (wire->fd >= 0)
		close(wire->fd);
	wire->fd = -1;
	return 0;
}

void
rig_open_wire(lua_State *L)
{
	static const luaL_Reg methods[] = {
		{ "push", wire_push },
		{ "send", wire_send },
		{ "receive", wire_receive },
		{ "shut", wire_shut },
		{ "reset", wire_reset },
		{ "close", wire_close },
		{ NULL, NULL },
	};

	rig_type(L, TYPE, methods, wire_close);
	lua_pushcfunction(L, dial);
	lua_setfield(L, -2, "dial");
}
