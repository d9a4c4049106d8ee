/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy_head.h - takes the head of the PROXY protocol off a socket.
 *
 * It may come in pieces, or together with the ClientHello, of which no byte is
 * taken: the head is looked at first and then read to its end.
 */
#ifndef YETT_GATEWAY_PROXY_HEAD_H
#define YETT_GATEWAY_PROXY_HEAD_H

#include "base/buf.h"
#include "io/proxy_protocol.h"

/*
 * Read what there is. With MORE, `kept` has it, and the socket is to be waited
 * for. `kept` is the connection's, empty at first and of no use after DONE.
 * BAD: *why is static; the connection ended or is broken, memory is out, or
 * what came is no head.
 */
YETT_MUST_USE
enum yett_proxy_result yett_proxy_head_read(int fd, struct yett_buf *kept,
    struct yett_proxy_head *out, const char **why);

#endif
