/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.h - the loader, with what it may not know: the hash and the report.
 */
#ifndef YETT_ROLLOUT_LOAD_H
#define YETT_ROLLOUT_LOAD_H

#include "script/loader.h"

/* The options of yett_load() with our hash; what is found goes to `report`,
 * which may be NULL. */
struct yett_load_options
yett_load_options_for(const struct yett_report *report);

/* yett_load() with these, and `abandoned`, which may be NULL. */
YETT_MUST_USE
enum yett_status yett_load_reported(struct yett_loaded *out, const char *path,
    const struct yett_report *report, const atomic_bool *abandoned,
    struct yett_fault *fault);

/* Fail for `warnings`, if there are any, as --strict wants it. */
YETT_MUST_USE
enum yett_status
yett_load_strictly(uint64_t warnings, struct yett_fault *fault);

#endif
