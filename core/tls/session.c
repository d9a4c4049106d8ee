/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/session.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "tls/agreed.h"
#include "tls/alert.h"
#include "tls/handshake.h"
#include "tls/priority.h"
#include "tls/terms.h"
#include "tls/transport.h"

/* More than any sane handshake has; GnuTLS's own limit is twice that. */
#define HANDSHAKE_MOST (64 * 1024)

/* RFC 8446, section 5.1. */
#define RECORD_MOST 16384

/* With less room than this a record waits for the next turn. */
#define RECORD_LEAST 1024

struct yett_session_env {
	struct yett_ticket_user tickets;
	yett_session_ask ask;
	gnutls_priority_t priority; /* shared: saves 8 KB a session */
	struct yett_transport_shared buffers;
	struct yett_chain_cache *chains;
};

struct yett_session {
	gnutls_session_t tls; /* NULL: clear text */
	struct yett_transport transport;
	struct yett_handshake_state *handshake; /* NULL once it is over */
	struct yett_session_facts facts;
	bool is_shut; /* the closure alert was queued */
};

enum yett_status
yett_session_env_open(struct yett_session_env **out,
    struct yett_ticket_keeper *tickets, yett_session_ask ask,
    struct yett_fault *fault)
{
	struct yett_session_env *env = calloc(1, sizeof(*env));
	int code;

	if (env == NULL)
		return YETT_E_NOMEM;
	env->tickets.keeper = tickets;
	env->ask = ask;
	env->chains = yett_chain_cache_new();
	if (env->chains == NULL) {
		free(env);
		return YETT_E_NOMEM;
	}
	code = yett_priority_usual(&env->priority, YETT_TLS_SERVER);
	if (code < 0) {
		yett_chain_cache_free(env->chains);
		free(env);
		return yett_fail(fault, YETT_E_TLS,
		    "GnuTLS does not know the ciphers that are wanted: %s",
		    gnutls_strerror(code));
	}
	*out = env;
	return YETT_OK;
}

void
yett_session_env_close(struct yett_session_env *env)
{
	if (env == NULL)
		return;
	yett_ticket_user_clear(&env->tickets);
	gnutls_priority_deinit(env->priority);
	yett_buf_clear(&env->buffers.output);
	yett_chain_cache_free(env->chains);
	free(env);
}

static int
init_tls(struct yett_session *session, const struct yett_session_env *env)
{
	int code = gnutls_init(&session->tls,
	    GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
		GNUTLS_NO_AUTO_SEND_TICKET);

	if (code < 0) {
		session->tls = NULL;
		return code;
	}
	gnutls_handshake_set_max_packet_length(session->tls, HANDSHAKE_MOST);
	return gnutls_priority_set(session->tls, env->priority);
}

/* Without TLS so far. NULL: memory is out. */
static struct yett_session *
make(struct yett_session_env *env, int fd, const struct yett_ip *ip,
    uint16_t port)
{
	struct yett_session *session = calloc(1, sizeof(*session));

	if (session == NULL)
		return NULL;
	session->facts.hello.client_ip = *ip;
	session->facts.hello.client_port = port;
	session->facts.chains = env->chains;
	yett_transport_init(&session->transport, &env->buffers, fd);
	return session;
}

enum yett_status
yett_session_new(struct yett_session **out, struct yett_session_env *env,
    void *arg, int fd, const struct yett_ip *ip, uint16_t port,
    struct yett_fault *fault)
{
	struct yett_session *session = make(env, fd, ip, port);
	enum yett_status status = YETT_OK;
	int code;

	if (session == NULL)
		return YETT_E_NOMEM;
	code = init_tls(session, env);
	if (code < 0)
		status = yett_fail(fault, YETT_E_TLS, "no TLS session: %s",
		    gnutls_strerror(code));
	if (status == YETT_OK)
		status = yett_handshake_attach(&session->handshake,
		    session->tls, &env->tickets, env->ask, arg,
		    &session->facts);
	if (status != YETT_OK) {
		yett_session_free(session);
		return status;
	}
	yett_transport_attach(&session->transport, session->tls);
	*out = session;
	return YETT_OK;
}

