/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket.h - the system calls on stream sockets, each with its errors named.
 *
 * Every socket created here is nonblocking and closed on exec. The caller owns
 * the descriptor. Nothing here waits.
 */
#ifndef YETT_IO_SOCKET_H
#define YETT_IO_SOCKET_H

#include "io/address.h"

/* How reading or writing went. */
enum yett_io {
	YETT_IO_DONE,   /* at least one byte */
	YETT_IO_AGAIN,  /* nothing now */
	YETT_IO_EOF,    /* reading: the peer is done writing */
	YETT_IO_FAILED, /* the connection is broken; the fault says how */
};

/*
 * Listen at `address`, where nobody listens yet. An IPv6 address takes IPv6
 * only. `bound`, unless NULL, is told the address with the port that the kernel
 * chose for port 0.
 * YETT_E_SYSTEM: the address is in use, not ours, or not permitted.
 */
YETT_MUST_USE
enum yett_status
yett_socket_listen(int *out, const struct yett_address *address,
    struct yett_address *bound, struct yett_fault *fault);

/*
 * Listen beside a socket that yett_socket_listen() made, at the address it is
 * bound to: the kernel spreads connections over them (SO_REUSEPORT).
 * YETT_E_SYSTEM: somebody else listens there, or it is not permitted.
 */
YETT_MUST_USE
enum yett_status yett_socket_listen_beside(int *out,
    const struct yett_address *bound, struct yett_fault *fault);

/* Whether `address` is taken, by sockets of this user alone that all share it
 * (SO_REUSEPORT). Gets no connection. */
bool yett_socket_is_shared(const struct yett_address *address);

/*
 * Take one waiting connection, without Nagle's delay.
 * YETT_E_NOT_FOUND: none is waiting.
 * YETT_E_LIMIT:     descriptors or memory are exhausted; the connection still
 *                   waits, so the caller must not watch the listener for a
 *                   while, or it spins.
 * YETT_E_SYSTEM:    the listener is unusable.
 */
YETT_MUST_USE
enum yett_status yett_socket_accept(int *out, int listener,
    struct yett_address *peer, struct yett_fault *fault);

/*
 * Start connecting. When the socket becomes writable, ask
 * yett_socket_connected() how it went.
 * YETT_E_SYSTEM: it was refused at once.
 * YETT_E_LIMIT:  descriptors or ports are exhausted.
 */
YETT_MUST_USE
enum yett_status yett_socket_connect(int *out,
    const struct yett_address *address, struct yett_fault *fault);

/* YETT_E_SYSTEM: connecting failed. */
YETT_MUST_USE
enum yett_status yett_socket_connected(int fd, struct yett_fault *fault);

/*
 * One recv(): up to `len` bytes to `at`, their number to `got`, which is
 * written for YETT_IO_DONE only.
 */
YETT_MUST_USE
enum yett_io yett_socket_recv(int fd, void *at, size_t len, size_t *got,
    struct yett_fault *fault);

/* The same, but what is read stays there to be read again. */
YETT_MUST_USE
enum yett_io yett_socket_peek(int fd, void *at, size_t len, size_t *got,
    struct yett_fault *fault);

/* One send() without SIGPIPE; `sent` is written for YETT_IO_DONE only. */
YETT_MUST_USE
enum yett_io yett_socket_send(int fd, struct yett_slice bytes, size_t *sent,
    struct yett_fault *fault);

/*
 * For a lingering close (RFC 9112, section 9.6): read and drop what came, at
 * most `*budget` bytes, which is lowered. AGAIN: wait for more. EOF: the peer
 * saw the end. FAILED: it is broken, or the budget is spent; close.
 */
YETT_MUST_USE
enum yett_io yett_socket_discard(int fd, size_t *budget);

/* Whether all that came was read and no more will come: the peer ended its
 * half, or all. Does not read. */
bool yett_socket_is_at_end(int fd);

/* Whether nothing has come that was not read, no end either. Does not read. */
bool yett_socket_is_silent(int fd);

/* Whether the peer reset the connection; told once, without reading. */
bool yett_socket_is_broken(int fd);

/* No more will be sent; the peer reads the end of the stream. */
void yett_socket_shut_write(int fd);

/* Our address; none when the system does not know. */
void yett_socket_local(int fd, struct yett_address *out);

/* Let the peer see the next close as a reset: what was written and is not yet
 * sent is dropped then. */
void yett_socket_reset_at_close(int fd);

/* Close unless it is -1, and make it -1. */
void yett_socket_close(int *fd);

#endif
