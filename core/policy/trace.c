/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/trace.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_MOST 512

void
yett_trace_step(const struct yett_trace *trace, const char *step,
    const struct yett_place *place, const char *format, ...)
{
	char text[TEXT_MOST + 1];
	va_list args;

	if (trace == NULL)
		return;
	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);
	trace->step(trace->arg, step, text, place);
}
