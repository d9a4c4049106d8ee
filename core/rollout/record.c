/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/record.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

/* Shared: `lock` guards all but the references and the name. */
struct yett_record {
	atomic_uint refs;
	pthread_mutex_t lock;
	char *path;
	int fd; /* -1: could not be opened again; every append tries */
	uint64_t size, size_most;
	uint32_t files;
	uint64_t untold; /* lines that were lost, not yet told in the file */
	bool regular;    /* has a size, which is bounded */
	bool broken;     /* the file ends within a line */
};

/* --- the file --- */

/* Only a regular file has a size, and is rotated; one below /dev is the name of
 * a descriptor. */
static void
look_at(struct yett_record *record)
{
	struct stat facts;

	record->regular = fstat(record->fd, &facts) == 0 &&
	    S_ISREG(facts.st_mode) && strncmp(record->path, "/dev/", 5) != 0;
	record->size = record->regular ? (uint64_t)facts.st_size : 0;
}

/* errno tells why there is none. */
static bool
open_file(struct yett_record *record, struct yett_fault *fault)
{
	record->broken = yett_file_is_torn(record->path);
	record->fd = yett_file_open_lines("record", record->path, fault);
	if (record->fd >= 0)
		look_at(record);
	return record->fd >= 0;
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

/* On failure write_lines() tries again, and tells; there is nothing until then
 * whose size would call for a rotation. */
static void
open_anew(struct yett_record *record)
{
	close(record->fd);
	record->fd = -1;
	record->size = 0;
	(void)open_file(record, NULL);
}

static void
rotate(struct yett_record *record)
{
	shift(record);
	open_anew(record);
}

/* Somebody else, logrotate perhaps, may have moved the file away or deleted it:
 * what follows belongs into one of the policy's name. It may be shorter, too.
 */
static void
stay_at_path(struct yett_record *record)
{
	if (record->fd < 0)
		return;
	if (yett_file_is_at(record->fd, record->path)) {
		look_at(record);
		return;
	}
	open_anew(record);
}

/* `wrote` bytes are in the file, whole lines up to `whole`. Cut a part of a
 * line off: none stays behind where the disk was full. Only then is the file
 * cut, and only where that is its end: others may append to it. */
static void
count_written(struct yett_record *record, size_t whole, size_t wrote)
{
	struct stat facts;

	if (wrote > whole && record->regular &&
	    fstat(record->fd, &facts) == 0 &&
	    (uint64_t)facts.st_size == record->size + wrote &&
	    ftruncate(record->fd, (off_t)(record->size + whole)) == 0) {
		record->size += whole;
		return;
	}
	record->size += record->regular ? wrote : 0;
	record->broken = wrote > whole;
}

/* How many bytes of `lines` went out, in whole lines; errno tells why not all
 * did. A line that was cut is ended before the next one, so that it spoils no
 * other. */
static size_t
write_lines(struct yett_record *record, struct yett_slice lines)
{
	const char *end;
	size_t wrote, whole;
	int error;

	if (record->fd < 0 && !open_file(record, NULL))
		return 0;
	if (record->broken) {
		if (yett_file_append(record->fd, YETT_LIT("\n")) != 1)
			return 0;
		record->broken = false;
		record->size += record->regular ? 1 : 0;
	}
	wrote = yett_file_append(record->fd, lines);
	error = errno;
	end = wrote == 0 ? NULL : memrchr(lines.at, '\n', wrote);
	whole = end == NULL ? 0 : (size_t)(end - lines.at) + 1;
	count_written(record, whole, wrote);
	errno = error;
	return whole;
}

static uint32_t
count_lines(struct yett_slice text)
{
	uint32_t lines = 0;

	for (size_t i = 0; i < text.len; i++)
		lines += text.at[i] == '\n';
	return lines;
}

static void
log_lost(struct yett_record *record)
{
	yett_log(YETT_LOG_WARN, "record-lost", "lines=%" PRIu64,
	    record->untold);
	record->untold = 0;
}

static void
tell_lost(struct yett_record *record)
{
	char line[64];
	int len = snprintf(line, sizeof(line),
	    "{\"kind\":\"lost\",\"lines\":%" PRIu64 "}\n", record->untold);

	if (write_lines(record, (struct yett_slice){ line, (size_t)len }) > 0)
		log_lost(record);
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
	if (!open_file(record, fault)) {
		yett_record_unref(&record);
		return YETT_E_SYSTEM;
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
	/* Not in a pipe: the thread is the program's, and has SIGPIPE. */
	if (taken->untold > 0 && taken->regular)
		tell_lost(taken);
	if (taken->untold > 0)
		log_lost(taken);
	if (taken->fd >= 0)
		close(taken->fd);
	pthread_mutex_destroy(&taken->lock);
	free(taken->path);
	free(taken);
}

uint32_t
yett_record_append(struct yett_record *record, struct yett_slice lines,
    uint32_t count)
{
	uint32_t lost = 0;
	size_t wrote;

	pthread_mutex_lock(&record->lock);
	stay_at_path(record);
	if (record->size > 0 && record->size + lines.len > record->size_most)
		rotate(record);
	if (record->untold > 0)
		tell_lost(record);
	wrote = write_lines(record, lines);
	if (wrote < lines.len) {
		if (record->untold == 0)
			yett_log(YETT_LOG_WARN, "record-failed", "error=\"%s\"",
			    yett_file_append_why(errno));
		lost = count -
		    count_lines((struct yett_slice){ lines.at, wrote });
		record->untold += lost;
	}
	pthread_mutex_unlock(&record->lock);
	return lost;
}
