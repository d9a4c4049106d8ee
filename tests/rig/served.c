/* SPDX-License-Identifier: Apache-2.0 */
#include "rig/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "io/proxy_protocol.h"

#define KEEP_MAX ((size_t)1 << 20) /* bytes of a body that are kept */
#define LINE_MAX_BYTES 256

static const char default_answer[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n"
    "hello";

struct timespec
rig_timespec(double seconds)
{
	uint64_t until = rig_deadline(seconds);

	return (struct timespec){
		.tv_sec = (time_t)(until / YETT_NS_PER_S),
		.tv_nsec = (long)(until % YETT_NS_PER_S),
	};
}

void
rig_origin_init_locks(struct origin *origin)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&origin->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&origin->more, &attributes);
}

/* Read more into `held`; false: the connection is over. */
static bool
fill(struct peer *peer)
{
	ssize_t got;

	if (yett_buf_reserve(&peer->held, 65536) != YETT_OK)
		return false;
	got = rig_peer_recv(peer, yett_buf_tail(&peer->held),
	    yett_buf_room(&peer->held));
	if (got <= 0)
		return false;
	yett_buf_added(&peer->held, (size_t)got);
	return true;
}

static bool
send_all(struct peer *peer, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = rig_peer_send(peer, bytes, len);

		if (sent <= 0)
			return false;
		bytes += sent;
		len -= (size_t)sent;
	}
	return true;
}

/* --- reading ------------------------------------------------------------- */

/* Keep what fits KEEP_MAX; the lock is held. */
static void
keep(struct yett_buf *where, struct yett_slice bytes)
{
	size_t room = KEEP_MAX - yett_buf_len(where);

	if (bytes.len > room)
		bytes.len = room;
	/* Without memory the play sees a short body, and fails. */
	if (yett_buf_append(where, bytes) != YETT_OK)
		perror("origin");
}

static void
keep_body(struct peer *peer, size_t len, bool content)
{
	struct yett_slice bytes = { yett_buf_slice(&peer->held).at, len };

	pthread_mutex_lock(&peer->origin->lock);
	keep(&peer->kept->raw, bytes);
	if (content) {
		keep(&peer->kept->body, bytes);
		peer->kept->length += len;
	}
	pthread_mutex_unlock(&peer->origin->lock);
	yett_buf_consume(&peer->held, len);
}

static struct kept *
add_request(struct peer *peer, size_t head_len)
{
	struct origin *origin = peer->origin;
	struct kept *kept = calloc(1, sizeof(*kept));
	struct kept **more;

	if (kept == NULL)
		return NULL;
	kept->connection = peer->ordinal;
	keep(&kept->proxy, yett_buf_slice(&peer->proxy));
	pthread_mutex_lock(&origin->lock);
	more = realloc(origin->requests,
	    (origin->request_count + 1) * sizeof(*more));
	if (more == NULL) {
		pthread_mutex_unlock(&origin->lock);
		free(kept);
		return NULL;
	}
	keep(&kept->head,
	    (struct yett_slice){ yett_buf_slice(&peer->held).at, head_len });
	origin->requests = more;
	origin->requests[origin->request_count++] = kept;
	pthread_cond_broadcast(&origin->more);
	pthread_mutex_unlock(&origin->lock);
	yett_buf_consume(&peer->held, head_len);
	return kept;
}

static bool
read_head(struct peer *peer)
{
	for (;;) {
		struct yett_slice held = yett_buf_slice(&peer->held);
		const char *end = held.len == 0
		    ? NULL
		    : memmem(held.at, held.len, "\r\n\r\n", 4);

		if (end != NULL) {
			peer->kept = add_request(peer,
			    (size_t)(end - held.at) + 4);
			return peer->kept != NULL;
		}
		if (!fill(peer))
			return false;
	}
}

/* The value of the last field `name` in the head, or false. */
static bool
find_field(const struct kept *kept, const char *name, char *value, size_t size)
{
	const char *at = kept->head.memory;
	const char *end = at + yett_buf_len(&kept->head);
	size_t name_len = strlen(name);
	bool found = false;

	while (at < end) {
		const char *line_end = memchr(at, '\r', (size_t)(end - at));
		size_t len = (size_t)(line_end - at);

		if (len > name_len + 1 && at[name_len] == ':' &&
		    strncasecmp(at, name, name_len) == 0) {
			snprintf(value, size, "%.*s", (int)(len - name_len - 2),
			    at + name_len + 2);
			found = true;
		}
		at = line_end + 2;
	}
	return found;
}

