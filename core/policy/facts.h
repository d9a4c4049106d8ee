/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h - what is known about a connection and a request when it is decided.
 *
 * Plain values, lent for one call. A decision reads nothing else: no clock, no
 * socket, no global.
 */
#ifndef YETT_POLICY_FACTS_H
#define YETT_POLICY_FACTS_H

#include <stdint.h>

#include "base/slice.h"
#include "policy/reason.h"
#include "policy/rules.h"
#include "policy/verification.h"

/* A client address: 16 bytes, IPv4 as ::ffff:a.b.c.d, in network order. */
struct yett_ip {
	uint8_t byte[16];
};

/* The ClientHello. */
struct yett_hello {
	struct yett_slice sni;         /* canonical; empty: none sent */
	const struct yett_slice *alpn; /* as offered, in order */
	uint32_t alpn_count;
	uint16_t version; /* the highest offered: 0x0303, 0x0304 */
	bool offers_post_handshake_auth;
	struct yett_ip client_ip;
	uint16_t client_port;
	uint64_t now; /* wall clock, nanoseconds */
	/* A late need of this address and name was learned and holds. */
	bool learned;
};

/* What the handshake asked for; kept by the connection across reloads. */
struct yett_asked {
	enum yett_need need;
	const uint64_t *trust_id; /* yett_trust.id of each named trust */
	uint32_t trust_count;
	enum yett_cause cause; /* why `none`: POLICY or FUNCTION */
	uint64_t generation;   /* that made the choice */
};

/* A leaf certificate, as facts. Text is UTF-8 with its true length. */
struct yett_certificate {
	struct yett_slice subject, issuer; /* RFC 4514 */
	struct yett_slice common_name;     /* absent: none, or several */
	struct yett_slice serial;          /* lower-case hex */
	struct yett_slice fingerprint;     /* SHA-256, 64 lower-case hex */
	const struct yett_slice *dns, *email, *uri;
	uint32_t dns_count, email_count, uri_count;
	int64_t not_before, not_after; /* seconds since 1970 UTC */
};

/*
 * The client's certificate. `verify` is called once per trust and decision,
 * and once more when a request function names a trust of the rule again; what
 * is costly in it is remembered behind it. NULL `leaf`: none was sent.
 */
struct yett_peer_facts {
	const struct yett_certificate *leaf;
	enum yett_verification (
	    *verify)(void *arg, const struct yett_trust *trust);
	void *arg;
};

/* Which headers a function asked for, present or not, for the record. */
#define YETT_HEADER_READS_MOST 16
#define YETT_HEADER_READ_NAME 64
struct yett_header_reads {
	char name[YETT_HEADER_READS_MOST]
		 [YETT_HEADER_READ_NAME]; /* lower case, NUL-terminated */
	uint32_t count;
	bool more; /* there were others, or a longer name */
};

/* Note that a header was asked for; once per name. */
void
yett_header_reads_add(struct yett_header_reads *reads, struct yett_slice name);

/* A request head. */
struct yett_request {
	const struct yett_hello *hello; /* of its connection; never NULL */
	struct yett_asked asked;
	struct yett_peer_facts peer;
	struct yett_slice host; /* canonical, without port */
	struct yett_slice method;
	struct yett_slice path;  /* normal */
	struct yett_slice query; /* absent: no '?' */
	const struct yett_header *header;
	uint32_t header_count;
	uint64_t now;                           /* wall clock, nanoseconds */
	struct yett_header_reads *header_reads; /* NULL: nobody wants to know */
	bool preflight; /* yett_request_is_preflight() */
	bool learned;   /* as in the hello, but known now */
	/* Whether the leaf is one that `identity` means, told by peer.arg;
	 * NULL: its names tell. A replay knows the answer, not the names. */
	bool (
	    *identity_matches)(void *arg, const struct yett_identity *identity);
};

/* Whether it is a field that the gateway sets itself, of who the client is and
 * how it came: what a client sends under this name is no fact. */
bool yett_request_field_is_reserved(struct yett_slice name);

/* Which facts a decision read: one bit per fact, for the record. */
enum yett_fact {
	YETT_FACT_SNI = 1 << 0,
	YETT_FACT_ALPN = 1 << 1,
	YETT_FACT_VERSION = 1 << 2,
	YETT_FACT_CLIENT_IP = 1 << 3,
	YETT_FACT_METHOD = 1 << 4,
	YETT_FACT_PATH = 1 << 5,
	YETT_FACT_QUERY = 1 << 6,
	YETT_FACT_HEADER = 1 << 7,
	YETT_FACT_CERTIFICATE = 1 << 8,
	YETT_FACT_TIME = 1 << 9,
	YETT_FACT_HOST = 1 << 10,
	YETT_FACT_IDENTITY = 1 << 11, /* a function read the certificate */
	YETT_FACT_PREFLIGHT = 1 << 12,
	YETT_FACT_LEARNED = 1 << 13,
	YETT_FACT_END = 1 << 14, /* no fact */
};

/* Whether it is a CORS preflight, which browsers send without certificate:
 * OPTIONS with Origin and Access-Control-Request-Method (Fetch, section
 * "CORS-preflight request"). Needs `header` for OPTIONS only. */
bool yett_request_is_preflight(const struct yett_request *request);

/* "sni", "client_ip" ...: static; "" for what is no fact. */
const char *yett_fact_name(enum yett_fact fact);

#endif
