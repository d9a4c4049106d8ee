/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load_output.h - what a load tells about a policy, kept as one text.
 */
#ifndef YETT_TESTS_LOAD_OUTPUT_H
#define YETT_TESTS_LOAD_OUTPUT_H

#include <stddef.h>
#include <string.h>

#define LOAD_OUTPUT_MOST 65536

/* All zero: nothing was told. What is more than fits is dropped. */
struct load_output {
	char text[LOAD_OUTPUT_MOST + 1];
	size_t len;
};

/* A sink for the options of a load, with a struct load_output. */
static inline void
load_output_add(void *arg, const char *text, size_t len)
{
	struct load_output *told = arg;

	if (len > LOAD_OUTPUT_MOST - told->len)
		len = LOAD_OUTPUT_MOST - told->len;
	memcpy(told->text + told->len, text, len);
	told->len += len;
	told->text[told->len] = '\0';
}

#endif
