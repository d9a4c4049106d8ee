/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/stub_origin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/draft.h"
#include "unit/socket_pair.h"

static void
close_connection(struct stub_connection *connection)
{
	yett_watcher_clear(&connection->watcher);
	yett_socket_close(&connection->fd);
	yett_buf_clear(&connection->in);
	yett_buf_clear(&connection->out);
}

static void
reset_connection(struct stub_connection *connection)
{
	const struct linger reset = { .l_onoff = 1 };

	assert_int_equal(setsockopt(connection->fd, SOL_SOCKET, SO_LINGER,
			     &reset, sizeof(reset)),
	    0);
	close_connection(connection);
}

static void
watch(struct stub_connection *connection)
{
	yett_watcher_want(&connection->watcher, !connection->origin->is_slack,
	    yett_buf_len(&connection->out) > 0);
}

/* True when all that is to be said was said. */
static bool
flush(struct stub_connection *connection)
{
	struct yett_slice rest = yett_buf_slice(&connection->out);
	size_t piece = connection->origin->piece;
	size_t sent;

	if (piece != 0 && rest.len > piece)
		rest.len = piece;
	if (rest.len > 0 &&
	    yett_socket_send(connection->fd, rest, &sent, NULL) == YETT_IO_DONE)
		yett_buf_consume(&connection->out, sent);
	watch(connection);
	return yett_buf_len(&connection->out) == 0;
}

static const struct stub_reply *
last_reply(const struct stub_origin *origin)
{
	return origin->requests == 0 ? NULL
				     : &origin->script[origin->requests - 1];
}

/* Does what the script says once the reply is out. */
static void
speak(struct stub_connection *connection)
{
	const struct stub_reply *reply = last_reply(connection->origin);

	if (!flush(connection) || reply == NULL)
		return;
	if (reply->then == STUB_CLOSE)
		close_connection(connection);
	else if (reply->then == STUB_RESET)
		reset_connection(connection);
}

static void
listen_to(struct stub_connection *connection)
{
	struct stub_origin *origin = connection->origin;
	const struct stub_reply *reply = &origin->script[origin->requests];
	struct yett_slice until = yett_slice_of(
	    reply->until == NULL ? "\r\n\r\n" : reply->until);
	struct yett_slice in = yett_buf_slice(&connection->in);
	const char *end = in.len == 0
	    ? NULL
	    : memmem(in.at, in.len, until.at, until.len);

	if (end == NULL)
		return;
	yett_buf_consume(&connection->in, (size_t)(end - in.at) + until.len);
	origin->requests++;
	if (reply->text != NULL)
		assert_int_equal(yett_buf_append(&connection->out,
				     yett_slice_of(reply->text)),
		    YETT_OK);
	speak(connection);
}

static void
on_ready(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct stub_connection *connection = watcher->arg;
	enum yett_io io;
	size_t len;

	if (writable)
		speak(connection);
	if (!readable || connection->fd < 0)
		return;
	assert_int_equal(yett_buf_reserve(&connection->in, 65536), YETT_OK);
	io = yett_socket_recv(connection->fd, yett_buf_tail(&connection->in),
	    65536, &len, NULL);
	if (io == YETT_IO_AGAIN)
		return;
	if (io != YETT_IO_DONE) {
		close_connection(connection);
		return;
	}
	yett_buf_added(&connection->in, len);
	connection->origin->received += len;
	listen_to(connection);
}

static void
add_connection(struct stub_origin *origin, int fd)
{
	struct stub_connection *connection =
	    &origin->connection[origin->accepted];

	assert_true(origin->accepted < STUB_CONNECTIONS);
	origin->accepted++;
	*connection = (struct stub_connection){ .origin = origin, .fd = fd };
	yett_watcher_init(&connection->watcher, origin->loop, fd, on_ready,
	    connection);
	watch(connection);
}

