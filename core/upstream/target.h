/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.h - the address and the terms of an upstream, parsed.
 *
 * The same text on the same terms is the same target, across reloads: its
 * addresses, their health and its links belong to it. Counted; Frozen.
 */
#ifndef YETT_UPSTREAM_TARGET_H
#define YETT_UPSTREAM_TARGET_H

#include <stdatomic.h>

#include "tls/client_terms.h"
#include "upstream/app.h"
#include "upstream/target_text.h"

struct yett_target {
	atomic_uint refs;
	enum yett_target_kind kind;
	struct yett_slice text; /* "http://HOST:PORT", "https://HOST:PORT",
				   "unix:/PATH", "app:NAME"; ends with a NUL */
	struct yett_slice host; /* or the path; ends with a NUL */
	uint16_t port;
	const struct yett_app *app;      /* NULL: nothing will be connected */
	struct yett_client_terms *terms; /* counted; NULL: in clear */
	struct yett_slice server_name;   /* with terms; ends with a NUL */
	uint8_t scope[YETT_SHA256_LEN];  /* stands for all of the above */
};

/* What a target is made of; lent for the call. */
struct yett_target_parts {
	struct yett_slice text;       /* as declared */
	const struct yett_apps *apps; /* NULL: any application may be named */
	const struct yett_client_terms *terms; /* for https; else not used */
	struct yett_slice server_name; /* absent: the host of the text */
};

/*
 * The result has one reference.
 * YETT_E_POLICY: the text is malformed, or names no application.
 */
YETT_MUST_USE
enum yett_status yett_target_new(struct yett_target **out,
    const struct yett_target_parts *parts, struct yett_fault *fault);

/* One more reference. Any thread. */
struct yett_target *yett_target_ref(struct yett_target *target);

/* Release and forget. NULL inside is fine. */
void yett_target_unref(struct yett_target **target);

/* Whether a link to one serves the other: same address, same terms. */
static inline bool
yett_target_eq(const struct yett_target *a, const struct yett_target *b)
{
	return memcmp(a->scope, b->scope, sizeof(a->scope)) == 0;
}

#endif
