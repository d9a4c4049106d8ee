/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

/* Names while they are gathered; the array moves as it grows. */
struct names {
	struct yett_slice *at;
	uint32_t count, cap;
};

static enum yett_status
add_name(struct names *names, struct yett_arena *arena, const char *name)
{
	struct yett_slice copy = yett_arena_copy(arena, yett_slice_of(name));

	if (copy.at == NULL)
		return YETT_E_NOMEM;
	if (names->count == names->cap) {
		uint32_t cap = names->cap == 0 ? 16 : names->cap * 2;
		struct yett_slice *larger = yett_arena_alloc(arena,
		    cap * sizeof(*larger));

		if (larger == NULL)
			return YETT_E_NOMEM;
		if (names->count > 0)
			memcpy(larger, names->at,
			    names->count * sizeof(*larger));
		names->at = larger;
		names->cap = cap;
	}
	names->at[names->count++] = copy;
	return YETT_OK;
}

static bool
is_wanted(struct yett_slice name, struct yett_slice ending)
{
	return name.at[0] != '.' && name.len > ending.len &&
	    memcmp(name.at + name.len - ending.len, ending.at, ending.len) == 0;
}

static int
compare_names(const void *a, const void *b)
{
	const struct yett_slice *left = a, *right = b;

	return strcmp(left->at, right->at);
}

enum yett_status
yett_folder_list(const char *path, struct yett_slice ending,
    struct yett_arena *arena, struct yett_slice **out, uint32_t *count,
    struct yett_fault *fault)
{
	struct names names = { 0 };
	enum yett_status status = YETT_OK;
	const struct dirent *entry;
	DIR *folder = opendir(path);

	if (folder == NULL) {
		int error = errno;

		(void)yett_fail_errno(fault, error, "cannot open %s", path);
		return error == ENOTDIR || error == ENOENT ? YETT_E_NOT_FOUND
							   : YETT_E_SYSTEM;
	}
	while (status == YETT_OK) {
		errno = 0;
		entry = readdir(folder);
		if (entry == NULL) {
			if (errno != 0)
				status = yett_fail_errno(fault, errno,
				    "cannot read %s", path);
			break;
		}
		if (is_wanted(yett_slice_of(entry->d_name), ending))
			status = add_name(&names, arena, entry->d_name);
	}
	closedir(folder);
	if (status != YETT_OK)
		return status;
	if (names.count > 0)
		qsort(names.at, names.count, sizeof(*names.at), compare_names);
	*out = names.at;
	*count = names.count;
	return YETT_OK;
}
