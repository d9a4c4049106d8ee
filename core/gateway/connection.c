/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/connection.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/log.h"
#include "codec/http1.h"
#include "codec/http2.h"
#include "gateway/handshake_log.h"
#include "gateway/proxy_head.h"
#include "io/socket.h"

/* How long, and for how much, we wait for a client to notice the end: closing
 * with unread bytes would reset the connection and eat the last answer. */
#define LINGER_MS 2000
#define LINGER_BYTES ((size_t)16 * 1024 * 1024)

enum phase {
	PHASE_PROXY, /* a load balancer tells whose connection it is */
	PHASE_HANDSHAKE,
	PHASE_HTTP,
	PHASE_CLOSING,   /* the last bytes are on their way */
	PHASE_LINGERING, /* all is sent; what still comes is dropped */
};

struct yett_connection {
	struct yett_list node; /* of all->list */
	struct yett_connections *all;
	int fd;
	enum phase phase;
	struct yett_watcher watcher;
	struct yett_deadline deadline;
	struct yett_deferred again; /* step once more at the end of the turn */
	struct yett_session *session;
	/* Pinned from the ClientHello to the end of the handshake, which uses
	 * its credentials; NULL at all other times. */
	struct yett_pinned_rollout *pinned;
	struct yett_codec *codec; /* NULL before the handshake has ended */
	struct yett_downstream downstream;
	struct yett_login_links logins; /* upstream, of this client alone */
	struct yett_address peer;       /* the client, once it is known */
	bool counted;                   /* it is counted among its address's */
	bool is_choosing, has_time;     /* a certificate; and that is counted */
	struct yett_buf proxy_head;     /* the beginning of one */
	char client[INET6_ADDRSTRLEN];
	char server[INET6_ADDRSTRLEN]; /* what it connected to; empty: ask */
	bool clear; /* HTTP without TLS, which is only redirected */
	struct yett_pace pace;
	size_t linger; /* bytes that may still be dropped */
	bool muted;    /* bytes wait that are not wanted: watch for no more */
};

static uint64_t
in_ms(struct yett_connection *connection, uint32_t ms)
{
	return yett_loop_now(connection->all->context->loop) +
	    (uint64_t)ms * YETT_NS_PER_MS;
}

static const struct yett_settings *
settings_of(const struct yett_connection *connection)
{
	return yett_generation_settings(
	    connection->all->context->in_force->rollout->gen);
}

static void
release_pin(struct yett_connection *connection)
{
	if (connection->pinned != NULL)
		yett_context_unpin(connection->all->context,
		    connection->pinned);
	connection->pinned = NULL;
}

/* Others may be accepted, of `client`, too, if it was counted. */
static void
closed(struct yett_connections *connections, const struct yett_address *client)
{
	connections->count--;
	yett_count_add(connections->context->counters, YETT_COUNT_OPEN,
	    UINT64_MAX);
	if (client != NULL)
		yett_connection_limit_remove(connections->limit, client);
	yett_connection_limit_leave(connections->limit);
	connections->on_closed(connections->arg);
}

/* The client is not waited for any more to choose a certificate. */
static void
stop_choosing(struct yett_connection *connection)
{
	if (connection->has_time)
		yett_connection_limit_remove(connection->all->choosing,
		    &connection->peer);
	connection->has_time = false;
}

/* Because of `ending`, if a request is under way and nothing else was said. */
static void
end_by(struct yett_connection *connection, enum yett_ending ending)
{
	struct yett_connections *all = connection->all;
	struct yett_address client = connection->peer;
	bool counted = connection->counted;

	if (connection->codec != NULL &&
	    connection->codec->functions->close(&connection->codec, ending))
		yett_socket_reset_at_close(connection->fd);
	yett_login_links_clear(&connection->logins);
	stop_choosing(connection);
	yett_session_free(connection->session);
	release_pin(connection);
	yett_deferred_clear(&connection->again);
	yett_deadline_clear(&connection->deadline);
	yett_watcher_clear(&connection->watcher);
	yett_socket_close(&connection->fd);
	yett_list_remove(&connection->node);
	yett_buf_clear(&connection->proxy_head);
	free(connection);
	closed(all, counted ? &client : NULL);
}

static void
end(struct yett_connection *connection)
{
	end_by(connection, YETT_ENDING_CLIENT_LEFT);
}

