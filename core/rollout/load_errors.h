/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_errors.h - errors of what a policy names and a start cannot open, each
 * at the text that names it.
 */
#ifndef YETT_ROLLOUT_LOAD_ERRORS_H
#define YETT_ROLLOUT_LOAD_ERRORS_H

#include "policy/finding.h"
#include "policy/generation.h"

/*
 * Add the error `code` that `fault` tells. Its `where` is a line of the policy,
 * and if that has a listener of `gen` its address is marked; it has none for
 * logs.
 */
void yett_load_errors_add(struct yett_findings *findings,
    const struct yett_generation *gen, const char *code,
    const struct yett_fault *fault);

/* Add an error E501 at the file of the tickets' keys, which `fault` tells what
 * is wrong with. */
void yett_load_errors_add_tickets(struct yett_findings *findings,
    const struct yett_generation *gen, const struct yett_fault *fault);

#endif
