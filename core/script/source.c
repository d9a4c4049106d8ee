/* SPDX-License-Identifier: Apache-2.0 */
#include "script/source.h"

#include <stdlib.h>

#include "base/file.h"

#define MOST_DATA (256 * 1024 * 1024)
#define MOST_MODULE (1024 * 1024)

struct yett_policy_source *
yett_policy_source_new(void)
{
	struct yett_policy_source *source = calloc(1, sizeof(*source));

	if (source != NULL)
		source->references = 1;
	return source;
}

struct yett_policy_source *
yett_policy_source_ref(struct yett_policy_source *source)
{
	__atomic_add_fetch(&source->references, 1, __ATOMIC_RELAXED);
	return source;
}

void
yett_policy_source_unref(struct yett_policy_source **source)
{
	struct yett_policy_source *old = *source;

	*source = NULL;
	if (old == NULL ||
	    __atomic_sub_fetch(&old->references, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	for (struct yett_source_data *data = old->data; data != NULL;
	     data = data->next)
		json_decref(data->root);
	yett_arena_clear(&old->arena);
	free(old);
}

/* Whether `path` starts with a scheme: two letters or more, then a colon. */
static bool
is_url(struct yett_slice path)
{
	size_t i = 0;

	while (i < path.len &&
	    ((yett_lower(path.at[i]) >= 'a' && yett_lower(path.at[i]) <= 'z') ||
		(i > 0 && path.at[i] >= '0' && path.at[i] <= '9')))
		i++;
	return i >= 2 && i < path.len && path.at[i] == ':';
}

struct yett_slice
yett_policy_source_path(const struct yett_policy_source *source,
    struct yett_arena *arena, struct yett_slice path)
{
	struct yett_slice folder = source->folder;
	char *whole;

	if ((path.len > 0 && path.at[0] == '/') || is_url(path))
		return yett_arena_copy(arena, path);
	whole = yett_arena_alloc(arena, folder.len + path.len + 2);
	if (whole == NULL)
		return YETT_SLICE_NONE;
	memcpy(whole, folder.at, folder.len);
	whole[folder.len] = '/';
	memcpy(whole + folder.len + 1, path.at, path.len);
	return (struct yett_slice){ whole, folder.len + 1 + path.len };
}

const json_t *
yett_policy_source_data(const struct yett_policy_source *source,
    struct yett_slice path)
{
	for (const struct yett_source_data *data = source->data; data != NULL;
	     data = data->next)
		if (yett_slice_eq(data->path, path))
			return data->root;
	return NULL;
}

/* Fill `data`, whose path is set; what it holds then is the source's. */
static enum yett_status
read_data(struct yett_policy_source *source, struct yett_source_data *data,
    struct yett_fault *fault)
{
	struct yett_slice path = yett_policy_source_path(source, &source->arena,
	    data->path);
	struct yett_buf bytes = { 0 };
	json_error_t error;
	enum yett_status status;

	if (path.at == NULL)
		return YETT_E_NOMEM;
	status = yett_file_read(path.at, MOST_DATA, &bytes, fault);
	if (status != YETT_OK)
		return status;
	data->text = yett_arena_copy(&source->arena, yett_buf_slice(&bytes));
	yett_buf_clear(&bytes);
	if (data->text.at == NULL)
		return YETT_E_NOMEM;
	data->root = json_loadb(data->text.at, data->text.len,
	    JSON_REJECT_DUPLICATES, &error);
	if (data->root == NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "%.*s:%d:%d: not JSON: %s", YETT_ARG(data->path),
		    error.line, error.column, error.text);
	return YETT_OK;
}

enum yett_status
yett_policy_source_read(struct yett_policy_source *source,
    struct yett_slice path, const json_t **out, struct yett_fault *fault)
{
	const json_t *known = yett_policy_source_data(source, path);
	struct yett_source_data *data;
	enum yett_status status;

	if (known != NULL) {
		*out = known;
		return YETT_OK;
	}
	data = yett_arena_alloc(&source->arena, sizeof(*data));
	if (data == NULL)
		return YETT_E_NOMEM;
	data->path = yett_arena_copy(&source->arena, path);
	if (data->path.at == NULL)
		return YETT_E_NOMEM;
	status = read_data(source, data, fault);
	if (status != YETT_OK)
		return status;
	data->next = source->data;
	source->data = data;
	*out = data->root;
	return YETT_OK;
}

struct yett_slice
yett_policy_source_module(const struct yett_policy_source *source,
    struct yett_slice path)
{
	for (const struct yett_source_module *module = source->module;
	     module != NULL; module = module->next)
		if (yett_slice_eq(module->path, path))
			return module->file.text;
	return YETT_SLICE_NONE;
}

/* Fill the text of `module`, whose path is set. */
static enum yett_status
read_module(struct yett_policy_source *source,
    struct yett_source_module *module, struct yett_fault *fault)
{
	struct yett_slice path = yett_policy_source_path(source, &source->arena,
	    module->path);
	struct yett_buf text = { 0 };
	enum yett_status status;

	if (path.at == NULL)
		return YETT_E_NOMEM;
	status = yett_file_read(path.at, MOST_MODULE, &text, fault);
	if (status != YETT_OK)
		return status;
	module->file.text = yett_arena_copy(&source->arena,
	    yett_buf_slice(&text));
	yett_buf_clear(&text);
	return module->file.text.at != NULL ? YETT_OK : YETT_E_NOMEM;
}

enum yett_status
yett_policy_source_read_module(struct yett_policy_source *source,
    struct yett_slice path, struct yett_slice name, struct yett_slice *out,
    struct yett_fault *fault)
{
	struct yett_source_module *module;
	enum yett_status status;

	*out = yett_policy_source_module(source, path);
	if (out->at != NULL)
		return YETT_OK;
	module = yett_arena_alloc(&source->arena, sizeof(*module));
	if (module == NULL)
		return YETT_E_NOMEM;
	module->path = yett_arena_copy(&source->arena, path);
	module->file.name = yett_arena_copy(&source->arena, name);
	if (module->path.at == NULL || module->file.name.at == NULL)
		return YETT_E_NOMEM;
	status = read_module(source, module, fault);
	if (status != YETT_OK)
		return status;
	module->next = source->module;
	source->module = module;
	*out = module->file.text;
	return YETT_OK;
}
