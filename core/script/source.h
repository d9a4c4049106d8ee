/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.h - the source of a policy: the text of its files and its data.
 *
 * Kept with the generation, so that instances (one per worker, and a new one
 * after a state ran out of memory) are made without reading a file again.
 * Written by the loader, then Frozen and counted: any thread.
 */
#ifndef YETT_SCRIPT_SOURCE_H
#define YETT_SCRIPT_SOURCE_H

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

struct yett_source_file {
	struct yett_slice name; /* as messages show it */
	struct yett_slice text;
};

/* One `data "file.json"`. */
struct yett_source_data {
	struct yett_slice path; /* as the policy wrote it */
	struct yett_slice text; /* of the file, for the digest */
	json_t *root;           /* frozen: only borrowed references are taken */
	struct yett_source_data *next;
};

/* One `use "module.lua"`. */
struct yett_source_module {
	struct yett_slice path; /* as the policy wrote it */
	struct yett_source_file file;
	struct yett_source_module *next;
};

/* Which functions a site has. */
struct yett_source_site {
	struct yett_slice label; /* `site "portal.example"` */
	bool hello, request;
};

struct yett_policy_source {
	struct yett_arena arena;
	struct yett_slice folder; /* what relative paths start from */
	struct yett_source_file *file;
	uint32_t file_count;
	struct yett_source_data *data;     /* newest first */
	struct yett_source_module *module; /* newest first */
	struct yett_slice *trust; /* names, by index in the generation */
	uint32_t trust_count;
	struct yett_source_site *site; /* by index in the generation */
	uint32_t site_count;
	uint32_t function_count;
	size_t memory;         /* bytes of a state beyond what loading left */
	uint64_t instructions; /* per call */
	uint32_t references;   /* atomic */
};

/* Empty, with one reference; NULL when memory is out. */
struct yett_policy_source *yett_policy_source_new(void);

/*
 * Read the file `path`, or every *.lua of the folder `path` but *_test.lua;
 * the caller owns the one reference.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: as yett_file_read().
 */
YETT_MUST_USE
enum yett_status yett_policy_source_from_path(struct yett_policy_source **out,
    const char *path, struct yett_fault *fault);

/* Take the one file of `source` as if it lay at `path`.
 * YETT_E_ARGUMENT: there are several. */
YETT_MUST_USE
enum yett_status yett_policy_source_lie_at(struct yett_policy_source *source,
    const char *path, struct yett_fault *fault);

/* One file `name` with this text, in `folder`. Fails with YETT_E_NOMEM only. */
YETT_MUST_USE
enum yett_status yett_policy_source_from_text(struct yett_policy_source **out,
    const char *name, const char *folder, struct yett_slice text);

/* A new source of the same texts, files, data and modules alike, whatever they
 * are on disk now. YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_policy_source_again(struct yett_policy_source **out,
    const struct yett_policy_source *from);

/* One more reference. Any thread. */
struct yett_policy_source *
yett_policy_source_ref(struct yett_policy_source *source);

/*
 * The data of `path`, relative to the source's folder, as it was read the
 * first time. Only the loader may name a path that was not read before.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: as yett_file_read().
 * YETT_E_POLICY: it is no JSON.
 */
YETT_MUST_USE
enum yett_status yett_policy_source_read(struct yett_policy_source *source,
    struct yett_slice path, const json_t **out, struct yett_fault *fault);
const json_t *yett_policy_source_data(const struct yett_policy_source *source,
    struct yett_slice path);

/*
 * The text of the module `path`, which messages show as `name`, as above; at
 * NULL when it was not read.
 */
YETT_MUST_USE
enum yett_status
yett_policy_source_read_module(struct yett_policy_source *source,
    struct yett_slice path, struct yett_slice name, struct yett_slice *out,
    struct yett_fault *fault);
struct yett_slice
yett_policy_source_module(const struct yett_policy_source *source,
    struct yett_slice path);

/*
 * `path` as an absolute one, in `arena`: relative ones start from the source's
 * folder, URLs ("pkcs11:...") stay. at is NULL when memory is out.
 */
struct yett_slice
yett_policy_source_path(const struct yett_policy_source *source,
    struct yett_arena *arena, struct yett_slice path);

/* Release and forget: *source becomes NULL. NULL inside is fine. */
void yett_policy_source_unref(struct yett_policy_source **source);

#endif
