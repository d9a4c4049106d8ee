/* SPDX-License-Identifier: Apache-2.0 */
/* The record of decisions: its files, its lines, and their way back. */
#include "unit/policy_builder.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rollout/record.h"
#include "rollout/record_line.h"
#include "tools/record_entry.h"

/* --- files */

static long
size_of(const char *folder, const char *name)
{
	char path[300];
	struct stat facts;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return stat(path, &facts) == 0 ? (long)facts.st_size : -1;
}

static struct yett_record *
open_record(const char *path, uint64_t size, uint32_t files)
{
	struct yett_settings settings = { .log = {
					      .record = yett_slice_of(path),
					      .record_size = size,
					      .record_files = files,
					  } };
	struct yett_record *record = NULL;

	assert_int_equal(yett_record_open(&record, &settings, NULL, NULL),
	    YETT_OK);
	return record;
}

static void
test_files_are_bounded(void **state)
{
	char folder[] = "/tmp/yett-record-XXXXXX", path[300];
	static const char *const names[] = { "r", "r.1", "r.2", "r.3" };
	struct yett_record *record;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r", folder);
	record = open_record(path, 10, 3);
	for (int i = 0; i < 9; i++)
		assert_int_equal(yett_record_append(record, YETT_LIT("1234\n"),
				     1),
		    0);
	assert_int_equal(size_of(folder, "r"), 5);
	assert_int_equal(size_of(folder, "r.1"), 10);
	assert_int_equal(size_of(folder, "r.2"), 10);
	assert_int_equal(size_of(folder, "r.3"), -1);
	yett_record_unref(&record);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path); /* the last one is not there */
	}
	assert_int_equal(rmdir(folder), 0);
}