enum yett_status
yett_session_new_clear(struct yett_session **out, struct yett_session_env *env,
    int fd, const struct yett_ip *ip, uint16_t port)
{
	struct yett_session *session = make(env, fd, ip, port);

	if (session == NULL)
		return YETT_E_NOMEM;
	session->transport.is_clear = true;
	*out = session;
	return YETT_OK;
}

bool
yett_session_is_clear(const struct yett_session *session)
{
	return session->tls == NULL;
}

void
yett_session_free(struct yett_session *session)
{
	if (session == NULL)
		return;
	yett_handshake_detach(&session->handshake);
	if (session->tls != NULL)
		gnutls_deinit(session->tls);
	yett_transport_clear(&session->transport);
	yett_session_facts_clear(&session->facts);
	free(session);
}

static void
note_alert(struct yett_session *session, gnutls_alert_description_t alert)
{
	session->facts.alert = alert;
	session->facts.has_alert = true;
}

/* The alert for what a client did, where GnuTLS would call it our own error. */
static gnutls_alert_description_t
alert_for(int code)
{
	int level;

	switch (code) {
	/* RFC 8446, section 4.4.2.2: it must allow digitalSignature. */
	case GNUTLS_E_KEY_USAGE_VIOLATION:
	case GNUTLS_E_X509_DUPLICATE_EXTENSION:
	case GNUTLS_E_ASN1_TIME_ERROR: return GNUTLS_A_BAD_CERTIFICATE;
	case GNUTLS_E_GOT_APPLICATION_DATA:
	case GNUTLS_E_TOO_MANY_EMPTY_PACKETS:
	case GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS:
		return GNUTLS_A_UNEXPECTED_MESSAGE;
	default:
		return (gnutls_alert_description_t)gnutls_error_to_alert(code,
		    &level);
	}
}

/* Answer an error of GnuTLS with its alert, unless ours went out already. */
static void
send_alert(struct yett_session *session, int code)
{
	gnutls_alert_description_t alert = alert_for(code);

	if (session->facts.has_alert || session->transport.broken ||
	    session->transport.ended || session->transport.flooded != NULL)
		return;
	/* That the alert cannot be sent changes nothing. */
	(void)gnutls_alert_send(session->tls, GNUTLS_AL_FATAL, alert);
	note_alert(session, alert);
}

static enum yett_session_result
fail(struct yett_session *session, int code, struct yett_fault *fault)
{
	if (session->handshake != NULL &&
	    yett_handshake_fault(session->handshake)->what[0] != '\0')
		(void)yett_fail(fault, YETT_E_PROTOCOL, "%s",
		    yett_handshake_fault(session->handshake)->what);
	if (session->transport.flooded != NULL)
		(void)yett_fail(fault, YETT_E_PROTOCOL, "the client %s",
		    session->transport.flooded);
	if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		note_alert(session, gnutls_alert_get(session->tls));
		session->facts.alert_came = true;
		(void)yett_fail(fault, YETT_E_PROTOCOL,
		    "the client sent the alert %s",
		    yett_session_alert_name(session));
	} else {
		send_alert(session, code);
	}
	(void)yett_fail(fault, YETT_E_PROTOCOL, "%s", gnutls_strerror(code));
	return YETT_SESSION_FAILED;
}

static enum yett_session_result
finish(struct yett_session *session, struct yett_fault *fault)
{
	if (!yett_handshake_finish(session->handshake))
		return fail(session, GNUTLS_E_CERTIFICATE_ERROR, fault);
	yett_handshake_detach(&session->handshake);
	yett_transport_open(&session->transport);
	return YETT_SESSION_DONE;
}

/* Our Finished, or up to TLS 1.2 ServerHelloDone, ends the flight that asks. */
static bool
has_asked(const struct yett_session *session)
{
	gnutls_handshake_description_t last = gnutls_handshake_get_last_out(
	    session->tls);

	return session->facts.asked.need != YETT_NEED_NONE &&
	    (last == GNUTLS_HANDSHAKE_FINISHED ||
		last == GNUTLS_HANDSHAKE_SERVER_HELLO_DONE);
}

bool
yett_session_awaits_certificate(const struct yett_session *session)
{
	return session->handshake != NULL && has_asked(session) &&
	    gnutls_session_is_resumed(session->tls) == 0 &&
	    !yett_session_wants_write(session);
}

