/* SPDX-License-Identifier: Apache-2.0 */
/* What a program is told that asks a policy: what the gateway would do, from
 * the first byte of the request on, and never "allowed" for less. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "yett.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char policy_text[] =
    "listen '127.0.0.1:0'\n"
    "trust 'ta' { ca = 'ta.pem' }\n"
    "local function site_of(name, fields)\n"
    "  fields.key, fields.trust = 'server', 'ta'\n"
    "  fields.upstream = 'http://127.0.0.1:1'\n"
    "  site(name)(fields)\n"
    "end\n"
    "site_of('plain.test', { limits = { body = '1KiB' },\n"
    "  path '/admin' { certificate = 'require' } })\n"
    "site_of('fold.test', { case = 'insensitive',\n"
    "  path '/admin' { certificate = 'require' } })\n"
    "site_of('closed.test', { certificate = 'require' })\n"
    "site_of('picky.test', { client_hello = function(hello)\n"
    "  return ask.require { } end })\n"
    "site_of('refusing.test', { client_hello = function(hello)\n"
    "  return refuse { } end })\n"
    "site_of('failing.test', { client_hello = function(hello)\n"
    "  error('no') end })\n"
    "site_of('cut.test', { handshake = 'never',\n"
    "  path '/x' { certificate = 'require', late = 'httpsys-reset' } })\n";

static char path[] = "/tmp/yett-ask-XXXXXX";
static struct yett_policy *policy;

static int
load(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, policy_text, sizeof(policy_text) - 1),
	    sizeof(policy_text) - 1);
	assert_int_equal(close(fd), 0);
	if (yett_policy_load(&policy, path, NULL, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	yett_policy_free(policy);
	return unlink(path);
}

/* --- requests --- */

struct ask {
	const char *name, *method, *target, *certificate, *header;
	unsigned status;
	const char *reason;
};

