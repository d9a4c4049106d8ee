/* SPDX-License-Identifier: Apache-2.0 */
#include "io/socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

/* Waiting connections; the kernel cuts it at net.core.somaxconn. */
#define BACKLOG 4096

/* Dropping bytes goes through a buffer of this size. */
#define DISCARD_AT_ONCE 4096

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	    error == ENOMEM;
}

static int
switch_on(int fd, int level, int option)
{
	const int on = 1;

	return setsockopt(fd, level, option, &on, sizeof(on));
}

static int
stream_socket(const struct yett_address *address)
{
	return socket(address->storage.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/*
 * The first socket takes SO_REUSEPORT after it was bound, the others before:
 * so it is refused where another process of this user already shares the port,
 * which would otherwise get a part of our connections.
 */
static int
bind_socket(int fd, const struct yett_address *address, bool first)
{
	int family = address->storage.ss_family;
	bool shares = family != AF_UNIX;

	if (shares && switch_on(fd, SOL_SOCKET, SO_REUSEADDR) != 0)
		return -1;
	if (family == AF_INET6 && switch_on(fd, IPPROTO_IPV6, IPV6_V6ONLY) != 0)
		return -1;
	if (shares && !first && switch_on(fd, SOL_SOCKET, SO_REUSEPORT) != 0)
		return -1;
	if (bind(fd, (const void *)&address->storage, address->len) != 0)
		return -1;
	if (shares && first && switch_on(fd, SOL_SOCKET, SO_REUSEPORT) != 0)
		return -1;
	return 0;
}

/* Whether a socket that does not listen can be bound there. */
static bool
can_bind(const struct yett_address *address, bool first)
{
	int fd = stream_socket(address);
	bool can = fd >= 0 && bind_socket(fd, address, first) == 0;

	yett_socket_close(&fd);
	return can;
}

bool
yett_socket_is_shared(const struct yett_address *address)
{
	return address->storage.ss_family != AF_UNIX &&
	    !can_bind(address, true) && can_bind(address, false);
}

static enum yett_status
listen_at(int *out, const struct yett_address *address, bool first,
    struct yett_fault *fault)
{
	char text[YETT_ADDRESS_TEXT];
	int fd = stream_socket(address);
	int error;

	if (fd < 0 || bind_socket(fd, address, first) != 0 ||
	    listen(fd, BACKLOG) != 0) {
		error = errno;
		yett_socket_close(&fd);
		return yett_fail_errno(fault, error, "cannot listen at %s",
		    yett_address_write(address, text));
	}
	*out = fd;
	return YETT_OK;
}

enum yett_status
yett_socket_listen(int *out, const struct yett_address *address,
    struct yett_address *bound, struct yett_fault *fault)
{
	enum yett_status status = listen_at(out, address, true, fault);

	if (status == YETT_OK && bound != NULL)
		yett_socket_local(*out, bound);
	return status;
}

enum yett_status
yett_socket_listen_beside(int *out, const struct yett_address *bound,
    struct yett_fault *fault)
{
	return listen_at(out, bound, false, fault);
}

/* accept(2) passes on errors of the connection it would have returned; these
 * say nothing about the listener. */
static bool
is_of_connection(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case EPERM: /* a firewall's rule */
	case ENETDOWN:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case ENETUNREACH: return true;
	default: return false;
	}
}

enum yett_status
yett_socket_accept(int *out, int listener, struct yett_address *peer,
    struct yett_fault *fault)
{
	struct yett_address address = { .len = sizeof(address.storage) };
	int fd = accept4(listener, (void *)&address.storage, &address.len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && is_of_connection(errno))
		return YETT_E_NOT_FOUND;
	if (fd < 0) {
		int error = errno;

		yett_fail_errno(fault, error, "cannot accept a connection");
		return is_shortage(error) ? YETT_E_LIMIT : YETT_E_SYSTEM;
	}
	/* Only a matter of speed, and unknown to unix sockets. */
	(void)switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
	*peer = address;
	*out = fd;
	return YETT_OK;
}

enum yett_status
yett_socket_connect(int *out, const struct yett_address *address,
    struct yett_fault *fault)
{
	int fd = stream_socket(address);
	char text[YETT_ADDRESS_TEXT];
	int error;

	if (fd >= 0 && address->storage.ss_family != AF_UNIX)
		/* Only a matter of speed. */
		(void)switch_on(fd, IPPROTO_TCP, TCP_NODELAY);
	if (fd >= 0 &&
	    (connect(fd, (const void *)&address->storage, address->len) == 0 ||
		errno == EINPROGRESS)) {
		*out = fd;
		return YETT_OK;
	}
	error = errno;
	yett_socket_close(&fd);
	yett_fail_errno(fault, error, "cannot connect to %s",
	    yett_address_write(address, text));
	/* EAGAIN: a unix socket's backlog is full; ports are out. */
	return is_shortage(error) || error == EAGAIN || error == EADDRNOTAVAIL
	    ? YETT_E_LIMIT
	    : YETT_E_SYSTEM;
}

enum yett_status
yett_socket_connected(int fd, struct yett_fault *fault)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
		error = errno;
	if (error != 0)
		return yett_fail_errno(fault, error, "cannot connect");
	return YETT_OK;
}

