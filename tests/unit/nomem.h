/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nomem.h - the n-th allocation fails, for every n.
 *
 * The program is linked with --wrap=malloc and its like, so that what our own
 * objects allocate in the armed thread is counted; libraries are not touched.
 */
#ifndef YETT_TESTS_NOMEM_H
#define YETT_TESTS_NOMEM_H

#include <stdbool.h>
#include <stddef.h>

/* From now on the n-th allocation of this thread fails (0: the first). */
void nomem_arm(unsigned n);

/* No more fail; whether one did. */
bool nomem_disarm(void);

/*
 * Run `body(arg, n)` with the n-th allocation failing, until none failed. The
 * body arms, disarms before it asserts, and returns what nomem_disarm() did.
 * Returns how many could fail.
 */
unsigned nomem_each(bool (*body)(void *arg, unsigned n), void *arg);

#endif
