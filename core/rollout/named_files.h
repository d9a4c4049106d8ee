/* SPDX-License-Identifier: Apache-2.0 */
/*
 * named_files.h - the files of keys, certificates and revocation lists that a
 * generation names, and how they looked before they were opened.
 *
 * OCSP responses and ticket keys are not among them: these are followed by
 * themselves. Frozen once looked at.
 */
#ifndef YETT_ROLLOUT_NAMED_FILES_H
#define YETT_ROLLOUT_NAMED_FILES_H

#include "base/file.h"
#include "policy/generation.h"

struct yett_named_file {
	const char *path; /* lent by the generation */
	struct yett_file_stamp stamp;
};

/* All zero is a valid empty list. */
struct yett_named_files {
	struct yett_named_file *at; /* by path, each once */
	size_t count;
};

/* Look at all files of `gen`, which must outlive the list. YETT_E_NOMEM. */
YETT_MUST_USE
enum yett_status yett_named_files_look(struct yett_named_files *out,
    const struct yett_generation *gen);

void yett_named_files_clear(struct yett_named_files *files);

#endif
