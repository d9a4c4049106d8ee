/* SPDX-License-Identifier: Apache-2.0 */
/* Targets of upstreams: their text, what it resolves to, how it is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/draft.h"
#include "upstream/targets.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		enum yett_target_kind kind;
		const char *host;
		uint16_t port;
	} cases[] = {
		{ "http://a.test", YETT_TARGET_TCP, "a.test", 80 },
		{ "http://a.test/", YETT_TARGET_TCP, "a.test", 80 },
		{ "http://a_b-1.test:8080", YETT_TARGET_TCP, "a_b-1.test",
		    8080 },
		{ "http://127.0.0.1:1/", YETT_TARGET_TCP, "127.0.0.1", 1 },
		{ "http://[::1]:65535", YETT_TARGET_TCP, "::1", 65535 },
		{ "https://a.test", YETT_TARGET_TCP, "a.test", 443 },
		{ "https://a.test:80/", YETT_TARGET_TCP, "a.test", 80 },
		{ "unix:/run/app.sock", YETT_TARGET_UNIX, "/run/app.sock", 0 },
		{ "app:ui", YETT_TARGET_APP, "ui", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_target_text parsed;

		if (yett_target_parse(&parsed, yett_slice_of(cases[i].text),
			&fault) != YETT_OK)
			fail_msg("%s", fault.what);
		assert_int_equal(parsed.kind, cases[i].kind);
		assert_int_equal(parsed.port, cases[i].port);
		assert_int_equal(parsed.is_tls,
		    strncmp(cases[i].text, "https", 5) == 0);
		assert_true(
		    yett_slice_eq(parsed.host, yett_slice_of(cases[i].host)));
	}
}

static void
test_parse_refuses(void **state)
{
	static const struct {
		const char *text, *what; /* a part of the fault */
	} cases[] = {
		{ "", "is none of" },
		{ "a.test:80", "is none of" },
		{ "HTTP://a.test", "is none of" },
		{ "https://", "no host name" },
		{ "https://a.test/b", "\"b\" is too much" },
		{ "http://", "no host name" },
		{ "http://:80", "no host name" },
		{ "http://[::1", "no host name" },
		{ "http://[1.2.3.4]", "no host name" },
		{ "http://[x:y]", "no host name" },
		{ "http://user@a.test", "\"@a.test\" is too much" },
		{ "http://a.test/path", "\"path\" is too much" },
		{ "http://a.test:80x", "\"x\" is too much" },
		{ "http://a.test:", "a port is" },
		{ "http://a.test:0", "a port is" },
		{ "http://a.test:65536", "a port is" },
		{ "http://a.test:99999999999", "a port is" },
		{ "http://a test", "\" test\" is too much" },
		{ "unix:", "starts with \"/\"" },
		{ "unix:run/app.sock", "starts with \"/\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_target_text parsed;

		if (yett_target_parse(&parsed, yett_slice_of(cases[i].text),
			&fault) != YETT_E_POLICY ||
		    strstr(fault.what, cases[i].what) == NULL)
			fail_msg("\"%s\": %s", cases[i].text, fault.what);
	}
}

static enum yett_status
open_nothing(void *arg, int *out, const struct yett_address *client,
    struct yett_fault *fault)
{
	(void)arg;
	(void)out;
	(void)client;
	return yett_fail(fault, YETT_E_SYSTEM, "not in this test");
}

static const struct yett_app_door nothing = { open_nothing, NULL, NULL };

/* The upstreams of a policy: one with `first` and, unless NULL, `second`. */
static enum yett_status
open_two(struct yett_targets **out, const struct yett_apps *apps,
    const char *first, const char *second, struct yett_fault *fault)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_arena *arena = yett_draft_arena(draft);
	struct yett_upstream *upstream = yett_arena_alloc(arena,
	    sizeof(*upstream));
	struct yett_generation *gen;
	enum yett_status status;

	upstream->target = yett_arena_alloc(arena,
	    2 * sizeof(*upstream->target));
	upstream->target[0] = yett_arena_copy(arena, yett_slice_of(first));
	upstream->target[1] = yett_arena_copy(arena, yett_slice_of(second));
	upstream->count = second == NULL ? 1 : 2;
	upstream->place = (struct yett_place){ YETT_LIT("p.lua"), 7, 2 };
	assert_int_equal(yett_draft_add_upstream(draft, upstream, fault),
	    YETT_OK);
	assert_int_equal(yett_draft_freeze(&draft, &gen, fault), YETT_OK);
	status = yett_targets_open(out, gen,
	    &(struct yett_targets_env){ .apps = apps,
		.lookup.resolve = yett_address_resolve },
	    fault);
	yett_generation_unref(&gen);
	return status;
}

static const struct yett_target *
target_of(const struct yett_upstream_targets *upstream, uint32_t index)
{
	return yett_addresses_target(upstream->addresses[index]);
}

