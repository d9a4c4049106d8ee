/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.h - the place of a declaration in a policy, for faults.
 *
 * Every fault about a policy has "file:line:column", so that an editor can
 * jump there.
 */
#ifndef YETT_POLICY_PLACE_H
#define YETT_POLICY_PLACE_H

#include "base/status.h"
#include "policy/rules.h"

/* Long enough for what a fault can hold. */
#define YETT_PLACE_TEXT 256

/*
 * Write "file:line:column", without what is unknown, into `out` of `size`
 * bytes and return `out`. A file name that does not fit loses its start.
 */
const char *
yett_place_write(char *out, size_t size, const struct yett_place *place);

/* Fill `fault` as yett_fail() does, say where, and return YETT_E_POLICY. */
enum yett_status yett_fail_at(struct yett_fault *fault,
    const struct yett_place *place, const char *format, ...) YETT_PRINTF(3, 4);

#endif