enum yett_session_result
yett_session_handshake(struct yett_session *session, uint64_t now,
    struct yett_fault *fault)
{
	if (session->handshake == NULL)
		return YETT_SESSION_DONE;
	yett_handshake_set_now(session->handshake, now);
	for (;;) {
		size_t before = yett_transport_input_left(&session->transport);
		int code = gnutls_handshake(session->tls);

		if (code == GNUTLS_E_SUCCESS)
			return finish(session, fault);
		switch (
		    yett_transport_next(&session->transport, code, before)) {
		case YETT_TRANSPORT_REPEAT: break;
		case YETT_TRANSPORT_WAIT: return YETT_SESSION_AGAIN;
		case YETT_TRANSPORT_EOF: return YETT_SESSION_EOF;
		case YETT_TRANSPORT_FAIL:
			/* A reset says no more than an end: it went away. */
			return session->transport.reset
			    ? YETT_SESSION_EOF
			    : fail(session, code, fault);
		}
	}
}

/* RFC 5246, section 7.2.2: no_renegotiation is always a warning; that we go
 * is our own decision: who the client is was settled once. */
static enum yett_session_result
refuse_renegotiation(struct yett_session *session, struct yett_fault *fault)
{
	/* That the alert cannot be sent changes nothing. */
	(void)gnutls_alert_send(session->tls, GNUTLS_AL_WARNING,
	    GNUTLS_A_NO_RENEGOTIATION);
	note_alert(session, GNUTLS_A_NO_RENEGOTIATION);
	(void)yett_fail(fault, YETT_E_PROTOCOL,
	    "the client wants to renegotiate");
	return YETT_SESSION_FAILED;
}

static enum yett_session_result
read_clear(struct yett_session *session, char *at, size_t len, size_t *got)
{
	ssize_t result = yett_transport_read(&session->transport, at, len);

	if (result > 0) {
		*got = (size_t)result;
		return YETT_SESSION_DONE;
	}
	if (result == 0)
		return YETT_SESSION_EOF;
	return errno == EAGAIN ? YETT_SESSION_AGAIN : YETT_SESSION_FAILED;
}

enum yett_session_result
yett_session_read(struct yett_session *session, char *at, size_t len,
    size_t *got, struct yett_fault *fault)
{
	if (session->tls == NULL)
		return read_clear(session, at, len, got);
	for (;;) {
		size_t before = yett_transport_input_left(&session->transport);
		ssize_t code = gnutls_record_recv(session->tls, at, len);

		if (code > 0) {
			yett_transport_progress(&session->transport);
			*got = (size_t)code;
			return YETT_SESSION_DONE;
		}
		if (code == 0)
			return YETT_SESSION_EOF;
		if (code == GNUTLS_E_REHANDSHAKE)
			return refuse_renegotiation(session, fault);
		switch (yett_transport_next(&session->transport, (int)code,
		    before)) {
		case YETT_TRANSPORT_REPEAT: break;
		case YETT_TRANSPORT_WAIT: return YETT_SESSION_AGAIN;
		case YETT_TRANSPORT_EOF: return YETT_SESSION_EOF;
		case YETT_TRANSPORT_FAIL:
			return fail(session, (int)code, fault);
		}
	}
}

/* How many of `left` bytes the next record may carry; 0: it has to wait. */
static size_t
record_len(const struct yett_session *session, size_t left)
{
	const struct yett_transport *transport = &session->transport;
	size_t queued = yett_transport_output_left(transport);
	size_t room = queued < YETT_TRANSPORT_OUTPUT
	    ? YETT_TRANSPORT_OUTPUT - queued
	    : 0;

	if (yett_transport_is_stuck(transport) || room < RECORD_LEAST)
		return 0;
	if (left > room)
		left = room;
	return left < RECORD_MOST ? left : RECORD_MOST;
}

static enum yett_session_result
write_clear(struct yett_session *session, struct yett_slice bytes, size_t *took)
{
	bytes.len = record_len(session, bytes.len);
	if (bytes.len == 0)
		return YETT_SESSION_AGAIN;
	if (!yett_transport_write(&session->transport, bytes))
		return YETT_SESSION_FAILED;
	*took = bytes.len;
	return YETT_SESSION_DONE;
}

