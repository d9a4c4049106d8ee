/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inquiry.h - asking a policy what it would do, without a socket or a key.
 *
 * Implements `struct yett_policy` of yett.h, whose comments are the contract:
 * public facts become those of policy/, the decision becomes public words. The
 * deciding is done by the functions that the gateway itself uses.
 */
#ifndef YETT_GATEWAY_INQUIRY_H
#define YETT_GATEWAY_INQUIRY_H

#include "http/host.h"
#include "script/instance.h"
#include "script/loader.h"
#include "tls/credentials.h"

/* One thread at a time. */
struct yett_policy {
	struct yett_loaded loaded;
	struct yett_instance *instance;
	struct yett_credentials *credentials; /* NULL; or the trusts alone, for
						 the explaining of files */
};

/*
 * Whether the trusts have their ids, which the record knows them by: opens
 * their files, once. False: these are not here, or memory is out.
 */
bool yett_policy_knows_trusts(struct yett_policy *policy);

/* yett_policy_evaluate() of yett.h about `request`; what was looked at is added
 * to *read. */
YETT_MUST_USE
enum yett_status yett_policy_evaluate_about(struct yett_policy *policy,
    const char *text, const struct yett_request *request, char *out,
    size_t size, uint32_t *read, struct yett_fault *fault);

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
