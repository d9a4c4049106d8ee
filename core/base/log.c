/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Event names are few and literal; what does not fit shares the last slot. */
#define EVENT_SLOTS 64
#define LINE_MAX_BYTES 2048

struct event_budget {
	const char *event;
	uint64_t second;
	unsigned used;
	unsigned suppressed;
};

static const char *const level_names[] = { "error", "warn", "info", "debug" };

static yett_log_sink sink_call;
static void *sink_arg;
static enum yett_log_level sink_most = YETT_LOG_INFO;

/* Guards the budgets. Never taken on the path of a request that succeeds. */
static pthread_mutex_t budget_lock = PTHREAD_MUTEX_INITIALIZER;
static struct event_budget budgets[EVENT_SLOTS];
static uint64_t suppressed_lines;

void
yett_log_set(yett_log_sink sink, void *arg, enum yett_log_level most)
{
	sink_call = sink;
	sink_arg = arg;
	sink_most = most;
}

static struct event_budget *
find_budget(const char *event)
{
	for (size_t i = 0; i < EVENT_SLOTS - 1; i++) {
		if (budgets[i].event == NULL)
			budgets[i].event = event;
		if (budgets[i].event == event ||
		    strcmp(budgets[i].event, event) == 0)
			return &budgets[i];
	}
	return &budgets[EVENT_SLOTS - 1];
}

/* False: say nothing. Else *suppressed lines were dropped before this one. */
static bool
take_budget(const char *event, unsigned *suppressed)
{
	uint64_t second = yett_clock_monotonic() / YETT_NS_PER_S;
	struct event_budget *budget;
	bool taken = true;

	pthread_mutex_lock(&budget_lock);
	budget = find_budget(event);
	if (budget->second != second) {
		budget->second = second;
		budget->used = 0;
	}
	if (budget->used >= YETT_LOG_BUDGET) {
		budget->suppressed++;
		suppressed_lines++;
		taken = false;
	} else {
		budget->used++;
		*suppressed = budget->suppressed;
		budget->suppressed = 0;
	}
	pthread_mutex_unlock(&budget_lock);
	return taken;
}

uint64_t
yett_log_suppressed(void)
{
	uint64_t lines;

	pthread_mutex_lock(&budget_lock);
	lines = suppressed_lines;
	pthread_mutex_unlock(&budget_lock);
	return lines;
}

/* One write per line, so that lines of several threads never mix. */
static void
write_stderr(enum yett_log_level level, const char *line, size_t len)
{
	char whole[LINE_MAX_BYTES + 64];
	uint64_t now = yett_clock_wall();
	time_t second = (time_t)(now / YETT_NS_PER_S);
	struct tm parts;
	size_t used;
	int printed;

	gmtime_r(&second, &parts);
	used = strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &parts);
	printed = snprintf(whole + used, sizeof(whole) - used,
	    ".%03uZ %s %.*s\n",
	    (unsigned)(now % YETT_NS_PER_S / YETT_NS_PER_MS),
	    level_names[level], (int)len, line);
	if (printed <= 0)
		return;
	/* Nobody is left to tell when stderr itself fails. */
	if (write(STDERR_FILENO, whole, used + (size_t)printed) < 0)
		return;
}

void
yett_log(enum yett_log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	unsigned suppressed = 0;
	va_list args;
	size_t used;

	if (level > sink_most || !take_budget(event, &suppressed))
		return;
	used = (size_t)snprintf(line, sizeof(line), "%s%s", event,
	    format[0] == '\0' ? "" : " ");
	va_start(args, format);
	used += (size_t)vsnprintf(line + used, sizeof(line) - used, format,
	    args);
	va_end(args);
	if (used < sizeof(line) && suppressed > 0)
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		    " suppressed=%u", suppressed);
	if (used >= sizeof(line))
		used = sizeof(line) - 1;
	if (sink_call != NULL)
		sink_call(sink_arg, level, line, used);
	else
		write_stderr(level, line, used);
}

const char *
yett_log_quote(char *out, size_t size, struct yett_slice value)
{
	static const char hex[] = "0123456789abcdef";
	size_t used = 0;

	if (size < 8) {
		out[0] = '\0';
		return out;
	}
	out[used++] = '"';
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];

		if (used + 4 + 5 > size) { /* an escape, then ..." and NUL */
			memcpy(out + used, "...", 3);
			used += 3;
			break;
		}
		if (c == '"' || c == '\\') {
			out[used++] = '\\';
			out[used++] = (char)c;
		} else if (c < 0x20 || c >= 0x7f) {
			out[used++] = '\\';
			out[used++] = 'x';
			out[used++] = hex[c >> 4];
			out[used++] = hex[c & 15];
		} else {
			out[used++] = (char)c;
		}
	}
	out[used++] = '"';
	out[used] = '\0';
	return out;
}
