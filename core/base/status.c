/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum yett_status
yett_fail(struct yett_fault *fault, enum yett_status status, const char *format,
    ...)
{
	va_list args;

	if (fault == NULL || fault->what[0] != '\0')
		return status;
	va_start(args, format);
	vsnprintf(fault->what, sizeof(fault->what), format, args);
	va_end(args);
	return status;
}

enum yett_status
yett_fail_errno(struct yett_fault *fault, int error, const char *format, ...)
{
	va_list args;
	size_t used;

	if (fault == NULL || fault->what[0] != '\0')
		return YETT_E_SYSTEM;
	va_start(args, format);
	vsnprintf(fault->what, sizeof(fault->what), format, args);
	va_end(args);
	used = strlen(fault->what);
	snprintf(fault->what + used, sizeof(fault->what) - used, ": %s",
	    strerrordesc_np(error) != NULL ? strerrordesc_np(error)
					   : "unknown error");
	return YETT_E_SYSTEM;
}

void
yett_fault_where(struct yett_fault *fault, const char *format, ...)
{
	va_list args;

	if (fault == NULL || fault->where[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(fault->where, sizeof(fault->where), format, args);
	va_end(args);
}

const char *
yett_status_text(enum yett_status status)
{
	switch (status) {
	case YETT_OK: return "ok";
	case YETT_E_NOMEM: return "out of memory";
	case YETT_E_SYSTEM: return "a system call failed";
	case YETT_E_TLS: return "TLS failed";
	case YETT_E_POLICY: return "the policy is wrong";
	case YETT_E_SCRIPT: return "a function of the policy failed";
	case YETT_E_PROTOCOL: return "the peer broke the protocol";
	case YETT_E_LIMIT: return "a limit was reached";
	case YETT_E_NOT_FOUND: return "not found";
	case YETT_E_ARGUMENT: return "the call's arguments are wrong";
	}
	return "unknown status";
}
