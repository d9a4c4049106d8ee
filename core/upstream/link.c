/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/link.h"

#include "upstream/spare_bufs.h"

/* With less room than this behind a part of a head, it is moved first. */
#define LEAST_ROOM 4096

static int64_t
now_s(void)
{
	return (int64_t)(yett_clock_wall() / YETT_NS_PER_S);
}

enum yett_io
yett_link_connect(struct yett_link *link, struct yett_fault *fault)
{
	enum yett_io io = YETT_IO_DONE;

	if (!link->is_shaking &&
	    yett_socket_connected(link->fd, fault) != YETT_OK)
		return YETT_IO_FAILED;
	if (link->tls != NULL) {
		link->is_shaking = true;
		io = yett_client_handshake(link->tls, now_s(), fault);
		yett_watcher_want(&link->watcher, true,
		    yett_client_wants_write(link->tls));
	}
	if (io == YETT_IO_DONE)
		link->is_connecting = link->is_shaking = false;
	return io;
}

enum yett_io
yett_link_recv(struct yett_link *link, struct yett_fault *fault)
{
	size_t len = LEAST_ROOM;
	enum yett_io io;

	if (link->in.cap == 0) {
		yett_spare_bufs_take(link->spares, &link->in);
		len = YETT_LINK_READ;
	}
	if (yett_buf_reserve(&link->in, len) != YETT_OK) {
		yett_fail(fault, YETT_E_NOMEM, "out of memory");
		return YETT_IO_FAILED;
	}
	len = yett_buf_room(&link->in);
	if (len > YETT_LINK_READ)
		len = YETT_LINK_READ;
	io = link->tls != NULL
	    ? yett_client_recv(link->tls, yett_buf_tail(&link->in), len, &len,
		  fault)
	    : yett_socket_recv(link->fd, yett_buf_tail(&link->in), len, &len,
		  fault);
	if (io == YETT_IO_DONE)
		yett_buf_added(&link->in, len);
	return io;
}

enum yett_io
yett_link_send(struct yett_link *link, struct yett_slice bytes, size_t *sent,
    struct yett_fault *fault)
{
	return link->tls != NULL
	    ? yett_client_send(link->tls, bytes, sent, fault)
	    : yett_socket_send(link->fd, bytes, sent, fault);
}

bool
yett_link_wants_write(const struct yett_link *link)
{
	return link->tls != NULL && yett_client_wants_write(link->tls);
}

bool
yett_link_flush(struct yett_link *link)
{
	return yett_client_flush(link->tls, NULL) == YETT_IO_DONE;
}

bool
yett_link_pending(const struct yett_link *link)
{
	return link->tls != NULL && yett_client_pending(link->tls);
}

/* A server may send session tickets and change keys at any time. */
bool
yett_link_is_quiet(struct yett_link *link)
{
	char byte;
	size_t got;

	return link->tls != NULL &&
	    yett_client_recv(link->tls, &byte, 1, &got, NULL) == YETT_IO_AGAIN;
}

bool
yett_link_is_alive(struct yett_link *link)
{
	return yett_socket_is_silent(link->fd) ||
	    (yett_link_is_quiet(link) && !yett_link_wants_write(link));
}

bool
yett_link_is_reusable(const struct yett_link *link)
{
	return yett_buf_len(&link->in) == 0 &&
	    (link->tls == NULL ||
		(!yett_client_pending(link->tls) &&
		    !yett_client_wants_write(link->tls) &&
		    now_s() < yett_client_valid_until(link->tls)));
}

void
yett_link_shut(struct yett_link *link)
{
	if (link->is_shut)
		return;
	link->is_shut = true;
	if (link->tls != NULL)
		yett_client_close_notify(link->tls);
	yett_socket_shut_write(link->fd);
}

void
yett_link_rest(struct yett_link *link)
{
	if (yett_buf_len(&link->in) == 0)
		yett_spare_bufs_give(link->spares, &link->in, YETT_LINK_MEMORY);
}
