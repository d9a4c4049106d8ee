/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plural.h - the ending of a noun after a number.
 */
#ifndef YETT_BASE_PLURAL_H
#define YETT_BASE_PLURAL_H

#include <stdint.h>

/* For "%u site%s": nothing behind one, "s" behind none and many. */
static inline const char *
yett_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* For the verb behind it, "%u path%s need%s it": the other way round. */
static inline const char *
yett_singular(uint64_t count)
{
	return count == 1 ? "s" : "";
}

#endif
