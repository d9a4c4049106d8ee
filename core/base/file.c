/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* With less room than this there is made more. */
#define ROOM_LEAST 1024

/*
 * Read the rest of `fd`, of `size` bytes: room is made for all of it at once,
 * so that no copy of a secret stays behind in memory that was outgrown. The
 * size may be outdated.
 */
static enum yett_status
read_all(int fd, const char *path, size_t size, size_t most,
    struct yett_buf *out, struct yett_fault *fault)
{
	size_t total = 0, want = (size < most ? size : most) + ROOM_LEAST;

	for (;;) {
		enum yett_status status = YETT_OK;
		ssize_t got;

		if (yett_buf_room(out) < ROOM_LEAST || total == 0)
			status = yett_buf_reserve(out, want);
		if (status != YETT_OK)
			return status;
		want = 16384;
		got = read(fd, yett_buf_tail(out), yett_buf_room(out));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return yett_fail_errno(fault, errno, "cannot read %s",
			    path);
		if (got == 0)
			return YETT_OK;
		total += (size_t)got;
		if (total > most)
			return yett_fail(fault, YETT_E_LIMIT,
			    "%s is longer than %zu bytes", path, most);
		yett_buf_added(out, (size_t)got);
	}
}

enum yett_status
yett_file_read(const char *path, size_t most, struct yett_buf *out,
    struct yett_fault *fault)
{
	size_t before = yett_buf_len(out);
	bool had_memory = out->memory != NULL;
	enum yett_status status;
	struct stat facts;
	/* Non-blocking: opening a FIFO must not hang before fstat refuses it.
	 */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		int error = errno;

		(void)yett_fail_errno(fault, error, "cannot open %s", path);
		return error == ENOENT ? YETT_E_NOT_FOUND : YETT_E_SYSTEM;
	}
	if (fstat(fd, &facts) != 0)
		status = yett_fail_errno(fault, errno, "cannot stat %s", path);
	else if (!S_ISREG(facts.st_mode))
		status = yett_fail(fault, YETT_E_SYSTEM,
		    "%s is not a regular file", path);
	else
		status = read_all(fd, path, (size_t)facts.st_size, most, out,
		    fault);
	close(fd);
	if (status == YETT_OK)
		return YETT_OK;
	out->end = out->start + before;
	if (!had_memory)
		yett_buf_clear(out);
	return status;
}

void
yett_file_look(const char *path, struct yett_file_stamp *out)
{
	struct stat facts;

	*out = (struct yett_file_stamp){ .mode = 0 };
	if (stat(path, &facts) != 0)
		return;
	out->device = (uint64_t)facts.st_dev;
	out->inode = (uint64_t)facts.st_ino;
	out->size = (uint64_t)facts.st_size;
	out->modified_ns = (int64_t)facts.st_mtim.tv_sec * 1000000000 +
	    facts.st_mtim.tv_nsec;
	out->changed_ns = (int64_t)facts.st_ctim.tv_sec * 1000000000 +
	    facts.st_ctim.tv_nsec;
	out->mode = (uint32_t)facts.st_mode;
}

bool
yett_file_stamp_eq(const struct yett_file_stamp *a,
    const struct yett_file_stamp *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->size == b->size && a->modified_ns == b->modified_ns &&
	    a->changed_ns == b->changed_ns && a->mode == b->mode;
}
