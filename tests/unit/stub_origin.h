/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stub_origin.h - an origin that plays a script, in the loop of the test.
 *
 * The replies of the script are given one by one, in the order in which
 * requests come in over whatever connection. Fails the test when anything
 * fails that is not played.
 */
#ifndef TESTS_UNIT_STUB_ORIGIN_H
#define TESTS_UNIT_STUB_ORIGIN_H

#include "base/buf.h"
#include "io/loop.h"
#include "io/socket.h"
#include "upstream/targets.h"

#define STUB_CONNECTIONS 16

enum stub_then {
	STUB_KEEP,
	STUB_CLOSE,
	STUB_RESET,
};

/* What to do when `until` came on a connection. */
struct stub_reply {
	const char *until; /* NULL: "\r\n\r\n"; the request ends with it */
	const char *text;  /* NULL: nothing */
	enum stub_then then;
};

struct stub_connection {
	struct stub_origin *origin;
	int fd; /* -1: free, or closed */
	struct yett_watcher watcher;
	struct yett_buf in, out;
};

struct stub_origin {
	struct yett_loop *loop;
	int listener; /* -1: none */
	struct yett_watcher watcher;
	char text[64]; /* "http://127.0.0.1:PORT" or "unix:/PATH" */
	const struct stub_reply *script;
	uint32_t accepted;
	uint32_t requests; /* also: the next reply of the script */
	uint64_t received; /* bytes */
	size_t piece;      /* bytes sent at once; 0: all */
	bool is_slack;     /* reads nothing, until it is told to */
	struct stub_connection connection[STUB_CONNECTIONS];
};

/* Listen at 127.0.0.1, or at the unix socket `path` unless NULL. */
void stub_origin_open(struct stub_origin *origin, struct yett_loop *loop,
    const char *path, const struct stub_reply *script);
void stub_origin_close(struct stub_origin *origin);

/* Accept no more connections. */
void stub_origin_deafen(struct stub_origin *origin);

/* Read on, after is_slack. */
void stub_origin_resume(struct stub_origin *origin);

/* Say something unasked on all open connections. */
void stub_origin_say(struct stub_origin *origin, const char *text);

/* As yett_app.open: arg is the origin. */
enum yett_status stub_origin_connect(void *arg, int *out,
    const struct yett_address *client, struct yett_fault *fault);

/* Upstream 0 with these targets. */
struct yett_targets *stub_targets_open(const struct yett_apps *apps,
    const char *const *text, uint32_t count);

#endif
