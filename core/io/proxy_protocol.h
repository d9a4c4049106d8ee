/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy_protocol.h - the head in which a load balancer tells whose connection
 * it forwards: the PROXY protocol, versions 1 and 2.
 *
 * A pure reading of bytes, as strict as a parser of hostile input must be,
 * although only trusted peers are listened to: one form for each number, every
 * length within its frame, CRC32C verified where it is sent. Nothing here
 * touches a socket.
 */
#ifndef YETT_IO_PROXY_PROTOCOL_H
#define YETT_IO_PROXY_PROTOCOL_H

#include "io/address.h"

/* A longer head is refused. */
#define YETT_PROXY_HEAD_MOST 4096

struct yett_proxy_head {
	size_t len; /* bytes of the head */
	/* Whether the two are known. Not so of a connection that the balancer
	 * made for itself (LOCAL), and of clients without an IP address. */
	bool has_addresses;
	struct yett_address client, server;
};

enum yett_proxy_result {
	YETT_PROXY_MORE, /* all of `bytes` belongs to a head that goes on */
	YETT_PROXY_DONE,
	YETT_PROXY_BAD, /* it is none; *why is static */
};

/* Read the head at the beginning of `bytes`; *out and *why are written with
 * DONE and BAD. */
YETT_MUST_USE
enum yett_proxy_result yett_proxy_parse(struct yett_slice bytes,
    struct yett_proxy_head *out, const char **why);

#endif
