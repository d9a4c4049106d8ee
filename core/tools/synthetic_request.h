/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synthetic_request.h - a synthetic connection and request, as facts.
 *
 * For tests and for programs that query a policy: the certificate is a
 * description, and tests set the clock. The request is written as HTTP and
 * parsed again, so that the functions of the gateway decide about it, from the
 * first byte on.
 */
#ifndef YETT_TOOLS_SYNTHETIC_REQUEST_H
#define YETT_TOOLS_SYNTHETIC_REQUEST_H

#include "base/arena.h"
#include "policy/judge.h"
#include "script/message.h"
#include "tls/gate.h"
#include "tools/hello_facts.h"
#include "tools/raw_request.h"

#define YETT_SYNTHETIC_MOST 32 /* values of one list */

/* Filled by one of the two functions that read; stays where it is, for the
 * facts point into it. */
struct yett_synthetic_request {
	struct yett_hello_facts of_hello;
	struct yett_asked asked;
	struct yett_peer_facts peer;
	struct yett_raw_request raw;

	/* What they point to. */
	struct yett_arena arena;
	struct yett_certificate leaf;
	struct yett_slice dns[YETT_SYNTHETIC_MOST], email[YETT_SYNTHETIC_MOST],
	    uri[YETT_SYNTHETIC_MOST];

	/* How the certificate fares. */
	struct yett_slice issued_for; /* the trust that it verifies for */
	bool revoked, crl_unavailable, wrong_purpose;
};

/*
 * Facts from a message, which must stay: sni, alpn (list), tls ("1.2", "1.3"),
 * from, learned; method, target, host, header_name and header_value (lists of
 * one length); now and the certificate's not_before, not_after (seconds since
 * 1970); issuer, which tells that a certificate came; subject, issued_by,
 * serial, fingerprint, dns, email, uri (lists), revoked, crl_unavailable,
 * wrong_purpose.
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

/* Let it be on a connection that was not asked, and is older than the rules. */
void yett_synthetic_request_not_asked(struct yett_synthetic_request *synthetic);

/* A client that was not asked has no way to show a certificate: let it have
 * none, if so. */
void yett_synthetic_request_hide(struct yett_synthetic_request *synthetic);

/* Why a handshake ends without a session. */
struct yett_synthetic_end {
	const char *why;                 /* for a person; static */
	struct yett_judgement judgement; /* of the certificate, or all zero */
};

/* Whether the handshake that was decided so is completed: somebody is there,
 * no function refused, a protocol is shared, and a certificate that is required
 * in it verifies. */
YETT_MUST_USE
bool
yett_synthetic_request_completes(const struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen,
    const struct yett_hello_decision *decision, struct yett_synthetic_end *out);

/* The facts that its plan rests on, without the rooms. */
struct yett_plan_facts
yett_synthetic_request_facts(const struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen, const struct yett_functions *functions);

#endif