static bool
read_content(struct peer *peer, size_t len)
{
	while (len > 0) {
		size_t here = yett_buf_len(&peer->held);

		if (here == 0) {
			if (!fill(peer))
				return false;
			continue;
		}
		if (here > len)
			here = len;
		keep_body(peer, here, true);
		len -= here;
	}
	return true;
}

/* A line of the chunked framing into `line`, kept raw. */
static bool
read_line(struct peer *peer, char line[LINE_MAX_BYTES])
{
	for (;;) {
		struct yett_slice held = yett_buf_slice(&peer->held);
		const char *end = held.len == 0
		    ? NULL
		    : memchr(held.at, '\n', held.len);

		if (end != NULL) {
			size_t len = (size_t)(end - held.at) + 1;

			snprintf(line, LINE_MAX_BYTES, "%.*s", (int)len,
			    held.at);
			keep_body(peer, len, false);
			return true;
		}
		if (!fill(peer))
			return false;
	}
}

static bool
read_chunks(struct peer *peer)
{
	char line[LINE_MAX_BYTES];
	size_t len;

	do {
		if (!read_line(peer, line))
			return false;
		len = strtoul(line, NULL, 16);
		if (!read_content(peer, len) ||
		    (len > 0 && !read_line(peer, line)))
			return false;
	} while (len > 0);
	do /* trailers */
		if (!read_line(peer, line))
			return false;
	while (line[0] != '\r');
	return true;
}

static bool
read_body(struct peer *peer)
{
	char value[64];
	bool whole = true;

	if (peer->body_read)
		return true;
	peer->body_read = true;
	if (find_field(peer->kept, "Transfer-Encoding", value, sizeof(value)))
		whole = read_chunks(peer);
	else if (find_field(peer->kept, "Content-Length", value, sizeof(value)))
		whole = read_content(peer, strtoul(value, NULL, 10));
	pthread_mutex_lock(&peer->origin->lock);
	peer->kept->complete = whole;
	pthread_cond_broadcast(&peer->origin->more);
	pthread_mutex_unlock(&peer->origin->lock);
	return whole;
}

/* --- answering ----------------------------------------------------------- */

