/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements yett_export() of yett_tools.h. A policy runs once, in a state of
 * its own, as it does when it is loaded; the forms themselves are written in
 * lua/yett/export/export.lua.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "script/host.h"
#include "script/text.h"
#include "yett_tools.h"

#define MOST_MEMORY ((size_t)1024 * 1024 * 1024)
#define MOST_TIME (60 * YETT_NS_PER_S)

/* One export; what is wrong goes to the fault. */
struct run {
	enum yett_export_form form;
	const struct yett_report *report;
	struct yett_buf *out;
	struct yett_fault *fault;
	enum yett_status status;
};

static const char *
form_name(enum yett_export_form form)
{
	switch (form) {
	case YETT_EXPORT_JSON: return "json";
	case YETT_EXPORT_LUA: return "lua";
	case YETT_EXPORT_SCHEMA: return "schema";
	case YETT_EXPORT_LUALS: return "luals";
	case YETT_EXPORT_LUACHECK: return "luacheck";
	}
	return "json";
}

static bool
needs_policy(enum yett_export_form form)
{
	return form == YETT_EXPORT_JSON || form == YETT_EXPORT_LUA;
}

/* Give the text in slot `index` to the report. */
static void
tell(lua_State *L, const struct run *run, int index)
{
	struct yett_slice text = yett_text_optional(L, index);

	if (run->report != NULL && text.len > 0)
		run->report->write(run->report->arg, text.at, text.len);
}

/* Body of yett_vm_call(). */
static int
run_export(lua_State *L)
{
	struct run *run = lua_touserdata(L, 1);
	bool as_json = run->report != NULL &&
	    run->report->format == YETT_FORMAT_JSON;

	yett_host_push(L);                          /* 2 */
	yett_host_require(L, "yett.export.export"); /* 3 */
	lua_pushvalue(L, 2);
	lua_pushstring(L, form_name(run->form));
	yett_host_push_files(L, false);
	lua_pushstring(L, as_json ? "json" : "text");
	lua_call(L, 4, 3); /* 3: text or nil, 4: told, 5: what is wrong */
	tell(L, run, 4);
	if (!lua_isnil(L, 3)) {
		run->status = yett_buf_append(run->out, yett_text_check(L, 3));
		return 0;
	}
	run->status = YETT_E_POLICY;
	lua_getfield(L, 5, "where");
	lua_getfield(L, 5, "message");
	yett_fault_where(run->fault, "%s", luaL_checkstring(L, -2));
	(void)yett_fail(run->fault, YETT_E_POLICY, "%s",
	    luaL_checkstring(L, -1));
	return 0;
}

static enum yett_status
open_source(struct yett_policy_source **out, const char *path,
    const struct run *run)
{
	if (needs_policy(run->form))
		return yett_policy_source_from_path(out, path, run->fault);
	*out = yett_policy_source_new();
	return *out != NULL ? YETT_OK : YETT_E_NOMEM;
}

/* The text of `form` into `out`; the rest as yett_export(). */
static enum yett_status
export_text(const char *path, enum yett_export_form form,
    const struct yett_report *report, struct yett_buf *out,
    struct yett_fault *fault)
{
	static const struct yett_vm_limits limits = {
		.memory = MOST_MEMORY,
		.time = MOST_TIME,
	};
	struct run run = { form, report, out, fault, YETT_OK };
	struct yett_host host = { .loading = true };
	struct yett_vm *vm = NULL;
	enum yett_status status;

	if (needs_policy(form) != (path != NULL))
		return yett_fail(fault, YETT_E_ARGUMENT, "form %s %s a policy",
		    form_name(form), path == NULL ? "needs" : "is not of");
	status = open_source(&host.source, path, &run);
	if (status != YETT_OK)
		return status;
	status = yett_vm_open(&vm, &limits, &host, fault);
	if (status == YETT_OK)
		status = yett_vm_call(vm, run_export, &run, fault);
	yett_vm_close(vm);
	yett_policy_source_unref(&host.source);
	return status == YETT_OK ? run.status : status;
}

enum yett_status
yett_export(const char *path, enum yett_export_form form,
    const struct yett_report *report, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status = export_text(path, form, report, &text, fault);

	if (status == YETT_OK) {
		struct yett_slice all = yett_buf_slice(&text);

		sink(arg, all.at, all.len);
	}
	yett_buf_clear(&text);
	return status;
}
