/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h - loads the text of a policy into a frozen generation.
 *
 * Runs the policy's chunks in a state of its own and writes the table that the
 * modules of lua/ made of it into a draft. May be slow; opens no socket and no
 * key. Any thread.
 */
#ifndef YETT_SCRIPT_LOADER_H
#define YETT_SCRIPT_LOADER_H

#include <stdatomic.h>

#include "policy/generation.h"
#include "script/finding_text.h"

struct yett_loaded;

/* All zero is a valid set of options. */
struct yett_load_options {
	/* For the generation's digest; NULL: it is all zero. */
	void (*sha256)(const void *bytes, size_t len, uint8_t digest[32]);
	yett_load_sink sink; /* NULL: diagnostics are dropped */
	void *arg;
	const char *format; /* "text" (NULL), "short" or "json" */
	size_t memory;      /* bytes; 0: 1 GiB */
	uint64_t time;      /* nanoseconds of CPU; 0: 30 s */
	/* Told once, with `arg` and the line that runs, after `patience`
	 * nanoseconds (0: 5 s). May be NULL. */
	void (*slow)(void *arg, const char *where, unsigned seconds,
	    unsigned most);
	uint64_t patience;
	const atomic_bool *abandoned; /* set to give up; NULL: never */
	/* The file is read as if it lay at this path: what it names is looked
	 * for from there. NULL: where it is. */
	const char *as;
	bool notes; /* tell what is no warning, too */
	/* Look further at a policy that loads, before anything is told: adds to
	 * the findings. When it fails, with an error among them, so does the
	 * load. May be NULL. */
	enum yett_status (*inspect)(void *inspect_arg,
	    const struct yett_loaded *loaded, struct yett_findings *findings,
	    struct yett_fault *fault);
	void *inspect_arg;
	uint64_t *warnings; /* how many there were; may be NULL */
};

/* A policy that loaded: the caller owns one reference of each. */
struct yett_loaded {
	struct yett_generation *gen;
	struct yett_policy_source *source;
};

/* Release both; `loaded` is empty. */
void yett_loaded_clear(struct yett_loaded *loaded);

/*
 * Load the file `path`, or every *.lua of the folder `path` in the order of
 * their names except tests (*_test.lua). Relative paths in the policy start
 * from the file's folder. One instance is made and dropped again, so that a
 * policy that loads can be called.
 *
 * YETT_E_POLICY:    the policy is wrong; the fault tells the first mistake,
 *                   the sink gets all of them.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM: a file cannot be read.
 * YETT_E_LIMIT:     it takes more memory or time than the options allow, or was
 *                   abandoned.
 */
YETT_MUST_USE
enum yett_status yett_load(struct yett_loaded *out, const char *path,
    const struct yett_load_options *options, struct yett_fault *fault);

/* The same for a text in memory; `name` is for messages, `folder` is what
 * relative paths start from. */
YETT_MUST_USE
enum yett_status yett_load_text(struct yett_loaded *out, const char *name,
    const char *folder, struct yett_slice text,
    const struct yett_load_options *options, struct yett_fault *fault);

/* The same for the texts that `source` was made of, whatever is in their files
 * now. */
YETT_MUST_USE
enum yett_status yett_load_again(struct yett_loaded *out,
    const struct yett_policy_source *source,
    const struct yett_load_options *options, struct yett_fault *fault);

#endif
