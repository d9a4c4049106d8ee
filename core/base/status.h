/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.h - statuses and faults inside the library.
 *
 * The types are the public ones of yett.h: one definition, inside and outside.
 */
#ifndef YETT_BASE_STATUS_H
#define YETT_BASE_STATUS_H

#include "yett.h"

#define YETT_MUST_USE __attribute__((warn_unused_result))

/*
 * Fill `fault` unless it is NULL or already filled, and return `status`, so
 * that failing reads: return yett_fail(fault, YETT_E_TLS, "...", ...).
 */
enum yett_status yett_fail(struct yett_fault *fault, enum yett_status status,
    const char *format, ...) YETT_PRINTF(3, 4);

/*
 * The same for a failed system call: appends ": " and the text of `error`
 * (an errno value, read by the caller right after the call).
 */
enum yett_status yett_fail_errno(struct yett_fault *fault, int error,
    const char *format, ...) YETT_PRINTF(3, 4);

/* Say where, unless `fault` is NULL or something deeper already said so. */
void yett_fault_where(struct yett_fault *fault, const char *format, ...)
    YETT_PRINTF(2, 3);

#endif
