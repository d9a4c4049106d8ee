/* SPDX-License-Identifier: Apache-2.0 */
#include "script/loader.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "script/compile.h"
#include "script/host.h"
#include "script/instance.h"

#define MOST_MEMORY ((size_t)1024 * 1024 * 1024)
#define MOST_TIME (30 * YETT_NS_PER_S)

/* One load. */
struct load {
	const struct yett_load_options *options;
	struct yett_policy_source *source;
	struct yett_host host;
	struct yett_vm *vm;
	struct yett_draft *draft;
	struct yett_fault *fault;
	struct yett_fault said; /* by the draft, while Lua is on the stack */
	bool is_wrong;          /* diagnostics have told what is wrong */
};

/* --- telling ----------------------------------------------------------- */

/* Give the text that the list of diagnostics in slot `list` and the files in
 * slot `files` make to the sink. */
static void
render(lua_State *L, const struct load *load, int list, int files)
{
	const struct yett_load_options *options = load->options;
	size_t len;
	const char *text;

	if (options->sink == NULL)
		return;
	yett_host_require(L, "yett.diagnostic");
	lua_getfield(L, -1, "render");
	lua_pushvalue(L, list);
	lua_pushvalue(L, files);
	lua_createtable(L, 0, 1);
	lua_pushstring(L, options->format != NULL ? options->format : "text");
	lua_setfield(L, -2, "format");
	lua_call(L, 3, 1);
	text = luaL_checklstring(L, -1, &len);
	options->sink(options->arg, text, len);
	lua_pop(L, 2);
}

/* Put the first error of the list in slot `list` into the fault. */
static void
take_first_error(lua_State *L, struct load *load, int list)
{
	lua_Integer count = (lua_Integer)lua_rawlen(L, list);

	for (lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, list, i);
		lua_getfield(L, -1, "severity");
		if (strcmp(luaL_checkstring(L, -1), "error") == 0) {
			lua_getfield(L, -2, "file");
			lua_getfield(L, -3, "line");
			lua_getfield(L, -4, "column");
			lua_getfield(L, -5, "message");
			yett_fault_where(load->fault, "%s:%d:%d",
			    luaL_checkstring(L, -4), (int)lua_tointeger(L, -3),
			    (int)lua_tointeger(L, -2));
			(void)yett_fail(load->fault, YETT_E_POLICY, "%s",
			    luaL_checkstring(L, -1));
			return;
		}
		lua_pop(L, 2);
	}
}

/* What neither the modules nor Lua said goes to the sink in the same form. */
static void
tell_fault(const struct load *load, const struct yett_fault *fault)
{
	const struct yett_load_options *options = load->options;
	char line[sizeof(fault->where) + sizeof(fault->what) + 32];
	int len;

	if (options->sink == NULL || fault == NULL)
		return;
	len = snprintf(line, sizeof(line), "%s%serror: %s\n", fault->where,
	    fault->where[0] != '\0' ? ": " : "", fault->what);
	options->sink(options->arg, line, (size_t)len);
}

/* --- from text to a generation ----------------------------------------- */

/* Body of yett_vm_call(): run the policy and write the draft. */
static int
run_policy(lua_State *L)
{
	struct load *load = lua_touserdata(L, 1);

	yett_host_push(L);                 /* 2 */
	yett_host_require(L, "yett.load"); /* 3 */
	yett_host_push_files(L);           /* 4 */
	lua_pushvalue(L, 3);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 4);
	lua_call(L, 2, 2); /* 5: declarations or nil, 6: diagnostics */
	luaL_checktype(L, 6, LUA_TTABLE);
	if (lua_rawlen(L, 6) > 0)
		render(L, load, 6, 4);
	if (lua_isnil(L, 5)) {
		load->is_wrong = true;
		take_first_error(L, load, 6);
		return 0;
	}
	lua_pushvalue(L, 5);
	yett_compile(L, load->draft, load->source, &load->said);
	return 0;
}

static enum yett_status
append_text(struct yett_buf *buf, struct yett_slice name,
    struct yett_slice text)
{
	enum yett_status status = yett_buf_printf(buf,
	    "%zu:%.*s,%zu:", name.len, YETT_ARG(name), text.len);

	return status == YETT_OK ? yett_buf_append(buf, text) : status;
}

