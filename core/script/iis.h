/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iis.h - imports configurations of IIS and http.sys as a policy.
 *
 * Reads the files, passes their elements or text to lua/yett/iis/import.lua in
 * a state of its own, and loads the result, so that a policy that does not
 * load is never returned. Opens no socket and no key. Any thread.
 */
#ifndef YETT_SCRIPT_IIS_H
#define YETT_SCRIPT_IIS_H

#include "base/buf.h"
#include "yett_tools.h"

/*
 * Append the policy to `policy` and the parity report, in the format that
 * `import` wants, to `parity`; `import`'s sinks are not used. What is there on
 * failure is of no use. Statuses as yett_import_iis().
 */
YETT_MUST_USE
enum yett_status yett_iis_import(const struct yett_import *import,
    struct yett_buf *policy, struct yett_buf *parity, struct yett_fault *fault);

#endif