static enum yett_io
receive(int fd, void *at, size_t len, int flags, size_t *got,
    struct yett_fault *fault)
{
	ssize_t result;

	do
		result = recv(fd, at, len, flags);
	while (result < 0 && errno == EINTR);
	if (result > 0) {
		*got = (size_t)result;
		return YETT_IO_DONE;
	}
	if (result == 0)
		return YETT_IO_EOF;
	if (errno == EAGAIN)
		return YETT_IO_AGAIN;
	yett_fail_errno(fault, errno, "reading failed");
	return YETT_IO_FAILED;
}

enum yett_io
yett_socket_recv(int fd, void *at, size_t len, size_t *got,
    struct yett_fault *fault)
{
	return receive(fd, at, len, 0, got, fault);
}

enum yett_io
yett_socket_peek(int fd, void *at, size_t len, size_t *got,
    struct yett_fault *fault)
{
	return receive(fd, at, len, MSG_PEEK, got, fault);
}

enum yett_io
yett_socket_send(int fd, struct yett_slice bytes, size_t *sent,
    struct yett_fault *fault)
{
	ssize_t result;

	do
		result = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
	while (result < 0 && errno == EINTR);
	if (result >= 0) {
		*sent = (size_t)result;
		return YETT_IO_DONE;
	}
	if (errno == EAGAIN)
		return YETT_IO_AGAIN;
	yett_fail_errno(fault, errno, "writing failed");
	return YETT_IO_FAILED;
}

enum yett_io
yett_socket_discard(int fd, size_t *budget)
{
	char dropped[DISCARD_AT_ONCE];

	while (*budget > 0) {
		size_t len = *budget < sizeof(dropped) ? *budget
						       : sizeof(dropped);
		enum yett_io io = yett_socket_recv(fd, dropped, len, &len,
		    NULL);

		if (io != YETT_IO_DONE)
			return io;
		*budget -= len;
	}
	return YETT_IO_FAILED;
}

bool
yett_socket_is_at_end(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool
yett_socket_is_silent(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool
yett_socket_is_broken(int fd)
{
	socklen_t len = sizeof(int);
	int error = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0 ||
	    error != 0;
}

void
yett_socket_shut_write(int fd)
{
	/* Fails only on a connection that is gone anyway. */
	(void)shutdown(fd, SHUT_WR);
}

void
yett_socket_local(int fd, struct yett_address *out)
{
	struct yett_address address = { .len = sizeof(address.storage) };

	if (getsockname(fd, (void *)&address.storage, &address.len) != 0)
		address = (struct yett_address){ .len = 0 };
	*out = address;
}

void
yett_socket_reset_at_close(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	/* If it fails, the connection still ends. */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

void
yett_socket_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
