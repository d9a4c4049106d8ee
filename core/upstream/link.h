/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link.h - one connection to a target, connecting or ready.
 *
 * Owns the descriptor and a read buffer, whose memory comes when bytes arrive
 * and goes back to its pool when they are used up. Its user, an exchange or
 * the pool, hears of every event and decides; a link does nothing by itself.
 * Worker-owned.
 */
#ifndef YETT_UPSTREAM_LINK_H
#define YETT_UPSTREAM_LINK_H

#include "base/buf.h"
#include "io/loop.h"
#include "io/socket.h"
#include "upstream/target.h"

struct yett_pool;
struct yett_shelf;

/* One recv() takes at most this. */
#define YETT_LINK_READ 65536

struct yett_link_events {
	/* The socket is ready for what was wanted; while connecting: it is
	 * decided, ask yett_link_connected(). */
	void (*on_ready)(void *arg, bool readable, bool writable);
	void (*on_expiry)(void *arg);
	void *arg;
};

struct yett_link {
	int fd;
	bool is_connecting;
	bool is_reused;         /* has carried an exchange before */
	struct yett_address to; /* the target's address; for an application the
				   client's, which it was told */
	struct yett_watcher watcher;
	struct yett_deadline deadline;
	struct yett_link_events events;
	struct yett_buf in;
	struct yett_pool *pool;
	struct yett_shelf *shelf; /* of its target, in the pool */
	struct yett_list node;    /* in the shelf while idle */
};

/* Has connecting ended well? YETT_E_SYSTEM: it failed. */
YETT_MUST_USE
enum yett_status
yett_link_connected(struct yett_link *link, struct yett_fault *fault);

/* One recv() behind what is in `in`. NOMEM counts as FAILED. */
YETT_MUST_USE
enum yett_io yett_link_recv(struct yett_link *link, struct yett_fault *fault);

/* Give the memory of `in` back to the pool, if nothing is in it. */
void yett_link_rest(struct yett_link *link);

#endif
