/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - finds everything that a start would find, without starting.
 */
#ifndef YETT_TOOLS_CHECK_H
#define YETT_TOOLS_CHECK_H

#include "base/status.h"
#include "yett_tools.h"

/*
 * Prepare a rollout of `path` (keys, CAs, CRLs and upstreams included) and drop
 * it again; `as` and `flags` as yett_policy_check().
 * What is found goes to `report`; a summary and the handshake that each site
 * derives go to `sink`. Both may be NULL.
 *
 * Statuses as yett_rollout_prepare(). Blocks like it.
 */
YETT_MUST_USE
enum yett_status yett_check(const char *path, const char *as, unsigned flags,
    const struct yett_report *report, yett_text_sink sink, void *arg,
    struct yett_fault *fault);

#endif
