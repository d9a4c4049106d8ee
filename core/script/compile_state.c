/* SPDX-License-Identifier: Apache-2.0 */
#include "script/compile_state.h"

void
yett_compile_must(const struct yett_compile *compile, enum yett_status status)
{
	if (status == YETT_OK)
		return;
	luaL_error(compile->L, "%s",
	    compile->fault->what[0] != '\0' ? compile->fault->what
					    : yett_status_text(status));
}

struct yett_slice
yett_compile_path(const struct yett_compile *compile, struct yett_slice path)
{
	struct yett_slice whole;

	if (path.at == NULL)
		return path;
	whole = yett_policy_source_path(compile->source, compile->arena, path);
	if (whole.at == NULL)
		luaL_error(compile->L, "memory ran out");
	return whole;
}
