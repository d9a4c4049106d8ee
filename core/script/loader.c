/* SPDX-License-Identifier: Apache-2.0 */
#include "script/loader.h"

#include "base/buf.h"
#include "base/clock.h"
#include "policy/place.h"
#include "policy/review.h"
#include "script/compile.h"
#include "script/host.h"
#include "script/instance.h"

#define MOST_MEMORY ((size_t)1024 * 1024 * 1024)
#define MOST_TIME (30 * YETT_NS_PER_S)
#define PATIENCE (5 * YETT_NS_PER_S)

/* One load. */
struct load {
	const struct yett_load_options *options;
	struct yett_policy_source *source;
	struct yett_host host;
	struct yett_vm_limits limits;
	struct yett_vm *vm;
	struct yett_draft *draft;
	struct yett_fault *fault;
	struct yett_fault said; /* by the draft, while Lua is on the stack */
	struct yett_findings findings;
};

/* --- from text to a generation ----------------------------------------- */

/* Body of yett_vm_call(): run the policy and write the draft. */
static int
run_policy(lua_State *L)
{
	struct load *load = lua_touserdata(L, 1);

	yett_host_push(L);                          /* 2 */
	yett_host_require(L, "yett.language.load"); /* 3 */
	yett_host_push_files(L, false);             /* 4 */
	lua_pushvalue(L, 3);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 4);
	lua_call(L, 2, 2); /* 5: declarations or nil, 6: diagnostics */
	luaL_checktype(L, 6, LUA_TTABLE);
	yett_take_diagnostics(L, 6, &load->findings);
	if (lua_isnil(L, 5))
		return 0;
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
	for (const struct yett_source_module *module = source->module;
	     module != NULL && status == YETT_OK; module = module->next)
		status = append_text(&all, module->path, module->file.text);
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

/* The first error becomes the fault. */
static enum yett_status
fail_found(const struct load *load)
{
	const struct yett_findings *findings = &load->findings;
	char where[YETT_PLACE_TEXT];

	for (uint32_t i = 0; i < findings->count; i++) {
		const struct yett_finding *finding = &findings->at[i];

		if (finding->severity != YETT_SEVERITY_ERROR)
			continue;
		yett_fault_where(load->fault, "%s",
		    yett_place_write(where, sizeof(where),
			&finding->spot.place));
		return yett_fail(load->fault, YETT_E_POLICY, "%.*s",
		    YETT_ARG(finding->message));
	}
	return YETT_E_POLICY;
}

/* `fault` is why there is no policy: an error like all others, once. */
static enum yett_status
fail_once(struct load *load, enum yett_status status, const char *code,
    const struct yett_fault *fault)
{
	struct yett_fault known = *fault;
	struct yett_finding *finding;

	if (known.what[0] == '\0')
		(void)yett_fail(&known, status, "%s", yett_status_text(status));
	finding = yett_findings_add_fault(&load->findings, code, &known);
	if (status == YETT_E_LIMIT)
		yett_finding_help(&load->findings, finding,
		    "a policy runs once, from its top to its end: is there a "
		    "loop here that never ends, or a list that grows for "
		    "ever?");
	yett_fault_where(load->fault, "%s", known.where);
	(void)yett_fail(load->fault, status, "%s", known.what);
	return status == YETT_E_SCRIPT ? YETT_E_POLICY : status;
}

/* Told by the state: `arg` is the load. */
static void
tell_slow(void *arg, const char *place)
{
	const struct load *load = arg;

	load->options->slow(load->options->arg, place,
	    (unsigned)(load->limits.patience / YETT_NS_PER_S),
	    (unsigned)(load->limits.time / YETT_NS_PER_S));
}

