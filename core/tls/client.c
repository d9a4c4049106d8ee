/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/client.h"

#include <stdlib.h>

#include "io/address.h"
#include "tls/bounds.h"
#include "tls/client_judge.h"
#include "tls/client_sessions.h"
#include "tls/datum.h"
#include "tls/priority.h"
#include "tls/transport.h"

/* As much of a server's handshake is read; GnuTLS's own limit is twice that. */
#define HANDSHAKE_MOST (64 * 1024)
#define NAME_MOST 253
#define RECORD_MOST 16384 /* RFC 8446, section 5.1 */

struct yett_client_env {
	gnutls_priority_t priority; /* shared: saves 8 KB a session */
	struct yett_transport_shared buffers;
	struct yett_client_sessions sessions;
};

struct yett_client {
	struct yett_server_key_choice choice; /* first: the session's pointer */
	gnutls_session_t tls;
	struct yett_transport transport;
	struct yett_client_env *env;
	struct yett_client_terms *terms;
	uint8_t scope[YETT_SHA256_LEN];
	int64_t now, valid_until;
	int64_t offered_until; /* of the session that may be resumed; 0: none */
	bool is_open, is_resumed;
	bool is_saved;            /* the session can be resumed by another */
	bool is_full;             /* the last read took all it had room for */
	bool is_alerted;          /* our fatal alert went out */
	enum yett_io state;       /* DONE: open; EOF, FAILED: over */
	const char *why, *detail; /* why it failed; static; detail or NULL */
	size_t name_len;
	char name[NAME_MOST + 1];
};

enum yett_status
yett_client_env_open(struct yett_client_env **out, struct yett_fault *fault)
{
	struct yett_client_env *env = calloc(1, sizeof(*env));
	int code;

	if (env == NULL)
		return YETT_E_NOMEM;
	code = yett_priority_usual(&env->priority, "");
	if (code < 0) {
		free(env);
		return yett_fail(fault, YETT_E_TLS,
		    "GnuTLS does not know the ciphers that are wanted: %s",
		    gnutls_strerror(code));
	}
	*out = env;
	return YETT_OK;
}

void
yett_client_env_close(struct yett_client_env *env)
{
	if (env == NULL)
		return;
	gnutls_priority_deinit(env->priority);
	yett_client_sessions_clear(&env->sessions);
	yett_buf_clear(&env->buffers.output);
	free(env);
}

/* --- a new session ------------------------------------------------------ */

static struct yett_slice
name_of(const struct yett_client *client)
{
	return (struct yett_slice){ client->name, client->name_len };
}

static void
stop(struct yett_client *client, const char *why, const char *detail)
{
	client->state = YETT_IO_FAILED;
	if (client->why != NULL)
		return;
	client->why = why;
	client->detail = detail;
}

/* GnuTLS asks in the middle of a full handshake, before it shows our own
 * certificate; on a resumption it does not. */
static int
on_verify(gnutls_session_t tls)
{
	struct yett_client *client = gnutls_session_get_ptr(tls);
	struct yett_slice der[YETT_CHAIN_CERTIFICATES + 1];
	struct yett_client_judgement judgement;
	unsigned count = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(tls, &count);

	if (list == NULL)
		count = 0;
	/* One too many is as untrusted as all of them. */
	if (count > YETT_CHAIN_CERTIFICATES + 1)
		count = YETT_CHAIN_CERTIFICATES + 1;
	for (unsigned i = 0; i < count; i++)
		der[i] = yett_datum_slice(&list[i]);
	yett_client_terms_judge(client->terms,
	    &(struct yett_chain){ der, count }, name_of(client), client->now,
	    &judgement);
	client->valid_until = judgement.valid_until;
	if (judgement.why == NULL)
		return 0;
	stop(client, judgement.why, NULL);
	/* That it cannot be sent changes nothing. */
	(void)gnutls_alert_send(tls, GNUTLS_AL_FATAL, judgement.alert);
	client->is_alerted = true;
	return GNUTLS_E_CERTIFICATE_ERROR;
}

