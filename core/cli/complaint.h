/* SPDX-License-Identifier: Apache-2.0 */
/*
 * complaint.h - what went wrong, on standard error, and the exit status of it.
 */
#ifndef YETT_CLI_COMPLAINT_H
#define YETT_CLI_COMPLAINT_H

#include "cli/verb.h"

/*
 * Print "yett: WHERE: WHAT" and say how the program must end. A fault that
 * says nothing is told by the phrase of its status.
 */
enum yett_exit
yett_complain(enum yett_status status, const struct yett_fault *fault);

/* Where yett_policy_check() and its like tell the mistakes of a policy:
 * standard error, as text. Static. */
const struct yett_report *yett_complaint_report(void);

#endif