static bool
echo(struct peer *peer)
{
	char head[128];
	int head_len;
	size_t len;

	if (!read_body(peer))
		return false;
	len = yett_buf_len(&peer->kept->body);
	head_len = snprintf(head, sizeof(head),
	    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", len);
	return send_all(peer, head, (size_t)head_len) &&
	    send_all(peer, peer->kept->body.memory, len);
}

static bool
log_in(struct peer *peer)
{
	char credentials[128] = "", answer[256];

	(void)find_field(peer->kept, "Authorization", credentials,
	    sizeof(credentials));
	rig_origin_login(peer, credentials, answer, sizeof(answer));
	return send_all(peer, answer, strlen(answer));
}

static bool
pour(struct peer *peer, size_t amount)
{
	char bytes[16384];

	memset(bytes, 'x', sizeof(bytes));
	while (amount > 0) {
		size_t len = amount < sizeof(bytes) ? amount : sizeof(bytes);
		ssize_t sent = rig_peer_send(peer, bytes, len);

		if (sent <= 0)
			return false;
		amount -= (size_t)sent;
		pthread_mutex_lock(&peer->origin->lock);
		peer->origin->poured += (size_t)sent;
		pthread_mutex_unlock(&peer->origin->lock);
	}
	return true;
}

/* Until released, or for `seconds`; false: the origin stops. */
static bool
hold(struct peer *peer, double seconds, bool until_released)
{
	struct origin *origin = peer->origin;
	struct timespec deadline = rig_timespec(seconds);
	bool go_on;
	int late = 0;

	pthread_mutex_lock(&origin->lock);
	while (!origin->stopping && !(until_released && origin->released) &&
	    late == 0)
		late = pthread_cond_timedwait(&origin->more, &origin->lock,
		    &deadline);
	go_on = !origin->stopping;
	pthread_mutex_unlock(&origin->lock);
	return go_on;
}

bool
rig_origin_hold(struct peer *peer)
{
	return hold(peer, RIG_PATIENCE * 3, true);
}

void
rig_origin_reset(struct peer *peer)
{
	pthread_mutex_lock(&peer->origin->lock);
	rig_reset(peer->fd);
	peer->fd = -1;
	pthread_mutex_unlock(&peer->origin->lock);
}

/* Take raw bytes until their end, and perhaps send them back. */
static bool
take_raw(struct peer *peer, bool back)
{
	do {
		struct yett_slice held = yett_buf_slice(&peer->held);

		if (back && !send_all(peer, held.at, held.len))
			return false;
		keep_body(peer, held.len, false);
	} while (fill(peer));
	return true;
}

static bool
take_step(struct peer *peer, const struct step *step)
{
	switch (step->kind) {
	case STEP_SEND:
		return send_all(peer, step->bytes.memory,
		    yett_buf_len(&step->bytes));
	case STEP_BODY: return read_body(peer);
	case STEP_ECHO: return echo(peer);
	case STEP_POUR: return pour(peer, step->amount);
	case STEP_HOLD: return rig_origin_hold(peer);
	case STEP_TRICKLE:
		while (send_all(peer, "x", 1))
			if (!hold(peer, (double)step->amount / 1e3, false))
				return false;
		return false;
	case STEP_RELAY: return take_raw(peer, true);
	case STEP_LOGIN: return log_in(peer);
	case STEP_DRAIN: return take_raw(peer, false);
	case STEP_SHUT: return shutdown(peer->fd, SHUT_WR) == 0;
	case STEP_CLOSE: return false;
	case STEP_BYE: rig_origin_end_tls(peer, true); return false;
	case STEP_RESET: rig_origin_reset(peer); return false;
	}
	return false;
}

/* The script for the path of the request's target. */
static const struct script *
find_script(const struct peer *peer)
{
	struct yett_slice head = yett_buf_slice(&peer->kept->head);
	const char *target = memchr(head.at, ' ', head.len);
	size_t len = target == NULL ? 0 : strcspn(++target, " ?\r");

	for (const struct script *script = peer->origin->scripts;
	     script != NULL; script = script->next)
		if (strlen(script->path) == len &&
		    memcmp(script->path, target, len) == 0)
			return script;
	return NULL;
}

static bool
reads_body_itself(const struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		if (script->steps[i].kind == STEP_BODY)
			return true;
	return false;
}

bool
rig_origin_take_proxy(struct peer *peer)
{
	struct yett_proxy_head head;
	struct yett_slice bytes;
	const char *why;

	for (;;) {
		switch (yett_proxy_parse(yett_buf_slice(&peer->held), &head,
		    &why)) {
		case YETT_PROXY_BAD: return false;
		case YETT_PROXY_DONE:
			bytes = yett_buf_slice(&peer->held);
			bytes.len = head.len;
			if (yett_buf_append(&peer->proxy, bytes) != YETT_OK)
				return false;
			yett_buf_consume(&peer->held, head.len);
			return true;
		case YETT_PROXY_MORE: break;
		}
		if (!fill(peer))
			return false;
	}
}

bool
rig_origin_serve(struct peer *peer)
{
	const struct script *script;

	peer->body_read = false;
	if (!read_head(peer))
		return false;
	script = find_script(peer);
	if (script == NULL)
		return read_body(peer) &&
		    send_all(peer, default_answer, sizeof(default_answer) - 1);
	if (!reads_body_itself(script) && !read_body(peer))
		return false;
	for (size_t i = 0; i < script->count; i++)
		if (!take_step(peer, &script->steps[i]))
			return false;
	return read_body(peer);
}

void
rig_origin_clear(struct origin *origin)
{
	for (size_t i = 0; i < origin->request_count; i++) {
		yett_buf_clear(&origin->requests[i]->head);
		yett_buf_clear(&origin->requests[i]->body);
		yett_buf_clear(&origin->requests[i]->raw);
		yett_buf_clear(&origin->requests[i]->proxy);
		free(origin->requests[i]);
	}
	free(origin->requests);
	origin->requests = NULL;
	origin->request_count = 0;
	while (origin->scripts != NULL) {
		struct script *script = origin->scripts;

		origin->scripts = script->next;
		for (size_t i = 0; i < script->count; i++)
			yett_buf_clear(&script->steps[i].bytes);
		free(script->path);
		free(script);
	}
}
