/* SPDX-License-Identifier: Apache-2.0 */
/*
 * responder.h - what a transaction asks of its codec: to carry a response to
 * the client.
 *
 * The functions are called while the transaction is begun, fed or stepped, in
 * this order: interim(), any number of times; then answer() alone, or head(),
 * body() as often as needed, and end(). abort() may come at any time, and is
 * the last. They may end the transaction (yett_transaction_abandon()), never
 * free it, and begin or step no other.
 *
 * Everything that is passed is lent for the call: a codec copies what it does
 * not write at once.
 */
#ifndef YETT_REQUEST_RESPONDER_H
#define YETT_REQUEST_RESPONDER_H

#include "http/head.h"

/* Places behind the fields of a response that are the codec's to fill. */
#define YETT_RESPONSE_FIELDS_ADDED 8

/* The head of a response, as facts. */
struct yett_response {
	/* 101: the protocol is switched. Behind the head body() carries bytes
	 * that are no HTTP; so do those that the client sends from here on. */
	unsigned status;
	struct yett_slice reason; /* of an upstream; may be empty */
	/* What is for the client, Content-Length included; nothing of
	 * Transfer-Encoding and Connection. In an array with room for
	 * YETT_RESPONSE_FIELDS_ADDED more. */
	struct yett_field *field;
	size_t field_count;
	/* Behind them, Upgrade fields, which only HTTP/1.1 has. */
	size_t upgrade_count;
	/* NONE: no body(), whatever Content-Length says. LENGTH: as it says.
	 * Else nobody knows: end() tells. */
	enum yett_framing framing;
	bool trailers;                 /* end() may come with some */
	char digits[YETT_NUMBER_MOST]; /* of a Content-Length */
	/* The policy, or the gateway, wants no further request on this
	 * connection. */
	bool is_last;
	/* The client's message is at fault. Where requests follow each other
	 * in one stream of bytes, what comes after it cannot be told apart from
	 * it, and the stream ends. */
	bool is_suspect;
};

enum yett_abort {
	YETT_ABORT_FAILED, /* the client must see that the response was cut */
	YETT_ABORT_POLICY, /* the policy wants a reset instead of a response */
};

struct yett_responder {
	/* Whether head(), interim() and body() have room. If not, the codec
	 * steps the transaction again once they have. */
	bool (*has_room)(void *arg);
	void (*interim)(void *arg, struct yett_response *response);
	void (*head)(void *arg, struct yett_response *response);
	/* Returns how many bytes it took; less than all: there is no room now,
	 * or it carries a part at a time. */
	size_t (*body)(void *arg, struct yett_slice payload);
	/* The response is complete. `trailers` are lines for http/trailer.h,
	 * absent unless the head said that some may come. After 101 it is the
	 * upstream's half that ended. False: call it again, there is no room
	 * for what comes before. */
	bool (*end)(void *arg, struct yett_slice trailers);
	/* A whole response of the gateway's own. */
	void (*answer)(void *arg, struct yett_response *response,
	    struct yett_slice body);
	/* The transaction has ended, and no response, or none that is
	 * complete, can be given. */
	void (*abort)(void *arg, enum yett_abort how);
	/* The upstream has news: step the transaction. Called from the loop. */
	void (*on_progress)(void *arg);
};

#endif
