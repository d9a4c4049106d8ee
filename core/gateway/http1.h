/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1.h - HTTP/1.1 on one TLS session: requests in, answers out.
 *
 * A state machine that its connection steps: whenever the socket, the upstream
 * or the deadline has news, one step goes as far as it can without waiting and
 * tells what it waits for. Owns the plain bytes in both directions and the
 * request under way; knows nothing of sockets. Worker-owned.
 */
#ifndef YETT_GATEWAY_HTTP1_H
#define YETT_GATEWAY_HTTP1_H

#include "gateway/pace.h"
#include "http/body.h"
#include "request/ending.h"
#include "request/request.h"
#include "rollout/access_log.h"
#include "upstream/exchange.h"

enum yett_http1_state {
	YETT_HTTP1_HEAD,    /* between requests, or within a head */
	YETT_HTTP1_FORWARD, /* an exchange is under way */
	YETT_HTTP1_TUNNEL,  /* the protocol was switched: bytes, both ways */
	YETT_HTTP1_DISCARD, /* answered; the rest of the body is dropped */
	YETT_HTTP1_ENDED,   /* the last answer was given; close gently */
	YETT_HTTP1_BROKEN,  /* cut the connection */
};

struct yett_http1 {
	struct yett_context *context;
	struct yett_session *session;
	uint64_t connection;              /* its id */
	const struct yett_address *peer;  /* the client's; lent */
	struct yett_slice client, server; /* numeric, lent */
	uint16_t server_port;
	/* Where clear text leads; 0: to a listener of ours. */
	uint16_t redirect_port;
	void (*on_progress)(void *arg); /* the exchange has news */
	void *arg;

	enum yett_http1_state state;
	struct yett_buf in;  /* read, not yet used */
	struct yett_buf out; /* to be written */
	size_t scanned;      /* of the head in `in` */
	uint64_t got;        /* bytes that came, over all requests */
	uint64_t answered;   /* requests so far */
	bool readable; /* the socket may hold bytes; set by the connection */
	bool eof;      /* the client sends no more */
	bool full;     /* the session took no more; cleared by the connection */
	bool close;    /* after the answer under way */
	bool reset;    /* the client is to see a reset, not an end */

	struct yett_login_links logins; /* upstream, of this client alone */

	/* The request under way. */
	struct yett_pinned_rollout *pinned; /* NULL between requests */
	struct yett_exchange *exchange;
	struct yett_body body;
	struct yett_buf trailers;  /* lines behind the client's body */
	bool keeps_trailers;       /* they may go on */
	bool takes_trailers;       /* the client can read the upstream's */
	bool body_done;            /* the client's body has ended */
	bool expects;              /* the client waits for 100 with it */
	struct yett_buf offer;     /* protocols it may switch to, a list */
	bool origin_ended;         /* of a tunnel: the upstream's half */
	bool head_sent;            /* the final head went to the client */
	bool head_only;            /* HEAD */
	bool html;                 /* errors as a page */
	uint64_t body_limit;       /* bytes; 0: none */
	uint64_t discard;          /* bytes of body that may still be dropped */
	enum yett_framing framing; /* towards the client */
	uint64_t began;            /* monotonic; its first byte; 0: none */
	char id[17];               /* of the decision */
	struct yett_access access; /* what is logged at the end */
	struct yett_buf note;      /* texts of `access` that would not live */
};

/* All lent pointers of the struct must be set, the rest zero. */
void yett_http1_init(struct yett_http1 *http1);

/* Say how the request under way, if there is one, came to its early end; the
 * first word counts. */
void yett_http1_blame(struct yett_http1 *http1, enum yett_ending ending);

/* Forget all; a request under way ends, because its client left if nothing else
 * was said. Afterwards `reset` is known. */
void yett_http1_clear(struct yett_http1 *http1);

/*
 * Go as far as possible; does not flush the session. Returns true when it
 * stopped only to be fair to other connections: step again soon. The state
 * tells whether the connection ended.
 */
bool yett_http1_step(struct yett_http1 *http1);

/* Whether bytes from the client are of use now. */
bool yett_http1_wants_read(const struct yett_http1 *http1);

/* The socket is full: let the upstream wait, too. */
void yett_http1_pause(struct yett_http1 *http1);

/* What has to come next for it to go on: which deadline runs. */
enum yett_wait yett_http1_waits_for(const struct yett_http1 *http1);

/* Whether the client may have sent more than was read: closing at once would
 * then reset the connection and eat the last answer. */
bool yett_http1_leaves_bytes(const struct yett_http1 *http1);

/* Its deadline passed: answers 408 where an answer can still be given, then
 * ends. */
void yett_http1_expire(struct yett_http1 *http1);

/* End after the request under way; at once when there is none. */
void yett_http1_drain(struct yett_http1 *http1);

#endif
