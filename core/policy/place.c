/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/place.h"

#include <stdarg.h>
#include <stdio.h>

/* ":" and ten digits, twice, and the NUL. */
#define NUMBERS 24

const char *
yett_place_write(char *out, size_t size, const struct yett_place *place)
{
	struct yett_slice file = place->file;
	char numbers[NUMBERS] = "";

	if (place->line > 0 && place->column > 0)
		snprintf(numbers, sizeof(numbers), ":%u:%u", place->line,
		    place->column);
	else if (place->line > 0)
		snprintf(numbers, sizeof(numbers), ":%u", place->line);
	if (size > NUMBERS && file.len > size - NUMBERS) {
		file.at += file.len - (size - NUMBERS);
		file.len = size - NUMBERS;
	}
	snprintf(out, size, "%.*s%s", YETT_ARG(file), numbers);
	return out;
}

enum yett_status
yett_fail_at(struct yett_fault *fault, const struct yett_place *place,
    const char *format, ...)
{
	char where[YETT_PLACE_TEXT];
	va_list args;

	if (fault == NULL || fault->what[0] != '\0')
		return YETT_E_POLICY;
	va_start(args, format);
	vsnprintf(fault->what, sizeof(fault->what), format, args);
	va_end(args);
	yett_fault_where(fault, "%s",
	    yett_place_write(where, sizeof(where), place));
	return YETT_E_POLICY;
}
