/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transport.h - the bytes between one session and its socket.
 *
 * While a connection has its turn, its bytes lie in two buffers that all
 * connections of a worker share: one recv() fills the first, and the second
 * collects what one send() takes. What is left when the turn ends, or when
 * another connection needs the buffers, moves to memory of the connection's
 * own, which idle connections do not have. Worker-owned.
 */
#ifndef YETT_TLS_TRANSPORT_H
#define YETT_TLS_TRANSPORT_H

#include <gnutls/gnutls.h>
#include <stdint.h>

#include "base/buf.h"

/* One record of the largest size and the start of the next (RFC 8446, section
 * 5.2: 16,384 bytes, 256 and a header). What a connection does not use at once
 * becomes its own memory, so more costs more. */
#define YETT_TRANSPORT_INPUT (17 * 1024)

/* More than this is not queued for a socket that does not take it. */
#define YETT_TRANSPORT_OUTPUT (56 * 1024)

/* Records in a row that carried nothing: each is work, and none is progress. */
#define YETT_TRANSPORT_IDLE_RECORDS 32

/* Bytes before a handshake is over: two hellos of 16 KiB and a chain of 32 KiB,
 * or one such hello in records of one byte. GnuTLS itself would keep all of a
 * message that does not end. */
#define YETT_TRANSPORT_HANDSHAKE (128 * 1024)

/* The shared buffers of a worker. All zero is valid. */
struct yett_transport_shared {
	struct yett_transport *reader; /* whose bytes are in `input` */
	struct yett_transport *writer; /* whose bytes are in `output` */
	size_t start, end;             /* of what is in `input` */
	struct yett_buf output;
	char input[YETT_TRANSPORT_INPUT];
};

struct yett_transport {
	struct yett_transport_shared *shared;
	int fd;
	struct yett_buf input;  /* read in an earlier turn */
	struct yett_buf output; /* the socket did not take it */
	uint64_t sent;          /* bytes that the socket took */
	bool drained;           /* the socket gave all it had, this turn */
	bool stuck;             /* it did not take all, in an earlier turn */
	bool ended;             /* the peer closed its side */
	bool reset;             /* an error of the socket: the peer is gone */
	bool broken;            /* that, or out of memory */
	const char
	    *flooded; /* what the peer does too much of; static, or NULL */

	/* Where the input is within the records it consists of. */
	uint8_t header[5];
	uint8_t header_len;
	uint16_t body_left;
	bool is_clear;         /* there are no records: not TLS */
	bool is_open;          /* the handshake is over: types are hidden */
	uint16_t idle_records; /* in a row */
	uint32_t taken;        /* bytes, while the handshake lasts */
};

void yett_transport_init(struct yett_transport *transport,
    struct yett_transport_shared *shared, int fd);
void yett_transport_clear(struct yett_transport *transport);

/* Make `tls` use it; `transport` must outlive `tls`. */
void
yett_transport_attach(struct yett_transport *transport, gnutls_session_t tls);

/* Without TLS: take up to `len` bytes that came; 0 at the end of the stream, -1
 * with EAGAIN or ECONNRESET. */
ssize_t
yett_transport_read(struct yett_transport *transport, void *at, size_t len);

/* Without TLS: queue all of `bytes`. False: memory is out. */
YETT_MUST_USE
bool
yett_transport_write(struct yett_transport *transport, struct yett_slice bytes);

/* Bytes that GnuTLS can still pull without the socket. */
size_t yett_transport_input_left(const struct yett_transport *transport);

/* Bytes that wait to be sent. */
size_t yett_transport_output_left(const struct yett_transport *transport);

/* What to do about an error of GnuTLS. */
enum yett_transport_step {
	YETT_TRANSPORT_REPEAT, /* call again at once */
	YETT_TRANSPORT_WAIT,   /* for the socket */
	YETT_TRANSPORT_EOF,    /* the stream ended without close_notify */
	YETT_TRANSPORT_FAIL,
};

/*
 * `before` is what could be pulled before the call. GnuTLS says AGAIN with
 * input left, for instance for a hello in records of one byte: waiting for the
 * socket would then last for ever.
 */
enum yett_transport_step
yett_transport_next(const struct yett_transport *transport, int code,
    size_t before);

/* Did the socket not take what an earlier turn had for it? */
static inline bool
yett_transport_is_stuck(const struct yett_transport *transport)
{
	return transport->stuck;
}

/* The handshake is over. */
void yett_transport_open(struct yett_transport *transport);

/* A record carried something. */
static inline void
yett_transport_progress(struct yett_transport *transport)
{
	transport->idle_records = 0;
}

/*
 * End the turn: send what waits, and keep what is left of both directions.
 * False: the socket is broken, see the fault.
 */
YETT_MUST_USE
bool yett_transport_flush(struct yett_transport *transport,
    struct yett_fault *fault);

#endif