/* Set the deadline that fits, if it is time for a new one. */
static void
set_deadline(struct yett_connection *connection, enum yett_wait waits)
{
	const struct yett_settings *settings = settings_of(connection);
	const struct yett_codec *codec = connection->codec;
	const struct yett_progress progress = {
		.got = codec == NULL ? 0 : codec->got,
		.sent = yett_session_sent(connection->session),
		.answered = codec == NULL ? 0 : codec->answered,
	};
	const struct yett_pace_terms terms = codec == NULL
	    ? (struct yett_pace_terms){ .is_set = false }
	    : codec->terms;
	uint32_t ms = yett_pace_timeout(settings, &terms, waits);

	/* At the end a first request is waited for no longer than for a head.
	 */
	if (connection->all->context->ending && waits == YETT_WAIT_IDLE &&
	    ms > settings->timeouts.head)
		ms = settings->timeouts.head;
	if (!yett_pace_renews(&connection->pace, settings, &terms, waits,
		&progress))
		return;
	if (ms == 0)
		yett_deadline_cancel(&connection->deadline);
	else
		yett_deadline_set(&connection->deadline, in_ms(connection, ms));
}

/* --- the end --- */

static void
linger(struct yett_connection *connection)
{
	switch (yett_socket_discard(connection->fd, &connection->linger)) {
	case YETT_IO_DONE:
	case YETT_IO_AGAIN:
		yett_watcher_want(&connection->watcher, true, false);
		return;
	case YETT_IO_EOF:
	case YETT_IO_FAILED: break;
	}
	end(connection);
}

/* Send what is left, at the pace of a client that reads slowly, then wait for
 * the client to see it. */
static void
go_on_closing(struct yett_connection *connection)
{
	switch (yett_session_flush(connection->session, NULL)) {
	case YETT_SESSION_AGAIN:
		yett_watcher_want(&connection->watcher, false, true);
		set_deadline(connection, YETT_WAIT_READER);
		return;
	case YETT_SESSION_DONE:
		if (connection->linger == 0)
			break;
		connection->phase = PHASE_LINGERING;
		yett_deadline_set(&connection->deadline,
		    in_ms(connection, LINGER_MS));
		yett_socket_shut_write(connection->fd);
		linger(connection);
		return;
	case YETT_SESSION_EOF:
	case YETT_SESSION_FAILED: break;
	}
	end(connection);
}

/* Send what is queued and close; with `linger`, once the client saw it. */
static void
begin_closing(struct yett_connection *connection, size_t linger)
{
	connection->phase = PHASE_CLOSING;
	connection->linger = linger;
	go_on_closing(connection);
}

/* --- HTTP --- */

/* The last answer was given. */
static void
finish_http(struct yett_connection *connection, bool delivered)
{
	bool may_be_more =
	    connection->codec->functions->finish(connection->codec, delivered);

	yett_session_close_notify(connection->session);
	begin_closing(connection, may_be_more ? LINGER_BYTES : 0);
}

/* Wait for what the codec needs. */
static void
wait_http(struct yett_connection *connection)
{
	const struct yett_codec_functions *functions =
	    connection->codec->functions;
	struct yett_codec *codec = connection->codec;
	bool wants_read = functions->wants_read(codec);

	/* Bytes that wait in the TLS layer wake nobody, and neither does a
	 * queue that was full and that the socket has just taken whole. */
	if ((wants_read && yett_session_pending(connection->session)) ||
	    (codec->full && !yett_session_wants_write(connection->session)))
		yett_loop_defer(connection->all->context->loop,
		    &connection->again);
	codec->full = false;
	/* While an upstream is waited for, reading is not wanted, but the
	 * interest stays until bytes come after all: most clients send none,
	 * and each change of interest is a system call. */
	if (wants_read)
		connection->muted = false;
	yett_watcher_want(&connection->watcher, !connection->muted,
	    yett_session_wants_write(connection->session));
	set_deadline(connection, functions->waits_for(codec));
}

/* After any step: send, and wait for what is missing; or end. */
static void
settle(struct yett_connection *connection)
{
	struct yett_codec *codec = connection->codec;
	enum yett_session_result flushed =
	    yett_session_flush(connection->session, NULL);

	if (codec->state == YETT_CODEC_BROKEN ||
	    flushed == YETT_SESSION_FAILED || flushed == YETT_SESSION_EOF) {
		end(connection);
	} else if (codec->state == YETT_CODEC_ENDED) {
		finish_http(connection, flushed == YETT_SESSION_DONE);
	} else {
		if (flushed == YETT_SESSION_AGAIN)
			codec->functions->pause(codec);
		wait_http(connection);
	}
}

static void
step_http(struct yett_connection *connection)
{
	if (connection->codec->functions->step(connection->codec))
		yett_loop_defer(connection->all->context->loop,
		    &connection->again);
	settle(connection);
}

