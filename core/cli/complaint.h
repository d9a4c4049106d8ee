/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint.h - prints errors on standard error and selects the exit status.
 *
 * While a policy loads, the report prints all its mistakes with their lines;
 * other faults are printed at the end. Nothing is printed twice.
 */
#ifndef YETT_CLI_COMPLAINT_H
#define YETT_CLI_COMPLAINT_H

#include "cli/verb.h"

struct yett_complaint {
	struct yett_report report; /* for the functions that load a policy */
	FILE *out;                 /* where it goes: stderr */
	char told[16384]; /* by it, as far as it fits; NUL-terminated */
	size_t len;
};

/* `complaint` must stay where it is: its report points to it. */
void yett_complaint_init(struct yett_complaint *complaint);

/* Fill `fault` with what the program itself found; returns `status`. */
enum yett_status
yett_complaint_fail(struct yett_fault *fault, enum yett_status status,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Print "yett: WHERE: WHAT", unless the report told that already, and say how
 * the program must end. A fault that says
 * nothing is told by the phrase of its status. YETT_OK is fine, and silent.
 */
enum yett_exit yett_complain(const struct yett_complaint *complaint,
    enum yett_status status, const struct yett_fault *fault);

#endif
