/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of a policy: what they may say, and that nothing but a verdict
 * allows. */
#include <time.h>

#include "unit/instance_play.h"

static void
test_hello_verdicts(void **state)
{
	static const struct {
		const char *text;
		enum yett_hello_verdict verdict;
		enum yett_need need;
		uint32_t trusts;
	} cases[] = {
		{ HELLO(""), YETT_HELLO_DECLARED, 0, 0 },
		{ HELLO("return nil"), YETT_HELLO_DECLARED, 0, 0 },
		{ HELLO("return ask.none()"), YETT_HELLO_ASK, YETT_NEED_NONE,
		    0 },
		{ HELLO("return ask.request {}"), YETT_HELLO_ASK,
		    YETT_NEED_REQUEST, 0 },
		{ HELLO("return ask.require { trust = { 'b', 'a', 'b' } }"),
		    YETT_HELLO_ASK, YETT_NEED_REQUIRE, 2 },
		{ HELLO("return refuse { why = 'no' }"), YETT_HELLO_REFUSE, 0,
		    0 },
	};
	uint32_t read;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct play play;
		struct yett_hello_said said;

		open_play(&play, "", cases[i].text);
		said = ask_hello(&play, &read);
		assert_int_equal(said.verdict, cases[i].verdict);
		assert_int_equal(said.need, cases[i].need);
		assert_int_equal(said.trusts.count, cases[i].trusts);
		for (uint32_t j = 0; j < said.trusts.count; j++)
			assert_int_equal(said.trusts.index[j], j);
		assert_int_equal(yett_instance_errors(play.instance), 0);
		close_play(&play);
	}
}

static void
test_request_verdicts(void **state)
{
	struct play play;
	struct yett_request_said said;
	uint32_t read;

	(void)state;
	open_play(&play, "",
	    REQUEST("if req.method == 'GET' then return deny { status = 404, "
		    "why = 'gone', tell = true } end"));
	said = ask_request(&play, false, &read);
	assert_int_equal(said.verdict, YETT_REQUEST_DENY);
	assert_int_equal(said.status, 404);
	assert_true(yett_slice_eq(said.why, YETT_LIT("gone")));
	assert_true(said.tell);
	close_play(&play);

	open_play(&play, "", REQUEST("return deny {}"));
	said = ask_request(&play, false, &read);
	assert_int_equal(said.status, 403);
	assert_null(said.why.at);
	close_play(&play);

	open_play(&play, "",
	    REQUEST("return need_certificate { trust = 'b' }"));
	said = ask_request(&play, false, &read);
	assert_int_equal(said.verdict, YETT_REQUEST_NEED_CERTIFICATE);
	assert_int_equal(said.trusts.count, 1);
	assert_int_equal(said.trusts.index[0], 1);
	close_play(&play);

	open_play(&play, "",
	    REQUEST("return redirect { location = 'https://y.example' .. "
		    "req.path }"));
	said = ask_request(&play, false, &read);
	assert_int_equal(said.verdict, YETT_REQUEST_REDIRECT);
	assert_int_equal(said.status, 307);
	assert_true(
	    yett_slice_eq(said.location, YETT_LIT("https://y.example/b/c")));
	close_play(&play);

	open_play(&play, "", REQUEST("return allow {}"));
	said = ask_request(&play, false, &read);
	assert_int_equal(said.verdict, YETT_REQUEST_ALLOW);
	close_play(&play);
}

