/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz.h - what a fuzz target is: one function that states a property of any
 * bytes. replay.c calls it with the corpus, libFuzzer with what it thinks of.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/slice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The property does not hold: stop where a debugger can look at it. */
static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

static inline bool
lies_in(struct yett_slice inner, struct yett_slice outer)
{
	return inner.at >= outer.at &&
	    inner.at + inner.len <= outer.at + outer.len;
}

#endif
