/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - what a policy, or the policy language, is to other programs.
 *
 * Implements yett_export() of yett.h, whose comment is the contract. A policy
 * runs once, in a state of its own, as it does when it is loaded; the forms
 * themselves are written in lua/yett/export.lua.
 */
#ifndef YETT_SCRIPT_EXPORT_H
#define YETT_SCRIPT_EXPORT_H

#include "base/buf.h"
#include "base/status.h"

/* The text of `form` into `out`; the rest as yett_export(). */
YETT_MUST_USE
enum yett_status yett_export_text(const char *path, enum yett_export_form form,
    const struct yett_report *report, struct yett_buf *out,
    struct yett_fault *fault);

#endif