/* Each of these is an error, with file and line, and never allows. */
static void
test_misuse(void **state)
{
	static const char place[] =
	    "play.lua:3: request function of site \"x.example\": ";
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ REQUEST("local v = 'allow' return v"),
		    "must return a verdict, got the string \"allow\"" },
		{ REQUEST("local v = true return v"),
		    "must return a verdict, got a boolean" },
		{ REQUEST("local v = false return v"),
		    "must return a verdict, got a boolean" },
		{ REQUEST("local v = 200 return v"),
		    "must return a verdict, got a number" },
		{ REQUEST("local v = allow return v"),
		    "must return a verdict, got a function" },
		{ REQUEST("local v = ask v = v.none return v {}"),
		    "a request function cannot return ask.none" },
		{ REQUEST("return deny { staus = 1 }"),
		    "deny has no field 'staus'" },
		{ REQUEST("return deny { status = 200 }"),
		    "status of deny must be a number from 400 to 599" },
		{ REQUEST("return deny { 'no' }"), "a value has no name" },
		{ REQUEST("return deny 'no'"), "deny takes a table" },
		{ REQUEST("return need_certificate { trust = 'nobody' }"),
		    "no trust named \"nobody\"" },
		{ REQUEST("return redirect {}"), "redirect needs a location" },
		{ REQUEST("return redirect { location = 'https://a/\\r\\nb' }"),
		    "visible ASCII" },
		{ REQUEST("return redirect { location = 'http://a/' }"),
		    "must start with https://" },
		{ REQUEST("local c = req.certificate return c.subject"),
		    "attempt to index a nil value" },
		{ REQUEST("local k = 'pth' return req[k]"),
		    "a request has no field 'pth'" },
		{ REQUEST("local r = req r.path = 1"), "cannot be changed" },
		{ REQUEST("error('stop')"), "stop" },
		{ REQUEST("error()"), "the error is a nil" },
		{ REQUEST("while true do end"),
		    "the call used its budget of 100000 instructions" },
		{ REQUEST("local s = '' while true do s = s .. 'xxxxxxxx' end"),
		    "of new memory" },
		{ REQUEST("local c = cidr { '10.0.0.0/8' }"),
		    "outside of the function" },
		{ REQUEST("local s = 'x' return s:match 'x'"),
		    "string patterns are not offered" },
	};
	uint32_t read;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct play play = { 0 };

		/* What the static checks find already never gets this far. */
		if (load(&play, "", cases[i].text, &fault) != YETT_OK)
			continue;
		assert_int_equal(yett_instance_open(&play.instance,
				     play.loaded.source, NULL),
		    YETT_OK);
		play.site = yett_generation_site_at(play.loaded.gen, 0);
		assert_int_equal(ask_request(&play, false, &read).verdict,
		    YETT_REQUEST_ERROR);
		if (strstr(yett_instance_error(play.instance),
			cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].text,
			    yett_instance_error(play.instance));
		if (strstr(yett_instance_error(play.instance), place) !=
		    yett_instance_error(play.instance))
			fail_msg("%s: %s", cases[i].text,
			    yett_instance_error(play.instance));
		assert_int_equal(yett_instance_errors(play.instance), 1);
		close_play(&play);
	}
}

static void
test_hello_misuse(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ HELLO("local k = 'path' return hello[k]"),
		    "a client hello has no field 'path': it is known after" },
		{ HELLO("local k = 'pth' return hello[k]"),
		    "a client hello has no field 'pth'" },
		{ HELLO("local d = deny return d {}"),
		    "a client_hello function cannot return deny" },
		{ HELLO("local v = 'require' return v"),
		    "a client_hello function must return a verdict" },
	};
	uint32_t read;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;
		struct play play = { 0 };

		if (load(&play, "", cases[i].text, &fault) != YETT_OK)
			continue;
		assert_int_equal(yett_instance_open(&play.instance,
				     play.loaded.source, NULL),
		    YETT_OK);
		play.site = yett_generation_site_at(play.loaded.gen, 0);
		assert_int_equal(ask_hello(&play, &read).verdict,
		    YETT_HELLO_ERROR);
		if (strstr(yett_instance_error(play.instance),
			cases[i].error) == NULL)
			fail_msg("%s: %s", cases[i].text,
			    yett_instance_error(play.instance));
		close_play(&play);
	}
}

/* A call over its budget costs the state nothing; what the policy kept
 * in it is still there. */
