/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello_facts.h - converts a ClientHello of yett.h into the facts that a
 * policy decides on.
 */
#ifndef YETT_TOOLS_HELLO_FACTS_H
#define YETT_TOOLS_HELLO_FACTS_H

#include "base/status.h"
#include "http/host.h"
#include "policy/facts.h"

#define YETT_HELLO_FACTS_ALPN 16

/* A public hello as facts, with the memory that these point into. */
struct yett_hello_facts {
	struct yett_hello hello;
	struct yett_host name;
	struct yett_slice alpn[YETT_HELLO_FACTS_ALPN];
};

/* Read `from`, whose texts are lent; `out` must stay where it is.
 * YETT_E_ARGUMENT: as yett_policy_ask_hello(). */
YETT_MUST_USE
enum yett_status yett_hello_facts_read(struct yett_hello_facts *out,
    const struct yett_client_hello *from, struct yett_fault *fault);

#endif
