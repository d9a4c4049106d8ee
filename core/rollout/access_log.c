/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/access_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"

/* Shared: written once, then read, but for the atomics; the file position is
 * the kernel's. */
struct yett_access_log {
	int fd; /* the number stays; what it is may be exchanged */
	enum yett_access_format format;
	bool astray;        /* the file moved, and there can be no other */
	atomic_bool broken; /* the last line was cut */
	atomic_ulong lost;  /* lines, not yet told */
	atomic_uint_fast64_t told; /* when lines were, coarse */
	char path[];
};

static const char w3c_head[] =
    "#Software: Yett\n"
    "#Version: 1.0\n"
    "#Fields: date time s-ip cs-method cs-uri-stem s-port cs-username c-ip "
    "cs-version cs-host sc-status sc-substatus sc-win32-status sc-bytes "
    "cs-bytes "
    "time-taken x-decision\n";

/* A directive block before the lines that follow (W3C extended log, 1.0): an
 * older block in the file may tell of other columns. Lines that cannot be
 * written are no reason not to serve, but a file without any block is none; a
 * pipe's reader may only be slow. `broken`: whether it ends within a line. */
static enum yett_status
begin_w3c(int fd, const char *path, bool *broken, struct yett_fault *fault)
{
	struct yett_slice head = { w3c_head, sizeof(w3c_head) - 1 };
	struct stat facts;
	size_t wrote;

	if (fstat(fd, &facts) != 0)
		return yett_fail_errno(fault, errno, "cannot stat %s", path);
	if (*broken && yett_file_append(fd, YETT_LIT("\n")) != 1)
		return YETT_OK;
	wrote = yett_file_append(fd, head);
	*broken = wrote > 0 && wrote < head.len;
	if (wrote == 0 && S_ISREG(facts.st_mode) && facts.st_size == 0)
		return yett_fail_errno(fault, errno, "cannot write %s", path);
	return YETT_OK;
}

static int
open_file(const char *path, enum yett_access_format format, bool *broken,
    struct yett_fault *fault)
{
	int fd;

	*broken = yett_file_is_torn(path);
	fd = yett_file_open_lines("access log", path, fault);
	if (fd < 0 || format != YETT_ACCESS_W3C ||
	    begin_w3c(fd, path, broken, fault) == YETT_OK)
		return fd;
	close(fd);
	return -1;
}

enum yett_status
yett_access_log_open(struct yett_access_log **out, const char *path,
    enum yett_access_format format, struct yett_fault *fault)
{
	size_t size = strlen(path) + 1;
	struct yett_access_log *log = calloc(1, sizeof(*log) + size);
	bool broken;

	if (log == NULL)
		return YETT_E_NOMEM;
	log->format = format;
	memcpy(log->path, path, size);
	log->fd = open_file(path, format, &broken, fault);
	atomic_init(&log->broken, broken);
	if (log->fd < 0) {
		yett_access_log_close(log);
		return YETT_E_SYSTEM;
	}
	*out = log;
	return YETT_OK;
}

enum yett_status
yett_access_log_check(const char *path, struct yett_fault *fault)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";

	if (access(path, W_OK) == 0)
		return YETT_OK;
	if (errno == ENOENT) {
		if (slash != NULL)
			snprintf(folder, sizeof(folder), "%.*s",
			    (int)(slash - path) + 1, path);
		if (access(folder, W_OK | X_OK) == 0)
			return YETT_OK;
	}
	return yett_fail_errno(fault, errno, "cannot open the access log %s",
	    path);
}

void
yett_access_log_tend(struct yett_access_log *log)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	bool broken;
	int fd;

	if (log == NULL || yett_file_is_at(log->fd, log->path))
		return;
	fd = open_file(log->path, log->format, &broken, &fault);
	if (fd < 0) {
		if (!log->astray)
			yett_log(YETT_LOG_WARN, "access-log-failed",
			    "error=\"%s\"", fault.what);
		log->astray = true;
		return;
	}
	/* Workers that write meanwhile write to one or to the other. */
	dup3(fd, log->fd, O_CLOEXEC);
	close(fd);
	log->astray = false;
	atomic_store(&log->broken, broken);
}

static void
tell_lost(struct yett_access_log *log)
{
	unsigned long lost = atomic_exchange(&log->lost, 0);

	if (lost > 0)
		yett_log(YETT_LOG_WARN, "access-log-lost", "lines=%lu", lost);
}

void
yett_access_log_close(struct yett_access_log *log)
{
	if (log == NULL)
		return;
	tell_lost(log);
	if (log->fd >= 0)
		close(log->fd);
	free(log);
}

/* --- JSON --- */

/* ,"name":"value", or nothing for an absent value. */
static enum yett_status
append_member(struct yett_buf *out, const char *name, struct yett_slice value)
{
	enum yett_status status;

	if (value.len == 0)
		return YETT_OK;
	status = yett_buf_printf(out, ",\"%s\":\"", name);
	if (status == YETT_OK)
		status = yett_json_append_bytes(out, value);
	if (status == YETT_OK)
		status = yett_buf_append(out, YETT_LIT("\""));
	return status;
}

