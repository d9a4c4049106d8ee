/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/proxy_head.h"

#include "io/socket.h"

/* Take `len` bytes off the socket that were seen there, to `at`. */
static bool
take(int fd, void *at, size_t len)
{
	size_t got;

	return len == 0 ||
	    (yett_socket_recv(fd, at, len, &got, NULL) == YETT_IO_DONE &&
		got == len);
}

/* Judge `seen`, which lies in the socket behind what was kept. */
static enum yett_proxy_result
judge(int fd, struct yett_buf *kept, struct yett_slice seen,
    struct yett_proxy_head *out, const char **why)
{
	char bytes[YETT_PROXY_HEAD_MOST];
	size_t before = yett_buf_len(kept);
	enum yett_proxy_result result;

	*why = "memory is out";
	if (before > 0) {
		if (yett_buf_append(kept, seen) != YETT_OK)
			return YETT_PROXY_BAD;
		result = yett_proxy_parse(yett_buf_slice(kept), out, why);
	} else {
		result = yett_proxy_parse(seen, out, why);
		if (result == YETT_PROXY_MORE &&
		    yett_buf_append(kept, seen) != YETT_OK)
			return YETT_PROXY_BAD;
	}
	if (result != YETT_PROXY_BAD &&
	    !take(fd, bytes,
		result == YETT_PROXY_MORE ? seen.len : out->len - before)) {
		*why = "the socket takes back what it showed";
		return YETT_PROXY_BAD;
	}
	return result;
}

enum yett_proxy_result
yett_proxy_head_read(int fd, struct yett_buf *kept, struct yett_proxy_head *out,
    const char **why)
{
	char seen[YETT_PROXY_HEAD_MOST];
	size_t got;

	switch (yett_socket_peek(fd, seen, sizeof(seen) - yett_buf_len(kept),
	    &got, NULL)) {
	case YETT_IO_DONE:
		return judge(fd, kept, (struct yett_slice){ seen, got }, out,
		    why);
	case YETT_IO_AGAIN: return YETT_PROXY_MORE;
	case YETT_IO_EOF: *why = "it ended before its head did"; break;
	case YETT_IO_FAILED: *why = "it broke before its head was there"; break;
	}
	return YETT_PROXY_BAD;
}
