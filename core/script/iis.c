/* SPDX-License-Identifier: Apache-2.0 */
#include "script/iis.h"

#include "base/clock.h"
#include "base/file.h"
#include "import/xml.h"
#include "script/host.h"
#include "script/loader.h"
#include "script/text.h"

#define MOST_MEMORY ((size_t)1024 * 1024 * 1024)
#define MOST_TIME (30 * YETT_NS_PER_S)

/* One input: `root` is NULL for what is no XML. */
struct input {
	struct yett_buf text;
	const struct yett_xml_element *root;
};

/* One import; the strings of what is wrong are in the fault. */
struct run {
	const struct yett_import *import;
	struct input input[YETT_IMPORT_FILES];
	struct yett_arena arena; /* of the trees */
	struct yett_buf *policy, *parity;
	struct yett_fault *fault;
	enum yett_status status;
};

/* --- reading ------------------------------------------------------------- */

/* Whether the first thing behind a byte order mark and blanks is a '<'. */
static bool
is_xml(struct yett_slice text)
{
	static const char skipped[] = "\xef\xbb\xbf\xff\xfe \t\r\n";

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\0' && strchr(skipped, text.at[i]) == NULL)
			return text.at[i] == '<';
	return false;
}

static enum yett_status
read_input(struct run *run, size_t index)
{
	struct input *input = &run->input[index];
	const char *path = run->import->files[index].path;
	enum yett_status status = yett_file_read(path, YETT_XML_BYTES,
	    &input->text, run->fault);

	if (status != YETT_OK || !is_xml(yett_buf_slice(&input->text)))
		return status;
	return yett_xml_parse(&input->root, yett_buf_slice(&input->text), path,
	    &run->arena, run->fault);
}

/* --- into Lua and back ---------------------------------------------------- */

/* Push `element` and all below it; the depth of the tree is bounded. */
static void
push_element(lua_State *L, const struct yett_xml_element *element)
{
	lua_Integer count = 0;

	luaL_checkstack(L, 4, "elements");
	lua_createtable(L, 0, 4);
	lua_pushstring(L, element->name);
	lua_setfield(L, -2, "name");
	lua_pushinteger(L, (lua_Integer)element->line);
	lua_setfield(L, -2, "line");
	lua_pushinteger(L, (lua_Integer)element->column);
	lua_setfield(L, -2, "column");
	lua_createtable(L, 0, (int)element->attribute_count);
	for (uint32_t i = 0; i < element->attribute_count; i++) {
		lua_pushstring(L, element->attribute[i].value);
		lua_setfield(L, -2, element->attribute[i].name);
	}
	lua_setfield(L, -2, "attributes");
	for (const struct yett_xml_element *child = element->first;
	     child != NULL; child = child->next) {
		push_element(L, child);
		lua_rawseti(L, -2, ++count);
	}
}

/* Push the list of files as lua/yett/iis/import.lua wants it. */
static void
push_files(lua_State *L, const struct run *run)
{
	const struct yett_import *import = run->import;

	lua_createtable(L, (int)import->file_count, 0);
	for (size_t i = 0; i < import->file_count; i++) {
		const struct input *input = &run->input[i];

		lua_createtable(L, 0, 3);
		lua_pushstring(L, import->files[i].path);
		lua_setfield(L, -2, "name");
		if (import->files[i].at != NULL) {
			lua_pushstring(L, import->files[i].at);
			lua_setfield(L, -2, "at");
		}
		if (input->root != NULL) {
			push_element(L, input->root);
			lua_setfield(L, -2, "root");
		} else {
			yett_text_push(L, yett_buf_slice(&input->text));
			lua_setfield(L, -2, "text");
		}
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

/* Body of yett_vm_call(). */
static int
run_import(lua_State *L)
{
	struct run *run = lua_touserdata(L, 1);

	yett_host_push(L);                       /* 2 */
	yett_host_require(L, "yett.iis.import"); /* 3 */
	lua_pushvalue(L, 2);
	push_files(L, run);
	lua_pushstring(L,
	    run->import->format == YETT_FORMAT_JSON ? "json" : "text");
	lua_call(L, 3, 4); /* 3: policy, 4: report; or nil, where, what, call */
	if (lua_isnil(L, 3)) {
		run->status = lua_toboolean(L, 6) ? YETT_E_ARGUMENT
						  : YETT_E_POLICY;
		yett_fault_where(run->fault, "%s", luaL_checkstring(L, 4));
		(void)yett_fail(run->fault, run->status, "%s",
		    luaL_checkstring(L, 5));
		return 0;
	}
	run->status = yett_buf_append(run->policy, yett_text_check(L, 3));
	if (run->status == YETT_OK)
		run->status = yett_buf_append(run->parity,
		    yett_text_check(L, 4));
	return 0;
}

static enum yett_status
call_lua(struct run *run)
{
	const struct yett_vm_limits limits = {
		.memory = MOST_MEMORY,
		.time = MOST_TIME,
	};
	struct yett_host host = { .source = yett_policy_source_new(),
		.loading = true };
	struct yett_vm *vm = NULL;
	enum yett_status status;

	if (host.source == NULL)
		return YETT_E_NOMEM;
	status = yett_vm_open(&vm, &limits, &host, run->fault);
	if (status == YETT_OK)
		status = yett_vm_call(vm, run_import, run, run->fault);
	yett_vm_close(vm);
	yett_policy_source_unref(&host.source);
	return status == YETT_OK ? run->status : status;
}

/* What came out must load: else it would be our mistake, told as such. */
static enum yett_status
load_policy(const struct run *run)
{
	const struct yett_load_options options = { .sink = NULL };
	struct yett_fault found = YETT_FAULT_NONE;
	struct yett_loaded loaded;
	enum yett_status status = yett_load_text(&loaded, "imported.lua", ".",
	    yett_buf_slice(run->policy), &options, &found);

	if (status == YETT_OK) {
		yett_loaded_clear(&loaded);
		return YETT_OK;
	}
	yett_fault_where(run->fault, "%s", found.where);
	return yett_fail(run->fault, status,
	    "the policy that came out does not load: %s", found.what);
}

enum yett_status
yett_iis_import(const struct yett_import *import, struct yett_buf *policy,
    struct yett_buf *parity, struct yett_fault *fault)
{
	struct run run = {
		.import = import,
		.policy = policy,
		.parity = parity,
		.fault = fault,
	};
	enum yett_status status = YETT_OK;

	if (import->file_count == 0 || import->file_count > YETT_IMPORT_FILES)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "an import takes 1 to %d files", YETT_IMPORT_FILES);
	for (size_t i = 0; i < import->file_count && status == YETT_OK; i++)
		status = read_input(&run, i);
	if (status == YETT_OK)
		status = call_lua(&run);
	if (status == YETT_OK)
		status = load_policy(&run);
	for (size_t i = 0; i < import->file_count; i++)
		yett_buf_clear(&run.input[i].text);
	yett_arena_clear(&run.arena);
	return status;
}
