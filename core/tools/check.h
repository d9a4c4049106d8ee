/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - finds everything that a start would find, without starting.
 */
#ifndef YETT_TOOLS_CHECK_H
#define YETT_TOOLS_CHECK_H

#include "base/status.h"
#include "upstream/app.h"
#include "yett_tools.h"

/*
 * Prepare a rollout of `path` (keys, CAs, CRLs and upstreams included) and drop
 * it again; `apps` as yett_targets_open(), `flags` of enum yett_check_flag.
 * What is found goes to `report`; a summary and the handshake that each site
 * derives go to `sink`. Both may be NULL.
 *
 * Statuses as yett_rollout_prepare(). Blocks like it.
 */
YETT_MUST_USE
enum yett_status yett_check(const char *path, unsigned flags,
    const struct yett_apps *apps, const struct yett_report *report,
    yett_text_sink sink, void *arg, struct yett_fault *fault);

#endif
