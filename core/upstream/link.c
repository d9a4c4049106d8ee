/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/link.h"

#include "upstream/pool.h"

/* With less room than this behind a part of a head, it is moved first. */
#define LEAST_ROOM 4096

enum yett_status
yett_link_connected(struct yett_link *link, struct yett_fault *fault)
{
	enum yett_status status = yett_socket_connected(link->fd, fault);

	if (status == YETT_OK)
		link->is_connecting = false;
	return status;
}

enum yett_io
yett_link_recv(struct yett_link *link, struct yett_fault *fault)
{
	size_t len = LEAST_ROOM;
	enum yett_io io;

	if (link->in.cap == 0) {
		yett_pool_take_buf(link->pool, &link->in);
		len = YETT_LINK_READ;
	}
	if (yett_buf_reserve(&link->in, len) != YETT_OK) {
		yett_fail(fault, YETT_E_NOMEM, "out of memory");
		return YETT_IO_FAILED;
	}
	len = yett_buf_room(&link->in);
	io = yett_socket_recv(link->fd, yett_buf_tail(&link->in),
	    len < YETT_LINK_READ ? len : YETT_LINK_READ, &len, fault);
	if (io == YETT_IO_DONE)
		yett_buf_added(&link->in, len);
	return io;
}

void
yett_link_rest(struct yett_link *link)
{
	if (yett_buf_len(&link->in) == 0)
		yett_pool_give_buf(link->pool, &link->in);
}
