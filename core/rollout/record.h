/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - the file of decisions: one line of JSON each, bounded and
 * rotated.
 *
 * Workers pass whole lines, many at once. A file that has reached its size
 * becomes NAME.1, and so on up to the last one, which is deleted; anything but
 * a regular file, such as a pipe, is not rotated. A full disk, or a pipe that
 * nobody reads, loses lines and blocks nobody; the loss is logged once lines
 * can be written again. Shared: a lock guards the file; counted.
 */
#ifndef YETT_ROLLOUT_RECORD_H
#define YETT_ROLLOUT_RECORD_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"
#include "policy/rules.h"

struct yett_record; /* opaque */

/*
 * Open the record that `settings` names; the result has one reference. With
 * `previous`, which may be NULL, of the same name, that one is shared and takes
 * over the new bounds.
 * YETT_E_SYSTEM: the file cannot be opened for appending.
 */
YETT_MUST_USE
enum yett_status
yett_record_open(struct yett_record **out, const struct yett_settings *settings,
    struct yett_record *previous, struct yett_fault *fault);

/* NULL is fine and gives NULL. */
struct yett_record *yett_record_ref(struct yett_record *record);

/* Release and forget. NULL inside is fine. */
void yett_record_unref(struct yett_record **record);

/* Append `count` whole lines; how many of them are lost: none of these is left
 * cut in a regular file. Any thread; waits for the disk, not for a reader. */
uint32_t yett_record_append(struct yett_record *record, struct yett_slice lines,
    uint32_t count);

#endif
