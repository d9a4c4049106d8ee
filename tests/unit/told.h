/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.h - what a load tells about a policy, kept as one text.
 */
#ifndef YETT_TESTS_TOLD_H
#define YETT_TESTS_TOLD_H

#include <stddef.h>
#include <string.h>

#define TOLD_MOST 65536

/* All zero: nothing was told. What is more than fits is dropped. */
struct told {
	char text[TOLD_MOST + 1];
	size_t len;
};

/* A sink for the options of a load, with a struct told. */
static inline void
told_hear(void *arg, const char *text, size_t len)
{
	struct told *told = arg;

	if (len > TOLD_MOST - told->len)
		len = TOLD_MOST - told->len;
	memcpy(told->text + told->len, text, len);
	told->len += len;
	told->text[told->len] = '\0';
}

#endif
