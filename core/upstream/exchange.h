/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h - one request to an upstream and its answer.
 *
 * A state machine that its owner drives: the owner gives the request as facts
 * and payload, which it frames and queues, pushes, and asks for the answer's
 * parts; on_progress says that asking
 * again is worth it. It hides which endpoint is chosen, connecting (to the next
 * one when that fails), the reuse of links, and deadlines. A request that was
 * sent and got no byte of an answer is sent once more if it is idempotent, is
 * still here as a whole, and the budget of its upstream allows it. A link goes
 * back to the pool only after an answer that ended where it said, to a request
 * that was sent whole. One that a login belongs to never does, and what it
 * carried is not sent again.
 *
 *     yett_exchange_start(&exchange, pool, &order, &fault);
 *     yett_exchange_send_head(exchange, &request);
 *     yett_exchange_end_body(exchange, trailers);
 *     queued = yett_exchange_push(exchange);
 *   on_progress:
 *     yett_exchange_head(), then yett_exchange_body() until END or FAILED
 *
 * Worker-owned, as is its pool. That a request failed is its owner's to log.
 */
#ifndef YETT_UPSTREAM_EXCHANGE_H
#define YETT_UPSTREAM_EXCHANGE_H

#include "http/head.h"
#include "upstream/failure.h"
#include "upstream/login_links.h"
#include "upstream/pool.h"

struct yett_exchange;

/* Owners stop appending to the queue while this much is in it. */
#define YETT_EXCHANGE_QUEUE (32 * 1024)

/* What the exchange is to do; copied, but for what it points at. */
struct yett_exchange_order {
	/* Must outlive the exchange, until that has become a tunnel. */
	const struct yett_targets *targets;
	uint32_t upstream;                 /* index */
	const struct yett_address *client; /* lent for the call */
	bool is_head;                      /* HEAD: the answer has no body */
	bool is_idempotent;                /* RFC 9110, section 9.2.2 */
	bool has_body;
	/* It begins once the upstream said 100 (Continue), or at will: until
	 * then it is the upstream's turn. */
	bool expects;
	/* The protocols that the request offers to switch to, as a list; empty:
	 * none. Must outlive the exchange. */
	struct yett_slice offer;
	/* What is sent begins with a head that is of one client's connection:
	 * no link that carried anything else, and none for anybody after. */
	bool is_private;
	/* The request takes part in a login that belongs to the connection
	 * (http/login.h); an answer that does is seen here. From then on the
	 * link is only for who has `logins`, which must outlive the exchange;
	 * NULL: nobody can keep it. */
	bool is_login;
	struct yett_login_links *logins;
	struct yett_head_limits limits; /* of the answer's heads */
	uint32_t fields;
	uint32_t connect_ms; /* for all attempts until bytes can be sent */
	uint32_t answer_ms;  /* for each step of sending, then for a head */
	uint32_t stall_ms;   /* without progress within the body */
	/*
	 * Something changed: connected, bytes came, the queue shrank, it
	 * failed. Called from the loop only, never from within a function of
	 * this header; may close the exchange.
	 */
	void (*on_progress)(void *arg);
	void *arg;
};

enum yett_exchange_result {
	YETT_EXCHANGE_MORE,   /* nothing now; on_progress will tell */
	YETT_EXCHANGE_DATA,   /* the out-argument was written */
	YETT_EXCHANGE_END,    /* the answer is complete */
	YETT_EXCHANGE_FAILED, /* see yett_exchange_failure() */
};

/*
 * Take an idle link or start connecting. That connecting failed is told later,
 * as a failure of the exchange. YETT_E_NOMEM: nothing was started.
 */
YETT_MUST_USE
enum yett_status yett_exchange_start(struct yett_exchange **out,
    struct yett_pool *pool, const struct yett_exchange_order *order);

/* Done or not: forget it. An answer that has not ended closes the link. NULL
 * inside is fine. */
void yett_exchange_close(struct yett_exchange **exchange);

/* --- the request ------------------------------------------------------ */

/* The head of a request, as facts. What frames its body, and what is about the
 * link alone, are the exchange's to add. */
