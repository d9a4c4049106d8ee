/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_state.h - what a state of this folder knows of itself: every one has a
 * `struct yett_host` as its owner.
 */
#ifndef YETT_SCRIPT_HOST_STATE_H
#define YETT_SCRIPT_HOST_STATE_H

#include "script/source.h"
#include "script/vm.h"

struct yett_host {
	struct yett_policy_source *source; /* lent; written while `loading` */
	bool loading; /* files may be read and declarations are kept */
	bool sealed;  /* the policy has run: from now on it is called */
};

/* The host of a state that was opened with one. */
static inline struct yett_host *
yett_host_of(lua_State *L)
{
	return yett_vm_owner(L);
}

#endif
