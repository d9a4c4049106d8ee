/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static void
write_stderr(void *arg, const char *text, size_t len)
{
	struct yett_complaint *complaint = arg;
	size_t room = sizeof(complaint->told) - 1 - complaint->len;
	size_t kept = len < room ? len : room;

	fwrite(text, 1, len, complaint->out);
	memcpy(complaint->told + complaint->len, text, kept);
	complaint->len += kept;
	complaint->told[complaint->len] = '\0';
}

/* A loop without end is silent: better a line that is not needed than a person
 * who waits. */
static void
tell_slow(void *arg, const char *where, unsigned seconds, unsigned most)
{
	const struct yett_complaint *complaint = arg;

	fprintf(complaint->out,
	    "yett: still loading after %u s%s%s; it is given up after %u s of "
	    "CPU\n",
	    seconds, where[0] != '\0' ? ", at " : "", where, most);
}

static enum yett_exit
exit_of(enum yett_status status)
{
	switch (status) {
	case YETT_OK: return YETT_EXIT_FINE;
	case YETT_E_POLICY:
	case YETT_E_SCRIPT:
	case YETT_E_TLS:
	case YETT_E_LIMIT: return YETT_EXIT_WRONG;
	case YETT_E_ARGUMENT: return YETT_EXIT_USAGE;
	case YETT_E_NOMEM:
	case YETT_E_SYSTEM:
	case YETT_E_PROTOCOL:
	case YETT_E_NOT_FOUND: return YETT_EXIT_SYSTEM;
	}
	return YETT_EXIT_SYSTEM;
}

void
yett_complaint_init(struct yett_complaint *complaint)
{
	*complaint = (struct yett_complaint){
		.report = { .write = write_stderr,
		    .arg = complaint,
		    .format = YETT_FORMAT_TEXT,
		    .slow = tell_slow },
		.out = stderr,
	};
}

enum yett_status
yett_complaint_fail(struct yett_fault *fault, enum yett_status status,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(fault->what, sizeof(fault->what), format, args);
	va_end(args);
	return status;
}

/* Whether the report told `fault` already; JSON has it with escapes. */
static bool
was_told(const struct yett_complaint *complaint, const struct yett_fault *fault)
{
	if (complaint->report.format == YETT_FORMAT_JSON)
		return strstr(complaint->told, "\"severity\":\"error\"") !=
		    NULL;
	return fault->what[0] != '\0' &&
	    strstr(complaint->told, fault->what) != NULL;
}

enum yett_exit
yett_complain(const struct yett_complaint *complaint, enum yett_status status,
    const struct yett_fault *fault)
{
	if (status == YETT_OK || was_told(complaint, fault))
		return exit_of(status);
	fprintf(stderr, "yett: %s%s%s\n", fault->where,
	    fault->where[0] != '\0' ? ": " : "",
	    fault->what[0] != '\0' ? fault->what : yett_status_text(status));
	return exit_of(status);
}
