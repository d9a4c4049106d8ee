/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - one event, one line: a fixed kebab-case name, then key=value pairs.
 *
 * The sink is the library's only global that changes after start; set it
 * before any thread starts. Each event has a budget of lines per second
 * (YETT_LOG_BUDGET). The next line reports dropped ones as suppressed=N, so
 * that a hostile client cannot fill a disk; the same holds for lines that
 * standard error had no room for. Any thread may log; none waits for another,
 * nor for a reader. If a second begins in several threads at once, they may
 * write a few lines more.
 */
#ifndef YETT_BASE_LOG_H
#define YETT_BASE_LOG_H

#include "base/buf.h"

#define YETT_LOG_BUDGET 100 /* lines a second and event name */

/* Set before threads start. NULL: the default, which writes to stderr. The
 * sink's type and the levels are those of yett.h. */
void yett_log_set(yett_log_sink sink, void *arg, enum yett_log_level most);

/* How many lines were dropped so far. Any thread. */
uint64_t yett_log_suppressed(void);

/*
 * Is there still room for a line of `event` in this second? For who would take
 * pains over a line that nobody gets to see: it says nothing when the answer is
 * no, and that line counts as dropped. No lock; any thread.
 */
bool yett_log_has_room(enum yett_log_level level, const char *event);

/*
 * Say that `event` (a string literal) happened. `format` gives key=value
 * pairs, or is "". Values from outside go through yett_log_quote() first.
 */
void yett_log(enum yett_log_level level, const char *event, const char *format,
    ...) YETT_PRINTF(3, 4);

/*
 * Write `value` as a quoted string with \", \\ and \xHH escapes into `out` of
 * `size` bytes, cut with "..." where it does not fit; returns `out`.
 */
const char *yett_log_quote(char *out, size_t size, struct yett_slice value);

#endif
