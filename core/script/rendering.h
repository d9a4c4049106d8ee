/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rendering.h - prints a value of a policy as text, much as the policy would
 * write it.
 */
#ifndef YETT_SCRIPT_RENDERING_H
#define YETT_SCRIPT_RENDERING_H

#include "script/vm.h"

/*
 * Push the text of the value in slot `index`: one line, without controls. Of a
 * table some fields are shown, tables in it are not opened. Runs no script.
 */
void yett_rendering_push(lua_State *L, int index);

#endif
