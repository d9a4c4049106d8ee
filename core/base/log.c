/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/standard_error.h"

/* Event names are few and literal; what does not fit shares the last slot. */
#define EVENT_SLOTS 64
#define LINE_MAX_BYTES 2048

struct event_budget {
	_Atomic(const char *) event; /* NULL: the slot is free */
	_Atomic uint64_t second;
	atomic_uint used, suppressed; /* in that second; since the last line */
};

static const char *const level_names[] = { "error", "warn", "info", "debug" };

/* The same as priorities of syslog(3). */
static const int priorities[] = { 3, 4, 6, 7 };

static yett_log_sink sink_call;
static void *sink_arg;
static enum yett_log_level sink_most = YETT_LOG_INFO;

static struct event_budget budgets[EVENT_SLOTS];
static _Atomic uint64_t suppressed_lines;

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
		const char *known = atomic_load(&budgets[i].event);

		/* Takes a free slot, or learns who was faster. */
		if (known == NULL &&
		    atomic_compare_exchange_strong(&budgets[i].event, &known,
			event))
			return &budgets[i];
		if (known == event || strcmp(known, event) == 0)
			return &budgets[i];
	}
	return &budgets[EVENT_SLOTS - 1];
}

/* One more line was not written; it would have told of those before it. */
static void
note_dropped(struct event_budget *budget, unsigned untold)
{
	atomic_fetch_add(&budget->suppressed, untold + 1);
	atomic_fetch_add(&suppressed_lines, 1);
}

static bool
is_spent(struct event_budget *budget)
{
	uint64_t second = yett_clock_coarse() / YETT_NS_PER_S;

	if (atomic_load(&budget->second) != second &&
	    atomic_exchange(&budget->second, second) != second)
		atomic_store(&budget->used, 0);
	if (atomic_load(&budget->used) < YETT_LOG_BUDGET)
		return false;
	note_dropped(budget, 0);
	return true;
}

uint64_t
yett_log_suppressed(void)
{
	return atomic_load(&suppressed_lines);
}

bool
yett_log_has_room(enum yett_log_level level, const char *event)
{
	return level <= sink_most && !is_spent(find_budget(event));
}

/* One write per line, so that lines of several threads never mix. */
static bool
write_stderr(enum yett_log_level level, const char *line, size_t len)
{
	char whole[LINE_MAX_BYTES + 64];
	uint64_t now = yett_clock_wall();
	time_t second = (time_t)(now / YETT_NS_PER_S);
	struct tm parts;
	size_t used = 0;
	int printed;

	if (yett_standard_error_is_journal()) {
		printed = snprintf(whole, sizeof(whole), "<%d>%.*s\n",
		    priorities[level], (int)len, line);
		return printed > 0 &&
		    yett_standard_error_write(whole, (size_t)printed);
	}
	gmtime_r(&second, &parts);
	used = strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &parts);
	printed = snprintf(whole + used, sizeof(whole) - used,
	    ".%03uZ %s %.*s\n",
	    (unsigned)(now % YETT_NS_PER_S / YETT_NS_PER_MS),
	    level_names[level], (int)len, line);
	return printed > 0 &&
	    yett_standard_error_write(whole, used + (size_t)printed);
}

void
yett_log(enum yett_log_level level, const char *event, const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	struct event_budget *budget;
	unsigned suppressed;
	va_list args;
	size_t used;

	if (level > sink_most)
		return;
	budget = find_budget(event);
	if (is_spent(budget))
		return;
	atomic_fetch_add(&budget->used, 1);
	suppressed = atomic_exchange(&budget->suppressed, 0);
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
	else if (!write_stderr(level, line, used))
		note_dropped(budget, suppressed);
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
