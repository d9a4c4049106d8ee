/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.h - where requests go: the upstreams of a policy, ready to connect.
 *
 * The text of a target is taken apart, its name resolved, and its TLS terms
 * read, when a generation is opened; workers then share the result. Frozen.
 */
#ifndef YETT_UPSTREAM_TARGET_H
#define YETT_UPSTREAM_TARGET_H

#include "policy/finding.h"
#include "policy/generation.h"
#include "tls/client_terms.h"
#include "upstream/app.h"

enum yett_target_kind {
	YETT_TARGET_TCP,
	YETT_TARGET_UNIX,
	YETT_TARGET_APP,
};

#define YETT_TARGET_ADDRESSES 8 /* of one name; more are not tried */

/* Frozen. */
struct yett_target {
	enum yett_target_kind kind;
	struct yett_slice text; /* "http://HOST:PORT", "https://HOST:PORT",
				   "unix:/PATH", "app:NAME" */
	struct yett_slice key;  /* text, and of https what it depends on: the
				   same key is the same target */
	uint64_t hash;          /* of key */
	const struct yett_address *address;
	uint32_t address_count; /* at least 1, but 0 for an application */
	const struct yett_app *app;
	const struct yett_client_terms *terms; /* NULL: in clear */
	struct yett_slice server_name;         /* with terms */
	uint8_t scope[YETT_SHA256_LEN];        /* with terms: of key */
};

/* What one `upstream` of the policy names. Frozen. */
struct yett_upstream_targets {
	struct yett_target *target;
	uint32_t count; /* at least 1 */
};

struct yett_targets;

/* A target's text, before anything is looked up. */
struct yett_target_text {
	enum yett_target_kind kind;
	struct yett_slice host; /* or the path, or the application's name */
	uint16_t port;          /* 0 unless TCP */
	bool is_tls;
};

/*
 * Take "http://HOST[:PORT][/]", the same with https, "unix:/PATH" or "app:NAME"
 * apart; the slices lie in `text`.
 * YETT_E_POLICY: it is none of these.
 */
YETT_MUST_USE
enum yett_status yett_target_parse(struct yett_target_text *out,
    struct yett_slice text, struct yett_fault *fault);

/*
 * Parse and resolve all upstreams of `gen`, and read what https needs. `apps`
 * must outlive the result; NULL: nothing will be connected, and any application
 * may be named. YETT_E_POLICY:    a target is malformed, or names no
 * application. YETT_E_NOT_FOUND: a host has no address, or a file is not there.
 * YETT_E_SYSTEM, YETT_E_LIMIT, YETT_E_TLS: a file cannot be used.
 * The fault's `where` is the place of the upstream.
 *
 * Blocks for as long as the system's resolver does: never in a worker.
 */
YETT_MUST_USE
enum yett_status
yett_targets_open(struct yett_targets **out, const struct yett_generation *gen,
    const struct yett_apps *apps, struct yett_fault *fault);
void yett_targets_close(struct yett_targets *targets);

/* Add what the dates of the certificates that are shown to servers are to be
 * warned of, as yett_credentials_review() does. `now` in seconds since 1970. */
void yett_targets_review(const struct yett_targets *targets,
    const struct yett_generation *gen, int64_t now,
    struct yett_findings *findings);

/* By yett_upstream.index of the same generation. Never NULL. */
const struct yett_upstream_targets *
yett_targets_of(const struct yett_targets *targets, uint32_t index);

#endif
