/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole connection: any bytes that a client may send after its handshake, in
 * pieces, through the real state machine, policy, pool and exchange, to an
 * origin that takes nothing but what we may write.
 *
 * What reaches the origin, read by a parser of its own, is exactly what was
 * decided on and allowed, in that order, and nothing else; only the last may be
 * cut, and then the connection has ended. There are never more requests at the
 * origin than answers at the client, and these are well-formed. One that met a
 * link which the origin had ended may come again, if its method is idempotent
 * (RFC 9110, section 9.2.2). The first byte
 * chooses how the bytes come in pieces and how the origin answers: `@` at once
 * and well; `A`, `B`, `C` in pieces; `D`, `H` and so on: see enum manner.
 *
 * The TLS session is replaced at the linker (--wrap), as is
 * yett_decide_request, which is called and listened to.
 */
#include "fuzz/site_files.h"
#include "fuzz/strict_origin.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/http1.h"
#include "codec/http1_state.h"
#include "gateway/worker.h"
#include "io/socket.h"
#include "unit/socket_pair.h"

#define DECISIONS 64
#define TURNS_MOST 20000 /* more is no progress */

/* How the origin answers. */
enum manner {
	WITH_LENGTH,
	CHUNKED,
	EARLY,      /* when it has the head, not the body */
	TO_THE_END, /* and closes */
	INTERIM,    /* 103 before the answer */
	CUT,        /* closes in the middle of its answer */
	NONSENSE,   /* what is no HTTP */
	MANNERS,
};

/* One request that was allowed. */
struct decided {
	char method[40];
	char target[8400];
};

/* What one input is about. */
static struct play {
	struct yett_codec *codec;
	struct yett_login_links logins;
	const uint8_t *at;
	size_t left, piece;
	enum manner manner;
	struct decided *decided; /* of DECISIONS */
	unsigned decided_count;

	/* the origin */
	int far;            /* its end of the link; -1: none */
	struct yett_buf in; /* came over this link, not read yet */
	unsigned arrived;   /* whole requests, all in all */
	bool begun;         /* the answer to the one under way was sent */
	bool cut;           /* a part of a request was left on a link */
	bool ended;         /* nothing more can be said over this link */
	bool may_repeat;    /* the last request met a link that had ended */

	struct yett_buf answers; /* what the client got */
	bool is_second;          /* see stop_later() */
} play;

/* Made once. */
static struct yett_current current;
static struct yett_counters counters[1];
static struct yett_worker_env env = { .current = &current,
	.counters = counters };
static struct yett_worker *worker;
static struct yett_apps apps;

/* --- the session, as far as HTTP sees it ---------------------------------- */

enum yett_session_result __wrap_yett_session_read(struct yett_session *session,
    char *at, size_t len, size_t *got, struct yett_fault *fault);
enum yett_session_result __wrap_yett_session_write(struct yett_session *session,
    struct yett_slice bytes, size_t *took, struct yett_fault *fault);
bool __wrap_yett_session_pending(const struct yett_session *session);
void __wrap_yett_session_close_notify(struct yett_session *session);
bool __wrap_yett_session_is_clear(const struct yett_session *session);
bool __wrap_yett_session_is_stuck(const struct yett_session *session);
bool __wrap_yett_session_wants_write(const struct yett_session *session);
const struct yett_hello *
__wrap_yett_session_hello(const struct yett_session *session);
const struct yett_asked *
__wrap_yett_session_asked(const struct yett_session *session);
struct yett_peer *__wrap_yett_session_peer(const struct yett_session *session);
bool __wrap_yett_session_resumed(const struct yett_session *session);
uint16_t __wrap_yett_session_version(const struct yett_session *session);
unsigned __wrap_yett_session_group(const struct yett_session *session);
void __real_yett_decide_request(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out);
void __wrap_yett_decide_request(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out);

enum yett_session_result
__wrap_yett_session_read(struct yett_session *session, char *at, size_t len,
    size_t *got, struct yett_fault *fault)
{
	(void)session;
	(void)fault;
	if (play.left == 0)
		return YETT_SESSION_EOF;
	if (len > play.piece)
		len = play.piece;
	if (len > play.left)
		len = play.left;
	memcpy(at, play.at, len);
	play.at += len;
	play.left -= len;
	*got = len;
	return YETT_SESSION_DONE;
}

