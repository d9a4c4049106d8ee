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

#include "script/instance.h"
#include "script/loader.h"

/* One thread at a time. */
struct yett_policy {
	struct yett_loaded loaded;
	struct yett_instance *instance;
};

#endif
