/* SPDX-License-Identifier: Apache-2.0 */
/* The access log's file: what stands before the first line, and after one that
 * was cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "rollout/access_log.h"

static char folder[] = "/tmp/yett-access-XXXXXX", path[100];

static int
make_folder(void **state)
{
	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/log", folder);
	return 0;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void
write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static struct yett_access_log *
open_log(void)
{
	struct yett_access_log *log = NULL;

	assert_int_equal(yett_access_log_open(&log, path, YETT_ACCESS_W3C,
			     NULL),
	    YETT_OK);
	return log;
}

/* The file begins like this; it is removed. */
static void
assert_begins(const char *want)
{
	struct yett_buf got = { 0 };

	assert_int_equal(yett_file_read(path, 10000, &got, NULL), YETT_OK);
	assert_true(yett_buf_len(&got) >= strlen(want));
	assert_memory_equal(yett_buf_slice(&got).at, want, strlen(want));
	yett_buf_clear(&got);
	unlink(path);
}

static void
test_head_has_lines_of_its_own(void **state)
{
	struct yett_access_log *log;
	char moved[110];

	(void)state;
	write_file("half");
	log = open_log();
	assert_begins("half\n#Software: Yett\n");
	write_file("whole\n");
	yett_access_log_tend(log);
	snprintf(moved, sizeof(moved), "%s.1", path);
	assert_int_equal(rename(path, moved), 0);
	write_file("half");
	yett_access_log_tend(log);
	assert_begins("half\n#Software: Yett\n");
	assert_int_equal(rename(moved, path), 0);
	assert_begins("whole\n#Software: Yett\n");
	yett_access_log_close(log);
}

/* The disk has room for a part of the head. */
static void
test_head_that_was_cut_is_ended(void **state)
{
	const struct yett_access access = { .status = 200 };
	struct yett_buf scratch = { 0 };
	struct rlimit before, little;
	struct yett_access_log *log;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &before);
	little = before;
	little.rlim_cur = 12;
	setrlimit(RLIMIT_FSIZE, &little);
	log = open_log();
	setrlimit(RLIMIT_FSIZE, &before);
	assert_true(yett_access_log_write(log, &access, &scratch));
	assert_begins("#Software: Y\n1970-01-01 ");
	yett_access_log_close(log);
	yett_buf_clear(&scratch);
}

/* Its reader only has to catch up: no reason to refuse a policy. */
static void
test_full_pipe_can_be_opened(void **state)
{
	struct yett_access_log *log;
	int fd;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_RDWR | O_NONBLOCK);
	assert_true(fd >= 0);
	while (write(fd, path, sizeof(path)) > 0)
		continue;
	log = open_log();
	yett_access_log_close(log);
	close(fd);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head_has_lines_of_its_own),
		cmocka_unit_test(test_head_that_was_cut_is_ended),
		cmocka_unit_test(test_full_pipe_can_be_opened),
	};

	return cmocka_run_group_tests_name("access log", tests, make_folder,
	    remove_folder);
}
