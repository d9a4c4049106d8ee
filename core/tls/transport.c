/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/transport.h"

#include <errno.h>
#include <sys/uio.h>

#include "io/socket.h"

/* RFC 8446, section 5.1. */
enum record_type {
	RECORD_HANDSHAKE = 22,
	RECORD_APPLICATION_DATA = 23,
};

void
yett_transport_init(struct yett_transport *transport,
    struct yett_transport_shared *shared, int fd)
{
	*transport = (struct yett_transport){ .shared = shared, .fd = fd };
}

/* Empty `shared->input` for somebody else, or because the turn ends. */
static void
save_input(struct yett_transport_shared *shared)
{
	struct yett_transport *reader = shared->reader;
	struct yett_slice rest = { shared->input + shared->start,
		shared->end - shared->start };

	if (reader != NULL && rest.len > 0) {
		if (yett_buf_append(&reader->input, rest) != YETT_OK)
			reader->broken = true;
		yett_buf_fit(&reader->input);
	}
	shared->reader = NULL;
	shared->start = shared->end = 0;
}

static void
save_output(struct yett_transport_shared *shared)
{
	struct yett_transport *writer = shared->writer;
	struct yett_slice rest = yett_buf_slice(&shared->output);

	if (writer != NULL && rest.len > 0 &&
	    yett_buf_append(&writer->output, rest) != YETT_OK)
		writer->broken = true;
	shared->writer = NULL;
	yett_buf_consume(&shared->output, rest.len);
}

void
yett_transport_clear(struct yett_transport *transport)
{
	struct yett_transport_shared *shared = transport->shared;

	if (shared != NULL && shared->reader == transport) {
		shared->reader = NULL;
		shared->start = shared->end = 0;
	}
	if (shared != NULL && shared->writer == transport) {
		shared->writer = NULL;
		yett_buf_consume(&shared->output,
		    yett_buf_len(&shared->output));
	}
	yett_buf_clear(&transport->input);
	yett_buf_clear(&transport->output);
}

/*
 * A record begins. In the handshake, records of another type than handshake
 * messages (alerts, changes of cipher) and empty ones carry nothing; after it
 * the types are hidden, so all count until one gives payload.
 */
static void
count_record(struct yett_transport *transport)
{
	const uint8_t *header = transport->header;
	bool carries = !transport->is_open && transport->body_left > 0 &&
	    (header[0] == RECORD_HANDSHAKE ||
		header[0] == RECORD_APPLICATION_DATA);

	if (carries)
		return;
	if (++transport->idle_records > YETT_TRANSPORT_IDLE_RECORDS)
		transport->flooded = "sends records that carry nothing";
}

/* Follow the records in `bytes`, which GnuTLS is about to get. */
static void
count_records(struct yett_transport *transport, struct yett_slice bytes)
{
	if (!transport->is_open) {
		transport->taken += (uint32_t)bytes.len;
		if (transport->taken > YETT_TRANSPORT_HANDSHAKE)
			transport->flooded = "sends more than a handshake has";
	}
	while (bytes.len > 0) {
		size_t len = transport->body_left;

		if (len == 0) {
			transport->header[transport->header_len++] =
			    (uint8_t)bytes.at[0];
			len = 1;
			if (transport->header_len ==
			    sizeof(transport->header)) {
				transport->header_len = 0;
				transport->body_left =
				    (uint16_t)(transport->header[3] << 8 |
					transport->header[4]);
				count_record(transport);
			}
		} else {
			len = len < bytes.len ? len : bytes.len;
			transport->body_left -= (uint16_t)len;
		}
		bytes.at += len;
		bytes.len -= len;
	}
}

/* One recv() into the shared buffer, unless the socket is known to be empty.
 * False: there is nothing. */
static bool
fill(struct yett_transport *transport)
{
	struct yett_transport_shared *shared = transport->shared;
	size_t got;

	if (shared->reader != transport)
		save_input(shared);
	if (transport->drained || transport->ended || transport->broken)
		return false;
	shared->reader = transport;
	switch (yett_socket_recv(transport->fd, shared->input,
	    sizeof(shared->input), &got, NULL)) {
	case YETT_IO_DONE:
		shared->start = 0;
		shared->end = got;
		/* A short read took all there was: spare the next one. */
		transport->drained = got < sizeof(shared->input);
		return true;
	case YETT_IO_AGAIN: transport->drained = true; return false;
	case YETT_IO_EOF: transport->ended = true; return false;
	case YETT_IO_FAILED: break;
	}
	transport->reset = transport->broken = true;
	return false;
}

/* What is there without the socket; older bytes first. */
static struct yett_slice
next_input(const struct yett_transport *transport)
{
	const struct yett_transport_shared *shared = transport->shared;

	if (yett_buf_len(&transport->input) > 0)
		return yett_buf_slice(&transport->input);
	if (shared->reader == transport)
		return (struct yett_slice){ shared->input + shared->start,
			shared->end - shared->start };
	return YETT_SLICE_NONE;
}

static void
consume(struct yett_transport *transport, size_t len)
{
	if (yett_buf_len(&transport->input) == 0) {
		transport->shared->start += len;
		return;
	}
	yett_buf_consume(&transport->input, len);
	if (yett_buf_len(&transport->input) == 0)
		yett_buf_clear(&transport->input);
}

