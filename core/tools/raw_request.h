/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_request.h - a request as a client writes it, parsed as the gateway
 * parses it.
 */
#ifndef YETT_TOOLS_RAW_REQUEST_H
#define YETT_TOOLS_RAW_REQUEST_H

#include "request/context.h"
#include "request/plan.h"

/* What a client wants. Lent texts. */
struct yett_raw_request_parts {
	const char *method;        /* NULL: "GET" */
	struct yett_slice target;  /* as sent; both may be nonsense */
	struct yett_slice host;    /* of a Host field, unless `header` has one;
				      empty: none is sent */
	const char *const *header; /* "Name: value" each */
	size_t header_count;
};

/* All zero before it is written; stays where it is, for a plan points into
 * it. */
struct yett_raw_request {
	struct yett_buf bytes;
	size_t line_len; /* of the request line, without the version */
	struct yett_head head;

	/* The rooms of a plan. */
	struct yett_buf path, protocols;
	struct yett_field field[YETT_CONTEXT_FIELDS];
	struct yett_header room[YETT_CONTEXT_FIELDS];
};

/*
 * Write it, in HTTP/1.1.
 * YETT_E_ARGUMENT: a header has a line end, or no colon.
 */
YETT_MUST_USE
enum yett_status yett_raw_request_write(struct yett_raw_request *raw,
    const struct yett_raw_request_parts *parts, struct yett_fault *fault);

/* Free what it holds. */
void yett_raw_request_clear(struct yett_raw_request *raw);

/* Read the head by the limits of the policy. False: `refusal` is the answer. */
YETT_MUST_USE
bool yett_raw_request_read(struct yett_raw_request *raw,
    const struct yett_generation *gen, struct yett_refusal *refusal);

/* Read the head as the facts that the rules decide on, with all its fields; the
 * rooms of `facts` become those of `raw`. False: `refusal` is the answer. */
YETT_MUST_USE
bool yett_raw_request_facts(struct yett_raw_request *raw,
    struct yett_plan_facts *facts, struct yett_request *out,
    struct yett_refusal *refusal);

/* Read the head and plan what is done with it; the rooms of `facts` become
 * those of `raw`. */
void yett_raw_request_plan(struct yett_raw_request *raw,
    struct yett_plan_facts *facts, struct yett_plan *out);

#endif