static void
on_connection(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct stub_origin *origin = watcher->arg;
	struct yett_address peer;
	int fd;

	(void)readable;
	(void)writable;
	if (yett_socket_accept(&fd, origin->listener, &peer, NULL) == YETT_OK)
		add_connection(origin, fd);
}

void
stub_origin_open(struct stub_origin *origin, struct yett_loop *loop,
    const char *path, const struct stub_reply *script)
{
	struct yett_address address;

	*origin = (struct stub_origin){ .loop = loop, .script = script };
	if (path != NULL) {
		unlink(path);
		assert_int_equal(yett_address_of_path(&address,
				     yett_slice_of(path), NULL),
		    YETT_OK);
	} else {
		assert_int_equal(yett_address_parse(&address,
				     YETT_LIT("127.0.0.1"), 0, NULL),
		    YETT_OK);
	}
	assert_int_equal(yett_socket_listen(&origin->listener, &address,
			     &address, NULL),
	    YETT_OK);
	if (path != NULL)
		snprintf(origin->text, sizeof(origin->text), "unix:%s", path);
	else
		snprintf(origin->text, sizeof(origin->text),
		    "http://127.0.0.1:%u", yett_address_port(&address));
	yett_watcher_init(&origin->watcher, loop, origin->listener,
	    on_connection, origin);
	yett_watcher_want(&origin->watcher, true, false);
}

void
stub_origin_deafen(struct stub_origin *origin)
{
	yett_watcher_clear(&origin->watcher);
	yett_socket_close(&origin->listener);
}

void
stub_origin_close(struct stub_origin *origin)
{
	stub_origin_deafen(origin);
	for (uint32_t i = 0; i < origin->accepted; i++)
		close_connection(&origin->connection[i]);
}

void
stub_origin_resume(struct stub_origin *origin)
{
	origin->is_slack = false;
	for (uint32_t i = 0; i < origin->accepted; i++)
		if (origin->connection[i].fd >= 0)
			watch(&origin->connection[i]);
}

void
stub_origin_say(struct stub_origin *origin, const char *text)
{
	size_t sent;

	for (uint32_t i = 0; i < origin->accepted; i++)
		if (origin->connection[i].fd >= 0)
			assert_int_equal(yett_socket_send(origin->connection[i]
							      .fd,
					     yett_slice_of(text), &sent, NULL),
			    YETT_IO_DONE);
}

enum yett_status
stub_origin_connect(void *arg, int *out, const struct yett_address *client,
    struct yett_fault *fault)
{
	int pair[2];

	(void)client;
	if (!socket_pair(pair))
		return yett_fail_errno(fault, errno, "no pair of sockets");
	add_connection(arg, pair[1]);
	*out = pair[0];
	return YETT_OK;
}

struct yett_targets *
stub_targets_open(const struct yett_apps *apps, const char *const *text,
    uint32_t count)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_arena *arena = yett_draft_arena(draft);
	struct yett_upstream *upstream = yett_arena_alloc(arena,
	    sizeof(*upstream));
	struct yett_targets *targets = NULL;
	struct yett_generation *gen;

	upstream->target = yett_arena_alloc(arena,
	    count * sizeof(*upstream->target));
	upstream->count = count;
	upstream->limits = YETT_LINK_LIMITS;
	for (uint32_t i = 0; i < count; i++)
		upstream->target[i] = yett_arena_copy(arena,
		    yett_slice_of(text[i]));
	assert_int_equal(yett_draft_add_upstream(draft, upstream, NULL),
	    YETT_OK);
	assert_int_equal(yett_draft_freeze(&draft, &gen, NULL), YETT_OK);
	assert_int_equal(yett_targets_open(&targets, gen,
			     &(struct yett_targets_env){ .apps = apps,
				 .lookup.resolve = yett_address_resolve },
			     NULL),
	    YETT_OK);
	yett_generation_unref(&gen);
	return targets;
}
