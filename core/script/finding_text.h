/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_text.h - prints findings about a policy as text, and passes them as
 * Lua tables.
 *
 * All findings have one form, whoever made them: the modules of lua/ look up
 * the columns, sort, and write the line with its caret, or JSON.
 */
#ifndef YETT_SCRIPT_FINDING_TEXT_H
#define YETT_SCRIPT_FINDING_TEXT_H

#include "policy/finding.h"
#include "script/source.h"
#include "script/vm.h"

/* Receives rendered diagnostics; lent text. */
typedef void (*yett_load_sink)(void *arg, const char *text, size_t len);

struct yett_finding_form {
	yett_load_sink sink; /* NULL: nothing is told */
	void *arg;
	const char *format; /* "text" (NULL), "short" or "json" */
	bool notes;         /* tell notes, too */
};

/*
 * Tell all of `findings` about `source`, in a state of its own. Without any
 * nothing is told, but in JSON, where that is an empty array.
 */
YETT_MUST_USE
enum yett_status yett_tell_findings(const struct yett_findings *findings,
    struct yett_policy_source *source, const struct yett_finding_form *form,
    struct yett_fault *fault);

/* Copy the list of diagnostics in slot `list`, as lua/yett/language/load.lua
 * returns it, to `findings`. Raises when it is malformed. */
void
yett_take_diagnostics(lua_State *L, int list, struct yett_findings *findings);

#endif
