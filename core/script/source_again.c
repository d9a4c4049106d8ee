/* SPDX-License-Identifier: Apache-2.0 */
#include "script/source.h"

static bool
copy_file(struct yett_arena *arena, struct yett_source_file *out,
    const struct yett_source_file *from)
{
	out->name = yett_arena_copy(arena, from->name);
	out->text = yett_arena_copy(arena, from->text);
	return out->name.at != NULL && out->text.at != NULL;
}

static bool
copy_files(struct yett_policy_source *source,
    const struct yett_policy_source *from)
{
	source->folder = yett_arena_copy(&source->arena, from->folder);
	source->file = yett_arena_alloc(&source->arena,
	    from->file_count * sizeof(*source->file));
	if (source->folder.at == NULL || source->file == NULL)
		return false;
	for (uint32_t i = 0; i < from->file_count; i++)
		if (!copy_file(&source->arena, &source->file[i],
			&from->file[i]))
			return false;
	source->file_count = from->file_count;
	return true;
}

static bool
copy_data(struct yett_policy_source *source,
    const struct yett_source_data *from, struct yett_source_data **out)
{
	struct yett_source_data *data = yett_arena_alloc(&source->arena,
	    sizeof(*data));

	if (data == NULL)
		return false;
	*out = data;
	data->path = yett_arena_copy(&source->arena, from->path);
	data->text = yett_arena_copy(&source->arena, from->text);
	if (data->path.at == NULL || data->text.at == NULL)
		return false;
	data->root = json_loadb(data->text.at, data->text.len, 0, NULL);
	return data->root != NULL;
}

static bool
copy_module(struct yett_policy_source *source,
    const struct yett_source_module *from, struct yett_source_module **out)
{
	struct yett_source_module *module = yett_arena_alloc(&source->arena,
	    sizeof(*module));

	if (module == NULL)
		return false;
	*out = module;
	module->path = yett_arena_copy(&source->arena, from->path);
	return module->path.at != NULL &&
	    copy_file(&source->arena, &module->file, &from->file);
}

/* In the same order, which the digest depends on. */
static bool
copy_all(struct yett_policy_source *source,
    const struct yett_policy_source *from)
{
	struct yett_source_data **data = &source->data;
	struct yett_source_module **module = &source->module;
	bool fine = copy_files(source, from);

	for (const struct yett_source_data *at = from->data; fine && at != NULL;
	     at = at->next) {
		fine = copy_data(source, at, data);
		data = *data == NULL ? data : &(*data)->next;
	}
	for (const struct yett_source_module *at = from->module;
	     fine && at != NULL; at = at->next) {
		fine = copy_module(source, at, module);
		module = *module == NULL ? module : &(*module)->next;
	}
	return fine;
}

enum yett_status
yett_policy_source_again(struct yett_policy_source **out,
    const struct yett_policy_source *from)
{
	struct yett_policy_source *source = yett_policy_source_new();

	if (source == NULL)
		return YETT_E_NOMEM;
	if (!copy_all(source, from)) {
		yett_policy_source_unref(&source);
		return YETT_E_NOMEM;
	}
	*out = source;
	return YETT_OK;
}