static void
must_get(const struct ask *ask, int was_not_asked)
{
	struct yett_http_request request = {
		.hello = { .server_name = ask->name },
		.method = ask->method,
		.target = ask->target,
		.certificate_trust = ask->certificate,
		.was_not_asked = was_not_asked,
		.header = &ask->header,
		.header_count = ask->header != NULL,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_request_outcome outcome;

	if (yett_policy_ask_request(policy, &request, &outcome, &fault) !=
	    YETT_OK)
		fail_msg("%s: %s", ask->target, fault.what);
	if (outcome.status != ask->status ||
	    strcmp(outcome.reason, ask->reason) != 0)
		fail_msg("%s %s of %s: %u \"%s\", %s",
		    ask->method != NULL ? ask->method : "GET", ask->target,
		    ask->name, outcome.status, outcome.reason, outcome.why);
	if (outcome.status >= 400 && outcome.reason[0] == '\0')
		assert_string_not_equal(outcome.why, "");
}

static void
test_methods(void **state)
{
	static const struct ask asks[] = {
		{ "plain.test", "GET", "/", NULL, NULL, 0, "" },
		{ "plain.test", "PROPFIND", "/", NULL, NULL, 0, "" },
		{ "plain.test", "CONNECT", "/", "ta", NULL, 405, "" },
		{ "plain.test", "CONNECT", "plain.test:443", "ta", NULL, 405,
		    "" },
		{ "plain.test", "TRACE", "/admin", "ta", NULL, 405, "" },
		{ "plain.test", "get", "/", "ta", NULL, 501, "" },
		{ "plain.test", "G T", "/", "ta", NULL, 400, "" },
		{ "plain.test", "", "/", "ta", NULL, 400, "" },
		{ "plain.test", "OPTIONS", "*", NULL, NULL, 0, "" },
		{ "plain.test", "GET", "*", NULL, NULL, 400, "" },
		{ "plain.test", "OPTIONS", "*", NULL, "Max-Forwards: 0", 200,
		    "" },
		{ "plain.test", "OPTIONS", "/admin", NULL, "Max-Forwards: 0",
		    403, "not_sent" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(asks); i++)
		must_get(&asks[i], 0);
}

static void
test_heads(void **state)
{
	static const struct ask asks[] = {
		{ "plain.test", NULL, "/a/../../b", NULL, NULL, 400, "" },
		{ "plain.test", NULL, "", NULL, NULL, 400, "" },
		{ "plain.test", NULL, "/a b", NULL, NULL, 400, "" },
		{ "plain.test", NULL, "/", NULL, "Host: plain.test", 0, "" },
		{ "plain.test", NULL, "/", NULL, "Host: fold.test", 421,
		    "misdirected" },
		{ "plain.test", NULL, "https://plain.test/admin", NULL, NULL,
		    403, "not_sent" },
		{ "plain.test", NULL, "https://fold.test/", NULL, NULL, 421,
		    "misdirected" },
		{ "plain.test", "POST", "/", NULL, "Content-Length: 1024", 0,
		    "" },
		{ "plain.test", "POST", "/", NULL, "Content-Length: 1025", 413,
		    "" },
		{ "plain.test", "POST", "/admin", NULL, "Content-Length: 1025",
		    403, "not_sent" },
		{ "plain.test", "POST", "/", NULL, "Content-Length: x", 400,
		    "" },
		{ "plain.test", "POST", "/", NULL, "Expect: tea", 417, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(asks); i++)
		must_get(&asks[i], 0);
}

static void
test_names_without_case(void **state)
{
	static const char *const paths[] = { "/admin.", "/ADMIN~1",
		"/admin::$DATA", "/admin%20", "/x/admin./y" };

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct ask ask = { "fold.test", NULL, paths[i], "ta", NULL, 400,
			"" };

		must_get(&ask, 0);
		ask.name = "plain.test";
		ask.status = 0;
		must_get(&ask, 0);
	}
}

/* A connection that the policy's own handshake refuses carries no request; one
 * that is older than the rules does. */
static void
test_handshakes_that_end(void **state)
{
	static const struct ask asks[] = {
		{ "closed.test", NULL, "/", NULL, NULL, 444, "not_sent" },
		{ "closed.test", NULL, "/", "nobody", NULL, 444, "untrusted" },
		{ "closed.test", NULL, "/", "ta", NULL, 0, "" },
		{ "picky.test", NULL, "/", NULL, NULL, 444, "not_sent" },
		{ "picky.test", NULL, "/", "nobody", NULL, 444, "untrusted" },
		{ "picky.test", NULL, "/", "ta", NULL, 0, "" },
		{ "refusing.test", NULL, "/", "ta", NULL, 444, "" },
		{ "failing.test", NULL, "/", "ta", NULL, 444, "" },
		{ "unknown.test", NULL, "/", "ta", NULL, 444, "" },
	};
	static const struct ask older[] = {
		{ "closed.test", NULL, "/", "ta", NULL, 500, "late" },
		{ "picky.test", NULL, "/", NULL, NULL, 0, "" },
		{ "refusing.test", NULL, "/", NULL, NULL, 0, "" },
		{ "unknown.test", NULL, "/", NULL, NULL, 421, "misdirected" },
		{ "cut.test", NULL, "/x", NULL, NULL, 444, "late" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(asks); i++)
		must_get(&asks[i], 0);
	for (size_t i = 0; i < COUNT(older); i++)
		must_get(&older[i], 1);
}

static void
test_protocols(void **state)
{
	static const char *const h3[] = { "h3" };
	struct yett_http_request request = {
		.hello = { .server_name = "plain.test",
		    .alpn = h3,
		    .alpn_count = 1 },
		.target = "/",
	};
	struct yett_handshake_outcome handshake;
	struct yett_request_outcome outcome;

	(void)state;
	assert_int_equal(yett_policy_ask_hello(policy, &request.hello,
			     &handshake, NULL),
	    YETT_OK);
	assert_int_equal(handshake.need, YETT_HANDSHAKE_REFUSED);
	assert_int_equal(yett_policy_ask_request(policy, &request, &outcome,
			     NULL),
	    YETT_OK);
	assert_int_equal(outcome.status, 444);
}

static void
test_headers_that_are_none(void **state)
{
	static const char *const lines[] = { "no colon", "A: b\r\nHost: x" };

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct yett_http_request request = {
			.hello = { .server_name = "plain.test" },
			.target = "/",
			.header = &lines[i],
			.header_count = 1,
		};
		struct yett_request_outcome outcome;

		assert_int_equal(yett_policy_ask_request(policy, &request,
				     &outcome, NULL),
		    YETT_E_ARGUMENT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_names_without_case),
		cmocka_unit_test(test_handshakes_that_end),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_headers_that_are_none),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
