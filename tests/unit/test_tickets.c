/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ticket_keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"

static const uint8_t staff[YETT_SHA256_LEN] = { 1 };
static const uint8_t partners[YETT_SHA256_LEN] = { 2 };
static const uint8_t *const staff_only[] = { staff };
static const uint8_t *const partners_only[] = { partners };
static const uint8_t *const both[] = { staff, partners };
static const uint8_t *const both_turned[] = { partners, staff };

#define SCOPE(name, protocol, how, list, count)                                \
	{                                                                      \
		.sni = YETT_LIT(name), .alpn = YETT_LIT(protocol),             \
		.need = (how), .trust = (list), .trust_count = (count),        \
		.priority = YETT_LIT("NORMAL"),                                \
	}

static void
test_only_the_same_scope_has_the_same_key(void **state)
{
	static const struct {
		const char *name;
		struct yett_ticket_scope scope;
		bool same;
	} cases[] = {
		{ "the same",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    true },
		{ "order of trusts",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, both_turned,
			2),
		    true },
		{ "other name",
		    SCOPE("b.test", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "no name", SCOPE("", "http/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "other protocol",
		    SCOPE("a.test", "", YETT_NEED_REQUEST, both, 2), false },
		{ "moved border",
		    SCOPE("a.testh", "ttp/1.1", YETT_NEED_REQUEST, both, 2),
		    false },
		{ "weaker need",
		    SCOPE("a.test", "http/1.1", YETT_NEED_NONE, both, 2),
		    false },
		{ "stronger need",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUIRE, both, 2),
		    false },
		{ "one trust less",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, staff_only,
			1),
		    false },
		{ "other trust",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST,
			partners_only, 1),
		    false },
		{ "no trust",
		    SCOPE("a.test", "http/1.1", YETT_NEED_REQUEST, NULL, 0),
		    false },
	};
	struct yett_ticket_root root;
	uint8_t first[YETT_TICKET_KEY_LEN], key[YETT_TICKET_KEY_LEN];

	(void)state;
	assert_int_equal(yett_ticket_root_make(&root, NULL), YETT_OK);
	assert_int_equal(yett_ticket_key(&root, &cases[0].scope, first),
	    YETT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(yett_ticket_key(&root, &cases[i].scope, key),
		    YETT_OK);
		if ((memcmp(key, first, sizeof(key)) == 0) != cases[i].same)
			fail_msg("%s", cases[i].name);
	}
}

static void
test_another_root_has_other_keys(void **state)
{
	struct yett_ticket_scope scope = SCOPE("a.test", "http/1.1",
	    YETT_NEED_REQUEST, both, 2);
	struct yett_ticket_root one, other;
	uint8_t first[YETT_TICKET_KEY_LEN], second[YETT_TICKET_KEY_LEN];

	(void)state;
	assert_int_equal(yett_ticket_root_make(&one, NULL), YETT_OK);
	assert_int_equal(yett_ticket_root_make(&other, NULL), YETT_OK);
	assert_int_equal(yett_ticket_key(&one, &scope, first), YETT_OK);
	assert_int_equal(yett_ticket_key(&other, &scope, second), YETT_OK);
	assert_memory_not_equal(first, second, sizeof(first));
}

static void
test_weak_versions_are_named(void **state)
{
	(void)state;
	assert_non_null(yett_tls_library_weakness("3.7.8"));
	assert_non_null(yett_tls_library_weakness("3.6.16"));
	assert_null(yett_tls_library_weakness("3.7.9"));
	assert_non_null(yett_tls_library_weakness("3.8.2"));
	assert_null(yett_tls_library_weakness("3.8.4"));
	assert_null(yett_tls_library_weakness("4.0.0"));
	assert_null(yett_tls_library_weakness("3.10.0"));
}

/* --- rings -------------------------------------------------------------- */

static bool
has_root(const struct yett_ticket_ring *ring,
    const struct yett_ticket_root *root)
{
	for (uint32_t i = 0; i < ring->count; i++)
		if (memcmp(&ring->root[i], root, sizeof(*root)) == 0)
			return true;
	return false;
}

static void
test_a_root_stays_while_its_tickets_live(void **state)
{
	const uint64_t life = YETT_TICKET_LIFE_S * YETT_NS_PER_S;
	struct yett_ticket_ring *ring, *next;
	struct yett_ticket_root first;

	(void)state;
	assert_int_equal(yett_ticket_ring_make(&ring, NULL), YETT_OK);
	first = ring->root[0];
	for (uint64_t now = 1000; now < 1000 + 2 * life; now += life / 3) {
		assert_int_equal(yett_ticket_ring_turn(&next, ring, now, NULL),
		    YETT_OK);
		/* The new one seals. */
		assert_memory_not_equal(&next->root[0], &ring->root[0],
		    sizeof(first));
		assert_int_equal(has_root(next, &first), now < 1000 + life);
		assert_true(next->count <= 4);
		yett_ticket_ring_unref(&ring);
		ring = next;
	}
	yett_ticket_ring_unref(&ring);
	assert_null(ring);
}

