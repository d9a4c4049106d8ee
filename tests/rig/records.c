/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/records.h"

#include <errno.h>
#include <sys/socket.h>

#define HEAD_LEN 5
#define CHANGE_CIPHER_SPEC 20
#define HANDSHAKE 22

/* A handshake fits the buffers of a loopback socket: no waiting here. */
static bool
send_whole(int fd, const unsigned char *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool
send_fragments(int fd, const unsigned char *record, size_t len)
{
	for (size_t i = HEAD_LEN; i < len; i++) {
		unsigned char small[HEAD_LEN + 1] = { record[0], record[1],
			record[2], 0, 1, record[i] };

		if (!send_whole(fd, small, sizeof(small)))
			return false;
	}
	return true;
}

static ssize_t
push(gnutls_transport_ptr_t transport, const void *bytes, size_t len)
{
	struct rig_records *records = transport;
	struct yett_buf *held = &records->held;

	if (yett_buf_append(held, (struct yett_slice){ bytes, len }) != YETT_OK)
		return -1;
	while (yett_buf_len(held) >= HEAD_LEN) {
		const unsigned char *record =
		    (const unsigned char *)yett_buf_slice(held).at;
		size_t whole = HEAD_LEN + (size_t)(record[3] << 8 | record[4]);
		bool sent;

		if (yett_buf_len(held) < whole)
			break;
		if (record[0] == CHANGE_CIPHER_SPEC)
			records->encrypted = true;
		sent = record[0] == HANDSHAKE && !records->encrypted
		    ? send_fragments(records->fd, record, whole)
		    : send_whole(records->fd, record, whole);
		if (!sent)
			return -1;
		yett_buf_consume(held, whole);
	}
	return (ssize_t)len;
}

static ssize_t
pull(gnutls_transport_ptr_t transport, void *bytes, size_t len)
{
	struct rig_records *records = transport;

	return recv(records->fd, bytes, len, 0);
}

static int
pull_timeout(gnutls_transport_ptr_t transport, unsigned milliseconds)
{
	(void)transport;
	(void)milliseconds;
	return 1;
}

void
rig_records_attach(struct rig_records *records, gnutls_session_t session,
    int fd, bool fragment)
{
	records->fd = fd;
	if (!fragment) {
		gnutls_transport_set_int(session, fd);
		return;
	}
	gnutls_transport_set_ptr(session, records);
	gnutls_transport_set_push_function(session, push);
	gnutls_transport_set_pull_function(session, pull);
	gnutls_transport_set_pull_timeout_function(session, pull_timeout);
}

void
rig_records_clear(struct rig_records *records)
{
	yett_buf_clear(&records->held);
}
