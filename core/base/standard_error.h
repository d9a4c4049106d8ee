/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standard_error.h - writes lines to standard error without ever waiting.
 *
 * Whoever started the program may not read its pipe or terminal; no thread may
 * block because of that. Descriptor 2 is shared with the parent and its other
 * children, so O_NONBLOCK must not be set on it: each line goes through an
 * open file description of our own, or, where that is impossible, only when
 * poll(2) reports room. Descriptor 2 may change between two lines.
 */
#ifndef YETT_BASE_STANDARD_ERROR_H
#define YETT_BASE_STANDARD_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Write one line, at most PIPE_BUF bytes with its newline. False: it was
 * dropped, or cut; what was cut is ended before the next one. Any thread. */
bool yett_standard_error_write(const char *line, size_t len);

/* Whether it goes to the journal of systemd, which stamps each line with the
 * time and takes a priority in front of it, as in "<3>" (sd-daemon(3)). */
bool yett_standard_error_is_journal(void);

#endif
