/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - what the parts of the origin share: origin.c has its threads and
 * its Lua side, served.c how one request is read and answered, origin_login.c
 * who is logged in, origin_tls.c what stands between that and the socket.
 */
#ifndef RIG_ORIGIN_H
#define RIG_ORIGIN_H

#include <pthread.h>
#include <sys/types.h>
#include <time.h>

#include <gnutls/gnutls.h>

#include "base/buf.h"
#include "rig/rig.h"

#define RIG_ORIGIN "rig.origin"
#define STEPS_MAX 12

enum step_kind {
	STEP_SEND,    /* `bytes`, as they are */
	STEP_BODY,    /* read the request's body now, not before the steps */
	STEP_ECHO,    /* answer with the request's body */
	STEP_POUR,    /* `amount` bytes of "x" */
	STEP_HOLD,    /* until the play releases */
	STEP_CLOSE,   /* the connection; of TLS without close_notify */
	STEP_BYE,     /* close_notify, then close */
	STEP_RESET,   /* the connection */
	STEP_TRICKLE, /* a byte each `amount` milliseconds, without end */
	STEP_RELAY,   /* send back what comes, until its end */
	STEP_SHUT,    /* end this half of the connection */
	STEP_LOGIN,   /* answer as the connection's user, or have one log in */
	STEP_DRAIN, /* keep what comes as the request's raw body, to its end */
};

struct step {
	enum step_kind kind;
	struct yett_buf bytes;
	size_t amount;
};

/* Frozen once the origin accepts. */
struct script {
	struct script *next;
	char *path;
	size_t count;
	struct step steps[STEPS_MAX];
};

/* A request as it came. Shared: the origin's lock. */
struct kept {
	struct yett_buf head, body, raw; /* raw: the body as framed */
	struct yett_buf proxy;           /* the head of its connection */
	size_t length;                   /* of the body, all of it */
	unsigned connection;
	bool complete;
};

/* A connection from the gateway; its thread's, but for `fd`. */
struct peer {
	struct peer *next;
	struct origin *origin;
	pthread_t thread;
	int fd;               /* closed under the origin's lock; -1 then */
	gnutls_session_t tls; /* NULL: in clear */
	unsigned ordinal;
	struct yett_buf held;  /* came, not consumed */
	struct yett_buf proxy; /* what it began with */
	struct kept *kept;     /* the request under way */
	bool body_read;
	bool challenged; /* a login has begun */
	char user[32];   /* who logged in; empty: nobody */
};

struct origin {
	int fd, stop[2];
	struct origin_tls *tls; /* NULL: in clear */
	unsigned port;
	struct script *scripts;
	pthread_t acceptor;
	bool accepting;
	bool proxied; /* connections begin with a PROXY head */

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t more;  /* a request came, or a hold ends */
	struct peer *peers;
	struct kept **requests;
	size_t request_count;
	unsigned connections;
	unsigned failed, resumed; /* handshakes */
	size_t poured;            /* bytes that the gateway took of a pour */
	bool released, stopping;
};

void rig_origin_init_locks(struct origin *origin);

/* Free what was kept and the scripts; the threads are gone. */
void rig_origin_clear(struct origin *origin);

/* Read the PROXY head of a connection; false: there is none. */
bool rig_origin_take_proxy(struct peer *peer);

/* Read one request and go through its steps; false: the connection is over. */
bool rig_origin_serve(struct peer *peer);

/* Hold as STEP_HOLD does; false: the origin stops. */
bool rig_origin_hold(struct peer *peer);
void rig_origin_reset(struct peer *peer);

/* Take the value of Authorization, or "", and write the answer. */
void rig_origin_login(struct peer *peer, const char *credentials, char *answer,
    size_t size);

/* In the peer's thread: before the first request, and after the last. */
bool rig_origin_accept_tls(struct peer *peer);
void rig_origin_end_tls(struct peer *peer, bool says_so);

/* The table `tls` of the table at 1, if there is one. */
void rig_origin_open_tls(lua_State *L, struct origin *origin);
void rig_origin_close_tls(struct origin *origin);

/* As recv() and send(), but not interrupted, and in TLS where that is spoken.
 */
ssize_t rig_peer_recv(struct peer *peer, void *at, size_t len);
ssize_t rig_peer_send(struct peer *peer, const void *at, size_t len);

/* A monotonic time for pthread_cond_timedwait(). */
struct timespec rig_timespec(double seconds);

#endif
