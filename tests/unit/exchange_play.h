/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange_play.h - the owner of an exchange, in a test: it takes what comes,
 * and stops the loop when the answer ended or failed.
 */
#ifndef TESTS_UNIT_EXCHANGE_PLAY_H
#define TESTS_UNIT_EXCHANGE_PLAY_H

#include "unit/stub_origin.h"
#include "upstream/exchange.h"

#define GET YETT_LIT("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")
#define POST                                                                   \
	YETT_LIT("POST / HTTP/1.1\r\nHost: a.test\r\n"                         \
		 "Transfer-Encoding: chunked\r\n\r\n")
#define OK5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

/* What one test holds: a loop, an origin, a pool, and an exchange's owner. */
struct play {
	struct yett_loop *loop;
	struct yett_deadline guard;
	struct stub_origin origin;
	struct yett_targets *targets;
	struct yett_pool *pool;
	struct yett_address client;
	struct yett_exchange_order order;
	struct yett_exchange *exchange;

	/* The answer as its owner saw it. */
	char statuses[128]; /* "100 200" */
	struct yett_buf body;
	enum yett_exchange_result result;
	enum yett_exchange_failure failure;
	uint32_t progress_count;
	size_t most_payload;
	bool is_lazy; /* takes nothing of the body */
};

void play_begin(struct play *play, const struct stub_reply *script);
void play_end(struct play *play);

/* Begin an exchange with this head, or whole request, in its queue. */
void play_start(struct play *play, struct yett_slice request);

/* The whole life of a request without a body. */
void play_get(struct play *play, struct yett_slice request);

/* Turn the loop for a while, or until the answer ended or failed. */
void play_run_for(struct play *play, uint64_t ms);

/* Take what is there of the body. */
void play_read_body(struct play *play);

bool play_body_is(const struct play *play, const char *want);

/* Send the request's body in chunks of 4096, at most so many, as long as the
 * queue is short; returns what is queued. */
size_t play_fill_queue(struct play *play, uint32_t most);

#endif
