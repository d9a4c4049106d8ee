/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_state.h - what the parts of the HTTP/2 codec share: http2_session.c
 * hears what nghttp2 read, http2_head.c makes heads of field lists,
 * http2_stream.c feeds and steps one stream's transaction, http2_response.c
 * writes its response, http2_guard.c bounds what a client may make us do,
 * http2_control.c ends streams and connections, http2_bytes.c moves bytes,
 * http2.c is the whole. Of these files only.
 */
#ifndef YETT_CODEC_HTTP2_STATE_H
#define YETT_CODEC_HTTP2_STATE_H

#include <nghttp2/nghttp2.h>

#include "codec/codec.h"
#include "codec/http2_guard.h"

/* A DATA frame and its head in one TLS record. */
#define YETT_HTTP2_DATA_MOST (16384 - 9)
/* Of a response, what a stream holds for a client that does not take it. */
#define YETT_HTTP2_STREAM_ROOM YETT_HTTP2_DATA_MOST
/* What is collected before it is handed to the TLS session. */
#define YETT_HTTP2_OUT 16384
/* The window of a new stream, and of the connection. */
#define YETT_HTTP2_STREAM_WINDOW 65535
#define YETT_HTTP2_WINDOW 65535

/* The field list of one HEADERS frame and its CONTINUATION frames, as far as it
 * came. */
struct yett_http2_fields {
	struct yett_buf text;    /* names and values, one behind the other */
	struct yett_buf lines;   /* struct yett_http2_line each */
	struct yett_buf cookies; /* joined */
	uint32_t count;          /* of lines */
	size_t size;             /* as RFC 9113, section 6.5.2, counts */
	bool is_too_large;
};

struct yett_http2_stream {
	struct yett_list node;       /* of http2->streams */
	struct yett_list ready_node; /* of http2->ready, or of no list */
	struct yett_http2 *http2;
	int32_t id;
	struct yett_transaction transaction;
	struct yett_deadline deadline;
	struct yett_pace pace;
	uint64_t got, sent;      /* bytes of its DATA */
	int32_t window;          /* that the client may send */
	uint64_t grown_at;       /* of `got`, when the window last grew */
	struct yett_buf request; /* DATA that the transaction did not take */
	struct yett_buf request_trailers;  /* lines */
	struct yett_buf response;          /* body that waits for the window */
	struct yett_buf response_trailers; /* lines */
	bool has_head;                     /* its HEADERS were read */
	bool request_done;                 /* the client's half has ended */
	bool is_fed;                       /* and the transaction knows */
	bool head_sent;                    /* HEADERS were submitted */
	bool has_trailers;                 /* HEADERS will follow the body */
	bool response_done;
	bool is_reset; /* RST_STREAM was submitted */
};

/* How its end comes about. */
enum yett_http2_phase {
	YETT_HTTP2_RUNNING,
	YETT_HTTP2_NOTICED, /* a first GOAWAY told that an end comes */
	YETT_HTTP2_LEAVING, /* the last GOAWAY is out: no new streams */
};

struct yett_http2 {
	struct yett_codec codec;
	struct yett_context *context;
	const struct yett_downstream *downstream;
	struct yett_session *session; /* of downstream */
	void (*on_progress)(void *arg);
	void *arg;

	nghttp2_session *frames;
	enum yett_http2_phase phase;
	struct yett_deadline notice; /* when the last GOAWAY is due */
	struct yett_list streams;    /* all */
	struct yett_list ready;      /* those to be stepped */
	uint32_t stream_count;
	uint32_t begun; /* requests, ever */
	int32_t window; /* of the connection, that the client may send */
	struct yett_http2_fields fields; /* that are being read */
	int32_t fields_id; /* the stream that they are of; 0: of none */
	bool is_failed;    /* the client is at fault; told */
	size_t held;       /* bytes in all streams' `request` */
	struct yett_buf out;
	struct yett_http2_guard guard;
};

static inline struct yett_http2_stream *
yett_http2_find(struct yett_http2 *http2, int32_t id)
{
	return nghttp2_session_get_stream_user_data(http2->frames, id);
}

#endif
