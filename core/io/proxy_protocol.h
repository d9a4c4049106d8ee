/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proxy_protocol.h - the PROXY protocol, versions 1 and 2: the head in which a
 * proxy sends the addresses of the connection it forwards.
 *
 * Parsing is pure and as strict as for hostile input, although only trusted
 * peers are accepted: one form for each number, every length within its frame,
 * CRC32C verified if sent. For a connection of the balancer itself only the
 * length matters. Nothing here touches a socket.
 */
#ifndef YETT_IO_PROXY_PROTOCOL_H
#define YETT_IO_PROXY_PROTOCOL_H

#include "base/buf.h"
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

/* --- writing, version 2 --------------------------------------------------- */

/* What the client's TLS came to. Absent texts are not told. */
struct yett_proxy_tls {
	struct yett_slice version; /* "TLSv1.3" */
	struct yett_slice cipher;
	struct yett_slice key, signature; /* of our certificate's algorithms */
	bool sent_certificate;            /* on this connection */
	bool has_certificate;             /* or on the one that it resumes */
	bool is_verified;
	struct yett_slice common_name; /* told only if it is verified */
};

struct yett_proxy_facts {
	const struct yett_address *client, *server;
	struct yett_slice alpn;           /* agreed on; absent: none */
	struct yett_slice authority;      /* the server name; absent: none */
	const struct yett_proxy_tls *tls; /* NULL: clear text */
};

/*
 * Append the head of a connection. Two addresses of IPv4 are told as such,
 * else both as IPv6; one that is neither, and nothing is told of the two.
 * Texts beyond 1024 bytes are left out.
 * YETT_E_NOMEM: `out` may hold a part.
 */
YETT_MUST_USE
enum yett_status
yett_proxy_write(struct yett_buf *out, const struct yett_proxy_facts *facts);

#endif
