/* SPDX-License-Identifier: Apache-2.0 */
/*
 * codec.h - a version of HTTP on one TLS session: plain bytes in, transactions,
 * plain bytes out; and the questions that a connection asks of it.
 *
 * A state machine that its connection steps: whenever the socket, an upstream
 * or the deadline has news, one step goes as far as it can without waiting.
 * Between two steps the connection asks what it waits for. It owns the bytes in
 * both directions and the transactions under way; it knows no socket.
 * Worker-owned.
 */
#ifndef YETT_CODEC_CODEC_H
#define YETT_CODEC_CODEC_H

#include "request/transaction.h"

struct yett_codec;

/* What a codec is opened with; lent for its life. */
struct yett_codec_env {
	struct yett_context *context;
	const struct yett_downstream *downstream;
	void (*on_progress)(void *arg); /* an upstream has news: step */
	void *arg;
};

enum yett_codec_ear {
	YETT_CODEC_HEARS_NOTHING,
	YETT_CODEC_HEARS_CUT, /* an end without a word */
	YETT_CODEC_HEARS_END, /* that, or close_notify */
};

/* Each function takes a codec that the same table opened. */
struct yett_codec_functions {
	/* Nothing was read yet. YETT_E_NOMEM. */
	enum yett_status (
	    *open)(struct yett_codec **out, const struct yett_codec_env *env);
	/* Forget all. Requests under way end, because of `ending` if nothing
	 * else was said. True: what was sent must not look whole, so the client
	 * is to see a reset. */
	bool (*close)(struct yett_codec **codec, enum yett_ending ending);
	/* Go as far as possible; does not flush the session. True: it stopped
	 * only to be fair to other connections, step again soon. Where the
	 * context is ending it ends after the requests under way, and after
	 * the first if there was none yet. */
	bool (*step)(struct yett_codec *codec);
	/* The deadline passed: answer where that can still be, then end. */
	void (*expire)(struct yett_codec *codec);
	/* The context is ending: say so where that takes words; what waits for
	 * no answer ends with the next step. */
	void (*drain)(struct yett_codec *codec);
	/* The socket is full: let upstreams wait, too. */
	void (*pause)(struct yett_codec *codec);
	/* Whether bytes from the client are of use now. */
	bool (*wants_read)(const struct yett_codec *codec);
	/* What has to come next for it to go on: which deadline runs. */
	enum yett_wait (*waits_for)(const struct yett_codec *codec);
	/* Which end of the client's bytes is the end of all, for an upstream
	 * works for it, and it has nothing to send. */
	enum yett_codec_ear (*listens_for)(const struct yett_codec *codec);
	/* Bytes came that are not wanted: read what may be such an end. NULL
	 * where HEARS_END never is. */
	void (*look_ahead)(struct yett_codec *codec);
	/* It ended. `delivered`: all it wrote is with the kernel. Returns
	 * whether the client may have sent more than was read: closing at once
	 * would then reset the connection and eat the last answer. */
	bool (*finish)(struct yett_codec *codec, bool delivered);
};

enum yett_codec_state {
	YETT_CODEC_OPEN,
	YETT_CODEC_ENDED,  /* all that will be said is written; close gently */
	YETT_CODEC_BROKEN, /* cut the connection */
};

/* The beginning of every codec: what it shares with its connection. */
struct yett_codec {
	const struct yett_codec_functions *functions;
	enum yett_codec_state state;
	uint64_t got;      /* bytes that came, over all requests */
	uint64_t answered; /* requests so far */
	/* Of the request under way, or the last one, where there is one at a
	 * time. */
	struct yett_pace_terms terms;
	bool readable; /* the socket may hold bytes; the connection sets it,
			  the codec clears it */
	bool eof;      /* the client sends no more */
	bool full;     /* the session took no more; cleared by the connection */
};

/* What was waited for did not come in time. */
void
yett_codec_count_expiry(struct yett_counters *counters, enum yett_wait waits);

/* Give an empty buffer the worker's spare memory for one step. */
void yett_codec_lend(struct yett_buf *spare, struct yett_buf *buf);

/* Take the memory of a buffer that became empty; one that did not keeps only
 * what it needs. */
void yett_codec_take_back(struct yett_buf *spare, struct yett_buf *buf);

#endif