/* Before GnuTLS parses the server's certificates or counts with their keys. */
static int
on_certificates(gnutls_session_t tls, unsigned type, unsigned when,
    unsigned incoming, const gnutls_datum_t *message)
{
	struct yett_client *client = gnutls_session_get_ptr(tls);
	enum yett_bound bound;

	(void)type;
	(void)when;
	if (!incoming)
		return 0;
	bound = yett_bounds_look_message(yett_datum_slice(message),
	    gnutls_protocol_get_version(tls) == GNUTLS_TLS1_3,
	    yett_client_terms_rsa_bits(client->terms));
	if (bound == YETT_BOUND_KEPT)
		return 0;
	stop(client, "a certificate of it ", yett_bound_text(bound));
	(void)gnutls_alert_send(tls, GNUTLS_AL_FATAL,
	    bound == YETT_BOUND_MALFORMED ? GNUTLS_A_DECODE_ERROR
					  : GNUTLS_A_BAD_CERTIFICATE);
	client->is_alerted = true;
	return GNUTLS_E_CERTIFICATE_ERROR;
}

/* Name the server, offer to resume. That these fail costs no safety. */
static void
offer(struct yett_client *client)
{
	static const char http[] = "http/1.1";
	gnutls_datum_t alpn = yett_datum(yett_slice_of(http));
	struct yett_address address;

	/* RFC 6066, section 3: no addresses. */
	if (yett_address_parse(&address, name_of(client), 0, NULL) != YETT_OK)
		(void)gnutls_server_name_set(client->tls, GNUTLS_NAME_DNS,
		    client->name, client->name_len);
	(void)gnutls_alpn_set_protocols(client->tls, &alpn, 1, 0);
}

static int
init_tls(struct yett_client *client)
{
	int code = gnutls_init(&client->tls,
	    GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (code < 0) {
		client->tls = NULL;
		return code;
	}
	gnutls_session_set_ptr(client->tls, client);
	gnutls_handshake_set_max_packet_length(client->tls, HANDSHAKE_MOST);
	gnutls_handshake_set_hook_function(client->tls,
	    GNUTLS_HANDSHAKE_CERTIFICATE_PKT, GNUTLS_HOOK_PRE, on_certificates);
	gnutls_session_set_verify_function(client->tls, on_verify);
	code = gnutls_priority_set(client->tls, client->env->priority);
	if (code >= 0)
		code = gnutls_credentials_set(client->tls,
		    GNUTLS_CRD_CERTIFICATE,
		    yett_client_terms_credentials(client->terms));
	offer(client);
	return code;
}

enum yett_status
yett_client_new(struct yett_client **out, struct yett_client_env *env,
    const struct yett_client_order *order, struct yett_fault *fault)
{
	struct yett_client *client = calloc(1, sizeof(*client));
	int code;

	if (client == NULL)
		return YETT_E_NOMEM;
	client->env = env;
	client->terms = yett_client_terms_ref(order->terms);
	client->choice.key = yett_client_terms_key(client->terms);
	client->state = YETT_IO_DONE;
	client->name_len = order->name.len < NAME_MOST ? order->name.len
						       : NAME_MOST;
	memcpy(client->name, order->name.at, client->name_len);
	memcpy(client->scope, order->scope, sizeof(client->scope));
	yett_transport_init(&client->transport, &env->buffers, order->fd);
	code = init_tls(client);
	if (code < 0) {
		yett_client_free(client);
		return yett_fail(fault, YETT_E_TLS, "no TLS session: %s",
		    gnutls_strerror(code));
	}
	yett_transport_attach(&client->transport, client->tls);
	*out = client;
	return YETT_OK;
}

void
yett_client_free(struct yett_client *client)
{
	if (client == NULL)
		return;
	if (client->tls != NULL)
		gnutls_deinit(client->tls);
	yett_transport_clear(&client->transport);
	yett_client_terms_unref(&client->terms);
	free(client);
}

/* --- ends --------------------------------------------------------------- */

/* It failed with an error of GnuTLS: tell the server, unless it was told. */
static void
fail(struct yett_client *client, int code)
{
	if (client->transport.flooded != NULL) {
		stop(client, "it ", client->transport.flooded);
	} else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED) {
		const char *name = gnutls_alert_get_name(
		    gnutls_alert_get(client->tls));

		stop(client, "it sent the alert ",
		    name != NULL ? name : "of unknown kind");
		return;
	} else if (client->transport.broken) {
		stop(client, "the connection was reset", NULL);
	} else if (code == GNUTLS_E_REHANDSHAKE) {
		stop(client, "it wants to renegotiate", NULL);
	} else {
		stop(client, "", gnutls_strerror(code));
	}
	if (client->is_alerted || client->transport.broken ||
	    client->transport.ended)
		return;
	(void)gnutls_alert_send_appropriate(client->tls, code);
	client->is_alerted = true;
}

