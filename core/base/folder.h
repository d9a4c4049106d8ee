/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h - lists the files in a folder.
 */
#ifndef YETT_BASE_FOLDER_H
#define YETT_BASE_FOLDER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/*
 * The names in the folder `path` that end in `ending` and do not start with a
 * dot, in byte order. The array and the names live in `arena`.
 *
 * YETT_E_NOT_FOUND: `path` is no folder.
 * YETT_E_SYSTEM:    it cannot be read.
 */
YETT_MUST_USE
enum yett_status yett_folder_list(const char *path, struct yett_slice ending,
    struct yett_arena *arena, struct yett_slice **names, uint32_t *count,
    struct yett_fault *fault);

#endif