static enum yett_status
append_json_line(struct yett_buf *out, const struct yett_access *access,
    const char *date, const char *clock)
{
	const struct {
		const char *name;
		struct yett_slice value;
	} members[] = {
		{ "decision", access->id },
		{ "client", access->client },
		{ "site", access->site },
		{ "host", access->host },
		{ "method", access->method },
		{ "path", access->path },
		{ "rule", access->rule },
		{ "reason",
		    access->reason == YETT_REASON_NONE
			? YETT_SLICE_NONE
			: yett_slice_of(yett_reason_name(access->reason)) },
		{ "error", access->error },
		{ "cause", yett_slice_of(yett_cause_name(access->cause)) },
		{ "shadow",
		    access->shadow == YETT_REASON_NONE
			? YETT_SLICE_NONE
			: yett_slice_of(yett_reason_name(access->shadow)) },
		{ "asked", yett_slice_of(yett_need_name(access->asked)) },
		{ "tls", access->tls },
		{ "group", access->group },
		{ "signature", access->signature },
		{ "subject", access->subject },
		{ "issuer", access->issuer },
		{ "serial", access->serial },
		{ "sha256", access->sha256 },
		{ "trust", access->trust },
		{ "upstream", access->upstream },
	};
	enum yett_status status = yett_buf_printf(out,
	    "{\"time\":\"%s%s%06uZ\"", date, clock,
	    (unsigned)(access->began % YETT_NS_PER_S / 1000));

	for (size_t i = 0;
	     status == YETT_OK && i < sizeof(members) / sizeof(members[0]); i++)
		status = append_member(out, members[i].name, members[i].value);
	if (status != YETT_OK)
		return status;
	return yett_buf_printf(out,
	    ",\"status\":%u,\"substatus\":%u,\"win32\":%" PRIu32
	    ",\"resumed\":%s,\"generation\":%" PRIu64 ",\"bytes\":%" PRIu64
	    ",\"received\":%" PRIu64 ",\"duration_us\":%" PRIu64 "}\n",
	    access->status, access->substatus, access->win32,
	    access->resumed ? "true" : "false", access->generation,
	    access->bytes, access->received, access->duration / 1000);
}

/* --- W3C --- */

/* One column: '-' when empty, spaces and controls as '+'. */
static enum yett_status
append_column(struct yett_buf *out, struct yett_slice value)
{
	enum yett_status status = yett_buf_reserve(out, value.len + 2);
	char *at;

	if (status != YETT_OK)
		return status;
	at = yett_buf_tail(out);
	if (value.len == 0)
		*at++ = '-';
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.at[i];

		*at++ = c <= 0x20 || c >= 0x7f ? '+' : (char)c;
	}
	*at++ = ' ';
	yett_buf_added(out, (size_t)(at - yett_buf_tail(out)));
	return YETT_OK;
}

static enum yett_status
append_w3c_line(struct yett_buf *out, const struct yett_access *access,
    const char *date, const char *clock)
{
	char port[8];
	enum yett_status status = yett_buf_printf(out, "%s %s ", date, clock);

	snprintf(port, sizeof(port), "%u", access->server_port);
	const struct yett_slice columns[] = {
		access->server,
		access->method,
		access->path,
		yett_slice_of(port),
		access->subject,
		access->client,
		access->protocol,
		access->host,
	};

	for (size_t i = 0;
	     status == YETT_OK && i < sizeof(columns) / sizeof(columns[0]); i++)
		status = append_column(out, columns[i]);
	if (status != YETT_OK)
		return status;
	return yett_buf_printf(out,
	    "%u %u %" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.*s\n",
	    access->status, access->substatus, access->win32, access->bytes,
	    access->received, access->duration / YETT_NS_PER_MS,
	    YETT_ARG(access->id));
}

/* The line of `access` into `scratch`, behind the end of one that was cut. */
static enum yett_status
append_line(struct yett_access_log *log, const struct yett_access *access,
    struct yett_buf *scratch)
{
	time_t second = (time_t)(access->began / YETT_NS_PER_S);
	char date[16], clock[16];
	struct tm parts;

	yett_buf_consume(scratch, yett_buf_len(scratch));
	if (atomic_load_explicit(&log->broken, memory_order_relaxed) &&
	    yett_buf_append(scratch, YETT_LIT("\n")) != YETT_OK)
		return YETT_E_NOMEM;
	gmtime_r(&second, &parts);
	strftime(date, sizeof(date), "%Y-%m-%d", &parts);
	switch (log->format) {
	case YETT_ACCESS_JSON:
		strftime(clock, sizeof(clock), "T%H:%M:%S.", &parts);
		return append_json_line(scratch, access, date, clock);
	case YETT_ACCESS_W3C:
		strftime(clock, sizeof(clock), "%H:%M:%S", &parts);
		return append_w3c_line(scratch, access, date, clock);
	}
	return YETT_E_ARGUMENT;
}

static void
note_written(struct yett_access_log *log)
{
	uint64_t now;

	if (atomic_load_explicit(&log->broken, memory_order_relaxed))
		atomic_store(&log->broken, false);
	if (atomic_load_explicit(&log->lost, memory_order_relaxed) == 0)
		return;
	/* Behind a slow reader lines are lost again and again. */
	now = yett_clock_coarse();
	if (now < atomic_load(&log->told) + YETT_NS_PER_S)
		return;
	atomic_store(&log->told, now);
	tell_lost(log);
}

bool
yett_access_log_write(struct yett_access_log *log,
    const struct yett_access *access, struct yett_buf *scratch)
{
	const char *why = "out of memory";
	struct yett_slice line;
	size_t wrote;

	if (append_line(log, access, scratch) == YETT_OK) {
		line = yett_buf_slice(scratch);
		wrote = yett_file_append(log->fd, line);
		if (wrote == line.len) {
			note_written(log);
			return true;
		}
		why = yett_file_append_why(errno);
		if (wrote > 0)
			atomic_store(&log->broken, true);
	}
	if (atomic_fetch_add(&log->lost, 1) == 0)
		yett_log(YETT_LOG_WARN, "access-log-failed", "error=\"%s\"",
		    why);
	return false;
}
