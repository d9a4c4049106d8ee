/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_page.h - the page of a diagnostic's code, from error_pages.lua and
 * warning_pages.lua in lua/yett/diagnosis/, or of a refusal, from
 * refusal_pages.lua there.
 */
#ifndef YETT_SCRIPT_CODE_PAGE_H
#define YETT_SCRIPT_CODE_PAGE_H

#include "base/status.h"

/*
 * Tell the page of `code`, in either case; with NULL the list of all codes.
 * YETT_E_NOT_FOUND: there is no such code; the fault has the nearest one.
 * YETT_E_ARGUMENT: there is no sink.
 */
YETT_MUST_USE
enum yett_status yett_code_page(const char *code, yett_text_sink sink,
    void *arg, struct yett_fault *fault);

#endif
