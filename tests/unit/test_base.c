/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest tools: buffers, arenas, lists, faults, quoting, files. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/list.h"
#include "base/log.h"
#include "base/thread.h"

static void
test_buf_queue(void **state)
{
	struct yett_buf buf = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(yett_buf_append(&buf, YETT_LIT("0123456789")),
		    YETT_OK);
	yett_buf_consume(&buf, 9995);
	assert_true(yett_slice_eq(yett_buf_slice(&buf), YETT_LIT("56789")));
	assert_int_equal(yett_buf_printf(&buf, "%d-%s", 7, "x"), YETT_OK);
	assert_true(yett_slice_eq(yett_buf_slice(&buf), YETT_LIT("567897-x")));
	yett_buf_fit(&buf);
	assert_int_equal(buf.cap, 8);
	assert_true(yett_slice_eq(yett_buf_slice(&buf), YETT_LIT("567897-x")));
	yett_buf_consume(&buf, 8);
	assert_int_equal(yett_buf_len(&buf), 0);
	assert_int_equal(buf.start, 0);
	yett_buf_clear(&buf);
	yett_buf_clear(&buf);
}

static void
test_arena_is_zeroed_and_apart(void **state)
{
	struct yett_arena arena = { NULL };
	char *last = NULL;

	(void)state;
	for (size_t size = 0; size < 20000; size += 777) {
		char *bytes = yett_arena_alloc(&arena, size);

		assert_non_null(bytes);
		assert_ptr_not_equal(bytes, last);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(bytes[i], 0);
		memset(bytes, 0xff, size);
		last = bytes;
	}
	assert_null(yett_arena_alloc(&arena, SIZE_MAX));
	assert_string_equal(yett_arena_copy(&arena, YETT_LIT("abc")).at, "abc");
	yett_arena_clear(&arena);
	yett_arena_clear(&arena);
}

static void
test_arena_of_many_megabytes(void **state)
{
	enum { PIECES = 8000, PIECE = 1000 };
	struct yett_arena arena = { NULL };
	char **piece = calloc(PIECES, sizeof(*piece));

	(void)state;
	assert_non_null(piece);
	for (int i = 0; i < PIECES; i++) {
		piece[i] = yett_arena_alloc(&arena, PIECE);
		assert_non_null(piece[i]);
		for (int j = 0; j < PIECE; j++)
			assert_true(piece[i][j] == 0);
		memset(piece[i], i % 251, PIECE);
	}
	for (int i = 0; i < PIECES; i++)
		for (int j = 0; j < PIECE; j++)
			assert_true((unsigned char)piece[i][j] == i % 251);
	yett_arena_clear(&arena);
	free(piece);
}

