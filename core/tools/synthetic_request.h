/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synthetic_request.h - a connection and a request that nobody made, as facts.
 *
 * For tests and for programs that ask a policy: the certificate is a
 * description, and tests give the clock. What is decided about these facts is
 * decided by the functions the gateway uses.
 */
#ifndef YETT_TOOLS_SYNTHETIC_REQUEST_H
#define YETT_TOOLS_SYNTHETIC_REQUEST_H

#include "base/arena.h"
#include "policy/decide.h"
#include "script/message.h"
#include "tools/hello_facts.h"

#define YETT_SYNTHETIC_MOST 32 /* values of one list */

/* Filled by yett_synthetic_request_read_message() or
 * yett_synthetic_request_read(); stays where it is, for the facts point into
 * it. */
struct yett_synthetic_request {
	struct yett_hello_facts of_hello;
	struct yett_request request; /* its hello is that one */

	/* What they point to. */
	struct yett_arena arena;
	struct yett_host host;
	struct yett_certificate leaf;
	struct yett_slice dns[YETT_SYNTHETIC_MOST], email[YETT_SYNTHETIC_MOST],
	    uri[YETT_SYNTHETIC_MOST];
	struct yett_header header[YETT_SYNTHETIC_MOST];

	/* How the certificate fares. */
	struct yett_slice issued_for; /* the trust that it verifies for */
	bool revoked, crl_unavailable;
};

/*
 * Facts from a message, which must stay: sni, alpn (list), tls ("1.2", "1.3"),
 * from; method, target, host, header_name and header_value (lists of one
 * length); now and the certificate's not_before, not_after (seconds since
 * 1970); issuer, which tells that a certificate came; subject, issued_by,
 * serial, fingerprint, dns, email, uri (lists), revoked, crl_unavailable.
 * Without target there is no request.
 * YETT_E_ARGUMENT: one of them is malformed; the fault says which.
 */
YETT_MUST_USE
enum yett_status
yett_synthetic_request_read_message(struct yett_synthetic_request *out,
    const struct yett_message *from, struct yett_fault *fault);

/*
 * The same facts from the structs of yett.h, which must stay as well. A
 * certificate of them is always within its dates.
 * YETT_E_ARGUMENT: one of them is malformed; the fault says which.
 */
YETT_MUST_USE
enum yett_status yett_synthetic_request_read(struct yett_synthetic_request *out,
    const struct yett_http_request *from, struct yett_fault *fault);

/* Free what it holds. */
void yett_synthetic_request_clear(struct yett_synthetic_request *synthetic);

/*
 * Let the policy decide about the hello, with these functions of it, and let
 * the request be on a connection that was asked so.
 * YETT_E_NOMEM: the request was asked nothing.
 */
YETT_MUST_USE
enum yett_status
yett_synthetic_request_handshake(struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen, const struct yett_functions *functions,
    struct yett_hello_decision *decision);

/* A client that was not asked has no way to show a certificate: let it have
 * none, if so. */
void yett_synthetic_request_hide(struct yett_synthetic_request *synthetic);

/*
 * As yett_synthetic_request_read(), on a connection that was asked as the
 * policy says, or not at all. Cleared by the caller, unless this fails.
 */
YETT_MUST_USE
enum yett_status yett_synthetic_request_ask(struct yett_synthetic_request *out,
    const struct yett_generation *gen, const struct yett_functions *functions,
    const struct yett_http_request *from, struct yett_fault *fault);

#endif
