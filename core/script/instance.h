/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance.h - the functions of one policy, ready for one worker.
 *
 * Holds a warm Lua state in which the policy ran once more, with its
 * declarations dropped and its functions kept. Only a verdict allows: an
 * error, a spent budget or a result that is not a verdict returns ERROR. A
 * state that ran out of memory is replaced, at most once a second; until then
 * calls return ERROR.
 *
 * Worker-owned: one thread at a time.
 */
#ifndef YETT_SCRIPT_INSTANCE_H
#define YETT_SCRIPT_INSTANCE_H

#include "policy/decide.h"
#include "script/source.h"

struct yett_instance;

/*
 * Make the state and run the policy in it; takes a reference on `source`.
 * A policy without functions costs no state.
 * YETT_E_POLICY: its functions are not those that were there at load.
 * YETT_E_SCRIPT, YETT_E_LIMIT: the policy fails when it runs again.
 */
YETT_MUST_USE
enum yett_status yett_instance_open(struct yett_instance **out,
    struct yett_policy_source *source, struct yett_fault *fault);
void yett_instance_close(struct yett_instance *instance);

/* What the decision calls; lent, valid until the instance is closed. */
const struct yett_functions *
yett_instance_functions(const struct yett_instance *instance);

/*
 * What the last call that answered ERROR said, "file:line: what", without
 * newline; "" when none has. Lent until the next call.
 */
const char *yett_instance_error(const struct yett_instance *instance);

/*
 * Evaluate `text`, an expression or statements, as a function of the policy
 * would: in the sandbox and within the limits of a call, with `hello` and `req`
 * unless `hello`, or `request`, is NULL. `verified`: the certificate of the
 * request may be shown. The value goes to `out` as rendering.h says, cut to
 * `size`; what was looked at is added to *read.
 *
 * YETT_E_SCRIPT: it is malformed, or it raised
 * YETT_E_LIMIT:  it was too much for one call
 */
YETT_MUST_USE
enum yett_status
yett_instance_evaluate(struct yett_instance *instance, struct yett_slice text,
    const struct yett_hello *hello, const struct yett_site *site,
    const struct yett_request *request, bool verified, char *out, size_t size,
    uint32_t *read, struct yett_fault *fault);

/* How many calls answered ERROR. */
uint64_t yett_instance_errors(const struct yett_instance *instance);

#endif