static void
test_text_as_json(void **state)
{
	static const struct {
		const char *text, *bytes, *words;
	} cases[] = {
		{ "", "", "" },
		{ "a b", "a b", "a b" },
		{ "\"\\\n\x7f", "\\u0022\\u005c\\u000a\\u007f",
		    "\\u0022\\u005c\\u000a\\u007f" },
		{ "\xc3\xbc", "\\u00c3\\u00bc", "\xc3\xbc" },
		{ "\xf0\x9f\x94\x91", "\\u00f0\\u009f\\u0094\\u0091",
		    "\xf0\x9f\x94\x91" },
		/* cut short, overlong, a surrogate */
		{ "\xc3", "\\u00c3", "\\ufffd" },
		{ "\xc0\xaf", "\\u00c0\\u00af", "\\ufffd\\ufffd" },
		{ "\xed\xa0\x80", "\\u00ed\\u00a0\\u0080",
		    "\\ufffd\\ufffd\\ufffd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_slice text = yett_slice_of(cases[i].text), got;
		struct yett_buf out = { 0 };

		assert_int_equal(yett_json_append_bytes(&out, text), YETT_OK);
		got = yett_buf_slice(&out);
		assert_true(yett_slice_eq(got, yett_slice_of(cases[i].bytes)));
		yett_buf_clear(&out);
		assert_int_equal(yett_json_append_words(&out, text), YETT_OK);
		got = yett_buf_slice(&out);
		assert_true(yett_slice_eq(got, yett_slice_of(cases[i].words)));
		yett_buf_clear(&out);
	}
}

/* Runs of plain text are read eight bytes at a time: what is not plain is found
 * wherever it stands, alone and behind another such byte. */
static void
test_json_escapes_at_every_place(void **state)
{
	for (int c = 0; c < 256; c++)
		for (size_t at = 0; at < 20; at++) {
			char bytes[20], want[200], escape[8];
			struct yett_buf out = { 0 };
			bool plain = c >= 0x20 && c < 0x7f && c != '"' &&
			    c != '\\';

			memset(bytes, 'a', sizeof(bytes));
			bytes[at] = (char)c;
			snprintf(escape, sizeof(escape),
			    plain          ? "%c"
				: c < 0x80 ? "\\u%04x"
					   : "\\ufffd",
			    c);
			snprintf(want, sizeof(want), "%.*s%s%.*s", (int)at,
			    "aaaaaaaaaaaaaaaaaaaa", escape,
			    (int)(sizeof(bytes) - at - 1),
			    "aaaaaaaaaaaaaaaaaaaa");
			assert_int_equal(yett_json_append_words(&out,
					     (struct yett_slice){ bytes,
						 sizeof(bytes) }),
			    YETT_OK);
			assert_true(yett_slice_eq(yett_buf_slice(&out),
			    yett_slice_of(want)));
			yett_buf_clear(&out);
		}
	(void)state;
}

static void
test_list_order(void **state)
{
	struct {
		int value;
		struct yett_list node;
	} elements[3];
	struct yett_list list;

	(void)state;
	yett_list_init(&list);
	for (int i = 0; i < 3; i++) {
		elements[i].value = i;
		yett_list_init(&elements[i].node);
		yett_list_append(&list, &elements[i].node);
	}
	yett_list_remove(&elements[1].node);
	yett_list_remove(&elements[1].node);
	assert_ptr_equal(list.next, &elements[0].node);
	assert_ptr_equal(list.next->next, &elements[2].node);
	yett_list_remove(&elements[0].node);
	yett_list_remove(&elements[2].node);
	assert_true(yett_list_is_empty(&list));
}

static void
test_first_fault_wins(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;

	(void)state;
	assert_int_equal(yett_fail(&fault, YETT_E_LIMIT, "deep %d", 1),
	    YETT_E_LIMIT);
	assert_int_equal(yett_fail(&fault, YETT_E_TLS, "shallow"), YETT_E_TLS);
	assert_string_equal(fault.what, "deep 1");
	assert_int_equal(yett_fail(NULL, YETT_E_TLS, "nobody"), YETT_E_TLS);
}

static void
test_log_quote(void **state)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
		{ "x\r\ny", "\"x\\x0d\\x0ay\"" },
		{ "\x7f\xc3", "\"\\x7f\\xc3\"" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "\"aaaaaaaaaaaaaaaaaaaaaaa...\"" },
	};
	char out[32];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(yett_log_quote(out, sizeof(out),
					yett_slice_of(cases[i].value)),
		    cases[i].want);
}

static void
test_file_is_whole_or_nothing(void **state)
{
	char path[] = "/tmp/yett-test-XXXXXX";
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf buf = { 0 }, fresh = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "0123456789", 10), 10);
	close(fd);
	assert_int_equal(yett_file_read(path, 10, &buf, &fault), YETT_OK);
	assert_int_equal(yett_buf_len(&buf), 10);
	assert_int_equal(yett_file_read(path, 9, &buf, &fault), YETT_E_LIMIT);
	assert_int_equal(yett_buf_len(&buf), 10);
	/* Who had no memory has none to free, or to wipe, afterwards. */
	assert_int_equal(yett_file_read(path, 9, &fresh, NULL), YETT_E_LIMIT);
	assert_null(fresh.memory);
	unlink(path);
	assert_int_equal(yett_file_read(path, 9, &buf, NULL), YETT_E_NOT_FOUND);
	assert_int_equal(yett_file_read("/", 9, &buf, NULL), YETT_E_SYSTEM);
	yett_buf_clear(&buf);
}

