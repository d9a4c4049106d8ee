/* SPDX-License-Identifier: Apache-2.0 */
#include "script/finding_text.h"

#include "script/fields.h"
#include "script/host.h"
#include "script/text.h"

#define MOST_MEMORY ((size_t)256 * 1024 * 1024)

/* Arguments of tell_all(). */
struct tell {
	const struct yett_findings *findings;
	const struct yett_finding_form *form;
};

static const char *const severities[] = { "note", "warning", "error", NULL };

/* --- to Lua --------------------------------------------------------------- */

static void
set_text(lua_State *L, const char *name, struct yett_slice text)
{
	if (text.at == NULL)
		return;
	yett_text_push(L, text);
	lua_setfield(L, -2, name);
}

static void
set_spot(lua_State *L, const struct yett_spot *spot)
{
	bool known = spot->place.file.at != NULL;

	set_text(L, "file", known ? spot->place.file : YETT_LIT("policy"));
	lua_pushinteger(L, spot->place.line);
	lua_setfield(L, -2, "line");
	lua_pushinteger(L, spot->place.column);
	lua_setfield(L, -2, "column");
	lua_pushinteger(L, spot->length);
	lua_setfield(L, -2, "length");
	set_text(L, "label", spot->label);
	lua_pushstring(L, spot->field);
	lua_setfield(L, -2, "field");
	if (spot->element > 0) {
		lua_pushinteger(L, spot->element);
		lua_setfield(L, -2, "element");
	}
	lua_pushstring(L, spot->member);
	lua_setfield(L, -2, "member");
}

static void
push_finding(lua_State *L, const struct yett_finding *finding)
{
	lua_createtable(L, 0, 12);
	lua_pushstring(L, severities[finding->severity]);
	lua_setfield(L, -2, "severity");
	lua_pushstring(L, finding->code);
	lua_setfield(L, -2, "code");
	set_spot(L, &finding->spot);
	set_text(L, "message", finding->message);
	set_text(L, "help", finding->help);
	lua_createtable(L, (int)finding->note_count, 0);
	for (uint32_t i = 0; i < finding->note_count; i++) {
		lua_createtable(L, 0, 8);
		set_spot(L, &finding->note[i].spot);
		set_text(L, "message", finding->note[i].message);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "notes");
}

static void
push_options(lua_State *L, const struct tell *tell)
{
	const struct yett_findings *findings = tell->findings;
	const char *format = tell->form->format;

	lua_createtable(L, 0, 4);
	lua_pushstring(L, format != NULL ? format : "text");
	lua_setfield(L, -2, "format");
	lua_pushboolean(L, tell->form->notes);
	lua_setfield(L, -2, "notes");
	lua_pushinteger(L, (lua_Integer)(findings->total - findings->count));
	lua_setfield(L, -2, "dropped");
}

/* Body of yett_vm_call(). */
static int
tell_all(lua_State *L)
{
	const struct tell *tell = lua_touserdata(L, 1);
	const struct yett_findings *findings = tell->findings;
	const char *text;
	size_t len;

	yett_host_push(L);
	yett_host_require(L, "yett.diagnosis.output");
	lua_getfield(L, -1, "render_findings");
	lua_createtable(L, (int)findings->count, 0);
	for (uint32_t i = 0; i < findings->count; i++) {
		push_finding(L, &findings->at[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	yett_host_push_files(L, true);
	push_options(L, tell);
	lua_call(L, 3, 1);
	text = luaL_checklstring(L, -1, &len);
	if (len > 0)
		tell->form->sink(tell->form->arg, text, len);
	return 0;
}

enum yett_status
yett_tell_findings(const struct yett_findings *findings,
    struct yett_policy_source *source, const struct yett_finding_form *form,
    struct yett_fault *fault)
{
	const struct yett_vm_limits limits = { .memory = MOST_MEMORY };
	struct tell tell = { .findings = findings, .form = form };
	struct yett_host host = { .source = source, .loading = true };
	bool json = form->format != NULL && strcmp(form->format, "json") == 0;
	struct yett_vm *vm;
	enum yett_status status;

	if (form->sink == NULL || (findings->count == 0 && !json))
		return YETT_OK;
	status = yett_vm_open(&vm, &limits, &host, fault);
	if (status != YETT_OK)
		return status;
	status = yett_vm_call(vm, tell_all, &tell, fault);
	yett_vm_close(vm);
	return status;
}

/* --- from Lua ------------------------------------------------------------- */

/* The place in the table on top. */
static struct yett_spot
read_spot(lua_State *L, struct yett_arena *arena)
{
	struct yett_spot spot = { .label = YETT_SLICE_NONE };

	spot.place.file = yett_field_text(L, arena, "file");
	spot.place.line = (uint32_t)yett_field_number(L, "line", 0);
	spot.place.column = (uint32_t)yett_field_number(L, "column", 0);
	spot.length = (uint32_t)yett_field_number(L, "length", 0);
	return spot;
}

/* The diagnostic on top. */
static void
take_diagnostic(lua_State *L, struct yett_findings *findings)
{
	struct yett_arena *arena = &findings->arena;
	struct yett_spot spot = read_spot(L, arena);
	struct yett_slice message = yett_field_text(L, arena, "message");
	struct yett_finding *finding = yett_finding_add(findings,
	    (enum yett_severity)yett_field_choice(L, "severity", severities,
		YETT_SEVERITY_ERROR),
	    yett_field_text(L, arena, "code").at, &spot, "%s", "");
	uint32_t notes = 0;

	if (finding == NULL)
		return;
	finding->message = message;
	finding->help = yett_field_text(L, arena, "help");
	if (!yett_field_enter(L, "notes", &notes))
		return;
	for (uint32_t i = 0; i < notes && i < YETT_FINDING_NOTES; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		finding->note[i].spot = read_spot(L, arena);
		finding->note[i].message = yett_field_text(L, arena, "message");
		finding->note_count = i + 1;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

void
yett_take_diagnostics(lua_State *L, int list, struct yett_findings *findings)
{
	uint32_t count = (uint32_t)lua_rawlen(L, list);

	for (uint32_t i = 0; i < count; i++) {
		lua_rawgeti(L, list, (lua_Integer)i + 1);
		take_diagnostic(L, findings);
		lua_pop(L, 1);
	}
	lua_getfield(L, list, "hidden");
	findings->total += (uint64_t)lua_tointeger(L, -1);
	lua_pop(L, 1);
}
