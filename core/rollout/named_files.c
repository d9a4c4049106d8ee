/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/named_files.h"

#include <stdlib.h>
#include <string.h>

static enum yett_status
add(struct yett_named_files *files, size_t *room, struct yett_slice path)
{
	if (path.at == NULL || path.at[0] != '/')
		return YETT_OK; /* none, or on a token */
	if (files->count == *room) {
		size_t more = *room == 0 ? 64 : *room * 2;
		struct yett_named_file *grown = reallocarray(files->at, more,
		    sizeof(*grown));

		if (grown == NULL)
			return YETT_E_NOMEM;
		files->at = grown;
		*room = more;
	}
	files->at[files->count++] = (struct yett_named_file){ .path = path.at };
	return YETT_OK;
}

static enum yett_status
add_key(struct yett_named_files *files, size_t *room,
    const struct yett_key *key)
{
	enum yett_status status = add(files, room, key->cert);

	return status == YETT_OK ? add(files, room, key->key) : status;
}

static enum yett_status
add_trust(struct yett_named_files *files, size_t *room,
    const struct yett_trust *trust)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; i < trust->ca_count && status == YETT_OK; i++)
		status = add(files, room, trust->ca[i]);
	for (uint32_t i = 0; i < trust->crl_count && status == YETT_OK; i++)
		status = add(files, room, trust->crl[i]);
	return status;
}

static enum yett_status
add_site(struct yett_named_files *files, size_t *room,
    const struct yett_site *site)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; i < site->key_count && status == YETT_OK; i++)
		status = add_key(files, room, &site->key[i]);
	return status;
}

static enum yett_status
add_all(struct yett_named_files *files, const struct yett_generation *gen)
{
	enum yett_status status = YETT_OK;
	size_t room = 0;

	for (uint32_t i = 0;
	     i < yett_generation_trust_count(gen) && status == YETT_OK; i++)
		status = add_trust(files, &room, yett_generation_trust(gen, i));
	for (uint32_t i = 0;
	     i < yett_generation_site_count(gen) && status == YETT_OK; i++)
		status = add_site(files, &room,
		    yett_generation_site_at(gen, i));
	for (uint32_t i = 0;
	     i < yett_generation_upstream_count(gen) && status == YETT_OK; i++)
		status = add_key(files, &room,
		    &yett_generation_upstream(gen, i)->key);
	return status;
}

static int
by_path(const void *a, const void *b)
{
	const struct yett_named_file *left = a, *right = b;

	return strcmp(left->path, right->path);
}

/* Sites often share a key. */
static void
drop_repeated(struct yett_named_files *files)
{
	size_t kept = 0;

	if (files->count == 0)
		return;
	qsort(files->at, files->count, sizeof(*files->at), by_path);
	for (size_t i = 0; i < files->count; i++)
		if (kept == 0 ||
		    by_path(&files->at[kept - 1], &files->at[i]) != 0)
			files->at[kept++] = files->at[i];
	files->count = kept;
}

enum yett_status
yett_named_files_look(struct yett_named_files *out,
    const struct yett_generation *gen)
{
	struct yett_named_files files = { .count = 0 };
	enum yett_status status = add_all(&files, gen);

	if (status != YETT_OK) {
		yett_named_files_clear(&files);
		return status;
	}
	drop_repeated(&files);
	for (size_t i = 0; i < files.count; i++)
		yett_file_look(files.at[i].path, &files.at[i].stamp);
	*out = files;
	return YETT_OK;
}

void
yett_named_files_clear(struct yett_named_files *files)
{
	free(files->at);
	*files = (struct yett_named_files){ .count = 0 };
}
