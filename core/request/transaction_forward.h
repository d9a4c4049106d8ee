/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction_forward.h - a transaction and its upstream: the client's body up,
 * the response down, each under the other's back-pressure.
 *
 * The middle of transaction.h, which says how it is used. Worker-owned.
 */
#ifndef YETT_REQUEST_TRANSACTION_FORWARD_H
#define YETT_REQUEST_TRANSACTION_FORWARD_H

#include "request/plan.h"
#include "request/transaction_state.h"

/* For transaction.c: send the head where the plan leads, or answer that it
 * cannot be sent. */
void yett_transaction_forward(struct yett_transaction *transaction,
    const struct yett_head *head, const struct yett_plan *plan);

/* --- the client's body -------------------------------------------------- */

/* Whether more of it is of use now. */
bool yett_transaction_wants_body(const struct yett_transaction *transaction);

/* A piece of it, out of its framing; in a tunnel, bytes. More than the policy
 * allows is answered with 413. */
void yett_transaction_body(struct yett_transaction *transaction,
    struct yett_slice payload);

/* A part of the lines behind it, as http/body.h hands them out. */
void yett_transaction_trailers(struct yett_transaction *transaction,
    struct yett_slice lines);

/* It has ended; in a tunnel, the client's half has. */
void yett_transaction_body_end(struct yett_transaction *transaction);

/* Send the upstream what was fed. True: that made room for more. */
bool yett_transaction_send(struct yett_transaction *transaction);

/* The client broke its own message: nothing more of it goes upstream. Answers
 * with `status` if that can still be, else aborts. `why` is static. */
void yett_transaction_break(struct yett_transaction *transaction,
    unsigned status, const char *why);

/* --- the response -------------------------------------------------------- */

/* Carry what the upstream has to the responder; true when something moved. */
bool yett_transaction_step(struct yett_transaction *transaction);

/* The client takes nothing now: let the upstream wait, too. */
void yett_transaction_pause(struct yett_transaction *transaction);

#endif
