/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_describe.h - a policy and its decisions in the words that the tests of
 * a policy can expect. The names are those that lua/yett/test/run.lua reads.
 */
#ifndef YETT_TOOLS_TEST_DESCRIBE_H
#define YETT_TOOLS_TEST_DESCRIBE_H

#include "script/message.h"
#include "tools/loaded_policy.h"
#include "tools/synthetic_request.h"

/* Trusts, rules and functions, for what tests can name and have covered.
 * YETT_E_NOMEM: `out` may have a part. */
YETT_MUST_USE
enum yett_status yett_test_describe_policy(const struct yett_generation *gen,
    struct yett_message *out);

/* What a handshake asks, and why. */
void yett_test_describe_hello(const struct yett_hello_decision *hello,
    struct yett_message_writer *out);

/* How a handshake ends, and if it was refused for its certificate, the
 * reason. */
void
yett_test_describe_end(const struct yett_hello_decision *hello, bool completes,
    const struct yett_synthetic_end *end, struct yett_message_writer *out);

/* What a request gets. */
void yett_test_describe_plan(const struct yett_policy *policy,
    const struct yett_plan *plan, struct yett_message_writer *out);

#endif
