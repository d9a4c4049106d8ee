/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/folder.h"
#include "script/source.h"

#define MOST_TEXT ((size_t)256 * 1024 * 1024)

static enum yett_status
add_file(struct yett_policy_source *source, uint32_t index, const char *path,
    struct yett_fault *fault)
{
	struct yett_source_file *file = &source->file[index];
	struct yett_buf text = { 0 };
	enum yett_status status = yett_file_read(path, MOST_TEXT, &text, fault);

	if (status != YETT_OK)
		return status;
	file->name = yett_arena_copy(&source->arena, yett_slice_of(path));
	file->text = yett_arena_copy(&source->arena, yett_buf_slice(&text));
	yett_buf_clear(&text);
	return file->name.at != NULL && file->text.at != NULL ? YETT_OK
							      : YETT_E_NOMEM;
}

/* Whether a file of a folder is part of the policy. */
static bool
is_test(struct yett_slice name)
{
	struct yett_slice end = YETT_LIT("_test.lua");

	return name.len >= end.len &&
	    memcmp(name.at + name.len - end.len, end.at, end.len) == 0;
}

static enum yett_status
read_folder(struct yett_policy_source *source, const char *path,
    const struct yett_slice *names, uint32_t count, struct yett_fault *fault)
{
	char whole[4096];

	source->file = yett_arena_alloc(&source->arena,
	    count * sizeof(*source->file));
	if (source->file == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		enum yett_status status;

		if (is_test(names[i]))
			continue;
		if (snprintf(whole, sizeof(whole), "%s/%s", path,
			names[i].at) >= (int)sizeof(whole))
			return yett_fail(fault, YETT_E_LIMIT,
			    "the path of %s is too long", names[i].at);
		status = add_file(source, source->file_count, whole, fault);
		if (status != YETT_OK)
			return status;
		source->file_count++;
	}
	if (source->file_count == 0)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "there is no policy (*.lua) in %s", path);
	return YETT_OK;
}

/* Remember the absolute form of `folder`, as far as there is one. */
static enum yett_status
set_folder(struct yett_policy_source *source, const char *folder)
{
	char *absolute = realpath(folder, NULL);

	source->folder = yett_arena_copy(&source->arena,
	    yett_slice_of(absolute != NULL ? absolute : folder));
	free(absolute);
	return source->folder.at != NULL ? YETT_OK : YETT_E_NOMEM;
}

/* The folder of the file `path`. */
static enum yett_status
set_folder_of(struct yett_policy_source *source, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct yett_slice folder = YETT_LIT(".");

	if (slash != NULL)
		folder = (struct yett_slice){ path,
			slash == path ? 1 : (size_t)(slash - path) };
	folder = yett_arena_copy(&source->arena, folder);
	return folder.at != NULL ? set_folder(source, folder.at) : YETT_E_NOMEM;
}

static enum yett_status
read_source(struct yett_policy_source *source, const char *path,
    struct yett_fault *fault)
{
	struct yett_slice *names;
	uint32_t count;
	enum yett_status status = yett_folder_list(path, YETT_LIT(".lua"),
	    &source->arena, &names, &count, NULL);

	if (status == YETT_OK) {
		status = set_folder(source, path);
		return status == YETT_OK
		    ? read_folder(source, path, names, count, fault)
		    : status;
	}
	status = set_folder_of(source, path);
	if (status != YETT_OK)
		return status;
	source->file = yett_arena_alloc(&source->arena, sizeof(*source->file));
	if (source->file == NULL)
		return YETT_E_NOMEM;
	source->file_count = 1;
	return add_file(source, 0, path, fault);
}

enum yett_status
yett_policy_source_from_path(struct yett_policy_source **out, const char *path,
    struct yett_fault *fault)
{
	struct yett_policy_source *source = yett_policy_source_new();
	enum yett_status status;

	if (source == NULL)
		return YETT_E_NOMEM;
	status = read_source(source, path, fault);
	if (status == YETT_OK)
		*out = source;
	else
		yett_policy_source_unref(&source);
	return status;
}

enum yett_status
yett_policy_source_lie_at(struct yett_policy_source *source, const char *path,
    struct yett_fault *fault)
{
	if (source->file_count != 1)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "only a policy in one file can be taken for %s", path);
	source->file[0].name = yett_arena_copy(&source->arena,
	    yett_slice_of(path));
	return source->file[0].name.at != NULL ? set_folder_of(source, path)
					       : YETT_E_NOMEM;
}

enum yett_status
yett_policy_source_from_text(struct yett_policy_source **out, const char *name,
    const char *folder, struct yett_slice text)
{
	struct yett_policy_source *source = yett_policy_source_new();

	if (source == NULL)
		return YETT_E_NOMEM;
	source->file = yett_arena_alloc(&source->arena, sizeof(*source->file));
	if (source->file == NULL)
		goto fail;
	source->file[0].name = yett_arena_copy(&source->arena,
	    yett_slice_of(name));
	source->file[0].text = yett_arena_copy(&source->arena, text);
	source->file_count = 1;
	if (source->file[0].name.at == NULL ||
	    source->file[0].text.at == NULL ||
	    set_folder(source, folder) != YETT_OK)
		goto fail;
	*out = source;
	return YETT_OK;
fail:
	yett_policy_source_unref(&source);
	return YETT_E_NOMEM;
}
