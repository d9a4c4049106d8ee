/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello.h - parses a raw ClientHello into facts.
 *
 * In the hook that runs before resumption, GnuTLS's own getters return nothing
 * yet, so the message is parsed here. Bytes in, facts out; no state.
 */
#ifndef YETT_TLS_HELLO_H
#define YETT_TLS_HELLO_H

#include <gnutls/gnutls.h>

#include "base/slice.h"
#include "tls/library.h"

/* More protocols than this is an attack on our memory. */
#define YETT_HELLO_ALPN_MOST 32

/* A client that offers more tickets resumes by one of these, or not. */
#define YETT_HELLO_TICKETS_MOST 4

struct yett_hello_message {
	char sni[256];                                /* canonical */
	size_t sni_len;                               /* 0: none was sent */
	struct yett_slice alpn[YETT_HELLO_ALPN_MOST]; /* into the message */
	uint32_t alpn_count;
	bool has_alpn;
	uint16_t version; /* the highest of those offered that we know */
	bool offers_tls12, offers_tls13;
	bool offers_post_handshake_auth;
	/* What the client can check: sets of signature.h, for the handshake
	 * itself and for certificates, and curves, of enum yett_key_kind. */
	uint32_t schemes, chain_schemes;
	bool has_schemes; /* the client named some */
	unsigned curves;
	/* Those that come first; into the message. */
	struct yett_slice ticket[YETT_HELLO_TICKETS_MOST];
	uint32_t ticket_count;
	struct yett_slice suites; /* two bytes each; into the message */
	/* Over the name, protocols and versions as they were sent: what must
	 * not change in the answer to a HelloRetryRequest. */
	uint8_t digest[YETT_SHA256_LEN];
};

/*
 * Read `message`, the body of a ClientHello; `out` points into it. False: it
 * is refused with *alert.
 */
YETT_MUST_USE
bool yett_hello_parse(struct yett_hello_message *out,
    const gnutls_datum_t *message, gnutls_alert_description_t *alert);

#endif
