/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/record_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Read at once; a longer line is none of ours. */
#define CHUNK ((size_t)1024 * 1024)
#define ROTATED_MOST 1000

/* Hand over the whole lines of `len` bytes; how many bytes they are. The first
 * one is dropped if it is the rest of a line that was too long. */
static size_t
read_lines(const struct yett_record_reader *reader, char *chunk, size_t len,
    bool *is_rest)
{
	char *at = chunk, *end = at + len, *stop;

	while ((stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!*is_rest)
			reader->line(reader->arg, at, (size_t)(stop - at));
		*is_rest = false;
		at = stop + 1;
	}
	return (size_t)(at - chunk);
}

static enum yett_status
read_open_file(const struct yett_record_reader *reader, int fd, char *chunk,
    const char *path, struct yett_fault *fault)
{
	size_t have = 0, used;
	bool is_rest = false;
	ssize_t got;

	while ((got = read(fd, chunk + have, CHUNK - have)) > 0) {
		have += (size_t)got;
		used = read_lines(reader, chunk, have, &is_rest);
		if (used == 0 && have == CHUNK) {
			if (!is_rest && reader->too_long != NULL)
				reader->too_long(reader->arg);
			is_rest = true;
			used = have;
		}
		have -= used;
		memmove(chunk, chunk + used, have);
	}
	if (got < 0)
		return yett_fail_errno(fault, errno, "cannot read %s", path);
	if (!is_rest)
		reader->line(reader->arg, chunk, have);
	return YETT_OK;
}

static enum yett_status
read_file(const struct yett_record_reader *reader, char *chunk,
    const char *path, struct yett_fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum yett_status status;

	if (fd < 0)
		return yett_fail_errno(fault, errno, "cannot read %s", path);
	status = read_open_file(reader, fd, chunk, path, fault);
	close(fd);
	return status;
}

enum yett_status
yett_record_read(const char *path, const struct yett_record_reader *reader,
    struct yett_fault *fault)
{
	size_t size = strlen(path) + 16;
	char *name = malloc(size), *chunk = malloc(CHUNK);
	enum yett_status status = YETT_OK;
	unsigned count = 0;
	bool rotated;

	if (name == NULL || chunk == NULL) {
		status = YETT_E_NOMEM;
		goto out;
	}
	do
		snprintf(name, size, "%s.%u", path, ++count);
	while (count < ROTATED_MOST && access(name, R_OK) == 0);
	rotated = count > 1;
	while (--count > 0 && status == YETT_OK) {
		snprintf(name, size, "%s.%u", path, count);
		status = read_file(reader, chunk, name, fault);
	}
	/* Between two files there may be none of that name. */
	if (status == YETT_OK && (!rotated || access(path, F_OK) == 0))
		status = read_file(reader, chunk, path, fault);
out:
	free(name);
	free(chunk);
	return status;
}