/* Its writer would take us for the reader, and go on to its death. */
static void
test_no_fifo_is_opened_to_look(void **state)
{
	char folder[] = "/tmp/yett-test-XXXXXX", path[100], event[1024];
	int watch = inotify_init1(IN_NONBLOCK);

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_true(inotify_add_watch(watch, path, IN_OPEN) >= 0);
	assert_false(yett_file_is_torn(path));
	assert_int_equal(read(watch, event, sizeof(event)), -1);
	close(watch);
	unlink(path);
	rmdir(folder);
}

/* So that a secret can be wiped where it is, and nowhere else. */
static void
test_file_is_read_into_one_piece(void **state)
{
	char path[] = "/tmp/yett-test-XXXXXX", text[5000];
	struct yett_buf buf = { 0 };
	int fd = mkstemp(path);
	char *memory;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	close(fd);
	assert_int_equal(yett_buf_reserve(&buf, sizeof(text) + 1024), YETT_OK);
	memory = buf.memory;
	assert_int_equal(yett_file_read(path, 8192, &buf, NULL), YETT_OK);
	assert_ptr_equal(buf.memory, memory);
	assert_memory_equal(yett_buf_slice(&buf).at, text, sizeof(text));
	yett_buf_clear(&buf);
	unlink(path);
}

struct waiting {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool takes_signals, woken;
};

static void *
wait_for_word(void *arg)
{
	struct waiting *waiting = arg;
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	pthread_mutex_lock(&waiting->lock);
	waiting->takes_signals = sigismember(&blocked, SIGTERM) != 1;
	while (!waiting->woken)
		yett_condition_wait(&waiting->wake, &waiting->lock, UINT64_MAX);
	pthread_mutex_unlock(&waiting->lock);
	return NULL;
}

static void
test_threads_take_no_signals_and_wait(void **state)
{
	struct waiting waiting = { .takes_signals = true };
	uint64_t soon = yett_clock_monotonic() + 10 * YETT_NS_PER_MS;
	pthread_t thread;
	sigset_t blocked;

	(void)state;
	pthread_mutex_init(&waiting.lock, NULL);
	yett_condition_init(&waiting.wake);
	assert_int_equal(yett_thread_start(&thread, wait_for_word, &waiting),
	    0);
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	assert_int_equal(sigismember(&blocked, SIGTERM), 0);
	pthread_mutex_lock(&waiting.lock);
	while (yett_clock_monotonic() < soon)
		yett_condition_wait(&waiting.wake, &waiting.lock, soon);
	waiting.woken = true;
	pthread_cond_broadcast(&waiting.wake);
	pthread_mutex_unlock(&waiting.lock);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_false(waiting.takes_signals);
	pthread_cond_destroy(&waiting.wake);
	pthread_mutex_destroy(&waiting.lock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf_queue),
		cmocka_unit_test(test_arena_is_zeroed_and_apart),
		cmocka_unit_test(test_arena_of_many_megabytes),
		cmocka_unit_test(test_text_as_json),
		cmocka_unit_test(test_json_escapes_at_every_place),
		cmocka_unit_test(test_file_is_read_into_one_piece),
		cmocka_unit_test(test_threads_take_no_signals_and_wait),
		cmocka_unit_test(test_list_order),
		cmocka_unit_test(test_first_fault_wins),
		cmocka_unit_test(test_log_quote),
		cmocka_unit_test(test_file_is_whole_or_nothing),
		cmocka_unit_test(test_no_fifo_is_opened_to_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
