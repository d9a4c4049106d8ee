/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint.h - what went wrong, on standard error, and the exit status of it.
 *
 * The mistakes of a policy are told by the report while it is loaded, all of
 * them and with their lines; other faults are told at the end. Nothing is told
 * twice.
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

/*
 * Print "yett: WHERE: WHAT", unless the report told that already, and say how
 * the program must end. A fault that says
 * nothing is told by the phrase of its status. YETT_OK is fine, and silent.
 */
enum yett_exit yett_complain(const struct yett_complaint *complaint,
    enum yett_status status, const struct yett_fault *fault);

#endif