struct yett_exchange_request {
	struct yett_slice method;
	const struct yett_uri *uri;
	/* In an array with room for YETT_EXCHANGE_FIELDS_ADDED more. */
	struct yett_field *field;
	size_t field_count;
	/* CHUNKED: it has a body, and nobody knows how long. */
	enum yett_framing framing;
	uint64_t length;     /* of framing LENGTH */
	bool takes_trailers; /* whoever reads the answer can read them */
};

#define YETT_EXCHANGE_FIELDS_ADDED 4

/*
 * Append the head.
 * YETT_E_NOMEM, YETT_E_ARGUMENT: the queue holds what it held.
 */
YETT_MUST_USE
enum yett_status yett_exchange_send_head(struct yett_exchange *exchange,
    const struct yett_exchange_request *request);

/* Append a piece of the body; in a tunnel, bytes. YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_exchange_send_body(struct yett_exchange *exchange,
    struct yett_slice payload);

/* The body has ended, and behind it come those of `trailers`, lines for
 * http/trailer.h, that may; in a tunnel, the client's half has.
 * YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_exchange_end_body(struct yett_exchange *exchange,
    struct yett_slice trailers);

/* Whether the queue takes more of a body. */
bool yett_exchange_has_room(const struct yett_exchange *exchange);

/* The queue as bytes, for what stands before the head: append only. Lent until
 * the exchange is closed. */
struct yett_buf *yett_exchange_out(struct yett_exchange *exchange);

/* Nothing will be appended any more. */
void yett_exchange_body_done(struct yett_exchange *exchange);

/*
 * Send what can be sent now; returns how many bytes are still queued. Above
 * YETT_EXCHANGE_QUEUE the owner should stop appending until on_progress.
 * Bytes that a failed or ended exchange no longer needs count as sent.
 */
size_t yett_exchange_push(struct yett_exchange *exchange);

/* --- the answer ------------------------------------------------------- */

/*
 * DATA: one head, lent until the owner asks for the next thing, closes or
 * returns to the loop. Interim (1xx) heads come one by one before the final
 * one; 100 (Continue) too, after which the owner may send the body. END: the
 * final head was given before.
 *
 * 101 (Switching Protocols) is a failure unless it switches to what the order
 * offers. Then it is a final head: its body are the bytes of the tunnel, and
 * the queue takes those of the other way, until yett_exchange_body_done() ends
 * that half. Each half may end first; the one that goes on keeps the link.
 */
YETT_MUST_USE
enum yett_exchange_result yett_exchange_head(struct yett_exchange *exchange,
    const struct yett_head **head);

/*
 * After the final head. DATA: bytes of the body, lent until the next call on
 * this exchange; the same bytes come again until they are consumed. While
 * bytes are not consumed no more are read: at most YETT_LINK_READ wait here.
 * At END the link went back to the pool, or was closed.
 */
YETT_MUST_USE
enum yett_exchange_result
yett_exchange_body(struct yett_exchange *exchange, struct yett_slice *payload);

/* The owner used `len` bytes of the body. */
void yett_exchange_consume(struct yett_exchange *exchange, size_t len);

/* The owner has no room: read no more until it asks for the body again. */
void yett_exchange_pause(struct yett_exchange *exchange);

/* After END: the lines of the trailers, for trailer.h; often empty. Lent until
 * the exchange is closed. */
struct yett_slice yett_exchange_trailers(const struct yett_exchange *exchange);

/* --- at any time ------------------------------------------------------ */

/* The text of the target that is tried, or answers; the first, if none has an
 * address. Lent as long as the targets
 * live. */
struct yett_slice yett_exchange_target(const struct yett_exchange *exchange);

/* Whether its link, or the next one, is of a login. */
bool yett_exchange_is_login(const struct yett_exchange *exchange);

/* Whether the request was sent a second time. */
bool yett_exchange_repeated(const struct yett_exchange *exchange);

/* --- after FAILED ----------------------------------------------------- */

/* Why; NONE while it has not failed. */
enum yett_exchange_failure
yett_exchange_failure(const struct yett_exchange *exchange);

/* For the log: `where` is the target, `what` the cause. Lent. */
const struct yett_fault *
yett_exchange_fault(const struct yett_exchange *exchange);

#endif