/* A file that cannot be opened shifts the others once, not with every line. */
static void
test_failed_rotation_loses_no_file(void **state)
{
	char folder[] = "/tmp/yett-record-XXXXXX", path[300];
	static const char *const names[] = { "r", "r.1", "r.2" };
	struct rlimit before, none;
	struct yett_record *record;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r", folder);
	record = open_record(path, 10, 3);
	for (int i = 0; i < 4; i++)
		yett_record_append(record, YETT_LIT("1234\n"), 1);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	for (int i = 0; i < 4; i++)
		yett_record_append(record, YETT_LIT("12345\n"), 1);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_int_equal(yett_record_append(record, YETT_LIT("123456\n"), 1),
	    0);
	assert_int_equal(size_of(folder, "r"),
	    strlen("{'kind':'lost','lines':4}\n123456\n"));
	assert_int_equal(size_of(folder, "r.1"), 10);
	assert_int_equal(size_of(folder, "r.2"), 10);
	yett_record_unref(&record);
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

#define APPENDS 20000

static void *
append_many(void *arg)
{
	struct yett_record *record = arg;

	for (int i = 0; i < APPENDS; i++)
		yett_record_append(record, YETT_LIT("1234\n"), 1);
	return NULL;
}

/* As two programs do: neither cuts the other's lines off. */
static void
test_others_may_append(void **state)
{
	char folder[] = "/tmp/yett-record-XXXXXX", path[300];
	struct yett_record *records[2];
	pthread_t threads[2];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r", folder);
	for (int i = 0; i < 2; i++) {
		records[i] = open_record(path, 1 << 20, 2);
		assert_int_equal(pthread_create(&threads[i], NULL, append_many,
				     records[i]),
		    0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		yett_record_unref(&records[i]);
	}
	assert_int_equal(size_of(folder, "r"), 2 * APPENDS * 5);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

/* Somebody moves the file away, or empties it. */
static void
test_file_of_that_name_is_written(void **state)
{
	char folder[] = "/tmp/yett-record-XXXXXX", path[300], moved[300];
	struct yett_record *record;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/r", folder);
	snprintf(moved, sizeof(moved), "%s/moved", folder);
	record = open_record(path, 12, 2);
	yett_record_append(record, YETT_LIT("1234\n"), 1);
	assert_int_equal(rename(path, moved), 0);
	yett_record_append(record, YETT_LIT("12345\n"), 1);
	assert_int_equal(size_of(folder, "moved"), 5);
	assert_int_equal(size_of(folder, "r"), 6);
	assert_int_equal(truncate(path, 0), 0);
	yett_record_append(record, YETT_LIT("1234567\n"), 1);
	assert_int_equal(size_of(folder, "r"), 8); /* it was not full */
	assert_int_equal(size_of(folder, "r.1"), -1);
	yett_record_unref(&record);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(moved), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void
test_full_disk_loses_lines(void **state)
{
	struct yett_record *record = open_record("/dev/full", 1000, 2);

	(void)state;
	assert_int_equal(yett_record_append(record, YETT_LIT("1\n2\n3\n"), 3),
	    3);
	assert_int_equal(yett_record_append(record, YETT_LIT("4\n"), 1), 1);
	yett_record_unref(&record);
}

/* --- lines */

static struct yett_generation *
policy(uint32_t mask)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site;

	yett_draft_settings(draft)->log.mask = mask;
	trust_add(draft, "staff");
	site = site_new(draft, "a.test", YETT_NEED_NONE, trusts(draft, 1), 1);
	rule_new(draft, site, YETT_RULE_PATH, "/a", YETT_NEED_REQUIRE,
	    trusts(draft, 1));
	site_add(draft, site);
	return freeze(draft);
}

/* The line of a request that was refused, without its newline. */
static size_t
write_line(const struct yett_generation *gen, char *out, size_t size)
{
	static const struct yett_header header[] = {
		{ { "X-Device", 8 }, { "7\"\\\x01\xff", 5 } },
		{ { "Cookie", 6 }, { "geheim", 6 } },
	};
	const struct yett_slice alpn[] = { YETT_LIT("h2") };
	struct yett_hello hello = { .sni = YETT_LIT("a.test"),
		.alpn = alpn,
		.alpn_count = 1,
		.version = 0x0304,
		.client_port = 4711 };
	struct yett_header_reads reads = { .count = 0 };
	struct yett_record_trusts trusts = { .count = 0 };
	struct yett_record_source source = { gen, 0x1234, true, "x25519",
		"ed25519" };
	struct yett_request request = {
		.hello = &hello,
		.asked = { .need = YETT_NEED_NONE, .cause = YETT_CAUSE_POLICY },
		.host = hello.sni,
		.method = YETT_LIT("GET"),
		.path = YETT_LIT("/a/\xc3\xa4"),
		.query = YETT_LIT("geheim"),
		.header = header,
		.header_count = 2,
		.now = UINT64_C(1767225599123456000), /* 2025-12-31 23:59:59 */
		.header_reads = &reads,
	};
	struct yett_decision decision;
	struct yett_buf line = { 0 };
	size_t len;

	memcpy(hello.client_ip.byte, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1",
	    16);
	yett_header_reads_add(&reads, YETT_LIT("x-device"));
	yett_header_reads_add(&reads, YETT_LIT("X-DEVICE"));
	yett_header_reads_add(&reads, YETT_LIT("x-none"));
	yett_header_reads_add(&reads, YETT_LIT("Cookie"));
	yett_decide_request(gen, NULL, &request, NULL, &decision);
	assert_int_equal(yett_record_write_request(&line, &source,
			     YETT_LIT("id"), &request, &trusts, &decision),
	    YETT_OK);
	len = yett_buf_len(&line);
	assert_true(len < size);
	memcpy(out, yett_buf_slice(&line).at, len);
	out[len - 1] = '\0'; /* the newline */
	yett_buf_clear(&line);
	return len - 1;
}

static void
assert_text(struct yett_slice got, const char *want)
{
	char text[200];

	snprintf(text, sizeof(text), "%.*s", YETT_ARG(got));
	assert_string_equal(text, want);
}

static void
test_line_comes_back(void **state)
{
	static struct yett_record_entry recorded;
	struct yett_generation *gen = policy(0);
	char line[4096];
	size_t len = write_line(gen, line, sizeof(line));

	(void)state;
	assert_null(strstr(line, "geheim"));
	assert_true(yett_record_entry_parse(line, len, &recorded));
	assert_int_equal(recorded.kind, YETT_RECORD_ENTRY_REQUEST);
	assert_true(recorded.time == UINT64_C(1767225599123456000));
	assert_text(recorded.sni, "a.test");
	assert_text(recorded.client_ip, "192.0.2.1");
	assert_int_equal(recorded.client_port, 4711);
	assert_text(recorded.alpn.at[0], "h2");
	assert_text(recorded.path, "/a/\xc3\xa4");
	assert_true(recorded.resumed && recorded.query && !recorded.sent);
	assert_text(recorded.outcome, "refused");
	assert_int_equal(recorded.status, 500);
	assert_text(recorded.reason, "late");
	assert_int_equal(recorded.headers.count, 2);
	assert_text(recorded.headers.at[0].value, "7\"\\\x01\xff");
	assert_null(recorded.headers.at[1].value.at);
	yett_generation_unref(&gen);
}

static void
test_masked_facts_are_left_out(void **state)
{
	static struct yett_record_entry recorded;
	struct yett_generation *gen = policy(YETT_FACT_CLIENT_IP |
	    YETT_FACT_PATH | YETT_FACT_HEADER | YETT_FACT_METHOD |
	    YETT_FACT_ALPN | YETT_FACT_CERTIFICATE);
	char line[4096];
	size_t len = write_line(gen, line, sizeof(line));

	(void)state;
	assert_null(strstr(line, "192.0.2.1"));
	assert_true(yett_record_entry_parse(line, len, &recorded));
	assert_null(recorded.client_ip.at);
	assert_null(recorded.path.at);
	assert_null(recorded.method.at);
	assert_false(recorded.has_alpn || recorded.has_sent);
	assert_int_equal(recorded.headers.count, 0);
	yett_generation_unref(&gen);
}

/* No part of a line is a line, and no changed byte reads out of bounds. */
static void
test_broken_lines(void **state)
{
	static struct yett_record_entry recorded;
	struct yett_generation *gen = policy(0);
	char line[4096];
	size_t len = write_line(gen, line, sizeof(line));

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		char *part = malloc(cut + 1);

		assert_non_null(part);
		memcpy(part, line, cut);
		assert_false(yett_record_entry_parse(part, cut, &recorded));
		free(part);
	}
	for (size_t at = 0; at < len; at++) {
		char *whole = malloc(len);
		bool parsed;

		assert_non_null(whole);
		memcpy(whole, line, len);
		whole[at] = '"';
		parsed = yett_record_entry_parse(whole, len, &recorded);
		assert_true(!parsed || recorded.sni.len <= len);
		free(whole);
	}
	yett_generation_unref(&gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files_are_bounded),
		cmocka_unit_test(test_failed_rotation_loses_no_file),
		cmocka_unit_test(test_others_may_append),
		cmocka_unit_test(test_file_of_that_name_is_written),
		cmocka_unit_test(test_full_disk_loses_lines),
		cmocka_unit_test(test_line_comes_back),
		cmocka_unit_test(test_masked_facts_are_left_out),
		cmocka_unit_test(test_broken_lines),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