static void
test_kept_after_a_budget(void **state)
{
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "local n = 0",
	    REQUEST("n = n + 1 if n == 3 then return deny {} end "
		    "local s = ('x'):rep(60000) "
		    "while true do pcall(function() s = s .. s end) end"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask_request(&play, false, &read).verdict,
		    YETT_REQUEST_ERROR);
		assert_non_null(strstr(yett_instance_error(play.instance),
		    "made a string longer than"));
	}
	assert_int_equal(ask_request(&play, false, &read).verdict,
	    YETT_REQUEST_DENY);
	close_play(&play);
}

/* Call until the state is full. */
static void
fill(struct play *play)
{
	uint32_t read;

	for (int i = 0; i < 1000; i++) {
		if (ask_request(play, false, &read).verdict !=
		    YETT_REQUEST_ERROR)
			continue;
		assert_non_null(strstr(yett_instance_error(play->instance),
		    "the state needs more than its"));
		return;
	}
	fail_msg("the state is never full");
}

/* The state that ran out of memory is replaced and works again; but a
 * client cannot make that happen again and again. */
static void
test_replaced_after_memory(void **state)
{
	const struct timespec second = { .tv_sec = 1, .tv_nsec = 50000000 };
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "local kept = {}",
	    REQUEST("local s = req.path:sub(1, 1) .. #kept "
		    "for i = 1, 16 do kept[#kept + 1] = s:rep(3000) .. i end"));
	fill(&play);
	assert_int_equal(ask_request(&play, false, &read).verdict,
	    YETT_REQUEST_DECLARED);
	fill(&play);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(ask_request(&play, false, &read).verdict,
		    YETT_REQUEST_ERROR);
		assert_non_null(strstr(yett_instance_error(play.instance),
		    "once a second"));
	}
	nanosleep(&second, NULL);
	assert_int_equal(ask_request(&play, false, &read).verdict,
	    YETT_REQUEST_DECLARED);
	close_play(&play);
}

/* What is global stays as it was. */
static void
test_globals_are_frozen(void **state)
{
	static const char *const cases[] = {
		REQUEST("deny = allow"),
		REQUEST("string.find = nil"),
		REQUEST("ask.none = ask.require"),
		REQUEST("fresh = 1"),
	};
	struct yett_fault fault;
	uint32_t read;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct play play = { 0 };

		fault.where[0] = fault.what[0] = '\0';
		if (load(&play, "", cases[i], &fault) != YETT_OK)
			continue; /* refused even earlier */
		assert_int_equal(yett_instance_open(&play.instance,
				     play.loaded.source, NULL),
		    YETT_OK);
		play.site = yett_generation_site_at(play.loaded.gen, 0);
		assert_int_equal(ask_request(&play, false, &read).verdict,
		    YETT_REQUEST_ERROR);
		close_play(&play);
	}
}

/* A policy that declares other functions when it runs again is no policy. */
static void
test_functions_must_be_the_same(void **state)
{
	struct play play = { 0 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_instance *instance = NULL;

	(void)state;
	assert_int_equal(load(&play, "", REQUEST(""), NULL), YETT_OK);
	play.loaded.source->site[0].request = false;
	play.loaded.source->site[0].hello = true;
	assert_int_equal(yett_instance_open(&instance, play.loaded.source,
			     &fault),
	    YETT_E_SCRIPT);
	assert_null(instance);
	assert_non_null(strstr(fault.what, "a client_hello function is gone"));
	yett_loaded_clear(&play.loaded);
}

/* A call of a function that is not there is refused, and costs no state. */
static void
test_without_functions(void **state)
{
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "", "");
	assert_int_equal(play.loaded.source->function_count, 0);
	assert_int_equal(ask_request(&play, false, &read).verdict,
	    YETT_REQUEST_ERROR);
	assert_int_equal(ask_hello(&play, &read).verdict, YETT_HELLO_ERROR);
	close_play(&play);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello_verdicts),
		cmocka_unit_test(test_request_verdicts),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_hello_misuse),
		cmocka_unit_test(test_kept_after_a_budget),
		cmocka_unit_test(test_replaced_after_memory),
		cmocka_unit_test(test_globals_are_frozen),
		cmocka_unit_test(test_functions_must_be_the_same),
		cmocka_unit_test(test_without_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
