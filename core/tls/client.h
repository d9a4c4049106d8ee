/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - one TLS session as a client, over one socket.
 *
 * TLS 1.2 and 1.3, ALPN "http/1.1". Accepts a server only if its chain was
 * verified for its name and for servers, before it sends a certificate of
 * ours. Resumes sessions under the same terms, name and target only, and never
 * past the date at which the verification could change. An end of the stream
 * without close_notify is a failure: the data may have been cut. The caller
 * owns the socket. Worker-owned.
 */
#ifndef YETT_TLS_CLIENT_H
#define YETT_TLS_CLIENT_H

#include "io/socket.h"
#include "tls/client_terms.h"

/* What the clients of a worker share: buffers, and sessions to resume. */
struct yett_client_env;

/* One per worker. YETT_E_TLS: GnuTLS does not know our ciphers. */
YETT_MUST_USE
enum yett_status
yett_client_env_open(struct yett_client_env **out, struct yett_fault *fault);

/* All clients must have been freed. NULL is fine. */
void yett_client_env_close(struct yett_client_env *env);

struct yett_client;

/* To whom; lent for the call. */
struct yett_client_order {
	const struct yett_client_terms *terms; /* counted by the client */
	struct yett_slice name; /* a host name, or a numeric address */
	/* Stands for target, terms and name: where a session may resume. */
	const uint8_t *scope; /* YETT_SHA256_LEN bytes */
	int fd;               /* need not be connected yet; lent */
};

/* YETT_E_NOMEM, YETT_E_TLS: there is no session. */
YETT_MUST_USE
enum yett_status
yett_client_new(struct yett_client **out, struct yett_client_env *env,
    const struct yett_client_order *order, struct yett_fault *fault);

/* NULL is fine. Sends nothing. */
void yett_client_free(struct yett_client *client);

/*
 * Go on with the handshake at `now`, seconds since 1970 UTC. DONE: bytes may be
 * sent. AGAIN: when the socket is ready for what is wanted. FAILED: the fault
 * says why.
 */
YETT_MUST_USE
enum yett_io yett_client_handshake(struct yett_client *client, int64_t now,
    struct yett_fault *fault);

/*
 * After the handshake, as yett_socket_recv() and yett_socket_send(). Receiving
 * goes on until `len` bytes are there or the socket has no more. EOF: the
 * server closed the session properly. What was sent may wait here for the
 * socket.
 */
YETT_MUST_USE
enum yett_io yett_client_recv(struct yett_client *client, void *at, size_t len,
    size_t *got, struct yett_fault *fault);
YETT_MUST_USE
enum yett_io yett_client_send(struct yett_client *client,
    struct yett_slice bytes, size_t *sent, struct yett_fault *fault);

/* Send what waits for the socket. DONE: a byte went. FAILED: it is broken. */
YETT_MUST_USE
enum yett_io
yett_client_flush(struct yett_client *client, struct yett_fault *fault);

/* Whether something waits for the socket. */
bool yett_client_wants_write(const struct yett_client *client);

/* Whether receiving has news without the socket. */
bool yett_client_pending(const struct yett_client *client);

/* Say that no more will be sent, if the socket takes it now. */
void yett_client_close_notify(struct yett_client *client);

/* After the handshake: until when the server's certificate is known to hold,
 * seconds since 1970. */
int64_t yett_client_valid_until(const struct yett_client *client);

#endif