/* SHA-256 over all files and data with their names, each with its length. */
static enum yett_status
set_digest(struct load *load)
{
	const struct yett_policy_source *source = load->source;
	struct yett_buf all = { 0 };
	enum yett_status status = YETT_OK;
	uint8_t digest[32];

	if (load->options->sha256 == NULL)
		return YETT_OK;
	for (uint32_t i = 0; i < source->file_count && status == YETT_OK; i++)
		status = append_text(&all, source->file[i].name,
		    source->file[i].text);
	for (const struct yett_source_data *data = source->data;
	     data != NULL && status == YETT_OK; data = data->next)
		status = append_text(&all, data->path, data->text);
	if (status == YETT_OK) {
		load->options->sha256(all.memory + all.start,
		    yett_buf_len(&all), digest);
		yett_draft_set_digest(load->draft, digest);
	}
	yett_buf_clear(&all);
	return status;
}

/* Run the policy in a state of its own, which is gone afterwards. */
static enum yett_status
fill_draft(struct load *load)
{
	const struct yett_load_options *options = load->options;
	struct yett_vm_limits limits = {
		.memory = options->memory != 0 ? options->memory : MOST_MEMORY,
		.time = options->time != 0 ? options->time : MOST_TIME,
		.abandoned = options->abandoned,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status;

	load->host = (struct yett_host){ .source = load->source,
		.loading = true };
	status = yett_vm_open(&load->vm, &limits, &load->host, load->fault);
	if (status != YETT_OK)
		return status;
	status = yett_vm_call(load->vm, run_policy, load, &fault);
	yett_vm_close(load->vm);
	load->vm = NULL;
	if (status == YETT_OK)
		return load->is_wrong ? YETT_E_POLICY : YETT_OK;
	/* What the draft said is the reason; Lua only carried it. */
	if (load->said.what[0] != '\0') {
		fault = load->said;
		status = YETT_E_POLICY;
	}
	yett_fault_where(load->fault, "%s", fault.where);
	(void)yett_fail(load->fault, status, "%s", fault.what);
	tell_fault(load, &fault);
	return status == YETT_E_SCRIPT ? YETT_E_POLICY : status;
}

/* Open an instance and drop it: a policy that loads can be called. */
static enum yett_status
try_instance(struct load *load, struct yett_fault *fault)
{
	struct yett_instance *instance;
	enum yett_status status = yett_instance_open(&instance, load->source,
	    fault);

	if (status == YETT_OK)
		yett_instance_close(instance);
	return status == YETT_E_SCRIPT ? YETT_E_POLICY : status;
}

/* Turn the source, which is consumed, into a loaded policy. */
static enum yett_status
load_source(struct yett_loaded *out, struct yett_policy_source *source,
    const struct yett_load_options *options, struct yett_fault *fault)
{
	struct yett_fault found = YETT_FAULT_NONE;
	struct load load = {
		.options = options,
		.source = source,
		.fault = fault,
	};
	struct yett_generation *gen = NULL;
	enum yett_status status = YETT_E_NOMEM;

	load.draft = yett_draft_new();
	if (load.draft == NULL)
		goto fail;
	status = fill_draft(&load);
	if (status != YETT_OK)
		goto fail;
	status = set_digest(&load);
	if (status != YETT_OK)
		goto fail;
	status = yett_draft_freeze(&load.draft, &gen, &found);
	if (status == YETT_OK)
		status = try_instance(&load, &found);
	if (status == YETT_OK) {
		out->gen = gen;
		out->source = source;
		return YETT_OK;
	}
	tell_fault(&load, &found);
	yett_fault_where(fault, "%s", found.where);
	(void)yett_fail(fault, status, "%s", found.what);
fail:
	yett_generation_unref(&gen);
	yett_draft_free(load.draft);
	yett_policy_source_unref(&source);
	return status;
}

/* --- public ------------------------------------------------------------ */

void
yett_loaded_clear(struct yett_loaded *loaded)
{
	yett_generation_unref(&loaded->gen);
	yett_policy_source_unref(&loaded->source);
}

enum yett_status
yett_load(struct yett_loaded *out, const char *path,
    const struct yett_load_options *options, struct yett_fault *fault)
{
	struct yett_policy_source *source;
	enum yett_status status = yett_policy_source_from_path(&source, path,
	    fault);

	return status == YETT_OK ? load_source(out, source, options, fault)
				 : status;
}

enum yett_status
yett_load_text(struct yett_loaded *out, const char *name, const char *folder,
    struct yett_slice text, const struct yett_load_options *options,
    struct yett_fault *fault)
{
	struct yett_policy_source *source;
	enum yett_status status = yett_policy_source_from_text(&source, name,
	    folder, text);

	return status == YETT_OK ? load_source(out, source, options, fault)
				 : status;
}