enum yett_session_result
__wrap_yett_session_write(struct yett_session *session, struct yett_slice bytes,
    size_t *took, struct yett_fault *fault)
{
	(void)session;
	(void)fault;
	must(yett_buf_append(&play.answers, bytes) == YETT_OK);
	*took = bytes.len;
	return YETT_SESSION_DONE;
}

bool
__wrap_yett_session_pending(const struct yett_session *session)
{
	(void)session;
	return true; /* the end, at least */
}

void
__wrap_yett_session_close_notify(struct yett_session *session)
{
	(void)session;
}

bool
__wrap_yett_session_is_clear(const struct yett_session *session)
{
	(void)session;
	return false;
}

bool
__wrap_yett_session_is_stuck(const struct yett_session *session)
{
	(void)session;
	return false;
}

bool
__wrap_yett_session_wants_write(const struct yett_session *session)
{
	(void)session;
	return false;
}

const struct yett_hello *
__wrap_yett_session_hello(const struct yett_session *session)
{
	static const struct yett_hello hello = { .sni = { "a.test", 6 },
		.version = 0x0304 };

	(void)session;
	return &hello;
}

const struct yett_asked *
__wrap_yett_session_asked(const struct yett_session *session)
{
	static const struct yett_asked asked = { .need = YETT_NEED_NONE };

	(void)session;
	return &asked;
}

struct yett_peer *
__wrap_yett_session_peer(const struct yett_session *session)
{
	(void)session;
	return NULL;
}

bool
__wrap_yett_session_resumed(const struct yett_session *session)
{
	(void)session;
	return false;
}

unsigned
__wrap_yett_session_group(const struct yett_session *session)
{
	(void)session;
	return 0;
}

uint16_t
__wrap_yett_session_version(const struct yett_session *session)
{
	(void)session;
	return 0x0304;
}

void
__wrap_yett_decide_request(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out)
{
	struct decided *decided;

	__real_yett_decide_request(gen, functions, request, trace, out);
	if (out->verdict != YETT_VERDICT_ALLOW)
		return;
	must(yett_slice_eq(request->host, YETT_LIT("a.test")));
	must(play.decided_count < DECISIONS); /* the policy's limit */
	decided = &play.decided[play.decided_count++];
	snprintf(decided->method, sizeof(decided->method), "%.*s",
	    YETT_ARG(request->method));
	snprintf(decided->target, sizeof(decided->target), "%.*s%s%.*s",
	    YETT_ARG(request->path), request->query.at != NULL ? "?" : "",
	    YETT_ARG(request->query));
}

/* --- the origin -------------------------------------------------------------
 */

static void
say(const char *text)
{
	size_t len = strlen(text);

	must(send(play.far, text, len, MSG_NOSIGNAL) == (ssize_t)len ||
	    errno == EPIPE || errno == ECONNRESET);
}

static void
answer(bool is_head)
{
	static const char *const texts[MANNERS] = {
		[WITH_LENGTH] =
		    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		[CHUNKED] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
			    "\r\n2\r\nok\r\n0\r\n\r\n",
		[EARLY] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		[TO_THE_END] = "HTTP/1.1 200 OK\r\n\r\nok",
		[INTERIM] = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
			    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		[CUT] = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok",
		[NONSENSE] = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
	};

	if (is_head)
		say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
	else
		say(texts[play.manner]);
	if (play.manner == TO_THE_END || play.manner == CUT ||
	    play.manner == NONSENSE) {
		shutdown(play.far, SHUT_WR);
		play.ended = true;
	}
}

/* The last request comes again, over a new link; nothing else is decided on
 * before it is answered. */
static void
allow_repeat(void)
{
	struct yett_slice method;

	if (!play.may_repeat || play.arrived < play.decided_count)
		return;
	play.may_repeat = false;
	play.arrived--;
	method = yett_slice_of(play.decided[play.arrived].method);
	must(yett_method_is_idempotent(yett_method_parse(method)));
}

/* The request line that was decided on next; OPTIONS * is decided as "/". */
static const char *
next_line(struct yett_slice bytes)
{
	static const char options[] = "OPTIONS * HTTP/1.1";
	const struct decided *decided = &play.decided[play.arrived];
	static char line[sizeof(*decided) + 16];

	snprintf(line, sizeof(line), "%s %s HTTP/1.1", decided->method,
	    decided->target);
	if (strcmp(line, "OPTIONS / HTTP/1.1") == 0 &&
	    bytes.len >= sizeof(options) - 1 &&
	    memcmp(bytes.at, options, sizeof(options) - 1) == 0)
		return options;
	return line;
}

