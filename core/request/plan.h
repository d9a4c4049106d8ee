/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - from the head of a request to what is done with it.
 *
 * The one path of every request, whatever the wire and whoever asks: is the
 * method served, does the target have one normal path, is the host that of the
 * handshake, what do the rules and the function say, does the gateway answer
 * by itself, is the body too long, may the protocol be switched. The gateway
 * carries a plan out; explain, test, impact and yett.h report it. Pure: no
 * socket, no TLS, no clock.
 */
#ifndef YETT_REQUEST_PLAN_H
#define YETT_REQUEST_PLAN_H

#include "http/head.h"
#include "http/host.h"
#include "request/answer.h"

/* A head that was understood: what it is about. Its slices point into the head
 * and the buffer of the path. */
struct yett_request_target {
	struct yett_uri uri;
	struct yett_host host;
	const struct yett_site *site; /* of the SNI; NULL: gone by a reload */
};

/* The limits of a head, of whose fields there is room for `room`. */
struct yett_head_limits
yett_plan_head_limits(const struct yett_settings *settings);
uint32_t
yett_plan_field_limit(const struct yett_settings *settings, uint32_t room);

/*
 * Understand the head of a request on a connection with this SNI: its method,
 * the one normal path, which is written to `path`, the one host name.
 *
 * False: `refusal` is the answer, 400, 405 or 503.
 */
YETT_MUST_USE
bool yett_plan_read(const struct yett_generation *gen, struct yett_slice sni,
    const struct yett_head *head, struct yett_buf *path,
    struct yett_request_target *out, struct yett_refusal *refusal);

/*
 * How many more hops OPTIONS may make (Max-Forwards, RFC 9110, section 7.6.2);
 * -1: any number, or the request is none that counts them. At 0 the gateway
 * answers by itself.
 */
int yett_plan_hops(const struct yett_head *head);

/* What a plan rests on; lent for the call, but for what the plan points to. */
struct yett_plan_facts {
	const struct yett_generation *gen;
	const struct yett_functions *functions; /* NULL: the policy has none */
	const struct yett_hello *hello;
	struct yett_asked asked;
	struct yett_peer_facts peer;
	uint64_t now; /* wall clock, nanoseconds */
	/* Whether a late need of this client was learned; called where the site
	 * learns. NULL: none was. */
	bool (*learned)(void *arg, const struct yett_hello *hello);
	void *learned_arg;
	struct yett_header_reads *header_reads; /* NULL: nobody wants to know */
	const struct yett_trace *trace;         /* NULL: nobody listens */
	/* Room: two buffers, whose bytes are replaced, and a header for each
	 * field of the head. */
	struct yett_buf *path, *protocols;
	struct yett_header *header;
};

enum yett_plan_action {
	YETT_PLAN_REFUSE, /* the message is at fault: `answer`, then close */
	YETT_PLAN_ANSWER,
	YETT_PLAN_CUT, /* `answer` is not sent: the client sees a reset */
	YETT_PLAN_FORWARD,
};

struct yett_plan {
	enum yett_plan_action action;
	bool is_decided; /* target, request and decision are set */
	/* The connection ends with the answer, whatever the client wants. */
	bool ends_connection;
	struct yett_request_target target;
	struct yett_request request;
	struct yett_decision decision;
	struct yett_answer answer; /* unless it is forwarded */
	/* With FORWARD: bytes that the body may have, 0: any number. */
	uint64_t body_limit;
	/* Why an Upgrade of the client ends here; NULL: none came, or its
	 * protocols are in facts->protocols, as a list. Static. */
	const char *no_upgrade;
	/* The scheme of a login that belongs to the connection, if the request
	 * takes part in one; see http/login.h. */
	const char *login;
};

/*
 * The facts that the rules decide on. False: `refusal` is the answer. Slices of
 * `target` and `out` point into the head and the rooms.
 */
YETT_MUST_USE
bool yett_plan_read_request(const struct yett_plan_facts *facts,
    const struct yett_head *head, struct yett_request_target *target,
    struct yett_request *out, struct yett_refusal *refusal);

/* The plan for what is no request at all. */
void
yett_plan_refuse(const struct yett_refusal *refusal, struct yett_plan *out);

/* Plan what is done with the request. Slices of `out` point into the head, the
 * rooms and the generation. */
void yett_plan_request(const struct yett_plan_facts *facts,
    const struct yett_head *head, struct yett_plan *out);

#endif
