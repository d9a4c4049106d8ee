/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/record.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* Shared: `lock` guards all but the references and the name. */
struct yett_record {
	atomic_uint refs;
	pthread_mutex_t lock;
	char *path;
	int fd; /* -1: could not be opened again; every append tries */
	uint64_t size, size_most;
	uint32_t files;
	uint64_t untold; /* of them, not yet told in the file */
	bool broken;     /* the last write cut a line */
};

/* --- the file --- */

static int
open_file(const char *path, uint64_t *size)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	struct stat facts;

	if (fd < 0)
		return -1;
	*size = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)
	    ? (uint64_t)facts.st_size
	    : 0;
	return fd;
}

/* NAME.n becomes NAME.n+1; a failure leaves a gap, which is harmless. */
static void
shift(const struct yett_record *record)
{
	size_t size = strlen(record->path) + 16;
	char *from = malloc(size), *to = malloc(size);

	for (uint32_t n = record->files - 1;
	     n > 0 && from != NULL && to != NULL; n--) {
		snprintf(to, size, "%s.%u", record->path, n);
		snprintf(from, size, n == 1 ? "%s" : "%s.%u", record->path,
		    n - 1);
		(void)rename(from, to); /* there may be none yet */
	}
	if (record->files == 1)
		(void)unlink(record->path); /* opened anew below */
	free(from);
	free(to);
}

static void
rotate(struct yett_record *record)
{
	if (record->fd >= 0)
		close(record->fd);
	shift(record);
	record->fd = open_file(record->path, &record->size);
}

/* Somebody else, logrotate perhaps, may have moved the file away or deleted it:
 * what follows belongs into one of the policy's name. It may be shorter, too.
 */
static void
stay_at_path(struct yett_record *record)
{
	struct stat open, named;

	if (record->fd < 0 || fstat(record->fd, &open) != 0)
		return;
	if (stat(record->path, &named) == 0 && named.st_dev == open.st_dev &&
	    named.st_ino == open.st_ino) {
		if (S_ISREG(open.st_mode))
			record->size = (uint64_t)open.st_size;
		return;
	}
	close(record->fd);
	record->fd = open_file(record->path, &record->size);
	record->broken = false;
}

/* Whether all of `lines` went out. A line that was cut is ended before the
 * next one, so that it spoils no other. */
static bool
write_lines(struct yett_record *record, struct yett_slice lines)
{
	ssize_t wrote;

	if (record->fd < 0)
		record->fd = open_file(record->path, &record->size);
	if (record->fd < 0)
		return false;
	if (record->broken) {
		if (write(record->fd, "\n", 1) != 1)
			return false;
		record->broken = false;
		record->size++;
	}
	wrote = write(record->fd, lines.at, lines.len);
	if (wrote > 0)
		record->size += (uint64_t)wrote;
	record->broken = wrote > 0 && (size_t)wrote < lines.len;
	return wrote == (ssize_t)lines.len;
}

static void
tell_lost(struct yett_record *record)
{
	char line[64];
	int len = snprintf(line, sizeof(line),
	    "{\"kind\":\"lost\",\"lines\":%" PRIu64 "}\n", record->untold);

	if (!write_lines(record, (struct yett_slice){ line, (size_t)len }))
		return;
	yett_log(YETT_LOG_WARN, "record-lost", "lines=%" PRIu64,
	    record->untold);
	record->untold = 0;
}

/* --- public --- */

static void
set_bounds(struct yett_record *record, const struct yett_settings *settings)
{
	record->size_most = settings->log.record_size;
	record->files = settings->log.record_files;
}

enum yett_status
yett_record_open(struct yett_record **out, const struct yett_settings *settings,
    struct yett_record *previous, struct yett_fault *fault)
{
	const char *path = settings->log.record.at;
	struct yett_record *record;

	if (previous != NULL && strcmp(previous->path, path) == 0) {
		pthread_mutex_lock(&previous->lock);
		set_bounds(previous, settings);
		pthread_mutex_unlock(&previous->lock);
		*out = yett_record_ref(previous);
		return YETT_OK;
	}
	record = calloc(1, sizeof(*record));
	if (record == NULL)
		return YETT_E_NOMEM;
	atomic_init(&record->refs, 1);
	pthread_mutex_init(&record->lock, NULL);
	set_bounds(record, settings);
	record->path = strdup(path);
	record->fd = -1;
	if (record->path == NULL) {
		yett_record_unref(&record);
		return YETT_E_NOMEM;
	}
	record->fd = open_file(path, &record->size);
	if (record->fd < 0) {
		int error = errno;

		yett_record_unref(&record);
		return yett_fail_errno(fault, error,
		    "cannot open the record %s", path);
	}
	*out = record;
	return YETT_OK;
}

struct yett_record *
yett_record_ref(struct yett_record *record)
{
	if (record != NULL)
		atomic_fetch_add_explicit(&record->refs, 1,
		    memory_order_relaxed);
	return record;
}

void
yett_record_unref(struct yett_record **record)
{
	struct yett_record *taken = *record;

	*record = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	if (taken->fd >= 0)
		close(taken->fd);
	pthread_mutex_destroy(&taken->lock);
	free(taken->path);
	free(taken);
}

bool
yett_record_append(struct yett_record *record, struct yett_slice lines,
    uint32_t count)
{
	bool written;

	pthread_mutex_lock(&record->lock);
	stay_at_path(record);
	if (record->size > 0 && record->size + lines.len > record->size_most)
		rotate(record);
	if (record->untold > 0)
		tell_lost(record);
	written = write_lines(record, lines);
	if (!written) {
		if (record->untold == 0)
			yett_log(YETT_LOG_WARN, "record-failed", "error=\"%s\"",
			    strerrordesc_np(errno));
		record->untold += count;
	}
	pthread_mutex_unlock(&record->lock);
	return written;
}