static enum yett_io
tell(const struct yett_client *client, struct yett_fault *fault)
{
	if (client->state == YETT_IO_FAILED)
		(void)yett_fail(fault, YETT_E_TLS, "TLS: %s%s", client->why,
		    client->detail != NULL ? client->detail : "");
	return client->state;
}

/* End the turn of the shared buffers. */
static void
end_turn(struct yett_client *client)
{
	if (!yett_transport_flush(&client->transport, NULL) &&
	    client->state == YETT_IO_DONE)
		stop(client, "the connection is broken", NULL);
}

/* --- the handshake ------------------------------------------------------ */

/* Keep what was agreed on, once the server said with what to resume it. */
static void
save(struct yett_client *client)
{
	bool is_tls13 = gnutls_protocol_get_version(client->tls) ==
	    GNUTLS_TLS1_3;
	gnutls_datum_t data = { NULL, 0 };

	if (client->is_saved ||
	    (is_tls13 ? (gnutls_session_get_flags(client->tls) &
			    GNUTLS_SFLAGS_SESSION_TICKET) == 0
		      : client->is_resumed))
		return;
	client->is_saved = true;
	if (gnutls_session_get_data2(client->tls, &data) < 0)
		return;
	yett_client_sessions_put(&client->env->sessions, client->scope, &data,
	    client->valid_until);
}

static void
finish_handshake(struct yett_client *client)
{
	client->is_resumed = gnutls_session_is_resumed(client->tls) != 0;
	if (client->is_resumed)
		client->valid_until = client->offered_until;
	if (client->valid_until == 0) {
		stop(client, "its certificate was not verified", NULL);
		return;
	}
	client->is_open = true;
	yett_transport_open(&client->transport);
	save(client);
}

static void
offer_session(struct yett_client *client)
{
	const struct yett_client_session *session =
	    yett_client_sessions_find(&client->env->sessions, client->scope,
		client->now);

	if (session == NULL ||
	    gnutls_session_set_data(client->tls, session->data.data,
		session->data.size) < 0)
		return;
	client->offered_until = session->valid_until;
}

static enum yett_io
shake(struct yett_client *client)
{
	for (;;) {
		size_t before = yett_transport_input_left(&client->transport);
		int code = gnutls_handshake(client->tls);

		if (code == GNUTLS_E_SUCCESS) {
			finish_handshake(client);
			return client->state;
		}
		switch (yett_transport_next(&client->transport, code, before)) {
		case YETT_TRANSPORT_REPEAT: continue;
		case YETT_TRANSPORT_WAIT: return YETT_IO_AGAIN;
		case YETT_TRANSPORT_EOF:
			stop(client,
			    "it closed the connection in the handshake", NULL);
			break;
		case YETT_TRANSPORT_FAIL: fail(client, code); break;
		}
		/* Whatever it was, do not insist on the old session. */
		yett_client_sessions_drop(&client->env->sessions,
		    client->scope);
		return YETT_IO_FAILED;
	}
}

