/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files in, bounded.
 */
#ifndef YETT_BASE_FILE_H
#define YETT_BASE_FILE_H

#include "base/buf.h"

/*
 * Append the content of the regular file `path` to `out`; on failure `out` is
 * as it was.
 *
 * YETT_E_NOT_FOUND: there is no such file.
 * YETT_E_SYSTEM:    it cannot be read, or is not a regular file.
 * YETT_E_LIMIT:     it is longer than `most` bytes.
 */
YETT_MUST_USE
enum yett_status yett_file_read(const char *path, size_t most,
    struct yett_buf *out, struct yett_fault *fault);

#endif