static void
on_progress(void *arg)
{
	step_http(arg);
}

/* A server that ends a connection ends the login with it, and so do we: between
 * requests at once. */
static void
on_login_lost(void *arg)
{
	struct yett_connection *connection = arg;

	if (connection->phase == PHASE_HTTP)
		step_http(connection);
}

static void
know_client(struct yett_connection *connection,
    const struct yett_address *client)
{
	connection->peer = *client;
	yett_address_host_write(client, connection->client);
}

static void
know_server(struct yett_connection *connection,
    const struct yett_address *server)
{
	yett_address_host_write(server, connection->server);
	connection->downstream.server_port = yett_address_port(server);
}

static bool
speaks_http2(const struct yett_connection *connection)
{
	return yett_slice_eq(yett_session_alpn(connection->session),
	    YETT_LIT("h2"));
}

/* What its requests need to know of the connection. */
static void
describe(struct yett_connection *connection)
{
	struct yett_downstream *downstream = &connection->downstream;

	if (connection->server[0] == '\0') {
		struct yett_address local;

		yett_socket_local(connection->fd, &local);
		know_server(connection, &local);
	}
	yett_login_links_init(&connection->logins, on_login_lost, connection);
	downstream->session = connection->session;
	downstream->logins = &connection->logins;
	downstream->peer = &connection->peer;
	downstream->client = yett_slice_of(connection->client);
	downstream->server = yett_slice_of(connection->server);
	downstream->is_multiplexed = speaks_http2(connection);
}

static void
begin_http(struct yett_connection *connection)
{
	const struct yett_codec_env env = {
		.context = connection->all->context,
		.downstream = &connection->downstream,
		.on_progress = on_progress,
		.arg = connection,
	};
	const struct yett_codec_functions *codec = speaks_http2(connection)
	    ? &yett_http2
	    : &yett_http1;

	describe(connection);
	if (codec->open(&connection->codec, &env) != YETT_OK) {
		yett_context_memory_out(env.context,
		    connection->downstream.client);
		end(connection);
		return;
	}
	connection->phase = PHASE_HTTP;
	connection->pace.waits = YETT_WAIT_UPSTREAM; /* nothing is set yet */
	if (connection->all->context->ending)
		connection->codec->functions->drain(connection->codec);
	step_http(connection);
}

/* --- the handshake --- */

static void
ask(void *arg, struct yett_hello *hello, struct yett_hello_decision *decision,
    const struct yett_credentials **credentials)
{
	struct yett_connection *connection = arg;
	struct yett_context *context = connection->all->context;
	const struct yett_rollout *rollout;
	const struct yett_instance *instance;
	bool first = connection->pinned == NULL;

	/* The second hello of a HelloRetryRequest is judged as the first. */
	if (first) {
		connection->pinned = yett_context_rollout(context);
		yett_rollout_pin(connection->pinned);
		hello->learned = yett_learned_has(context->learned,
		    &hello->client_ip, hello->sni, yett_clock_monotonic());
	}
	rollout = connection->pinned->rollout;
	instance = rollout->instance[context->index];
	yett_decide_hello(rollout->gen, yett_instance_functions(instance),
	    hello, NULL, decision);
	*credentials = rollout->credentials;
	if (first && rollout->record != NULL) {
		struct yett_record_source source = { rollout->gen,
			connection->downstream.id, false, NULL, NULL };

		yett_recorder_hello(&context->recorder, rollout->record,
		    &source, hello, decision);
	}
	if (decision->action == YETT_HANDSHAKE_ERROR) {
		char quoted[512];

		yett_count(context->counters, YETT_COUNT_HELLO_ERROR);
		yett_log(YETT_LOG_ERROR, "policy-error", "worker=%u error=%s",
		    context->index,
		    yett_log_quote(quoted, sizeof(quoted),
			yett_slice_of(yett_instance_error(instance))));
	}
}

/* A person may have to choose a certificate and to type a PIN: that has a time
 * of its own, for so many of an address; more have the handshake's. */
static void
give_time(struct yett_connection *connection)
{
	const struct yett_settings *settings = settings_of(connection);

	if (connection->is_choosing ||
	    !yett_session_awaits_certificate(connection->session))
		return;
	connection->is_choosing = true;
	connection->has_time =
	    yett_connection_limit_add(connection->all->choosing,
		&connection->peer, settings->limits.choosing_per_address);
	if (connection->has_time)
		yett_deadline_set(&connection->deadline,
		    in_ms(connection, settings->timeouts.certificate));
}

