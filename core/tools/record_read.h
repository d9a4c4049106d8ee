/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_read.h - reads all lines of a record, and of its rotated files.
 */
#ifndef YETT_TOOLS_RECORD_READ_H
#define YETT_TOOLS_RECORD_READ_H

#include <stddef.h>

#include "base/status.h"

/* What is done with the lines; lent for the call. */
struct yett_record_reader {
	/* One line without its newline, to be changed at will. */
	void (*line)(void *arg, char *line, size_t len);
	/* A line of more than a MiB, which is none of ours; may be NULL. */
	void (*too_long)(void *arg);
	void *arg;
};

/*
 * Read PATH.n to PATH.1 and then PATH, the oldest first. Blocks.
 * YETT_E_SYSTEM: a file cannot be read.
 */
YETT_MUST_USE
enum yett_status yett_record_read(const char *path,
    const struct yett_record_reader *reader, struct yett_fault *fault);

#endif
