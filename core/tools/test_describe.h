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

/*
 * How a handshake ends; true if without a session: nobody is there, a function
 * refused, no protocol is shared, or a certificate is required in it and did
 * not verify, which is told as the reason.
 */
bool yett_test_describe_end(const struct yett_policy *policy,
    const struct yett_synthetic_request *synthetic,
    const struct yett_hello_decision *hello, struct yett_message_writer *out);

/* What a request gets. */
void yett_test_describe_decision(const struct yett_policy *policy,
    const struct yett_decision *decision, struct yett_message_writer *out);

#endif