/* Read what came: answer each whole request, in line. */
static void
serve_all(void)
{
	struct yett_slice bytes, rest;
	struct arrival arrival;
	bool had_ended = play.ended;

	while ((bytes = yett_buf_slice(&play.in)).len > 0) {
		bool is_head = bytes.len > 5 &&
		    memcmp(bytes.at, "HEAD ", 5) == 0;

		allow_repeat();
		must(play.arrived < play.decided_count);
		if (!strict_head(bytes, next_line(bytes), &arrival))
			return;
		if (play.manner == EARLY && !play.begun) {
			play.begun = true;
			answer(is_head);
		}
		rest = (struct yett_slice){ bytes.at + arrival.len,
			bytes.len - arrival.len };
		if (!strict_body(&arrival, &rest))
			return;
		yett_buf_consume(&play.in, bytes.len - rest.len);
		play.arrived++;
		play.may_repeat = had_ended;
		if (!play.begun)
			answer(is_head);
		play.begun = false;
	}
}

static void
receive(void)
{
	char bytes[4096];
	ssize_t got;

	if (play.far < 0)
		return;
	while ((got = recv(play.far, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
		must(yett_buf_append(&play.in,
			 (struct yett_slice){ bytes, (size_t)got }) == YETT_OK);
	serve_all();
}

/* The link is over. Its last request may be a part; then it counts as one that
 * arrived, for it can have been the next only. */
static void
end_link(void)
{
	receive();
	if (yett_buf_len(&play.in) > 0) {
		/* The connection must have ended with it, or it comes again. */
		must(!play.cut);
		play.may_repeat = play.ended;
		play.cut = !play.ended;
		play.arrived++;
	}
	yett_buf_consume(&play.in, yett_buf_len(&play.in));
	play.begun = play.ended = false;
	if (play.far >= 0)
		close(play.far);
	play.far = -1;
}

static enum yett_status
open_link(void *arg, int *out, const struct yett_address *client,
    struct yett_fault *fault)
{
	int pair[2];

	(void)arg;
	(void)client;
	end_link();
	if (!socket_pair(pair))
		return yett_fail_errno(fault, errno, "no pair of sockets");
	*out = pair[0];
	play.far = pair[1];
	return YETT_OK;
}

/* --- the client -------------------------------------------------------------
 */

/* How many final answers came; the last may be cut if the connection was. */
static uint64_t
count_answers(bool was_cut)
{
	struct yett_field field[YETT_HEAD_FIELDS];
	struct yett_slice rest = yett_buf_slice(&play.answers);
	struct yett_refusal refusal;
	uint64_t count = 0;

	while (rest.len > 0) {
		struct yett_head head;
		size_t scanned = 0;
		struct yett_slice payload;
		struct yett_body body;
		enum yett_body_step step;
		size_t used;

		yett_head_init(&head, field, YETT_HEAD_FIELDS);
		if (yett_head_parse_response(&head, rest, &scanned,
			&YETT_HEAD_LIMITS_DEFAULT, YETT_METHOD_GET,
			&refusal) != YETT_PARSE_DONE) {
			must(was_cut);
			return count + 1;
		}
		rest.at += head.len;
		rest.len -= head.len;
		if (head.status < 200)
			continue;
		count++;
		/* The answer to HEAD: a status line follows at once. */
		if (rest.len == 0 ||
		    (rest.len >= 5 && memcmp(rest.at, "HTTP/", 5) == 0))
			continue;
		yett_body_init(&body, &head);
		do {
			step = yett_body_next(&body, rest, &payload, &used,
			    &refusal);
			rest.at += used;
			rest.len -= used;
		} while (step == YETT_BODY_DATA || step == YETT_BODY_TRAILER);
		if (step != YETT_BODY_END)
			must(was_cut || head.framing == YETT_FRAMING_TO_END);
	}
	return count;
}

/* --- making and driving ------------------------------------------------------
 */

static void
drop_line(void *arg, enum yett_log_level level, const char *line, size_t len)
{
	(void)arg;
	(void)level;
	(void)line;
	(void)len;
}

static void
make_once(void)
{
	char folder[] = "/tmp/yett-fuzz-XXXXXX", path[64];
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_rollout_env how = { .path = path,
		.apps = &apps,
		.worker_count = 1 };
	static const struct yett_app_door door = { .open = open_link };
	static struct yett_ticket_keeper tickets;
	struct yett_rollout *rollout;

	if (worker != NULL)
		return;
	yett_log_set(drop_line, NULL, YETT_LOG_ERROR);
	must(mkdtemp(folder) != NULL);
	site_files_write(folder);
	snprintf(path, sizeof(path), "%s/policy.lua", folder);
	must(
	    yett_apps_add(&apps, YETT_LIT("origin"), &door, &fault) == YETT_OK);
	if (yett_rollout_prepare(&rollout, &how, &fault) != YETT_OK) {
		fprintf(stderr, "%s: %s\n", fault.where, fault.what);
		abort();
	}
	site_files_remove(folder);
	must(yett_ticket_keeper_open(&tickets, &fault) == YETT_OK);
	env.tickets = &tickets;
	yett_current_init(&current);
	yett_current_publish(&current, &rollout);
	must(yett_worker_new(&worker, &env, 0, &fault) == YETT_OK);
	play.decided = calloc(DECISIONS, sizeof(*play.decided));
	must(play.decided != NULL);
	play.far = -1;
}

/* What is deferred runs before the loop looks at sockets, so that it is the
 * second time that ends the turn. */
static void
stop_later(struct yett_deferred *deferred)
{
	if (play.is_second)
		yett_loop_stop(worker->context.loop);
	else
		yett_loop_defer(worker->context.loop, deferred);
	play.is_second = true;
}

/* Whatever is ready now, and what was put off. */
static void
turn(void)
{
	struct yett_deferred end;

	play.is_second = false;
	yett_deferred_init(&end, stop_later, NULL);
	yett_loop_defer(worker->context.loop, &end);
	yett_loop_run(worker->context.loop);
	yett_deferred_clear(&end);
}

static void
on_progress(void *arg)
{
	(void)arg; /* every turn steps anyway */
}

static bool
is_over(void)
{
	return play.codec->state != YETT_CODEC_OPEN;
}

static void
run(void)
{
	static const struct yett_address peer;
	/* The session is never looked into: the functions above stand for
	 * it. */
	const struct yett_downstream downstream = {
		.session = (struct yett_session *)&play,
		.logins = &play.logins,
		.peer = &peer,
		.client = YETT_LIT("192.0.2.1"),
		.server = YETT_LIT("192.0.2.2"),
	};
	const struct yett_codec_env codec_env = {
		.context = &worker->context,
		.downstream = &downstream,
		.on_progress = on_progress,
	};
	unsigned turns = 0;

	yett_login_links_init(&play.logins, on_progress, NULL);
	must(yett_http1.open(&play.codec, &codec_env) == YETT_OK);
	while (!is_over()) {
		must(turns++ < TURNS_MOST);
		play.codec->readable = true;
		(void)yett_http1.step(play.codec);
		receive();
		if (((struct yett_http1 *)play.codec)->phase ==
		    YETT_HTTP1_FORWARD)
			turn();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { 16384, 1, 3, 64 };
	bool was_cut;
	uint64_t answers;

	if (size < 1)
		return 0;
	make_once();
	play.at = data + 1;
	play.left = size - 1;
	play.piece = pieces[data[0] & 3];
	play.manner = (enum manner)((data[0] >> 2 & 15) % MANNERS);
	play.decided_count = play.arrived = 0;
	play.cut = play.ended = play.may_repeat = false;
	run();
	was_cut = play.codec->state == YETT_CODEC_BROKEN;
	(void)yett_http1.close(&play.codec, YETT_ENDING_CLIENT_LEFT);
	yett_login_links_clear(&play.logins);
	end_link();
	turn(); /* the pool sees that its link is gone */
	must(yett_pool_links(worker->context.pool) == 0);
	answers = count_answers(was_cut);
	/* One that was cut off may have arrived and got no answer. */
	must(play.arrived <= answers + was_cut);
	must(play.arrived <= play.decided_count);
	yett_buf_clear(&play.answers);
	return 0;
}