enum yett_io
yett_client_handshake(struct yett_client *client, int64_t now,
    struct yett_fault *fault)
{
	enum yett_io io;

	if (client->now == 0) {
		client->now = now;
		offer_session(client);
	}
	client->now = now;
	io = shake(client);
	end_turn(client);
	return client->state == YETT_IO_DONE ? io : tell(client, fault);
}

/* --- bytes -------------------------------------------------------------- */

/* Read once; false: there is no more now, or for ever. */
static bool
read_some(struct yett_client *client, char *at, size_t len, size_t *total)
{
	size_t before = yett_transport_input_left(&client->transport);
	ssize_t code = gnutls_record_recv(client->tls, at + *total,
	    len - *total);

	if (code > 0) {
		yett_transport_progress(&client->transport);
		*total += (size_t)code;
		return true;
	}
	if (code == 0) {
		client->state = YETT_IO_EOF;
		return false;
	}
	switch (yett_transport_next(&client->transport, (int)code, before)) {
	case YETT_TRANSPORT_REPEAT: return true;
	case YETT_TRANSPORT_WAIT: return false;
	case YETT_TRANSPORT_EOF:
		stop(client,
		    "the stream ended without close_notify: it may "
		    "have been cut",
		    NULL);
		return false;
	case YETT_TRANSPORT_FAIL: break;
	}
	fail(client, (int)code);
	return false;
}

enum yett_io
yett_client_recv(struct yett_client *client, void *at, size_t len, size_t *got,
    struct yett_fault *fault)
{
	size_t total = 0;

	if (client->state != YETT_IO_DONE)
		return tell(client, fault);
	while (total < len && read_some(client, at, len, &total))
		;
	client->is_full = total == len;
	save(client);
	end_turn(client);
	if (total > 0) {
		*got = total;
		return YETT_IO_DONE;
	}
	return client->state == YETT_IO_DONE ? YETT_IO_AGAIN
					     : tell(client, fault);
}

enum yett_io
yett_client_send(struct yett_client *client, struct yett_slice bytes,
    size_t *sent, struct yett_fault *fault)
{
	size_t total = 0;

	if (yett_client_wants_write(client))
		end_turn(client);
	while (client->state != YETT_IO_FAILED && total < bytes.len &&
	    yett_transport_output_left(&client->transport) <
		YETT_TRANSPORT_OUTPUT) {
		size_t left = bytes.len - total;
		ssize_t code = gnutls_record_send(client->tls, bytes.at + total,
		    left < RECORD_MOST ? left : RECORD_MOST);

		if (code < 0) {
			fail(client, (int)code);
			break;
		}
		total += (size_t)code;
	}
	end_turn(client);
	if (client->state == YETT_IO_FAILED)
		return tell(client, fault);
	*sent = total;
	return total > 0 ? YETT_IO_DONE : YETT_IO_AGAIN;
}

enum yett_io
yett_client_flush(struct yett_client *client, struct yett_fault *fault)
{
	size_t before = yett_transport_output_left(&client->transport);

	end_turn(client);
	if (client->state == YETT_IO_FAILED)
		return tell(client, fault);
	return yett_transport_output_left(&client->transport) < before
	    ? YETT_IO_DONE
	    : YETT_IO_AGAIN;
}

bool
yett_client_wants_write(const struct yett_client *client)
{
	return client->state != YETT_IO_FAILED &&
	    yett_transport_output_left(&client->transport) > 0;
}

bool
yett_client_pending(const struct yett_client *client)
{
	return client->is_full || client->state != YETT_IO_DONE;
}

void
yett_client_close_notify(struct yett_client *client)
{
	if (!client->is_open || client->state == YETT_IO_FAILED)
		return;
	(void)gnutls_bye(client->tls, GNUTLS_SHUT_WR);
	end_turn(client);
}

int64_t
yett_client_valid_until(const struct yett_client *client)
{
	return client->valid_until;
}
