/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loaded_policy.h - `struct yett_policy` of yett.h: a policy with an instance
 * of its functions, without a socket or a key.
 */
#ifndef YETT_TOOLS_LOADED_POLICY_H
#define YETT_TOOLS_LOADED_POLICY_H

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

#endif