static void
test_a_ring_is_bounded(void **state)
{
	struct yett_ticket_ring *ring, *next;
	struct yett_ticket_root last;

	(void)state;
	assert_int_equal(yett_ticket_ring_make(&ring, NULL), YETT_OK);
	for (int i = 0; i < 20; i++) {
		last = ring->root[0];
		assert_int_equal(yett_ticket_ring_turn(&next, ring, 1, NULL),
		    YETT_OK);
		yett_ticket_ring_unref(&ring);
		ring = next;
	}
	assert_int_equal(ring->count, YETT_TICKET_ROOTS);
	assert_true(has_root(ring, &last));
	yett_ticket_ring_unref(&ring);
}

/* --- files of roots ----------------------------------------------------- */

#define HEX32 "00112233445566778899aAbBcCdDeEfF"
#define ROOT_A HEX32 HEX32 HEX32 HEX32
#define ZERO32 "00000000000000000000000000000000"
#define ROOT_ZERO ZERO32 ZERO32 ZERO32 ZERO32
#define ROOT_B "f" HEX32 HEX32 HEX32 "0112233445566778899aabbccddeeff"

static char folder[] = "/tmp/yett-tickets.XXXXXX";

static const char *
write_keys(const char *text, mode_t mode)
{
	static char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/keys", folder);
	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static void
test_a_file_of_keys(void **state)
{
	static const struct {
		const char *name, *text;
		mode_t mode;
		uint32_t count;
		const char *what, *where; /* NULL: it is read */
	} cases[] = {
		{ "one", ROOT_A "\n", 0600, 1, NULL, NULL },
		{ "two, with comments", "# new\n" ROOT_A "\n\n# old\n" ROOT_B,
		    0640, 2, NULL, NULL },
		{ "empty", "", 0600, 0, "holds no ticket key", "/keys" },
		{ "comments only", "# none\n", 0600, 0, "holds no ticket key",
		    "/keys" },
		{ "short", "0011\n", 0600, 0, "a ticket key is a line",
		    "keys:1" },
		{ "long", ROOT_A "00\n", 0600, 0, "a ticket key is a",
		    "keys:1" },
		{ "no digit",
		    "# x\nx0" HEX32 HEX32 HEX32 "112233445566778899aAbBcCdDeEfF"
		    "\n",
		    0600, 0, "a ticket", "keys:2" },
		{ "blanks", " " ROOT_A "\n", 0600, 0, "a ticket key",
		    "keys:1" },
		{ "carriage return", ROOT_A "\r\n", 0600, 0,
		    "the line has a CR", "keys:1" },
		{ "zeros", ROOT_ZERO "\n", 0600, 0, "one byte over and over",
		    "keys:1" },
		{ "twice", ROOT_A "\n" ROOT_B "\n" ROOT_A "\n", 0600, 0,
		    "the same ticket key", "keys:3" },
		{ "read by all", ROOT_A "\n", 0644, 0, "mode 644", "/keys" },
		{ "written by the group", ROOT_A "\n", 0660, 0, "mode 660",
		    "/keys" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *path = write_keys(cases[i].text, cases[i].mode);
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_ticket_ring *ring = NULL;
		enum yett_status status = yett_ticket_ring_read(&ring, path,
		    &fault);

		if ((status == YETT_OK) != (cases[i].what == NULL) ||
		    (ring == NULL ? 0 : ring->count) != cases[i].count)
			fail_msg("%s: %s", cases[i].name, fault.what);
		if (cases[i].what != NULL &&
		    (strstr(fault.what, cases[i].what) == NULL ||
			!ends_with(fault.where, cases[i].where)))
			fail_msg("%s: %s: %s", cases[i].name, fault.where,
			    fault.what);
		yett_ticket_ring_unref(&ring);
	}
}

static void
test_nine_keys_are_too_many(void **state)
{
	char text[9 * 130 + 1], *at = text;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_ticket_ring *ring;

	(void)state;
	for (int i = 0; i < 9; i++)
		at += sprintf(at, "%d%s\n", i, &(ROOT_A)[1]);
	assert_int_equal(yett_ticket_ring_read(&ring, write_keys(text, 0600),
			     &fault),
	    YETT_E_POLICY);
	assert_non_null(strstr(fault.what, "more than 8 ticket keys"));
}

/* --- what is in force --------------------------------------------------- */

static void
follow(struct yett_ticket_keeper *keeper, bool off, uint32_t rotate,
    const char *path)
{
	struct yett_settings settings;
	struct yett_ticket_ring *ring = NULL;

	yett_settings_init(&settings);
	settings.tickets.off = off;
	settings.tickets.rotate = rotate;
	if (path != NULL)
		assert_int_equal(yett_ticket_ring_read(&ring, path, NULL),
		    YETT_OK);
	yett_ticket_keeper_follow(keeper, &settings, &ring);
	assert_null(ring);
}

static void
test_what_is_in_force(void **state)
{
	const char *path = write_keys(ROOT_A "\n", 0600);
	struct yett_ticket_keeper keeper;
	struct yett_ticket_user user = { .keeper = &keeper };
	struct yett_ticket_root own, file;
	uint64_t now;

	(void)state;
	assert_int_equal(yett_ticket_keeper_open(&keeper, NULL), YETT_OK);
	own = yett_ticket_user_ring(&user)->root[0];
	now = keeper.turned;
	follow(&keeper, false, 1000, path);
	file = yett_ticket_user_ring(&user)->root[0];
	assert_memory_not_equal(&file, &own, sizeof(own));
	/* Of a file no root is made here. */
	yett_ticket_keeper_tend(&keeper, now + 10 * YETT_NS_PER_S);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 1);

	/* What is malformed leaves the old ones; what is good is taken. */
	write_keys("nonsense\n", 0600);
	yett_ticket_keeper_tend(&keeper, now);
	assert_memory_equal(&yett_ticket_user_ring(&user)->root[0], &file,
	    sizeof(file));
	write_keys(ROOT_B "\n" ROOT_A "\n", 0600);
	yett_ticket_keeper_tend(&keeper, now);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 2);
	assert_memory_equal(&yett_ticket_user_ring(&user)->root[1], &file,
	    sizeof(file));

	follow(&keeper, true, 1000, NULL);
	assert_null(yett_ticket_user_ring(&user));
	/* The own ring was there all the time. */
	follow(&keeper, false, 1000, NULL);
	assert_memory_equal(&yett_ticket_user_ring(&user)->root[0], &own,
	    sizeof(own));
	yett_ticket_keeper_tend(&keeper, now + YETT_NS_PER_S / 2);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 1);
	yett_ticket_keeper_tend(&keeper, now + YETT_NS_PER_S);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 2);
	assert_memory_equal(&yett_ticket_user_ring(&user)->root[1], &own,
	    sizeof(own));
	/* Once its tickets are dead it goes, also when none follows. */
	follow(&keeper, false, UINT32_MAX, NULL);
	now += YETT_NS_PER_S + YETT_TICKET_LIFE_S * YETT_NS_PER_S;
	yett_ticket_keeper_tend(&keeper, now - 1);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 2);
	yett_ticket_keeper_tend(&keeper, now);
	assert_int_equal(yett_ticket_user_ring(&user)->count, 1);
	yett_ticket_user_clear(&user);
	yett_ticket_keeper_close(&keeper);
}