/* Run the policy in a state of its own, which is gone afterwards. */
static enum yett_status
fill_draft(struct load *load)
{
	const struct yett_load_options *options = load->options;
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status;

	load->limits = (struct yett_vm_limits){
		.memory = options->memory != 0 ? options->memory : MOST_MEMORY,
		.time = options->time != 0 ? options->time : MOST_TIME,
		.abandoned = options->abandoned,
		.slow = options->slow != NULL ? tell_slow : NULL,
		.slow_arg = load,
		.patience = options->patience != 0 ? options->patience
						   : PATIENCE,
	};
	load->host = (struct yett_host){ .source = load->source,
		.loading = true };
	status = yett_vm_open(&load->vm, &load->limits, &load->host,
	    load->fault);
	if (status != YETT_OK)
		return status;
	status = yett_vm_call(load->vm, run_policy, load, &fault);
	yett_vm_close(load->vm);
	load->vm = NULL;
	if (status == YETT_OK)
		return load->findings.errors > 0 ? fail_found(load) : YETT_OK;
	/* What the draft said is the reason; Lua only carried it. */
	if (load->said.what[0] != '\0')
		return fail_once(load, YETT_E_POLICY, "E121", &load->said);
	return fail_once(load, status, status == YETT_E_LIMIT ? "E304" : "E302",
	    &fault);
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

/* From the source to a generation, and everything that can be found. */
static enum yett_status
load_and_look(struct load *load, struct yett_loaded *loaded)
{
	const struct yett_load_options *options = load->options;
	struct yett_fault found = YETT_FAULT_NONE;
	enum yett_status status = fill_draft(load);

	if (status == YETT_OK)
		status = set_digest(load);
	if (status != YETT_OK)
		return status;
	status = yett_draft_freeze(&load->draft, &loaded->gen, &found);
	if (status != YETT_OK)
		return fail_once(load, status, "E121", &found);
	status = try_instance(load, &found);
	if (status != YETT_OK)
		return fail_once(load, status, "E302", &found);
	yett_review(loaded->gen, &load->findings);
	if (load->findings.errors > 0)
		return fail_found(load);
	if (options->inspect != NULL)
		status = options->inspect(options->inspect_arg, loaded,
		    &load->findings, load->fault);
	return status;
}

/* Tell what was found. When that fails, the load's own failure comes first. */
static enum yett_status
tell(struct load *load, enum yett_status status)
{
	const struct yett_load_options *options = load->options;
	const struct yett_finding_form form = { .sink = options->sink,
		.arg = options->arg,
		.format = options->format,
		.notes = options->notes };
	enum yett_status told = yett_tell_findings(&load->findings,
	    load->source, &form, load->fault);

	if (options->warnings != NULL)
		*options->warnings = load->findings.warnings;
	return status != YETT_OK ? status : told;
}

/* Turn the source, which is consumed, into a loaded policy. */
static enum yett_status
load_source(struct yett_loaded *out, struct yett_policy_source *source,
    const struct yett_load_options *options, struct yett_fault *fault)
{
	struct yett_loaded loaded = { .gen = NULL, .source = source };
	struct load load = {
		.options = options,
		.source = source,
		.fault = fault,
	};
	enum yett_status status = YETT_E_NOMEM;

	load.draft = yett_draft_new();
	if (load.draft != NULL)
		status = tell(&load, load_and_look(&load, &loaded));
	yett_draft_free(load.draft);
	yett_findings_clear(&load.findings);
	if (status == YETT_OK)
		*out = loaded;
	else
		yett_loaded_clear(&loaded);
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

	if (status == YETT_OK && options->as != NULL) {
		status = yett_policy_source_lie_at(source, options->as, fault);
		if (status != YETT_OK)
			yett_policy_source_unref(&source);
	}
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

enum yett_status
yett_load_again(struct yett_loaded *out,
    const struct yett_policy_source *source,
    const struct yett_load_options *options, struct yett_fault *fault)
{
	struct yett_policy_source *again;
	enum yett_status status = yett_policy_source_again(&again, source);

	return status == YETT_OK ? load_source(out, again, options, fault)
				 : status;
}
