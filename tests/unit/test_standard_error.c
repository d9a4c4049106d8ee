/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to standard error wait for nobody, whatever it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/standard_error.h"

#define LINES_MOST 100000

static const char line[] = "a line of thirty-two characters\n";

/* Standard error becomes `fd` for `test`, and what it was again; nothing is
 * asserted meanwhile, which would be told there. */
static int
write_to(int fd, int (*test)(void))
{
	int before = dup(STDERR_FILENO), result;

	dup2(fd, STDERR_FILENO);
	result = test();
	dup2(before, STDERR_FILENO);
	close(before);
	return result;
}

static int
write_one(void)
{
	return yett_standard_error_write(line, sizeof(line) - 1);
}

/* How many lines there was room for. */
static int
write_until_full(void)
{
	int lines = 0;

	while (lines < LINES_MOST && write_one())
		lines++;
	return lines;
}

static int
write_without_descriptors(void)
{
	struct rlimit before, none;
	int lines;

	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 1; /* poll(2) takes no more than the limit, either */
	setrlimit(RLIMIT_NOFILE, &none);
	lines = write_until_full();
	setrlimit(RLIMIT_NOFILE, &before);
	return lines;
}

/* Reads what `write` wrote: whole lines only. */
static void
assert_lines(int fd, int lines)
{
	char got[sizeof(line)];

	for (int i = 0; i < lines; i++) {
		assert_int_equal(read(fd, got, sizeof(line) - 1),
		    sizeof(line) - 1);
		assert_memory_equal(got, line, sizeof(line) - 1);
	}
}

static void
fill_and_read(const int ends[2], int (*fill)(void))
{
	int lines = write_to(ends[1], fill);

	assert_in_range(lines, 100, LINES_MOST - 1);
	assert_false(write_to(ends[1], write_one));
	/* Nothing was changed for others who write there. */
	assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
	assert_lines(ends[0], lines);
	assert_true(write_to(ends[1], write_one));
	assert_lines(ends[0], 1);
	close(ends[0]);
	assert_false(write_to(ends[1], write_one)); /* and no SIGPIPE */
	close(ends[1]);
}

static void
test_pipe(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fill_and_read(ends, write_until_full);
}

/* Where it cannot be opened again. */
static void
test_pipe_without_descriptors(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	fill_and_read(ends, write_without_descriptors);
}

static void
test_socket(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	fill_and_read(ends, write_until_full);
}

/* A file's position is shared with whoever writes there, too. */
static void
test_file(void **state)
{
	char path[] = "/tmp/yett-lines-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "before\n", 7), 7);
	assert_true(write_to(fd, write_one));
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 7 + sizeof(line) - 1);
	close(fd);
	unlink(path);
}

static int
write_closed(void)
{
	close(STDERR_FILENO);
	return write_one();
}

static void
test_closed(void **state)
{
	(void)state;
	assert_false(write_to(STDERR_FILENO, write_closed));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_pipe_without_descriptors),
		cmocka_unit_test(test_socket),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