static void
count_line(void *arg, enum yett_log_level level, const char *line, size_t len)
{
	unsigned *count = arg;

	(void)level;
	(void)len;
	*count += strstr(line, "ticket-keys-failed") != NULL &&
	    strstr(line, "/keys") != NULL;
}

static void
test_a_file_that_is_gone_is_told_once(void **state)
{
	const char *path = write_keys(ROOT_A "\n", 0600);
	struct yett_ticket_keeper keeper;
	struct yett_ticket_user user = { .keeper = &keeper };
	unsigned told = 0;

	(void)state;
	assert_int_equal(yett_ticket_keeper_open(&keeper, NULL), YETT_OK);
	follow(&keeper, false, 1000, path);
	yett_log_set(count_line, &told, YETT_LOG_DEBUG);
	yett_ticket_keeper_tend(&keeper, keeper.turned);
	assert_int_equal(told, 0);
	unlink(path);
	yett_ticket_keeper_tend(&keeper, keeper.turned);
	yett_ticket_keeper_tend(&keeper, keeper.turned);
	assert_int_equal(told, 1);
	yett_log_set(NULL, NULL, YETT_LOG_INFO);
	/* What was read stays. */
	assert_int_equal(yett_ticket_user_ring(&user)->count, 1);
	assert_non_null(yett_ticket_user_ring(&user)->path);
	yett_ticket_user_clear(&user);
	yett_ticket_keeper_close(&keeper);
}

static int
start(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
stop(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/keys", folder);
	unlink(path);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_the_same_scope_has_the_same_key),
		cmocka_unit_test(test_another_root_has_other_keys),
		cmocka_unit_test(test_weak_versions_are_named),
		cmocka_unit_test(test_a_root_stays_while_its_tickets_live),
		cmocka_unit_test(test_a_ring_is_bounded),
		cmocka_unit_test(test_a_file_of_keys),
		cmocka_unit_test(test_nine_keys_are_too_many),
		cmocka_unit_test(test_what_is_in_force),
		cmocka_unit_test(test_a_file_that_is_gone_is_told_once),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
