/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - reads whole files up to a bound, notices when one changed, writes
 * lines.
 */
#ifndef YETT_BASE_FILE_H
#define YETT_BASE_FILE_H

#include "base/buf.h"

/*
 * Append the content of the regular file `path` to `out`; on failure `out` is
 * as it was, and needs no clear if it needed none before. A file that does not
 * grow meanwhile is read into one piece of memory, which can be wiped.
 *
 * YETT_E_NOT_FOUND: there is no such file.
 * YETT_E_SYSTEM:    it cannot be read, or is not a regular file.
 * YETT_E_LIMIT:     it is longer than `most` bytes.
 */
YETT_MUST_USE
enum yett_status yett_file_read(const char *path, size_t most,
    struct yett_buf *out, struct yett_fault *fault);

/*
 * Open `path`, the `what` ("access log"), for appending lines; a file that is
 * not there is made. Nothing that is written waits for a reader: what a pipe or
 * a terminal has no room for fails with EAGAIN. The description is our own,
 * even that of /dev/stdout. -1: it cannot be opened; errno says why, and
 * `fault` in words.
 */
YETT_MUST_USE
int yett_file_open_lines(const char *what, const char *path,
    struct yett_fault *fault);

/* Append `bytes`; how many were. If not all, errno says why, and
 * yett_file_append_why() in words. Usually one system call. */
size_t yett_file_append(int fd, struct yett_slice bytes);
const char *yett_file_append_why(int error);

/* Whether the regular file `path` ends within a line, which a full disk cut. */
bool yett_file_is_torn(const char *path);

/* Whether `fd` is what `path` names: nobody moved it away, or deleted it. */
bool yett_file_is_at(int fd, const char *path);

/* What differs when a file was written, replaced or given to others. */
struct yett_file_stamp {
	uint64_t device, inode, size;
	int64_t modified_ns, changed_ns;
	uint32_t mode; /* of stat(2); 0: there is no such file */
};

/* All zero when it cannot be looked at. Costs one system call. */
void yett_file_look(const char *path, struct yett_file_stamp *out);

/* Whether a file looked the same both times. */
bool yett_file_stamp_eq(const struct yett_file_stamp *a,
    const struct yett_file_stamp *b);

#endif
