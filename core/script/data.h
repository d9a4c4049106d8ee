/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data.h - JSON documents as read-only Lua objects.
 *
 * The tree belongs to the policy's source and is shared by all workers; only
 * borrowed references are taken, because their counts are not atomic.
 */
#ifndef YETT_SCRIPT_DATA_H
#define YETT_SCRIPT_DATA_H

#include <jansson.h>

#include "script/vm.h"

/* Push `node`: objects and arrays as objects that show their members, null
 * as nil. It must outlive the state. */
void yett_data_push(lua_State *L, const json_t *node);

#endif
