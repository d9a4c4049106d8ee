/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login_links.h - the links that one client's connection alone may use,
 * because a login belongs to them (http/login.h).
 *
 * Owns them between its requests. Each carries the requests of this connection
 * to its endpoint, in order, and ends with the connection; once one has ended,
 * what the client proved is gone, and its connection is to end, too.
 * Worker-owned.
 */
#ifndef YETT_UPSTREAM_LOGIN_LINKS_H
#define YETT_UPSTREAM_LOGIN_LINKS_H

#include "upstream/candidates.h"
#include "upstream/link.h"

struct yett_login_links {
	struct yett_list idle;
	bool is_lost; /* one has ended; stays */
	/* One that was idle has ended. Called from the loop only. */
	void (*on_lost)(void *arg);
	void *arg;
};

void yett_login_links_init(struct yett_login_links *links,
    void (*on_lost)(void *arg), void *arg);

/* Close them all. All zero is fine. */
void yett_login_links_clear(struct yett_login_links *links);

/* The idle one to an endpoint of `candidates`, with these events, or NULL. The
 * caller owns it until he gives or drops it. */
struct yett_link *yett_login_links_take(struct yett_login_links *links,
    const struct yett_candidates *candidates,
    const struct yett_link_events *events);

/* Keep a link whose exchange ended well, if it can carry another one. */
void
yett_login_links_give(struct yett_login_links *links, struct yett_link **link);

#endif