static void
step_handshake(struct yett_connection *connection)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_session_result result =
	    yett_session_handshake(connection->session, yett_clock_wall(),
		&fault);
	enum yett_session_result flushed;

	if (result == YETT_SESSION_DONE) {
		yett_handshake_log(connection->all->context,
		    connection->session, connection->client, result, &fault);
		release_pin(connection);
		stop_choosing(connection);
		begin_http(connection);
		return;
	}
	flushed = yett_session_flush(connection->session, NULL);
	if (result == YETT_SESSION_AGAIN && flushed != YETT_SESSION_FAILED) {
		yett_watcher_want(&connection->watcher, true,
		    yett_session_wants_write(connection->session));
		give_time(connection);
		return;
	}
	yett_handshake_log(connection->all->context, connection->session,
	    connection->client, result, &fault);
	if (result == YETT_SESSION_FAILED) {
		/* The alert is on its way: let it arrive. */
		begin_closing(connection, LINGER_BYTES);
		return;
	}
	end(connection);
}

static enum yett_status
open_session(struct yett_connection *connection)
{
	struct yett_session_env *env = connection->all->sessions;
	uint16_t port = yett_address_port(&connection->peer);
	struct yett_ip ip;

	yett_address_mapped(&connection->peer, ip.byte);
	return connection->clear
	    ? yett_session_new_clear(&connection->session, env, connection->fd,
		  &ip, port)
	    : yett_session_new(&connection->session, env, connection,
		  connection->fd, &ip, port, NULL);
}

/* The client's address is known. */
static void
begin_session(struct yett_connection *connection)
{
	if (open_session(connection) != YETT_OK) {
		end(connection);
	} else if (connection->clear) {
		begin_http(connection);
	} else {
		connection->phase = PHASE_HANDSHAKE;
		step_handshake(connection);
	}
}

/* --- the head of a load balancer --- */

static void
refuse_proxy(struct yett_connection *connection, const char *why)
{
	yett_count(connection->all->context->counters, YETT_COUNT_PROXY_BAD);
	yett_log(YETT_LOG_INFO, "proxy-malformed",
	    "worker=%u peer=%s error=\"%s\"", connection->all->context->index,
	    connection->client, why);
	end(connection);
}

static void
step_proxy(struct yett_connection *connection)
{
	struct yett_proxy_head head;
	const char *why;

	switch (yett_proxy_head_read(connection->fd, &connection->proxy_head,
	    &head, &why)) {
	case YETT_PROXY_MORE:
		yett_watcher_want(&connection->watcher, true, false);
		return;
	case YETT_PROXY_BAD: refuse_proxy(connection, why); return;
	case YETT_PROXY_DONE: break;
	}
	yett_buf_clear(&connection->proxy_head);
	if (head.has_addresses) {
		know_client(connection, &head.client);
		know_server(connection, &head.server);
	}
	connection->counted = yett_connections_admit(connection->all,
	    &connection->peer);
	if (connection->counted)
		begin_session(connection);
	else
		end(connection);
}

/* --- events --- */

static void
step(struct yett_connection *connection)
{
	switch (connection->phase) {
	case PHASE_PROXY: step_proxy(connection); return;
	case PHASE_HANDSHAKE: step_handshake(connection); return;
	case PHASE_HTTP: step_http(connection); return;
	case PHASE_CLOSING: go_on_closing(connection); return;
	case PHASE_LINGERING: linger(connection); return;
	}
}

/*
 * A client that is gone needs no upstream any more: it was cut off, or has
 * closed while one is at work. A client that says with close_notify that it
 * sends no more could still read (RFC 9112, section 9.6), but hardly any does,
 * so it is the policy's to say. Of a tunnel it ends that half, where it is
 * read.
 */
static bool
has_left(struct yett_connection *connection)
{
	struct yett_codec *codec = connection->codec;
	enum yett_codec_ear ear = codec->functions->listens_for(codec);

	if (yett_socket_is_broken(connection->fd))
		return true;
	if (connection->clear || ear == YETT_CODEC_HEARS_NOTHING ||
	    yett_session_pending(connection->session))
		return false;
	if (yett_socket_is_at_end(connection->fd))
		return true;
	if (ear == YETT_CODEC_HEARS_END)
		codec->functions->look_ahead(codec);
	return codec->eof;
}

static void
on_ready(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct yett_connection *connection = watcher->arg;

	(void)writable;
	if (connection->phase == PHASE_HTTP && readable) {
		struct yett_codec *codec = connection->codec;

		codec->readable = true;
		connection->muted = !codec->functions->wants_read(codec);
		if (connection->muted && has_left(connection)) {
			end(connection);
			return;
		}
	}
	step(connection);
}