enum yett_session_result
yett_session_write(struct yett_session *session, struct yett_slice bytes,
    size_t *took, struct yett_fault *fault)
{
	size_t total = 0, len;

	if (session->tls == NULL)
		return write_clear(session, bytes, took);
	while (total < bytes.len &&
	    (len = record_len(session, bytes.len - total)) > 0) {
		ssize_t code = gnutls_record_send(session->tls,
		    bytes.at + total, len);

		if (code < 0)
			return fail(session, (int)code, fault);
		total += (size_t)code;
	}
	if (total == 0 && bytes.len > 0)
		return YETT_SESSION_AGAIN;
	*took = total;
	return YETT_SESSION_DONE;
}

enum yett_session_result
yett_session_flush(struct yett_session *session, struct yett_fault *fault)
{
	if (!yett_transport_flush(&session->transport, fault))
		return YETT_SESSION_FAILED;
	return yett_session_wants_write(session) ? YETT_SESSION_AGAIN
						 : YETT_SESSION_DONE;
}

bool
yett_session_wants_write(const struct yett_session *session)
{
	return yett_transport_output_left(&session->transport) > 0;
}

bool
yett_session_is_stuck(const struct yett_session *session)
{
	return yett_transport_is_stuck(&session->transport);
}

uint64_t
yett_session_sent(const struct yett_session *session)
{
	return session->transport.sent;
}

bool
yett_session_pending(const struct yett_session *session)
{
	return (session->tls != NULL &&
		   gnutls_record_check_pending(session->tls) > 0) ||
	    yett_transport_input_left(&session->transport) > 0;
}

void
yett_session_close_notify(struct yett_session *session)
{
	/* It is queued, or the session is broken and nobody waits for it. */
	if (session->tls != NULL && !session->is_shut)
		(void)gnutls_bye(session->tls, GNUTLS_SHUT_WR);
	session->is_shut = true;
}

const struct yett_hello *
yett_session_hello(const struct yett_session *session)
{
	return &session->facts.hello;
}

const struct yett_asked *
yett_session_asked(const struct yett_session *session)
{
	return &session->facts.asked;
}

struct yett_peer *
yett_session_peer(const struct yett_session *session)
{
	return session->facts.peer;
}

bool
yett_session_judged(const struct yett_session *session,
    enum yett_verification *out)
{
	*out = session->facts.verification;
	return session->facts.judged;
}

bool
yett_session_resumed(const struct yett_session *session)
{
	return session->facts.resumed;
}

uint16_t
yett_session_version(const struct yett_session *session)
{
	if (session->tls == NULL)
		return 0;
	switch (gnutls_protocol_get_version(session->tls)) {
	case GNUTLS_TLS1_2: return 0x0303;
	case GNUTLS_TLS1_3: return 0x0304;
	default: return 0;
	}
}

unsigned
yett_session_group(const struct yett_session *session)
{
	if (session->tls == NULL)
		return 0;
	return yett_agreed_group(
	    gnutls_group_get_name(gnutls_group_get(session->tls)));
}

unsigned
yett_session_signature(const struct yett_session *session)
{
	int signature = session->tls == NULL || session->facts.resumed
	    ? GNUTLS_SIGN_UNKNOWN
	    : gnutls_sign_algorithm_get(session->tls);

	if (signature == GNUTLS_SIGN_UNKNOWN)
		return 0;
	return yett_agreed_signature(
	    gnutls_sign_get_name((gnutls_sign_algorithm_t)signature));
}

struct yett_slice
yett_session_alpn(const struct yett_session *session)
{
	gnutls_datum_t name;

	if (session->tls == NULL ||
	    gnutls_alpn_get_selected_protocol(session->tls, &name) < 0)
		return YETT_SLICE_NONE;
	return (struct yett_slice){ (const char *)name.data, name.size };
}

void
yett_session_terms(const struct yett_session *session,
    char key[YETT_SESSION_KEY_TEXT], struct yett_session_terms *out)
{
	*out = (struct yett_session_terms){ .version = YETT_SLICE_NONE };
	if (session->tls != NULL)
		yett_terms_read(session->tls, &session->facts.shown, key, out);
}

unsigned
yett_session_alert(const struct yett_session *session)
{
	return session->facts.has_alert ? yett_alert_index(session->facts.alert)
					: 0;
}

bool
yett_session_alert_came(const struct yett_session *session)
{
	return session->facts.alert_came;
}

const char *
yett_session_alert_name(const struct yett_session *session)
{
	return yett_alert_name(yett_session_alert(session));
}
