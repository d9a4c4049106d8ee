/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - the TLS session of one client connection, or its clear text.
 *
 * Owns the GnuTLS session and the bytes on their way between it and the
 * socket; the caller owns the socket. Stops at the ClientHello to ask the
 * upper layer what to request, sends the CA names, seals tickets for exactly
 * that scope, selects the alerts, and keeps what the client proved as facts.
 * All sessions of a worker share the buffers of one environment: one recv() a
 * wake-up, one send() a turn, and an idle session holds no buffer. A session
 * in clear text has the same functions and only the client's address as a
 * fact: no name, nothing asked, nothing proved.
 *
 * Worker-owned, like the environment.
 */
#ifndef YETT_TLS_SESSION_H
#define YETT_TLS_SESSION_H

#include "policy/decide.h"
#include "tls/credentials.h"
#include "tls/peer.h"
#include "tls/session_facts.h"
#include "tls/ticket_keeper.h"

struct yett_session;     /* opaque */
struct yett_session_env; /* opaque; one per worker */

/*
 * `tickets` is lent until the environment is closed.
 * YETT_E_TLS: GnuTLS refused.
 */
YETT_MUST_USE
enum yett_status yett_session_env_open(struct yett_session_env **out,
    struct yett_ticket_keeper *tickets, yett_session_ask ask,
    struct yett_fault *fault);
/* After the last of its sessions was freed. */
void yett_session_env_close(struct yett_session_env *env);

/*
 * A session on the connected, non-blocking socket `fd`, which is lent until
 * yett_session_free(). `arg` goes to `ask`; `ip` and `port` are the client's.
 */
YETT_MUST_USE
enum yett_status yett_session_new(struct yett_session **out,
    struct yett_session_env *env, void *arg, int fd, const struct yett_ip *ip,
    uint16_t port, struct yett_fault *fault);

/* The same without TLS: there is no handshake to do. YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status
yett_session_new_clear(struct yett_session **out, struct yett_session_env *env,
    int fd, const struct yett_ip *ip, uint16_t port);
bool yett_session_is_clear(const struct yett_session *session);

void yett_session_free(struct yett_session *session);

/*
 * How a step ended. With AGAIN wait for the socket: always to be readable, and
 * also to be writable while yett_session_wants_write(). FAILED: the fault says
 * why; flush once, so that the alert goes out, then close.
 */
enum yett_session_result {
	YETT_SESSION_DONE,
	YETT_SESSION_AGAIN,
	YETT_SESSION_EOF, /* the client closed, properly or not */
	YETT_SESSION_FAILED,
};

/*
 * Go on with the handshake at `now` (wall clock, nanoseconds). After DONE the
 * facts below are known. Flush after each call.
 */
YETT_MUST_USE
enum yett_session_result yett_session_handshake(struct yett_session *session,
    uint64_t now, struct yett_fault *fault);

/* Whether all that is missing of the handshake is the client's answer to a
 * request for a certificate, which a person may have to give. */
bool yett_session_awaits_certificate(const struct yett_session *session);

/* Up to `len` bytes to `at`; with DONE *got is at least 1. Read until AGAIN or
 * look at yett_session_pending(): the socket does not tell of bytes that were
 * already taken from it. */
YETT_MUST_USE
enum yett_session_result yett_session_read(struct yett_session *session,
    char *at, size_t len, size_t *got, struct yett_fault *fault);

/* Queue `bytes` as records. With DONE *took tells how many were taken: fewer
 * when too much is queued already. AGAIN: none, also while it is stuck; go on
 * once writable. */
YETT_MUST_USE
enum yett_session_result yett_session_write(struct yett_session *session,
    struct yett_slice bytes, size_t *took, struct yett_fault *fault);

/*
 * End a turn: send what is queued with one system call, and move what is left
 * in the shared buffers to the session's own. Call at the end of each turn in
 * which anything above was called. AGAIN: the socket is full, wait until it is
 * writable and call again.
 */
YETT_MUST_USE
enum yett_session_result
yett_session_flush(struct yett_session *session, struct yett_fault *fault);

/* Something is queued that the socket did not take. */
bool yett_session_wants_write(const struct yett_session *session);

/* What is queued is of an earlier turn: nothing more is taken until the socket
 * took it all, so that a slow client costs one turn's bytes. */
bool yett_session_is_stuck(const struct yett_session *session);

/* Bytes that the socket took so far, records and all. */
uint64_t yett_session_sent(const struct yett_session *session);

/* Bytes are here that yett_session_read() may give without the socket. */
bool yett_session_pending(const struct yett_session *session);

/* Queue the closure alert (RFC 8446, section 6.1), once, of which clear text
 * has none; then flush. Nothing can be written any more, but what the client
 * still sends can be read. */
void yett_session_close_notify(struct yett_session *session);

/* --- facts: lent until the session is freed, known after the handshake
 * (hello and asked: after the ClientHello) ------------------------------- */

/* `now` in it is the time of the handshake. */
const struct yett_hello *yett_session_hello(const struct yett_session *session);
const struct yett_asked *yett_session_asked(const struct yett_session *session);

/* NULL: no certificate was asked for, or none sent. */
struct yett_peer *yett_session_peer(const struct yett_session *session);

/* How the chain that came fared in the handshake with the trusts that were
 * asked for. False: none came, or none was asked for. */
YETT_MUST_USE
bool yett_session_judged(const struct yett_session *session,
    enum yett_verification *out);

bool yett_session_resumed(const struct yett_session *session);

/* 0x0303, 0x0304; 0 before it is agreed, and in clear text. */
uint16_t yett_session_version(const struct yett_session *session);

/* The group and our signature of the handshake, as numbers of agreed.h. */
unsigned yett_session_group(const struct yett_session *session);
unsigned yett_session_signature(const struct yett_session *session);

/* The protocol that ALPN agreed on; absent: none. Lent by the session. */
struct yett_slice yett_session_alpn(const struct yett_session *session);

/* What the two sides settled; `key` is written to. */
void yett_session_terms(const struct yett_session *session,
    char key[YETT_SESSION_KEY_TEXT], struct yett_session_terms *out);

/* The alert we sent or got, as an index of alert.h; 0: none. */
unsigned yett_session_alert(const struct yett_session *session);

/* Whether it was the client that sent it. */
bool yett_session_alert_came(const struct yett_session *session);

/* Its name, "unknown_ca" ...; static; "" when none. */
const char *yett_session_alert_name(const struct yett_session *session);

#endif
