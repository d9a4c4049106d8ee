/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_answer.h - our own answers on an HTTP/1 connection, and what is noted
 * of each request. For the http1 files only.
 */
#ifndef YETT_GATEWAY_HTTP1_ANSWER_H
#define YETT_GATEWAY_HTTP1_ANSWER_H

#include "gateway/http1.h"

/* --- notes: for the access log and the log ---------------------------------
 */

/* A new id, "bbbbbbwwcccccccc": of this run, worker and decision. */
void yett_http1_name_decision(struct yett_http1 *http1);

/* What is known from the connection alone; begins the entry. */
void yett_http1_note_connection(struct yett_http1 *http1,
    const struct yett_head *head);

/* Copy what the head tells, for it is gone at the end: the normal path, or the
 * raw one of a request that was not understood; never a query. Only when there
 * is an access log. */
void yett_http1_note_request(struct yett_http1 *http1, struct yett_slice method,
    struct yett_slice path, struct yett_slice host);

/* Which site and rule decided. */
void yett_http1_note_decision(struct yett_http1 *http1,
    const struct yett_decision *decision);

/* That it was refused, or would have been but for a rule in shadow. */
void yett_http1_log_refusal(const struct yett_http1 *http1,
    const struct yett_request_target *target,
    const struct yett_decision *decision);

/* --- the end of a request ----------------------------------------------------
 */

/* Log the request under way, if there is one, and forget it: its exchange, its
 * generation, its notes. */
void yett_http1_end_request(struct yett_http1 *http1);

/* The final answer is about to be written: must the connection end with it
 * because of the rest of the request's body? Sets `close`. */
void yett_http1_plan_rest(struct yett_http1 *http1);

/* The answer is complete in `out`; end the request, and go on with the next
 * request, with what is left of the body, or end. */
void yett_http1_finish(struct yett_http1 *http1);

/* Answer the request ourselves and finish it. */
void
yett_http1_answer(struct yett_http1 *http1, const struct yett_answer *answer);

/* Cut the connection instead of answering. */
void yett_http1_cut(struct yett_http1 *http1, const struct yett_answer *answer);

/* Answer that the message itself is wrong, and end: what follows it cannot be
 * told apart from it any more. `why` and the answer's detail are static. */
void
yett_http1_refuse(struct yett_http1 *http1, const struct yett_answer *answer);
void yett_http1_answer_plain(struct yett_http1 *http1, unsigned status,
    const char *why);

#endif