static void
on_again(struct yett_deferred *deferred)
{
	step(deferred->arg);
}

/* Before the first byte of HTTP. */
static void
expire_handshake(struct yett_connection *connection)
{
	const char *what = connection->is_choosing ? "certificate"
	    : connection->pinned != NULL           ? "handshake"
	    : connection->phase == PHASE_PROXY     ? "proxy"
						   : "hello";

	yett_handshake_log_timeout(connection->all->context,
	    connection->session, connection->client,
	    connection->is_choosing ? YETT_EXPIRED_CERTIFICATE
				    : YETT_EXPIRED_HANDSHAKE,
	    what);
}

static void
on_expiry(struct yett_deadline *deadline)
{
	struct yett_connection *connection = deadline->arg;

	if (connection->phase != PHASE_HTTP) {
		if (connection->phase <= PHASE_HANDSHAKE)
			expire_handshake(connection);
		else
			yett_count(connection->all->context->counters,
			    YETT_COUNT_EXPIRED + YETT_EXPIRED_CLOSE);
		end(connection);
		return;
	}
	connection->codec->functions->expire(connection->codec);
	settle(connection);
}

/* --- the beginning --- */

enum yett_status
yett_connections_open(struct yett_connections *connections,
    struct yett_ticket_keeper *tickets, struct yett_fault *fault)
{
	yett_list_init(&connections->list);
	return yett_session_env_open(&connections->sessions, tickets, ask,
	    fault);
}

void
yett_connections_close(struct yett_connections *connections)
{
	if (connections->sessions != NULL)
		yett_session_env_close(connections->sessions);
}

bool
yett_connections_admit(struct yett_connections *connections,
    const struct yett_address *client)
{
	struct yett_context *context = connections->context;
	char text[INET6_ADDRSTRLEN];

	if (yett_connection_limit_add(connections->limit, client,
		yett_context_settings(context)->limits.connections_per_address))
		return true;
	yett_count(context->counters, YETT_COUNT_ADDRESS_FULL);
	yett_log(YETT_LOG_WARN, "address-full", "worker=%u client=%s",
	    context->index, yett_address_host_write(client, text));
	return false;
}

void
yett_connection_begin(struct yett_connections *connections, int *fd,
    const struct yett_address *peer, const struct yett_listen *listen)
{
	struct yett_context *context = connections->context;
	bool proxied = listen->proxies != NULL;
	struct yett_connection *connection = calloc(1, sizeof(*connection));

	connections->count++;
	yett_count(context->counters, YETT_COUNT_CONNECTIONS);
	yett_count(context->counters, YETT_COUNT_OPEN);
	if (connection == NULL) {
		yett_count(context->counters, YETT_COUNT_NO_MEMORY);
		yett_socket_close(fd);
		closed(connections, proxied ? NULL : peer);
		return;
	}
	connection->all = connections;
	connection->downstream.id = yett_context_id(context,
	    ++connections->serial);
	connection->fd = *fd;
	*fd = -1;
	connection->counted = !proxied;
	connection->clear = listen->redirects;
	connection->downstream.redirect_port = listen->redirect_port;
	know_client(connection, peer);
	yett_list_append(&connections->list, &connection->node);
	yett_watcher_init(&connection->watcher, context->loop, connection->fd,
	    on_ready, connection);
	yett_deadline_init(&connection->deadline, context->loop, on_expiry,
	    connection);
	yett_deferred_init(&connection->again, on_again, connection);
	yett_deadline_set(&connection->deadline,
	    in_ms(connection, settings_of(connection)->timeouts.handshake));
	if (proxied)
		step_proxy(connection);
	else
		begin_session(connection);
}

void
yett_connections_drain(struct yett_connections *connections)
{
	struct yett_list *node = connections->list.next;

	while (node != &connections->list) {
		struct yett_connection *connection = YETT_LIST_ELEMENT(node,
		    struct yett_connection, node);

		node = node->next;
		if (connection->phase != PHASE_HTTP)
			continue;
		/* What it waited for is waited for anew; what the socket has is
		 * looked at: it may be a request. */
		connection->pace.waits = YETT_WAIT_UPSTREAM;
		connection->codec->readable = true;
		connection->codec->functions->drain(connection->codec);
		step_http(connection);
	}
}

void
yett_connections_cut(struct yett_connections *connections)
{
	while (!yett_list_is_empty(&connections->list)) {
		struct yett_connection *connection =
		    YETT_LIST_ELEMENT(connections->list.next,
			struct yett_connection, node);

		end_by(connection, YETT_ENDING_STOPPED);
	}
}
