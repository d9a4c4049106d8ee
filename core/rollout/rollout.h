/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollout.h - a generation made ready for the workers.
 *
 * Everything a reload can fail at happens while a rollout is prepared: the
 * policy is compiled and frozen, one instance per worker is built, keys, CAs
 * and CRLs are opened, upstreams are resolved, new listeners are bound, the
 * access log is opened. Publishing it (current.h) cannot fail. Counted; Frozen
 * but for what its parts say of themselves.
 */
#ifndef YETT_ROLLOUT_ROLLOUT_H
#define YETT_ROLLOUT_ROLLOUT_H

#include <stdatomic.h>

#include "policy/generation.h"
#include "rollout/access_log.h"
#include "rollout/listener.h"
#include "rollout/named_files.h"
#include "rollout/record.h"
#include "script/instance.h"
#include "tls/credentials.h"
#include "tls/ticket_ring.h"
#include "upstream/targets.h"

struct yett_rollout {
	atomic_uint refs;
	struct yett_generation *gen;
	struct yett_policy_source *source;    /* the instances' text */
	struct yett_credentials *credentials; /* the generation owns them */
	struct yett_targets *targets;
	struct yett_named_files files;        /* none where not followed */
	struct yett_ticket_ring *ticket_ring; /* of a file, until published */
	struct yett_access_log *access;       /* NULL: none */
	struct yett_record *record;           /* counted; NULL: none */
	uint32_t listener_count;
	struct yett_listener **listener; /* as declared, in order */
	uint32_t worker_count;
	struct yett_instance **instance; /* one per worker, its own */
};

/* What a rollout is prepared with; lent for the call. */
struct yett_rollout_env {
	const char *path; /* file or folder of the policy */
	const char *as;   /* where the file is to lie; NULL: there */
	/* Its text instead of the file's; may be NULL. */
	const struct yett_policy_source *again;
	const struct yett_apps *apps;
	const struct yett_rollout *previous; /* its sockets are shared */
	uint32_t worker_count;               /* that run; 0: as it says */
	struct yett_crl_store *lists;        /* NULL: one of its own */
	bool bind;       /* open listeners and the access log */
	bool looks_only; /* a gateway may run that has them */
	const struct yett_report *report; /* may be NULL */
	const atomic_bool *abandoned;     /* give up; may be NULL */
	bool notes;         /* tell remarks that are no warnings, too */
	uint64_t *warnings; /* how many there were; may be NULL */
};

/*
 * Load, freeze, open. The result has one reference.
 * YETT_E_POLICY, YETT_E_TLS, YETT_E_SYSTEM, YETT_E_NOT_FOUND, YETT_E_LIMIT:
 * the fault says what and where; nothing was changed.
 *
 * Blocks: files, name resolution.
 */
YETT_MUST_USE
enum yett_status yett_rollout_prepare(struct yett_rollout **out,
    const struct yett_rollout_env *env, struct yett_fault *fault);

/* How many workers its policy wants; worker_count, where it was given, is how
 * many there are. */
uint32_t yett_rollout_declared_workers(const struct yett_rollout *rollout);

/* The port of our https: 443 if that is one of several, else the first; 0 when
 * no listener speaks TLS. */
uint16_t yett_rollout_https_port(const struct yett_rollout *rollout);

/* NULL is fine and gives NULL. */
struct yett_rollout *yett_rollout_ref(struct yett_rollout *rollout);

/* Whether the caller's reference is the only one to it, and its own the only
 * one to its generation. */
bool yett_rollout_is_alone(const struct yett_rollout *rollout);

/* Release and forget. NULL inside is fine. */
void yett_rollout_unref(struct yett_rollout **rollout);

#endif
