/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h - one connection to an endpoint, connecting or ready, in clear or TLS.
 *
 * Owns the descriptor, the TLS session and a read buffer, whose memory comes
 * when bytes arrive and goes back to its pool when they are used up. Its user,
 * an exchange or the pool, hears of every event and decides; a link does
 * nothing by itself. Worker-owned.
 */
#ifndef YETT_UPSTREAM_LINK_H
#define YETT_UPSTREAM_LINK_H

#include "base/buf.h"
#include "io/loop.h"
#include "io/socket.h"
#include "tls/client.h"
#include "upstream/shelf.h"
#include "upstream/targets.h"

struct yett_pool;
struct yett_login_links;

/* One recv() takes at most this: three records of the largest size, so that a
 * turn's bytes are what a slow client costs. */
#define YETT_LINK_READ (48 * 1024)
/* The memory that a read buffer has for it. */
#define YETT_LINK_MEMORY (64 * 1024)

struct yett_link_events {
	/* The socket is ready for what was wanted; while connecting: ask
	 * yett_link_connect(). */
	void (*on_ready)(void *arg, bool readable, bool writable);
	void (*on_expiry)(void *arg);
	void *arg;
};

struct yett_link {
	int fd;
	bool is_connecting;         /* cannot carry bytes yet */
	bool is_shaking;            /* within that: in the TLS handshake */
	bool is_reused;             /* has carried an exchange before */
	struct yett_client *tls;    /* NULL: in clear */
	struct yett_address client; /* whom an application was told of */
	bool is_shut;               /* no more is sent over it */
	struct yett_watcher watcher;
	struct yett_deadline deadline;
	struct yett_link_events events;
	struct yett_buf in;
	struct yett_pool *pool;
	struct yett_spare_bufs *spares; /* of the pool */
	struct yett_shelf *shelf;       /* of its endpoint, in the pool */
	struct yett_list node;          /* in the shelf while idle */
	uint64_t idle_since;            /* while idle: the loop's time */
	bool is_offered; /* while idle: others may claim its slot */
	bool is_login;   /* a login belongs to it: never pooled */
	struct yett_login_links *owner; /* while idle, of such a link */
	struct yett_link_limits limits;
};

/*
 * Take connecting further, once the socket is ready for what is watched: the
 * connection, then the TLS handshake. DONE: it can carry bytes. AGAIN: what to
 * watch for was set. FAILED: the fault says why, is_shaking where.
 */
YETT_MUST_USE
enum yett_io
yett_link_connect(struct yett_link *link, struct yett_fault *fault);

/* Read behind what is in `in`, at most YETT_LINK_READ. NOMEM counts as FAILED.
 * EOF in TLS is a proper end; there anything else is FAILED. */
YETT_MUST_USE
enum yett_io yett_link_recv(struct yett_link *link, struct yett_fault *fault);

/* Send some of `bytes`; `sent` is written for DONE only. */
YETT_MUST_USE
enum yett_io yett_link_send(struct yett_link *link, struct yett_slice bytes,
    size_t *sent, struct yett_fault *fault);

/* Whether what was sent waits in the link for the socket. */
bool yett_link_wants_write(const struct yett_link *link);

/* Send some of that; whether a byte went. */
bool yett_link_flush(struct yett_link *link);

/* Whether receiving has news that the socket does not tell of. */
bool yett_link_pending(const struct yett_link *link);

/* An idle link became readable: whether only TLS itself had something to say,
 * so that it may be kept. */
YETT_MUST_USE
bool yett_link_is_quiet(struct yett_link *link);

/* Whether it can carry another exchange: nothing is unread or unsent, and the
 * server would still be believed. */
bool yett_link_is_reusable(const struct yett_link *link);

/* Whether an idle link still is as it was left: nothing came, no end either. */
YETT_MUST_USE
bool yett_link_is_alive(struct yett_link *link);

/* No more will be sent: the peer reads the end. Harmless a second time. */
void yett_link_shut(struct yett_link *link);

/* Give the memory of `in` back to the pool, if nothing is in it. */
void yett_link_rest(struct yett_link *link);

#endif
