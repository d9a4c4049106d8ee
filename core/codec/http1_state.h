/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_state.h - what the parts of the HTTP/1.1 codec share: http1_bytes.c
 * moves bytes, http1_response.c writes responses, http1_tunnel.c carries what
 * comes after a switch of protocols, http1.c reads requests and is the whole.
 * Of these files only.
 */
#ifndef YETT_CODEC_HTTP1_STATE_H
#define YETT_CODEC_HTTP1_STATE_H

#include "codec/codec.h"
#include "http/body.h"

/* Where in a client's stream of requests it is; codec.state says whether that
 * is over. */
enum yett_http1_phase {
	YETT_HTTP1_HEAD,    /* between requests, or within a head */
	YETT_HTTP1_FORWARD, /* the transaction is under way */
	YETT_HTTP1_TUNNEL,  /* the protocol was switched: bytes, both ways */
	YETT_HTTP1_DISCARD, /* answered; the rest of the body is dropped */
	YETT_HTTP1_DONE,    /* the last answer was given */
};

struct yett_http1 {
	struct yett_codec codec;
	struct yett_context *context;
	const struct yett_downstream *downstream;
	struct yett_session *session; /* of downstream */
	void (*on_progress)(void *arg);
	void *arg;

	enum yett_http1_phase phase;
	struct yett_buf in;  /* read, not yet used */
	struct yett_buf out; /* to be written */
	size_t scanned;      /* of the head in `in` */
	bool close;          /* the connection ends with the answer under way */
	bool reset;          /* the client is to see a reset, not an end */

	/* The request under way. */
	/* Made with it, dropped at the end of a step; never NULL. */
	struct yett_transaction *transaction;
	struct yett_body body;
	uint64_t began;            /* monotonic; its first byte; 0: none */
	unsigned minor;            /* of its HTTP/1 */
	bool body_done;            /* the client's body has ended */
	bool expects;              /* the client waits for 100 with it */
	bool head_sent;            /* the final head is in `out`, or was */
	bool origin_ended;         /* of a tunnel: the upstream's half */
	uint64_t discard;          /* bytes of body that may still be dropped */
	enum yett_framing framing; /* towards the client */
};

#endif
