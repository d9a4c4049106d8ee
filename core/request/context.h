/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context.h - what a worker lends to all that runs in its thread.
 *
 * The rollout in force, a loop, links to upstreams, counters, the recorder,
 * numbers for ids, and memory for the moment: whatever deciding, answering and
 * forwarding a request takes, so that nothing below gateway/ knows workers.
 * Worker-owned.
 */
#ifndef YETT_REQUEST_CONTEXT_H
#define YETT_REQUEST_CONTEXT_H

#include "http/date.h"
#include "http/head.h"
#include "io/loop.h"
#include "request/learned.h"
#include "request/recorder.h"
#include "rollout/current.h"
#include "upstream/pool.h"

/* The most fields a head may have, whatever the policy says. */
#define YETT_CONTEXT_FIELDS 256
/* Fields that forwarding and framing add to a head. */
#define YETT_CONTEXT_FIELDS_ADDED 24

/* A rollout that this worker uses, and how many transactions and handshakes
 * began under it. A plain count: the worker holds the one reference. */
struct yett_pinned_rollout {
	struct yett_list node; /* of context->pinned */
	struct yett_rollout *rollout;
	uint32_t pins;
};

/* Memory that is used within one call and holds nothing between two, so that
 * any number of transactions share it. */
struct yett_scratch {
	struct yett_field parsed[YETT_CONTEXT_FIELDS];
	struct yett_field
	    forwarded[YETT_CONTEXT_FIELDS + YETT_CONTEXT_FIELDS_ADDED];
	struct yett_header header[YETT_CONTEXT_FIELDS];
	struct yett_buf text, body;
	struct yett_buf path; /* the normal path of the request at hand */
	/* Lent to the connection that is being stepped, so that idle ones hold
	 * no buffers and busy ones cost no allocation. */
	struct yett_buf spare_in, spare_out;
};

struct yett_context {
	struct yett_current *current; /* what is in force everywhere; Shared */
	struct yett_learned *learned; /* Shared */
	struct yett_counters *counters; /* of this worker; lent */
	uint64_t id_base; /* random: decision ids of two runs differ */
	uint32_t index;   /* of the worker */
	struct yett_loop *loop;
	struct yett_pool *pool;
	struct yett_pinned_rollout *in_force; /* here */
	struct yett_list pinned;              /* all, newest last */
	struct yett_recorder recorder;
	bool draining;           /* answers say that their connection ends */
	bool ending;             /* and those that wait for no answer end now */
	uint32_t decision_count; /* for decision ids */
	uint64_t date_second;
	char date[YETT_DATE_LEN];
	struct yett_scratch scratch;
};

/*
 * Open a loop and a pool, and use what is in force. The lent pointers and
 * numbers must be set, the rest zero.
 * YETT_E_NOMEM, YETT_E_SYSTEM. It is to be closed even then.
 */
YETT_MUST_USE
enum yett_status
yett_context_open(struct yett_context *context, struct yett_fault *fault);

/* Nothing that was pinned is used any more, and nothing watches the loop. */
void yett_context_close(struct yett_context *context);

/* What is in force, brought up to date; one atomic load when nothing changed.
 */
struct yett_pinned_rollout *yett_context_rollout(struct yett_context *context);

/* A transaction or a handshake begins under `pinned`, ended. */
void yett_rollout_pin(struct yett_pinned_rollout *pinned);
void yett_context_unpin(struct yett_context *context,
    struct yett_pinned_rollout *pinned);

/* The settings of what is in force, as far as this worker knows. */
const struct yett_settings *
yett_context_settings(const struct yett_context *context);

/* A connection of `client` ends for want of memory: count and log that. */
void
yett_context_memory_out(struct yett_context *context, struct yett_slice client);

/* A number that is of this run and worker, and of `serial` in it. */
uint64_t yett_context_id(const struct yett_context *context, uint32_t serial);

/* The Date field of now. */
struct yett_slice yett_context_date(struct yett_context *context);

#endif
