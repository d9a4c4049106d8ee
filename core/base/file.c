/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
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

/* No reader, no device: words for what ENXIO means to an operator. */
static const char *
open_why(const char *path, int error)
{
	struct stat facts;

	if (error != ENXIO || stat(path, &facts) != 0)
		return strerrordesc_np(error);
	if (S_ISFIFO(facts.st_mode))
		return "it is a FIFO that nobody reads; start its reader first";
	if (S_ISSOCK(facts.st_mode))
		return "it is a socket; name a file or a FIFO";
	return strerrordesc_np(error);
}

int
yett_file_open_lines(const char *what, const char *path,
    struct yett_fault *fault)
{
	int fd = open(path,
	    O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0640);
	int error = errno;

	if (fd >= 0)
		return fd;
	(void)yett_fail(fault, YETT_E_SYSTEM, "cannot open the %s %s: %s", what,
	    path, open_why(path, error));
	errno = error;
	return -1;
}

size_t
yett_file_append(int fd, struct yett_slice bytes)
{
	size_t done = 0;

	while (done < bytes.len) {
		ssize_t wrote = write(fd, bytes.at + done, bytes.len - done);

		if (wrote > 0) {
			/* A disk that is full takes a part, and tells so with
			 * the next. */
			done += (size_t)wrote;
			continue;
		}
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote == 0)
			errno = EIO;
		break;
	}
	return done;
}

const char *
yett_file_append_why(int error)
{
	return error == EAGAIN ? "its reader is too slow"
			       : strerrordesc_np(error);
}

bool
yett_file_is_torn(const char *path)
{
	struct stat facts;
	bool torn = false;
	char last;
	int fd;

	/* A FIFO's writers would take us for their reader. */
	if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode))
		return false;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) &&
	    facts.st_size > 0 && pread(fd, &last, 1, facts.st_size - 1) == 1)
		torn = last != '\n';
	close(fd);
	return torn;
}

bool
yett_file_is_at(int fd, const char *path)
{
	struct stat open, named;

	return fstat(fd, &open) == 0 && stat(path, &named) == 0 &&
	    open.st_dev == named.st_dev && open.st_ino == named.st_ino;
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