static ssize_t
pull(gnutls_transport_ptr_t arg, void *at, size_t len)
{
	struct yett_transport *transport = arg;
	struct yett_slice bytes = next_input(transport);

	if (bytes.len == 0 && fill(transport))
		bytes = next_input(transport);
	if (bytes.len == 0 && transport->ended)
		return 0;
	if (bytes.len > len)
		bytes.len = len;
	if (!transport->is_clear)
		count_records(transport, bytes);
	if (bytes.len == 0 || transport->broken || transport->flooded) {
		errno = transport->broken || transport->flooded ? ECONNRESET
								: EAGAIN;
		return -1;
	}
	memcpy(at, bytes.at, bytes.len);
	consume(transport, bytes.len);
	return (ssize_t)bytes.len;
}

/* Takes everything: yett_session_write() bounds what is queued. */
bool
yett_transport_write(struct yett_transport *transport, struct yett_slice bytes)
{
	struct yett_transport_shared *shared = transport->shared;
	struct yett_buf *queue = &transport->output;

	if (shared->writer != transport)
		save_output(shared);
	/* Bytes must not overtake those that the socket did not take. */
	if (yett_buf_len(queue) == 0) {
		shared->writer = transport;
		queue = &shared->output;
	}
	if (yett_buf_append(queue, bytes) != YETT_OK)
		transport->broken = true;
	return !transport->broken;
}

static ssize_t
push(gnutls_transport_ptr_t arg, const giovec_t *part, int count)
{
	ssize_t total = 0;

	for (int i = 0; i < count; i++) {
		struct yett_slice bytes = { part[i].iov_base, part[i].iov_len };

		if (!yett_transport_write(arg, bytes)) {
			errno = ECONNRESET;
			return -1;
		}
		total += (ssize_t)bytes.len;
	}
	return total;
}

ssize_t
yett_transport_read(struct yett_transport *transport, void *at, size_t len)
{
	return pull(transport, at, len);
}

/* GnuTLS asks only in functions that have a time limit, which are not used. */
static int
pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	(void)ms;
	return yett_transport_input_left(arg) > 0;
}

void
yett_transport_attach(struct yett_transport *transport, gnutls_session_t tls)
{
	gnutls_transport_set_ptr(tls, transport);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_vec_push_function(tls, push);
}

size_t
yett_transport_input_left(const struct yett_transport *transport)
{
	const struct yett_transport_shared *shared = transport->shared;

	return yett_buf_len(&transport->input) +
	    (shared->reader == transport ? shared->end - shared->start : 0);
}

size_t
yett_transport_output_left(const struct yett_transport *transport)
{
	const struct yett_transport_shared *shared = transport->shared;

	return yett_buf_len(&transport->output) +
	    (shared->writer == transport ? yett_buf_len(&shared->output) : 0);
}

enum yett_transport_step
yett_transport_next(const struct yett_transport *transport, int code,
    size_t before)
{
	size_t left = yett_transport_input_left(transport);

	switch (code) {
	case GNUTLS_E_AGAIN:
	case GNUTLS_E_INTERRUPTED:
		return left > 0 && left != before ? YETT_TRANSPORT_REPEAT
						  : YETT_TRANSPORT_WAIT;
	case GNUTLS_E_WARNING_ALERT_RECEIVED: return YETT_TRANSPORT_REPEAT;
	case GNUTLS_E_PREMATURE_TERMINATION:
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
		return transport->ended ? YETT_TRANSPORT_EOF
					: YETT_TRANSPORT_FAIL;
	default: return YETT_TRANSPORT_FAIL;
	}
}

void
yett_transport_open(struct yett_transport *transport)
{
	transport->is_open = true;
	transport->idle_records = 0;
}

/* Send from `queue` with one system call. False: the socket is broken. */
static bool
send_some(struct yett_transport *transport, struct yett_buf *queue,
    struct yett_fault *fault)
{
	size_t sent;

	if (yett_buf_len(queue) == 0)
		return true;
	switch (yett_socket_send(transport->fd, yett_buf_slice(queue), &sent,
	    fault)) {
	case YETT_IO_DONE:
		yett_buf_consume(queue, sent);
		transport->sent += sent;
		return true;
	case YETT_IO_AGAIN: return true;
	case YETT_IO_EOF:
	case YETT_IO_FAILED: break;
	}
	transport->reset = transport->broken = true;
	return false;
}

bool
yett_transport_flush(struct yett_transport *transport, struct yett_fault *fault)
{
	struct yett_transport_shared *shared = transport->shared;
	struct yett_buf *queue = &transport->output;

	transport->drained = false;
	if (shared->reader == transport)
		save_input(shared);
	/* The shared output is only ours while our own is empty. */
	if (shared->writer == transport)
		queue = &shared->output;
	if (!transport->broken)
		(void)send_some(transport, queue, fault); /* sets broken */
	if (shared->writer == transport)
		save_output(shared);
	/* Only here: bytes also lie there when another connection took the
	 * shared buffer away in the middle of this one's turn. */
	transport->stuck = yett_buf_len(&transport->output) > 0;
	if (!transport->stuck)
		yett_buf_clear(&transport->output);
	if (transport->broken)
		(void)yett_fail(fault, YETT_E_SYSTEM,
		    "the connection is broken");
	return !transport->broken;
}
