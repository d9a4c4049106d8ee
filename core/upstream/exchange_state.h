/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange_state.h - what the parts of an exchange share: exchange.c connects,
 * sends and waits, exchange_request.c frames what is sent, exchange_answer.c
 * reads. Of these files only.
 */
#ifndef YETT_UPSTREAM_EXCHANGE_STATE_H
#define YETT_UPSTREAM_EXCHANGE_STATE_H

#include "http/body.h"
#include "upstream/exchange.h"
#include "upstream/outbox.h"
#include "upstream/route.h"

enum yett_exchange_stage {
	YETT_STAGE_CONNECT, /* no link that can carry bytes yet */
	YETT_STAGE_HEAD,    /* sending, and waiting for the final head */
	YETT_STAGE_BODY,    /* perhaps still sending */
	YETT_STAGE_END,
	YETT_STAGE_FAILED,
};

struct yett_exchange {
	struct yett_pool *pool;
	struct yett_exchange_order order;
	struct yett_address client;
	struct yett_candidates *candidates; /* kept */
	struct yett_route route;
	uint64_t connect_by;    /* for all attempts together */
	struct yett_link *link; /* NULL once ended or failed */
	struct yett_link_events events;
	struct yett_deferred tell;
	enum yett_exchange_stage stage;
	enum yett_exchange_failure failure;

	/* the request */
	struct yett_outbox out;
	enum yett_framing framing; /* of its body */
	bool is_body_done;
	bool awaits_continue; /* the body waits for the upstream's 100 */
	bool is_tunnel;       /* the protocol was switched */
	bool is_repeated;     /* a part of it was sent a second time */
	bool is_login;        /* the link is, or becomes, one of a login */

	/* the answer */
	bool is_answered; /* a byte of it came */
	bool is_hungry;   /* the owner saw all that came, and wants more */
	bool is_at_end;   /* of the stream */
	bool progressed;  /* since the deadline was set */
	uint64_t head_by; /* the next head; 0: the request is being sent */
	uint32_t interim_count;
	size_t scanned;
	struct yett_slice payload; /* handed out, not consumed; lies in the
				      memory of link->in */
	struct yett_head head;
	struct yett_body body;
	struct yett_buf trailers;

	/* From here on not zeroed at the start. */
	struct yett_fault fault;
};

/* It failed for good, with the fault there is. */
enum yett_exchange_result yett_exchange_fail(struct yett_exchange *exchange,
    enum yett_exchange_failure failure);

/* Close the link, which carried this exchange. */
void yett_exchange_drop_link(struct yett_exchange *exchange);

/* A login belongs to the connection from here on. */
void yett_exchange_note_login(struct yett_exchange *exchange);

/* The endpoint that is tried did not do what it should. */
void yett_exchange_note_blow(const struct yett_exchange *exchange,
    enum yett_health_blow blow);

/* It answered, but nothing that can be used: which may be the fault of one
 * resource. */
void yett_exchange_note_bad_answer(const struct yett_exchange *exchange);

/* Is something of the request still on its way to the socket? */
bool yett_exchange_is_sending(const struct yett_exchange *exchange);

/* Want of the socket what can be used, and set the deadline that fits. */
void yett_exchange_watch(struct yett_exchange *exchange);
void yett_exchange_set_deadline(struct yett_exchange *exchange);

/* Read what there is. True: something came, or it is over. */
bool yett_exchange_receive(struct yett_exchange *exchange);

#endif
