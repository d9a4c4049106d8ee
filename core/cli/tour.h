/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tour.h - the requests that show a visitor of the demo what Yett does, as
 * lines for the system's curl: printed to be tried, or run and checked.
 *
 * One table and one function serve both, so that what is checked is what is
 * shown.
 */
#ifndef YETT_CLI_TOUR_H
#define YETT_CLI_TOUR_H

#include "cli/sample.h"
#include "cli/verb.h"

/* Print each request as a line for the shell, with what to expect of it. */
void yett_tour_print(const struct yett_sample *sample, unsigned port);

/*
 * Run each request and print the outcome as TAP.
 * YETT_EXIT_FINE: every answer was the expected one. YETT_EXIT_WRONG: one was
 * not. YETT_EXIT_SYSTEM: curl cannot be run, or a signal came between two
 * requests; told on standard error.
 */
enum yett_exit yett_tour_check(const struct yett_sample *sample, unsigned port);

#endif
