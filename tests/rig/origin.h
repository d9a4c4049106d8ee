/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - what the two halves of the origin share: origin.c has its
 * threads and its Lua side, served.c how one request is read and answered.
 */
#ifndef RIG_ORIGIN_H
#define RIG_ORIGIN_H

#include <pthread.h>
#include <time.h>

#include "base/buf.h"
#include "rig/rig.h"

#define RIG_ORIGIN "rig.origin"
#define STEPS_MAX 8

enum step_kind {
	STEP_SEND,    /* `bytes`, as they are */
	STEP_BODY,    /* read the request's body now, not before the steps */
	STEP_ECHO,    /* answer with the request's body */
	STEP_POUR,    /* `amount` bytes of "x" */
	STEP_HOLD,    /* until the play releases */
	STEP_CLOSE,   /* the connection */
	STEP_RESET,   /* the connection */
	STEP_TRICKLE, /* a byte each `amount` milliseconds, without end */
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
	size_t length;                   /* of the body, all of it */
	unsigned connection;
	bool complete;
};

/* A connection from the gateway; its thread's, but for `fd`. */
struct peer {
	struct peer *next;
	struct origin *origin;
	pthread_t thread;
	int fd; /* closed under the origin's lock; -1 then */
	unsigned ordinal;
	struct yett_buf held; /* came, not consumed */
	struct kept *kept;    /* the request under way */
	bool body_read;
};

struct origin {
	int fd, stop[2];
	unsigned port;
	struct script *scripts;
	pthread_t acceptor;
	bool accepting;

	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t more;  /* a request came, or a hold ends */
	struct peer *peers;
	struct kept **requests;
	size_t request_count;
	unsigned connections;
	size_t poured; /* bytes that the gateway took of a pour */
	bool released, stopping;
};

void rig_origin_init_locks(struct origin *origin);

/* Free what was kept and the scripts; the threads are gone. */
void rig_origin_clear(struct origin *origin);

/* Read one request and go through its steps; false: the connection is over. */
bool rig_origin_serve(struct peer *peer);

/* A monotonic time for pthread_cond_timedwait(). */
struct timespec rig_timespec(double seconds);

#endif