static void
test_open(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_endpoint *endpoint[YETT_ADDRESSES_MOST];
	const struct yett_upstream_targets *upstream;
	uint32_t version;
	struct yett_apps apps = { .count = 0 };
	struct yett_targets *targets;

	(void)state;
	assert_int_equal(yett_apps_add(&apps, YETT_LIT("ui"), &nothing, &fault),
	    YETT_OK);
	assert_int_equal(open_two(&targets, &apps, "http://[::1]", "app:ui",
			     &fault),
	    YETT_OK);
	upstream = yett_targets_of(targets, 0);
	assert_int_equal(upstream->count, 2);
	assert_string_equal(target_of(upstream, 0)->text.at, "http://[::1]:80");
	assert_int_equal(yett_addresses_take(upstream->addresses[0], endpoint,
			     &version),
	    1);
	assert_int_equal(yett_address_port(&endpoint[0]->address), 80);
	yett_endpoint_unref(&endpoint[0]);
	assert_ptr_equal(target_of(upstream, 1)->app, &apps.app[0]);
	yett_targets_close(targets);
	yett_targets_close(NULL);
}

/* One spelling, so that pools of two generations meet. */
static void
test_same_target_same_text(void **state)
{
	const struct yett_upstream_targets *upstream;
	struct yett_apps apps = { .count = 0 };
	struct yett_targets *targets;

	(void)state;
	assert_int_equal(open_two(&targets, &apps, "http://LocalHost",
			     "http://localhost:80/", NULL),
	    YETT_OK);
	upstream = yett_targets_of(targets, 0);
	assert_string_equal(target_of(upstream, 0)->text.at,
	    "http://localhost:80");
	assert_ptr_equal(upstream->addresses[0], upstream->addresses[1]);
	yett_targets_close(targets);
}

/* A name that has no address is no reason not to start. */
static void
test_open_without_address(void **state)
{
	struct yett_endpoint *endpoint[YETT_ADDRESSES_MOST];
	struct yett_targets *targets;
	struct yett_addresses *addresses;
	uint32_t version;
	const char *why;

	(void)state;
	assert_int_equal(open_two(&targets, NULL, "http://a..invalid",
			     "http://[::1]", NULL),
	    YETT_OK);
	addresses = yett_targets_of(targets, 0)->addresses[0];
	assert_true(yett_addresses_lacks(addresses, &why));
	assert_non_null(strstr(why, "host \"a..invalid\" has no address: "));
	assert_int_equal(yett_addresses_take(addresses, endpoint, &version), 0);
	assert_false(
	    yett_addresses_lacks(yett_targets_of(targets, 0)->addresses[1],
		&why));
	yett_targets_close(targets);
}

static void
test_open_refuses(void **state)
{
	static const struct {
		const char *text;
		enum yett_status status;
		const char *what;
	} cases[] = {
		{ "app:ui", YETT_E_POLICY,
		    "upstream \"app:ui\": this program has no application of "
		    "that name" },
	};
	struct yett_apps apps = { .count = 0 };
	struct yett_targets *targets;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		assert_int_equal(open_two(&targets, &apps, "unix:/x",
				     cases[i].text, &fault),
		    cases[i].status);
		assert_string_equal(fault.where, "p.lua:7");
		if (strncmp(fault.what, cases[i].what, strlen(cases[i].what)) !=
		    0)
			fail_msg("%s", fault.what);
	}
}

static void
test_apps_are_named_once(void **state)
{
	static const struct {
		const char *name;
		enum yett_status want;
	} cases[] = {
		{ "ui", YETT_OK },
		{ "UI-2.x_y", YETT_OK },
		{ "ui", YETT_E_ARGUMENT },
		{ "", YETT_E_ARGUMENT },
		{ "a/b", YETT_E_ARGUMENT },
		{ "x12345678901234567890123456789012345678901234567890123456789"
		  "0"
		  "123",
		    YETT_E_ARGUMENT },
	};
	struct yett_apps apps = { .count = 0 };
	char name[] = "a";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(yett_apps_add(&apps,
				     yett_slice_of(cases[i].name), &nothing,
				     NULL),
		    cases[i].want);
	assert_int_equal(apps.count, 2);
	assert_null(yett_apps_find(&apps, YETT_LIT("u")));
	for (; apps.count < YETT_APP_MOST; name[0]++)
		assert_int_equal(yett_apps_add(&apps, yett_slice_of(name),
				     &nothing, NULL),
		    YETT_OK);
	assert_int_equal(yett_apps_add(&apps, YETT_LIT("last"), &nothing, NULL),
	    YETT_E_LIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_same_target_same_text),
		cmocka_unit_test(test_open_without_address),
		cmocka_unit_test(test_open_refuses),
		cmocka_unit_test(test_apps_are_named_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
